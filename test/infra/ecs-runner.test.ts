import { describe, expect, it } from "vitest";
import { logTail } from "../../infra/job/ecs/log-tail.ts";
import { runOnEcs } from "../../infra/job/ecs/runner.ts";
import { startedByOf } from "../../infra/job/ecs/start.ts";
import type { StepRequest } from "../../infra/job/runner.ts";
import {
  awsError,
  ended,
  type FakeAws,
  fakeAws,
  page,
  type Script,
  START,
  task,
  taskArn,
} from "../support/fake-ecs.ts";

const KEY = "0123456789abcdef".repeat(4);
const OWN = startedByOf(KEY);
const RESULT = 'LANDBRIDGE_RESULT {"step":"copy","exitCode":0,"summary":"3 tables proven","report":"s3://b/reports/x"}';

const request: StepRequest = {
  step: "copy",
  environment: {},
  secrets: {},
  timeoutSeconds: 3600,
  key: KEY,
  root: "/srv/app",
  place: {
    region: "eu-central-1",
    profile: "",
    cluster: "landbridge-prod",
    taskDefinition: "arn:aws:ecs:eu-central-1:123456789012:task-definition/landbridge-prod-copy:7",
    subnets: "subnet-1,subnet-2",
    securityGroups: "sg-1",
    logGroup: "/landbridge/prod/job",
    volume: "",
  },
};

/** No task is known, and the one that is started runs once around and ends with this code. */
const once = (exitCode: number, more: Script = {}): Script => ({
  ListTasks: [{ taskArns: [] }],
  RunTask: [{ tasks: [task("t1", { lastStatus: "PROVISIONING" })] }],
  DescribeTasks: [{ tasks: [task("t1")] }, { tasks: [ended("t1", exitCode)] }],
  GetLogEvents: [page("a", "1000 rows"), page("b", "2000 rows", RESULT), page("b")],
  ...more,
});

const go = async (script: Script, changes: Partial<StepRequest> = {}) => {
  const aws = fakeAws(script);
  const told: string[] = [];
  const result = await runOnEcs(aws, { ...request, ...changes }, (line) => told.push(line)).catch(
    (error: unknown) => error,
  );
  return { aws, told, result };
};

/** Tasks of the family by desired status, and what is said of them. */
const known = (running: readonly ReturnType<typeof task>[], stopped: readonly ReturnType<typeof task>[]): Script => ({
  ListTasks: [
    ({ desiredStatus }) => ({
      taskArns: (desiredStatus === "RUNNING" ? running : stopped).map(({ taskArn: arn }) => arn),
    }),
  ],
  DescribeTasks: [{ tasks: [...running, ...stopped] }],
});

describe("a task that ends well", () => {
  it("is started once, in the private subnets, and gives its exit code, verdict and report", async () => {
    const { aws, told, result } = await go(once(0));
    expect(result).toMatchObject({ exitCode: 0, summary: "3 tables proven", report: "s3://b/reports/x" });
    expect(told).toEqual(["Task t1 is started.", "1000 rows", "2000 rows"]);
    expect(aws.inputs("RunTask")).toMatchObject([
      {
        cluster: "landbridge-prod",
        taskDefinition: request.place["taskDefinition"],
        launchType: "FARGATE",
        startedBy: OWN,
        networkConfiguration: {
          awsvpcConfiguration: {
            subnets: ["subnet-1", "subnet-2"],
            securityGroups: ["sg-1"],
            assignPublicIp: "DISABLED",
          },
        },
      },
    ]);
    expect(aws.inputs("GetLogEvents")[0]).toMatchObject({ logStreamName: "copy/job/t1", startFromHead: true });
  });

  it.each([1, 2, 3, 4, 137])("hands on exit code %i with the log's last lines, whatever it means", async (exitCode) => {
    const { result } = await go(once(exitCode));
    expect(result).toMatchObject({ exitCode, lastLines: ["1000 rows", "2000 rows"] });
  });

  it("reads its log to the last page, over an empty page in between, and over a stream that is not there yet", async () => {
    const { told } = await go(
      once(0, {
        GetLogEvents: [
          awsError("ResourceNotFoundException"),
          page("a", "one"),
          page("b"),
          page("c", "two", RESULT),
          page("c"),
        ],
      }),
    );
    expect(told).toEqual(["Task t1 is started.", "one", "two"]);
  });

  it("goes on over an empty page in one go: only a token that comes back is the end", async () => {
    const lines: string[] = [];
    const aws = fakeAws({ GetLogEvents: [page("a", "one"), page("b"), page("c", "two"), page("c")] });
    expect(await logTail(aws, "group", "stream").read((line) => lines.push(line))).toBe(2);
    expect(lines).toEqual(["one", "two"]);
  });

  it("does without a result line, as a migration of the user's own has none", async () => {
    const { result } = await go(once(0, { GetLogEvents: [page("a", "alembic: done"), page("a")] }), {
      step: "command",
    });
    expect(result).toMatchObject({ exitCode: 0, summary: "command ended with exit code 0", report: "" });
  });

  it("asks for an encrypted volume that goes with the task, where the snapshot needs one", async () => {
    const volume = JSON.stringify({ name: "data", sizeInGiB: 400, roleArn: "arn:aws:iam::1:role/ebs", kmsKeyId: "k" });
    const { aws } = await go(once(0), { place: { ...request.place, volume } });
    expect(aws.inputs("RunTask")[0]?.["volumeConfigurations"]).toEqual([
      {
        name: "data",
        managedEBSVolume: {
          sizeInGiB: 400,
          roleArn: "arn:aws:iam::1:role/ebs",
          volumeType: "gp3",
          filesystemType: "xfs",
          encrypted: true,
          kmsKeyId: "k",
          terminationPolicy: { deleteOnTermination: true },
        },
      },
    ]);
  });
});

