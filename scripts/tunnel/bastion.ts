/** The task that the tunnel goes through: found, or started and waited for. */
import {
  DescribeTasksCommand,
  ListTasksCommand,
  PropagateTags,
  RunTaskCommand,
  StopTaskCommand,
  type Task,
} from "@aws-sdk/client-ecs";
import { type Aws, patiently } from "../../infra/job/ecs/aws.ts";
import { familyOf, taskIdOf } from "../../infra/job/ecs/place.ts";
import { notStarted, startFailure } from "../../infra/job/ecs/stopped.ts";
import { LandbridgeError } from "../../src/errors.ts";
import type { TunnelPlace } from "./place.ts";

export type Ecs = Pick<Aws, "ecs" | "sleep">;

export interface BastionTask {
  /** As Session Manager names a container: ecs:cluster_task_runtime. */
  readonly target: string;
  /** Ends it, where it was started here; somebody else's stays. */
  readonly end: () => Promise<void>;
}

const POLL_MS = 3000;
/** A task takes half a minute, a minute with a large image; ten are too many. */
const POLLS = 200;
const STARTED_BY = "landbridge-tunnel";

/** @throws LandbridgeError STEP_NOT_STARTED, TUNNEL_TIMEOUT */
export const openBastion = async (
  aws: Ecs,
  place: TunnelPlace,
  note: (line: string) => void,
  signal: AbortSignal,
): Promise<BastionTask> => {
  const found = await findTask(aws, place);
  if (found === null) note("Starting the task that the tunnel goes through; this takes about a minute.");
  const taskArn = found ?? (await startTask(aws, place));
  const end = async (): Promise<void> => {
    if (found === null) await stopTask(aws, place, taskArn);
  };
  try {
    const runtime = await untilReady(aws, place, taskArn, signal);
    return { target: `ecs:${place.cluster}_${taskIdOf(taskArn)}_${runtime}`, end };
  } catch (error) {
    await end();
    throw error;
  }
};

const findTask = async (aws: Ecs, { cluster, taskDefinition }: TunnelPlace): Promise<string | null> => {
  const filter = { cluster, family: familyOf(taskDefinition), desiredStatus: "RUNNING" } as const;
  const { taskArns = [] } = await patiently(aws, () => aws.ecs.send(new ListTasksCommand(filter)));
  return taskArns[0] ?? null;
};

const startTask = async (aws: Ecs, place: TunnelPlace): Promise<string> => {
  const { tasks = [], failures = [] } = await patiently(aws, () =>
    aws.ecs.send(
      new RunTaskCommand({
        cluster: place.cluster,
        taskDefinition: place.taskDefinition,
        launchType: "FARGATE",
        count: 1,
        startedBy: STARTED_BY,
        enableExecuteCommand: true,
        propagateTags: PropagateTags.TASK_DEFINITION,
        networkConfiguration: {
          awsvpcConfiguration: {
            subnets: [...place.subnets],
            securityGroups: [place.securityGroup],
            assignPublicIp: "DISABLED",
          },
        },
      }),
    ),
  );
  const arn = tasks[0]?.taskArn;
  if (arn !== undefined) return arn;
  throw notStarted(failures.map(({ reason }) => reason).join("; ") || "RunTask started nothing");
};

/** Until the agent of ECS Exec has reported; without it Session Manager knows no such target. */
const untilReady = async (aws: Ecs, place: TunnelPlace, taskArn: string, signal: AbortSignal): Promise<string> => {
  const { cluster, container } = place;
  for (let polls = 0; polls < POLLS; polls++) {
    signal.throwIfAborted();
    const { tasks: [task] = [] } = await patiently(aws, () =>
      aws.ecs.send(new DescribeTasksCommand({ cluster, tasks: [taskArn] })),
    );
    if (task?.lastStatus === "STOPPED") throw notStarted(startFailure(task));
    const runtime = readyRuntime(task, container);
    if (runtime !== null) return runtime;
    await aws.sleep(POLL_MS);
  }
  throw new LandbridgeError({
    code: "TUNNEL_TIMEOUT",
    message: `Task ${taskIdOf(taskArn)} is there, but Session Manager's agent in it does not report.`,
    remedy: "The private subnets need a way to Session Manager: a NAT gateway, or a VPC endpoint for ssmmessages.",
  });
};

const readyRuntime = (task: Task | undefined, container: string): string | null => {
  const own = task?.containers?.find(({ name }) => name === container);
  const agent = own?.managedAgents?.find(({ name }) => name === "ExecuteCommandAgent");
  return agent?.lastStatus === "RUNNING" ? (own?.runtimeId ?? null) : null;
};

const stopTask = (aws: Ecs, { cluster }: TunnelPlace, taskArn: string) =>
  patiently(aws, () => aws.ecs.send(new StopTaskCommand({ cluster, task: taskArn, reason: "The tunnel is closed." })));
