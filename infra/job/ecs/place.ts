/** What the runner on Amazon ECS has to know of the place: written by infra/aws/job, read by the runner; all of it plain text. */
import type { StepName } from "../step.ts";

/** The one container of each of the job's tasks. */
export const CONTAINER = "job";

export interface EcsPlace {
  readonly region: string;
  /** The profile of ~/.aws that the stack uses; empty: as the environment says. */
  readonly profile: string;
  /** ARN or name. */
  readonly cluster: string;
  /** ARN with its revision. */
  readonly taskDefinition: string;
  /** Comma-separated ids. */
  readonly subnets: string;
  readonly securityGroups: string;
  readonly logGroup: string;
  /** JSON of a volume that ECS makes for the task (`TaskVolume`); empty: the task's own disk is enough. */
  readonly volume: string;
}

/** An EBS volume for the length of one task. */
export interface TaskVolume {
  readonly name: string;
  readonly sizeInGiB: number;
  /** The role that lets ECS make, attach and delete it. */
  readonly roleArn: string;
  /** null: the account's own key. */
  readonly kmsKeyId: string | null;
}

const KEYS = [
  "region",
  "profile",
  "cluster",
  "taskDefinition",
  "subnets",
  "securityGroups",
  "logGroup",
  "volume",
] as const satisfies readonly (keyof EcsPlace)[];

/** @throws Error for a key that is missing: a defect of the program, not of its user */
export const readPlace = (place: Readonly<Record<string, string>>): EcsPlace => {
  const read = (key: keyof EcsPlace): string => {
    const value = place[key];
    if (value === undefined) throw new Error(`the runner on ECS needs ${key}`);
    return value;
  };
  return Object.fromEntries(KEYS.map((key) => [key, read(key)])) as unknown as EcsPlace;
};

/** `arn:aws:ecs:…:task-definition/landbridge-prod-copy:7` → `landbridge-prod-copy`, by which tasks are listed. */
export const familyOf = (taskDefinition: string): string =>
  taskDefinition.slice(taskDefinition.lastIndexOf("/") + 1).replace(/:\d+$/, "");

/** The last part of a task's ARN. */
export const taskIdOf = (taskArn: string): string => taskArn.slice(taskArn.lastIndexOf("/") + 1);

/** The stream that the awslogs driver writes: prefix/container/task. */
export const streamOf = (step: StepName, taskArn: string): string => `${step}/${CONTAINER}/${taskIdOf(taskArn)}`;
