/**
 * A cluster that follows a script: what each call is answered, in order, with the clock that its pauses move. It knows no more
 * of ECS than the runner's calls; a call that nobody expects fails the test.
 */
import type { Task } from "@aws-sdk/client-ecs";
import type { Aws } from "../../infra/job/ecs/aws.ts";

type Answer = object | Error | ((input: Record<string, unknown>) => object | Error);

export interface Script {
  /** By the command's name without "Command"; the last answer holds for every further call. */
  readonly [command: string]: readonly Answer[];
}

export interface FakeAws extends Aws {
  readonly calls: { readonly name: string; readonly input: Record<string, unknown> }[];
  /** The inputs of one command, in order. */
  readonly inputs: (name: string) => Record<string, unknown>[];
}

export const START = Date.UTC(2026, 0, 1, 12, 0, 0);

export const fakeAws = (script: Script): FakeAws => {
  const left = new Map(Object.entries(script).map(([name, answers]) => [name, [...answers]]));
  const calls: FakeAws["calls"] = [];
  let time = START;
  const send = async (command: { readonly input: Record<string, unknown> }): Promise<object> => {
    const name = command.constructor.name.replace(/Command$/, "");
    calls.push({ name, input: command.input });
    const answers = left.get(name);
    const next = answers !== undefined && answers.length > 1 ? answers.shift() : answers?.[0];
    if (next === undefined) throw new Error(`nobody expected ${name}`);
    const answer = typeof next === "function" ? next(command.input) : next;
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return {
    ecs: { send } as unknown as Aws["ecs"],
    logs: { send } as unknown as Aws["logs"],
    sleep: async (milliseconds) => {
      time += milliseconds;
    },
    now: () => time,
    calls,
    inputs: (name) => calls.filter((call) => call.name === name).map(({ input }) => input),
  };
};

/** An error as the SDK throws it. */
export const awsError = (name: string, message = name, status = 400): Error =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } });

export const taskArn = (id: string): string => `arn:aws:ecs:eu-central-1:123456789012:task/landbridge-prod/${id}`;

export const task = (id: string, more: Partial<Task> = {}): Task => ({
  taskArn: taskArn(id),
  lastStatus: "RUNNING",
  desiredStatus: "RUNNING",
  createdAt: new Date(START),
  containers: [{ name: "job" }],
  ...more,
});

/** A task whose container has ended. */
export const ended = (id: string, exitCode: number, more: Partial<Task> = {}): Task =>
  task(id, {
    lastStatus: "STOPPED",
    desiredStatus: "STOPPED",
    stopCode: "EssentialContainerExited",
    stoppedReason: "Essential container in task exited",
    containers: [{ name: "job", exitCode }],
    ...more,
  });

/** One page of a log. */
export const page = (token: string, ...lines: readonly string[]): object => ({
  events: lines.map((message) => ({ message })),
  nextForwardToken: token,
});
