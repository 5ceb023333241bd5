/** Starts one task, and only one: a call that is repeated gives the task that the first one started. */
import { createHash } from "node:crypto";
import { RunTaskCommand, type RunTaskCommandInput, type Task } from "@aws-sdk/client-ecs";
import { LandbridgeError, messageOf } from "../../../src/errors.ts";
import { type Aws, errorName, patiently } from "./aws.ts";
import type { EcsPlace, TaskVolume } from "./place.ts";
import { notStarted } from "./stopped.ts";

export interface Start {
  readonly place: EcsPlace;
  readonly key: string;
  /** The newest task that is known, as `findEarlier` says. */
  readonly newest: string;
}

/** ECS limits startedBy to 36 characters where it is also used to find tasks. */
export const startedByOf = (key: string): string => `lb-${key.slice(0, 32)}`;

/**
 * The token under which ECS repeats its answer instead of starting a second task: 64 characters, kept for 24 hours. A stopped
 * task is listed for one hour only, so the token names the hour and the newest task that is known: within an hour a repeated
 * attempt is recognised, and a new attempt after a failure, or after other inputs, is never taken for the old one.
 */
const clientTokenOf = (parts: readonly string[], now: number): string =>
  createHash("sha256")
    .update([...parts, String(Math.floor(now / 3_600_000))].join("\n"))
    .digest("hex");

/** Fargate has none for some minutes now and then. */
const CAPACITY_TRIES = 5;
const CAPACITY_PAUSE_MS = 60_000;

/** @throws LandbridgeError STEP_NOT_STARTED */
export const startTask = async (aws: Aws, start: Start, tell: (line: string) => void): Promise<Task> => {
  for (let attempt = 1; ; attempt++) {
    const { tasks = [], failures = [] } = await runTask(aws, start, attempt);
    const [task] = tasks;
    if (task?.taskArn !== undefined) return task;
    const reason = failures.map(({ reason: why, detail }) => [why, detail].filter(Boolean).join(": ")).join("; ");
    if (attempt === CAPACITY_TRIES || !/capacity/i.test(reason)) throw notStarted(reason || "RunTask started nothing");
    tell(`No capacity for the task yet (${reason}); trying again.`);
    await aws.sleep(CAPACITY_PAUSE_MS);
  }
};

const runTask = async (aws: Aws, { place, key, newest }: Start, attempt: number) => {
  const { cluster, taskDefinition } = place;
  const input: RunTaskCommandInput = {
    cluster,
    taskDefinition,
    launchType: "FARGATE",
    count: 1,
    startedBy: startedByOf(key),
    clientToken: clientTokenOf([key, taskDefinition, newest, String(attempt)], aws.now()),
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets: place.subnets.split(","),
        securityGroups: place.securityGroups.split(","),
        assignPublicIp: "DISABLED",
      },
    },
    propagateTags: "TASK_DEFINITION",
    ...(place.volume === "" ? {} : { volumeConfigurations: [volumeOf(JSON.parse(place.volume) as TaskVolume)] }),
  };
  try {
    return await patiently(aws, () => aws.ecs.send(new RunTaskCommand(input)));
  } catch (error) {
    if (errorName(error) !== "AccessDeniedException") throw error;
    throw new LandbridgeError({
      code: "STEP_NOT_STARTED",
      message: `The task could not be started: ${messageOf(error)}`,
      remedy: "Whoever runs pulumi up needs ecs:RunTask on the task definition and iam:PassRole on its roles.",
      cause: error,
    });
  }
};

/** Encrypted, and gone with the task. */
const volumeOf = ({ name, sizeInGiB, roleArn, kmsKeyId }: TaskVolume) => ({
  name,
  managedEBSVolume: {
    sizeInGiB,
    roleArn,
    volumeType: "gp3",
    filesystemType: "xfs" as const,
    encrypted: true,
    ...(kmsKeyId === null ? {} : { kmsKeyId }),
    terminationPolicy: { deleteOnTermination: true },
  },
});
