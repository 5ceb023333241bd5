/**
 * Runs a step of the job as a task on Fargate. Environment, secrets and image are in the task definition (infra/aws/job); this
 * starts it, or finds the one that an interrupted update has left at work, and waits for its end.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { ECSClient } from "@aws-sdk/client-ecs";
import { LandbridgeError, messageOf } from "../../../src/errors.ts";
import type { Runner, StepRequest, StepResult } from "../runner.ts";
import { type Aws, credentialsExpired } from "./aws.ts";
import { findEarlier } from "./find.ts";
import { readPlace, taskIdOf } from "./place.ts";
import { startedByOf, startTask } from "./start.ts";
import { watchTask } from "./watch.ts";

/** @throws LandbridgeError STEP_BUSY, STEP_NOT_STARTED, STEP_TIMEOUT, STEP_OUT_OF_SIGHT, AWS_CREDENTIALS */
export const run: Runner = async (request, tell) => {
  const { region, profile } = readPlace(request.place);
  const where = { region, ...(profile === "" ? {} : { profile }) };
  const ecs = new ECSClient(where);
  const logs = new CloudWatchLogsClient(where);
  try {
    return await runOnEcs({ ecs, logs, sleep: (milliseconds) => sleep(milliseconds), now: Date.now }, request, tell);
  } finally {
    ecs.destroy();
    logs.destroy();
  }
};

/** The same with clients, clock and pauses of the caller's. */
export const runOnEcs = async (
  aws: Aws,
  { step, key, place: given, timeoutSeconds }: StepRequest,
  tell: (line: string) => void,
): Promise<StepResult> => {
  const place = readPlace(given);
  const { cluster, taskDefinition, logGroup } = place;
  const taskArn = await withCredentials(async () => {
    const earlier = await findEarlier(aws, { cluster, taskDefinition, startedBy: startedByOf(key) });
    const task = earlier.task ?? (await startTask(aws, { place, key, newest: earlier.newest }, tell));
    const arn = task.taskArn ?? "";
    tell(earlier.task === null ? `Task ${taskIdOf(arn)} is started.` : `Task ${taskIdOf(arn)} is there already.`);
    return arn;
  });
  return watchTask(aws, { cluster, taskArn, logGroup, step, timeoutSeconds }, tell);
};

const withCredentials = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (!credentialsExpired(error)) throw error;
    throw new LandbridgeError({
      code: "AWS_CREDENTIALS",
      message: `AWS does not take these credentials: ${messageOf(error)}`,
      remedy: "Log in again, e.g. aws sso login, check AWS_PROFILE and aws:profile, and run pulumi up.",
      cause: error,
    });
  }
};