describe("the names under which a task is started", () => {
  const tokens = (aws: FakeAws) => aws.inputs("RunTask").map(({ clientToken }) => String(clientToken));

  it("keep within the limits of ECS", async () => {
    const { aws } = await go(once(0));
    expect(OWN.length).toBeLessThanOrEqual(36);
    expect(tokens(aws)[0]).toMatch(/^[0-9a-f]{64}$/);
  });

  it("are the same for an attempt that is repeated at once, so that ECS gives the task that is there", async () => {
    const [first, second] = [await go(once(0)), await go(once(0))];
    expect(tokens(first.aws)).toEqual(tokens(second.aws));
  });

  it("are others after a failure, for another key, and for another task definition", async () => {
    const failed = ended("t0", 1, { startedBy: OWN });
    const again = await go({
      ...once(0),
      ...known([], [failed]),
      DescribeTasks: [{ tasks: [failed] }, { tasks: [ended("t1", 0)] }],
    });
    const other = await go(once(0), { key: "f".repeat(64) });
    const revision = await go(once(0), {
      place: { ...request.place, taskDefinition: `${request.place["taskDefinition"]?.slice(0, -1)}8` },
    });
    const all = [await go(once(0)), again, other, revision].flatMap(({ aws }) => tokens(aws));
    expect(new Set(all).size).toBe(4);
  });
});

describe("a task that an interrupted update has left", () => {
  it("is awaited while it runs, and none is started beside it", async () => {
    const running = task("t0", { startedBy: OWN });
    const { aws, told, result } = await go({
      ...known([running], []),
      DescribeTasks: [{ tasks: [running] }, { tasks: [running] }, { tasks: [ended("t0", 0)] }],
      GetLogEvents: [page("a", RESULT), page("a")],
    });
    expect(result).toMatchObject({ exitCode: 0, summary: "3 tables proven" });
    expect(told[0]).toBe("Task t0 is there already.");
    expect(aws.inputs("RunTask")).toEqual([]);
  });

  it("is taken as it ended, where it ended well", async () => {
    const { aws, result } = await go({
      ...known([], [ended("t0", 3, { startedBy: OWN })]),
      GetLogEvents: [page("a", RESULT), page("a")],
    });
    expect(result).toMatchObject({ exitCode: 3, summary: "3 tables proven" });
    expect(aws.inputs("RunTask")).toEqual([]);
  });

  it("is started anew, where it failed or never ran", async () => {
    for (const old of [ended("t0", 1, { startedBy: OWN }), ended("t0", 0, { startedBy: OWN, containers: [] })]) {
      const { aws, result } = await go({
        ...once(0),
        ...known([], [old]),
        DescribeTasks: [{ tasks: [old] }, { tasks: [ended("t1", 0)] }],
      });
      expect(result).toMatchObject({ exitCode: 0 });
      expect(aws.inputs("RunTask")).toHaveLength(1);
    }
  });

  it("counts no more once a task of other inputs came after it: the database is another by now", async () => {
    const old = ended("t0", 0, { startedBy: OWN, createdAt: new Date(START - 60_000) });
    const later = ended("t9", 0, { startedBy: "lb-other" });
    const { aws } = await go({
      ...once(0),
      ...known([], [old, later]),
      DescribeTasks: [{ tasks: [old, later] }, { tasks: [ended("t1", 0)] }],
    });
    expect(aws.inputs("RunTask")).toHaveLength(1);
  });

  it("stops the update while it works on other inputs", async () => {
    const { aws, result } = await go(known([task("t9", { startedBy: "lb-other" })], []));
    expect(result).toMatchObject({ code: "STEP_BUSY" });
    expect(result).toHaveProperty("remedy", expect.stringContaining("--task t9"));
    expect(aws.inputs("RunTask")).toEqual([]);
  });

  it("is found on the second page of the list, and described a hundred at a time", async () => {
    const many = Array.from({ length: 150 }, (_, n) =>
      ended(`old${n}`, 1, { startedBy: "lb-x", createdAt: new Date(START - 1000 - n) }),
    );
    const good = ended("t0", 0, { startedBy: OWN });
    const { aws, result } = await go({
      ListTasks: [
        { taskArns: [] },
        { taskArns: many.slice(0, 100).map(({ taskArn: arn }) => arn), nextToken: "more" },
        ({ nextToken }) => ({ taskArns: nextToken === "more" ? [...many.slice(100), good].map((t) => t.taskArn) : [] }),
      ],
      DescribeTasks: [
        ({ tasks }) => ({ tasks: [...many, good].filter((t) => (tasks as string[]).includes(t.taskArn ?? "")) }),
      ],
      GetLogEvents: [page("a", RESULT), page("a")],
    });
    expect(result).toMatchObject({ exitCode: 0 });
    expect(aws.inputs("DescribeTasks").map(({ tasks }) => (tasks as string[]).length)).toEqual([100, 51, 1]);
  });
});

