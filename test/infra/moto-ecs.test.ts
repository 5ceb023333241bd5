import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateClusterCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { containerDefinitions } from "../../infra/aws/job/container.ts";
import type { Aws } from "../../infra/job/ecs/aws.ts";
import { streamOf } from "../../infra/job/ecs/place.ts";
import { runOnEcs } from "../../infra/job/ecs/runner.ts";
import type { StepRequest } from "../../infra/job/runner.ts";
import { firstId, motoEnvironment, startMoto } from "../support/moto.ts";

const CLUSTER = "landbridge-test";
const LOG_GROUP = "/landbridge/test/job";

const moto = await startMoto();
let ecs: ECSClient;
let logs: CloudWatchLogsClient;
let taskDefinition = "";
let subnets = "";
let securityGroups = "";

beforeAll(async () => {
  if (moto === null) return;
  for (const [name, value] of Object.entries(motoEnvironment(moto.endpoint))) vi.stubEnv(name, value);
  ecs = new ECSClient({});
  logs = new CloudWatchLogsClient({});
  subnets = await firstId(moto.endpoint, "DescribeSubnets", "subnetId");
  securityGroups = await firstId(moto.endpoint, "DescribeSecurityGroups", "groupId");
  await ecs.send(new CreateClusterCommand({ clusterName: CLUSTER }));
  await logs.send(new CreateLogGroupCommand({ logGroupName: LOG_GROUP }));
  const containers = containerDefinitions({
    step: "copy",
    image: `123456789012.dkr.ecr.eu-central-1.amazonaws.com/job@sha256:${"a".repeat(64)}`,
    command: [],
    environment: { LANDBRIDGE_SCHEMA: "public" },
    secrets: { PGPASSWORD: "arn:aws:secretsmanager:eu-central-1:123456789012:secret:owner-1a2b3c:password::" },
    cpu: 2048,
    memory: 8192,
    logGroup: LOG_GROUP,
    region: "eu-central-1",
  });
  const registered = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: "landbridge-test-copy",
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: "2048",
      memory: "8192",
      volumes: [{ name: "work" }],
      containerDefinitions: JSON.parse(containers),
    }),
  );
  taskDefinition = registered.taskDefinition?.taskDefinitionArn ?? "";
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await moto?.stop();
});

const listed = async () => {
  const pages = await Promise.all(
    (["RUNNING", "STOPPED"] as const).map((desiredStatus) =>
      ecs.send(new ListTasksCommand({ cluster: CLUSTER, desiredStatus })),
    ),
  );
  return pages.flatMap(({ taskArns = [] }) => taskArns);
};

/** What the container would write, once the task is there; the emulator runs no container. */
const writeLog = async (taskArn: string): Promise<void> => {
  const stream = { logGroupName: LOG_GROUP, logStreamName: streamOf("copy", taskArn) };
  await logs.send(new CreateLogStreamCommand(stream)).catch(() => undefined);
  const result =
    'LANDBRIDGE_RESULT {"step":"copy","exitCode":0,"summary":"all proven","report":"s3://b/reports/r.html"}';
  const logEvents = ["copying", result].map((message) => ({ message, timestamp: Date.now() }));
  await logs.send(new PutLogEventsCommand({ ...stream, logEvents }));
};

const request = (key: string): StepRequest => ({
  step: "copy",
  environment: {},
  secrets: {},
  timeoutSeconds: 600,
  key,
  root: "/srv/app",
  place: {
    region: "eu-central-1",
    profile: "",
    cluster: CLUSTER,
    taskDefinition,
    subnets,
    securityGroups,
    logGroup: LOG_GROUP,
    volume: "",
  },
});

/** Without waiting; the log is written at the first pause. */
const aws = (): Aws => {
  let written = false;
  return {
    ecs,
    logs,
    now: Date.now,
    sleep: async () => {
      if (written) return;
      written = true;
      for (const arn of await listed()) await writeLog(arn);
    },
  };
};

describe.skipIf(moto === null)("a step on an emulated cluster", () => {
  const told: string[] = [];

  it("is registered, started, described to its end, and read from its log", async () => {
    const result = await runOnEcs(aws(), request("a".repeat(64)), (line) => told.push(line));
    expect(result).toMatchObject({ exitCode: 0, summary: "all proven", report: "s3://b/reports/r.html" });
    expect(told).toContain("copying");
    const arns = await listed();
    const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster: CLUSTER, tasks: arns }));
    expect(tasks).toMatchObject([{ startedBy: `lb-${"a".repeat(32)}`, lastStatus: "STOPPED" }]);
  });

  it("is not started again for the same inputs, and is for others", async () => {
    await runOnEcs(aws(), request("a".repeat(64)), (line) => told.push(line));
    expect(told).toContainEqual(expect.stringMatching(/is there already/));
    expect(await listed()).toHaveLength(1);
    await runOnEcs(aws(), request("b".repeat(64)), () => {});
    expect(await listed()).toHaveLength(2);
  });
});
