/** Waits for a task to end and shows its log meanwhile. */
import { DescribeTasksCommand, StopTaskCommand, type Task } from "@aws-sdk/client-ecs";
import { RESULT_PREFIX } from "../../../scripts/job/result.ts";
import { LandbridgeError, messageOf } from "../../../src/errors.ts";
import { StepLog, type StepResult } from "../runner.ts";
import type { StepName } from "../step.ts";
import { type Aws, credentialsExpired, patiently } from "./aws.ts";
import { type LogTail, logTail } from "./log-tail.ts";
import { streamOf, taskIdOf } from "./place.ts";
import { addedReason, exitCodeOf, notStarted, startFailure } from "./stopped.ts";

export interface Watched {
  readonly cluster: string;
  readonly taskArn: string;
  readonly logGroup: string;
  readonly step: StepName;
  readonly timeoutSeconds: number;
}

const POLL_MS = 5000;
/** A task that was just started may be unknown to the next call. */
const POLLS_UNKNOWN = 12;
/** The last lines reach CloudWatch some seconds after the container has ended. */
const POLLS_FOR_RESULT = 6;
/** The container's stopTimeout is 120 s; after that ECS ends it. */
const POLLS_TO_STOP = 36;

/**
 * @throws LandbridgeError STEP_NOT_STARTED, STEP_TIMEOUT, or STEP_OUT_OF_SIGHT where the task goes on and only the sight of it is
 * lost
 */
export const watchTask = async (aws: Aws, watched: Watched, tell: (line: string) => void): Promise<StepResult> => {
  try {
    return await watch(aws, watched, tell);
  } catch (error) {
    if (error instanceof LandbridgeError) throw error;
    throw outOfSight(watched, error);
  }
};

const watch = async (aws: Aws, watched: Watched, tell: (line: string) => void): Promise<StepResult> => {
  const log = new StepLog(tell);
  const tail = logTail(aws, watched.logGroup, streamOf(watched.step, watched.taskArn));
  const task = await untilStopped(aws, watched, () => tail.read((line) => log.line(line)));
  const exitCode = exitCodeOf(task);
  const late = task.timedOut && exitCode !== 0 && exitCode !== 3;
  if (exitCode === undefined && !late) throw notStarted(startFailure(task));
  await readToTheEnd(aws, tail, log);
  const reason = addedReason(task);
  if (reason !== "") log.line(reason);
  const result = log.end(watched.step, exitCode ?? 1);
  if (late) throw timedOut(watched, result.lastLines);
  return result;
};

type Stopped = Task & { readonly timedOut: boolean };

const untilStopped = async (aws: Aws, watched: Watched, read: () => Promise<number>): Promise<Stopped> => {
  let unknown = 0;
  let pollsSinceStop: number | null = null;
  for (;;) {
    const task = await describe(aws, watched);
    if (task === undefined && ++unknown === POLLS_UNKNOWN) throw new Error("ECS knows nothing of it any more");
    if (task?.lastStatus === "STOPPED") return { ...task, timedOut: pollsSinceStop !== null };
    await read();
    if (pollsSinceStop !== null && ++pollsSinceStop === POLLS_TO_STOP) return { ...task, timedOut: true };
    if (pollsSinceStop === null && task !== undefined && isLate(aws, watched, task)) {
      await stop(aws, watched);
      pollsSinceStop = 0;
    }
    await aws.sleep(POLL_MS);
  }
};

const describe = async (aws: Aws, { cluster, taskArn }: Watched): Promise<Task | undefined> => {
  const { tasks } = await patiently(aws, () => aws.ecs.send(new DescribeTasksCommand({ cluster, tasks: [taskArn] })));
  return tasks?.[0];
};

/** By the task's own start, so that an update that attaches to it grants no second term. */
const isLate = (aws: Aws, { timeoutSeconds }: Watched, { startedAt, createdAt }: Task): boolean => {
  const start = startedAt ?? createdAt;
  return start !== undefined && aws.now() - start.getTime() > timeoutSeconds * 1000;
};

const stop = (aws: Aws, { cluster, taskArn, timeoutSeconds }: Watched) =>
  patiently(aws, () =>
    aws.ecs.send(
      new StopTaskCommand({ cluster, task: taskArn, reason: `Landbridge: over its limit of ${timeoutSeconds} s` }),
    ),
  );

/** Until the result line is there, or no line has come for a while (a step without a result, such as the user's own). */
const readToTheEnd = async (aws: Aws, tail: LogTail, log: StepLog): Promise<void> => {
  let ended = false;
  const line = (text: string): void => {
    ended ||= text.startsWith(RESULT_PREFIX);
    log.line(text);
  };
  for (let quiet = 0; quiet < POLLS_FOR_RESULT; ) {
    quiet = (await tail.read(line)) > 0 ? 0 : quiet + 1;
    if (ended) return;
    await aws.sleep(POLL_MS);
  }
};

const timedOut = ({ taskArn, timeoutSeconds }: Watched, lastLines: readonly string[]): LandbridgeError =>
  new LandbridgeError({
    code: "STEP_TIMEOUT",
    message: [
      `Task ${taskIdOf(taskArn)} was ended after ${timeoutSeconds} s, the limit that jobTimeoutMinutes sets. Its last lines:`,
      ...lastLines,
    ].join("\n"),
    remedy: "What is committed stays. Set jobTimeoutMinutes higher and run pulumi up again: the copy goes on.",
  });

const outOfSight = ({ taskArn, cluster }: Watched, cause: unknown): LandbridgeError =>
  new LandbridgeError({
    code: "STEP_OUT_OF_SIGHT",
    message: `Task ${taskIdOf(taskArn)} goes on, but this update cannot see it any more: ${
      credentialsExpired(cause) ? `the AWS credentials have expired (${messageOf(cause)})` : messageOf(cause)
    }`,
    remedy: `Log in again and run pulumi up: it finds the task and waits for it. To end it: aws ecs stop-task --cluster ${cluster} --task ${taskIdOf(taskArn)}`,
    cause,
  });