describe("a task that never ran", () => {
  const never = (stoppedReason: string) =>
    go(
      once(0, {
        DescribeTasks: [
          {
            tasks: [
              task("t1", {
                lastStatus: "STOPPED",
                desiredStatus: "STOPPED",
                stopCode: "TaskFailedToStart",
                stoppedReason,
              }),
            ],
          },
        ],
        GetLogEvents: [awsError("ResourceNotFoundException")],
      }),
    );

  it.each([
    ["CannotPullContainerError: image Manifest does not contain descriptor matching platform", "linux/amd64"],
    ["CannotPullContainerError: i/o timeout", "ecr.dkr"],
    [
      "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed",
      "Secrets Manager",
    ],
    ["ResourceInitializationError: failed to validate logger args", "CloudWatch Logs"],
    ["Unexpected EC2 error while attempting to Create Network Interface in subnet 'subnet-1'", "address"],
    ["TaskFailedToStart: EBS volume could not be attached", "gp3"],
    ["something new", "stopped task errors"],
  ])("says why and what helps: %s", async (reason, help) => {
    const { result } = await never(reason);
    expect(result).toMatchObject({ code: "STEP_NOT_STARTED" });
    expect(result).toHaveProperty("message", expect.stringContaining(reason));
    expect(result).toHaveProperty("remedy", expect.stringMatching(help));
  });

  it("is tried again for want of capacity, each time under a token of its own, five times", async () => {
    const { aws, result } = await go(
      once(0, { RunTask: [{ tasks: [], failures: [{ reason: "Capacity is unavailable at this time" }] }] }),
    );
    expect(result).toMatchObject({ code: "STEP_NOT_STARTED" });
    expect(result).toHaveProperty("remedy", expect.stringContaining("jobCpu"));
    expect(new Set(aws.inputs("RunTask").map(({ clientToken }) => clientToken)).size).toBe(5);
  });

  it("starts once there is capacity", async () => {
    const { result } = await go(
      once(0, { RunTask: [{ failures: [{ reason: "Capacity is unavailable" }] }, { tasks: [task("t1")] }] }),
    );
    expect(result).toMatchObject({ exitCode: 0 });
  });

  it("names the permissions that are missing", async () => {
    const { result } = await go(
      once(0, { RunTask: [awsError("AccessDeniedException", "not authorized to perform: iam:PassRole")] }),
    );
    expect(result).toMatchObject({ code: "STEP_NOT_STARTED" });
    expect(result).toHaveProperty("remedy", expect.stringContaining("iam:PassRole"));
  });
});

