/** What an earlier update has left on the cluster: a task that still runs, or one that has ended meanwhile. */
import { DescribeTasksCommand, ListTasksCommand, type Task } from "@aws-sdk/client-ecs";
import { LandbridgeError } from "../../../src/errors.ts";
import { type Aws, patiently } from "./aws.ts";
import { familyOf, taskIdOf } from "./place.ts";
import { exitCodeOf } from "./stopped.ts";

export interface Earlier {
  /** The task to wait for instead of starting one; null: none. */
  readonly task: Task | null;
  /** The newest task of the family, whatever became of it; empty: none is known. */
  readonly newest: string;
}

interface Search {
  readonly cluster: string;
  readonly taskDefinition: string;
  readonly startedBy: string;
}

/**
 * Finds the task that was started for the same inputs. One that runs is it; one that has ended well is it only while no task of
 * other inputs came after it, since that one has changed the database again. One that has failed is never it.
 * @throws LandbridgeError STEP_BUSY while a task of other inputs runs
 */
export const findEarlier = async (aws: Aws, { cluster, taskDefinition, startedBy }: Search): Promise<Earlier> => {
  const family = familyOf(taskDefinition);
  const arns = [
    ...(await list(aws, { cluster, family, desiredStatus: "RUNNING" })),
    ...(await list(aws, { cluster, family, desiredStatus: "STOPPED" })),
  ];
  const tasks = (await describe(aws, cluster, arns)).sort((a, b) => createdAt(b) - createdAt(a));
  const running = tasks.filter(({ lastStatus }) => lastStatus !== "STOPPED");
  const own = running.find((task) => task.startedBy === startedBy && task.desiredStatus !== "STOPPED");
  if (own !== undefined) return { task: own, newest: own.taskArn ?? "" };
  const [other] = running;
  if (other !== undefined) throw busy(cluster, other);
  const [newest] = tasks;
  const endedWell = newest?.startedBy === startedBy && [0, 3].includes(exitCodeOf(newest) ?? -1);
  return { task: endedWell ? newest : null, newest: newest?.taskArn ?? "" };
};

interface Filter {
  readonly cluster: string;
  readonly family: string;
  readonly desiredStatus: "RUNNING" | "STOPPED";
}

const list = async (aws: Aws, filter: Filter): Promise<readonly string[]> => {
  const arns: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = await patiently(aws, () =>
      aws.ecs.send(new ListTasksCommand({ ...filter, ...(nextToken === undefined ? {} : { nextToken }) })),
    );
    arns.push(...(page.taskArns ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return arns;
};

/** DescribeTasks takes a hundred at most. */
const describe = async (aws: Aws, cluster: string, arns: readonly string[]): Promise<Task[]> => {
  const tasks: Task[] = [];
  for (let at = 0; at < arns.length; at += 100) {
    const some = arns.slice(at, at + 100);
    const page = await patiently(aws, () => aws.ecs.send(new DescribeTasksCommand({ cluster, tasks: some })));
    tasks.push(...(page.tasks ?? []));
  }
  return tasks;
};

const createdAt = ({ createdAt: at }: Task): number => at?.getTime() ?? 0;

const busy = (cluster: string, { taskArn = "" }: Task): LandbridgeError =>
  new LandbridgeError({
    code: "STEP_BUSY",
    message: `Task ${taskIdOf(taskArn)} of an earlier update, which was about something else, is still at work on this database.`,
    remedy: `Wait until it has ended and run pulumi up again, or end it: aws ecs stop-task --cluster ${cluster} --task ${taskIdOf(taskArn)}`,
  });
