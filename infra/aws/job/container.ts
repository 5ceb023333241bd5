/** The one container of each of the job's tasks, as ECS has it registered. */
import { RunError } from "@pulumi/pulumi";
import { MOUNT } from "../../job/container/place.ts";
import { CONTAINER } from "../../job/ecs/place.ts";
import { scriptArguments } from "../../job/script.ts";
import type { StepName } from "../../job/step.ts";

/** The disk that the job writes to; everything else of its own image is read-only. */
export const DISK = "work";
/** The user of the job's image (Dockerfile), to whom ECS gives a volume: it has to be named for that. */
export const USER = "1000:1000";
/** The most that Fargate gives between SIGTERM and SIGKILL: the copy ends its slices in it. */
const STOP_SECONDS = 120;
/** ECS takes a task definition of 64 KiB at most; the rest of it is small. */
const LARGEST_DEFINITION = 60_000;

export interface ContainerArgs {
  readonly step: StepName;
  readonly image: string;
  /** For the application's own migration; Landbridge's steps have commands of their own. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** ARNs, with the key of the secret's document that is meant. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly cpu: number;
  readonly memory: number;
  readonly logGroup: string;
  readonly region: string;
}

/**
 * The containers of a task definition as JSON. The application's own image is taken as it is: which user it has, and where it
 * writes, is its affair.
 * @throws RunError for an environment that ECS does not take
 */
export const containerDefinitions = (args: ContainerArgs): string => {
  const { step, image, cpu, memory } = args;
  const own =
    step === "command" ? { command: args.command, linuxParameters: { initProcessEnabled: true } } : ownContainer(step);
  const text = JSON.stringify([
    {
      name: CONTAINER,
      image,
      essential: true,
      cpu,
      memory,
      ...own,
      environment: pairs("value", { ...args.environment, ...(step === "command" ? {} : workPlace) }),
      secrets: pairs("valueFrom", args.secrets),
      stopTimeout: STOP_SECONDS,
      logConfiguration: logTo(args),
    },
  ]);
  if (text.length <= LARGEST_DEFINITION) return text;
  throw new RunError(
    `The step ${step} would have ${Math.ceil(text.length / 1024)} KiB of settings, and ECS takes 64.\nShorten initSql and sourceConfig, or run the large part of your SQL by the application's own migration.`,
  );
};

const workPlace = { LANDBRIDGE_WORK: MOUNT, TMPDIR: MOUNT };

const ownContainer = (step: "init" | "copy") => ({
  command: ["node", ...scriptArguments(step)],
  user: USER,
  readonlyRootFilesystem: true,
  linuxParameters: { initProcessEnabled: true, capabilities: { drop: ["ALL"] } },
  mountPoints: [{ sourceVolume: DISK, containerPath: MOUNT, readOnly: false }],
});

/** By name, so that the same settings are the same text. */
const pairs = (property: "value" | "valueFrom", values: Readonly<Record<string, string>>) =>
  Object.entries(values)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => ({ name, [property]: value }));

/** A log that CloudWatch does not take for a while must not stop the copy. */
export const logTo = ({
  step,
  logGroup,
  region,
}: {
  readonly step: string;
  readonly logGroup: string;
  readonly region: string;
}) => ({
  logDriver: "awslogs",
  options: {
    "awslogs-group": logGroup,
    "awslogs-region": region,
    "awslogs-stream-prefix": step,
    mode: "non-blocking",
    "max-buffer-size": "25m",
  },
});