describe("a task that is ended from outside", () => {
  it("is stopped at its limit, its last lines are read, and the update fails", async () => {
    const running = task("t1", { startedAt: new Date(START) });
    let stopped = false;
    const { aws, result } = await go(
      once(0, {
        DescribeTasks: [() => ({ tasks: [stopped ? ended("t1", 143) : running] })],
        StopTask: [
          () => {
            stopped = true;
            return {};
          },
        ],
        GetLogEvents: [page("a", "half of it"), page("a")],
      }),
      { timeoutSeconds: 60 },
    );
    expect(result).toMatchObject({ code: "STEP_TIMEOUT" });
    expect(result).toHaveProperty("message", expect.stringContaining("half of it"));
    expect(aws.inputs("StopTask")).toMatchObject([{ cluster: "landbridge-prod", task: taskArn("t1") }]);
  });

  it("counts as done where it was done in its last two minutes", async () => {
    const running = task("t1", { startedAt: new Date(START - 120_000) });
    const { result } = await go(
      once(0, { DescribeTasks: [{ tasks: [running] }, { tasks: [ended("t1", 0)] }], StopTask: [{}] }),
      { timeoutSeconds: 60 },
    );
    expect(result).toMatchObject({ exitCode: 0 });
  });

  it("has its time from when it began to work, not from when it was asked for", async () => {
    const waited = task("t1", { createdAt: new Date(START - 120_000), startedAt: new Date(START) });
    const script = once(0, { DescribeTasks: [{ tasks: [waited] }, { tasks: [ended("t1", 0)] }] });
    const { aws, result } = await go(script, { timeoutSeconds: 60 });
    expect(result).toMatchObject({ exitCode: 0 });
    expect(aws.inputs("StopTask")).toEqual([]);
  });

  it("is not waited for for ever", async () => {
    const running = task("t1", { startedAt: new Date(START - 120_000) });
    const { result } = await go(once(0, { DescribeTasks: [{ tasks: [running] }], StopTask: [{}] }), {
      timeoutSeconds: 60,
    });
    expect(result).toMatchObject({ code: "STEP_TIMEOUT" });
  });

  it("says that it had too little memory", async () => {
    const killed = ended("t1", 137, {
      containers: [{ name: "job", exitCode: 137, reason: "OutOfMemoryError: Container killed due to memory usage" }],
    });
    const { result } = await go(once(0, { DescribeTasks: [{ tasks: [killed] }] }));
    expect(result).toMatchObject({ exitCode: 137 });
    expect(result).toHaveProperty("lastLines", expect.arrayContaining([expect.stringContaining("jobMemory")]));
  });

  it("says who ended it", async () => {
    const stopped = ended("t1", 143, { stopCode: "UserInitiated", stoppedReason: "Task stopped by user" });
    const { result } = await go(once(0, { DescribeTasks: [{ tasks: [stopped] }] }));
    expect(result).toHaveProperty("lastLines", expect.arrayContaining(["Task stopped by user"]));
  });
});

describe("a line to AWS that breaks", () => {
  const throttled = awsError("ThrottlingException", "Rate exceeded");

  it("is tried again where it was throttled, cut, or an error of AWS's own", async () => {
    const cut = Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
    const { result } = await go(
      once(0, {
        ListTasks: [throttled, cut, { taskArns: [] }],
        RunTask: [throttled, { tasks: [task("t1")] }],
        DescribeTasks: [awsError("ServerException", "oops", 500), throttled, { tasks: [ended("t1", 0)] }],
        GetLogEvents: [throttled, page("a", RESULT), page("a")],
      }),
    );
    expect(result).toMatchObject({ exitCode: 0, summary: "3 tables proven" });
  });

  it("is given up after some minutes, and the task is said to go on", async () => {
    const { aws, result } = await go(once(0, { DescribeTasks: [throttled] }));
    expect(result).toMatchObject({ code: "STEP_OUT_OF_SIGHT" });
    expect(aws.inputs("DescribeTasks")).toHaveLength(8);
    expect(aws.inputs("StopTask")).toEqual([]);
  });

  it.each(["ExpiredTokenException", "CredentialsProviderError", "UnrecognizedClientException"])(
    "for credentials that end in mid-copy (%s) leaves the task at work and says how to come back",
    async (name) => {
      const { aws, result } = await go(
        once(0, { DescribeTasks: [{ tasks: [task("t1")] }, awsError(name, "the token is over")] }),
      );
      expect(result).toMatchObject({ code: "STEP_OUT_OF_SIGHT" });
      expect(result).toHaveProperty("message", expect.stringMatching(/^Task t1 goes on.*credentials have expired/));
      expect(result).toHaveProperty("remedy", expect.stringContaining("pulumi up"));
      expect(aws.inputs("StopTask")).toEqual([]);
    },
  );

  it("for credentials that are over from the start says to log in", async () => {
    const { result } = await go({ ListTasks: [awsError("ExpiredTokenException", "over")] });
    expect(result).toMatchObject({ code: "AWS_CREDENTIALS" });
  });

  it("for a task that ECS has forgotten does not wait for ever", async () => {
    const { result } = await go(once(0, { DescribeTasks: [{ tasks: [], failures: [{ reason: "MISSING" }] }] }));
    expect(result).toMatchObject({ code: "STEP_OUT_OF_SIGHT" });
  });
});
