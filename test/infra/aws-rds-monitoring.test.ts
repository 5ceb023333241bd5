import { output } from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { alarmsOf } from "../../infra/aws/alarms.ts";
import { RdsMonitoring } from "../../infra/aws/rds-monitoring.ts";
import { RdsPostgres } from "../../infra/aws/rds-postgres.ts";
import { RdsReplicas } from "../../infra/aws/rds-replicas.ts";
import { awsSettings, onAws } from "../support/aws-program.ts";
import { runProgram } from "../support/pulumi-program.ts";

const CLUSTER = "arn:aws:ecs:eu-central-1:123456789012:cluster/job";

const up = async (config: Record<string, string> = {}, { preview = false, cluster = true } = {}) => {
  const settings = awsSettings(config);
  const { resources } = await runProgram(onAws(preview), () => {
    const primary = new RdsPostgres("database", { settings });
    const replicas = new RdsReplicas("replica", { settings, primary, after: [] });
    return new RdsMonitoring("watch", {
      settings,
      primary: primary.instance,
      replicas: replicas.instances,
      ...(cluster ? { clusterArn: output(CLUSTER) } : {}),
    });
  });
  const ofType = (type: string) => resources.filter((resource) => resource.type === type);
  return {
    ofType,
    alarms: ofType("aws:cloudwatch/metricAlarm:MetricAlarm"),
    topics: ofType("aws:sns/topic:Topic"),
  };
};

describe.each([false, true])("alarms (preview: %s)", (preview) => {
  it("watch processor, storage, memory, connections, disk and transaction ids of the database", async () => {
    const { alarms } = await up({}, { preview });
    expect(alarms.map(({ inputs }) => inputs["metricName"])).toEqual([
      "CPUUtilization",
      "FreeStorageSpace",
      "FreeableMemory",
      "DatabaseConnections",
      "DiskQueueDepth",
      "MaximumUsedTransactionIDs",
    ]);
    for (const { inputs } of alarms)
      expect(inputs).toMatchObject({
        namespace: "AWS/RDS",
        dimensions: { DBInstanceIdentifier: "landbridge-prod" },
        actionsEnabled: true,
        period: 300,
      });
  });

  it("watch how far each replica lags behind", async () => {
    const { alarms } = await up({ replicas: "2" }, { preview });
    const lag = alarms.filter(({ inputs }) => inputs["metricName"] === "ReplicaLag");
    expect(lag.map(({ inputs }) => inputs["dimensions"])).toEqual([
      { DBInstanceIdentifier: "landbridge-prod-replica-1" },
      { DBInstanceIdentifier: "landbridge-prod-replica-2" },
    ]);
  });
});

describe("alarms", () => {
  it("all tell the topic, when it begins and when it is over", async () => {
    const { alarms } = await up({ replicas: "1", alarmTopicArn: "arn:aws:sns:mine" });
    expect(alarms).toHaveLength(12);
    for (const { inputs } of alarms)
      expect(inputs).toMatchObject({ alarmActions: ["arn:aws:sns:mine"], okActions: ["arn:aws:sns:mine"] });
  });

  it("do not call a machine busy that is copying rows in, but do call a disk full", async () => {
    const { alarms } = await up({ phase: "load" });
    const quiet = alarms.filter(({ inputs }) => inputs["actionsEnabled"] === false);
    expect(quiet.map(({ inputs }) => inputs["metricName"])).toEqual(["CPUUtilization", "DiskQueueDepth"]);
  });

  it.each([
    [100, 1, 82],
    [500, 64, 422],
  ])("of %i connections on %i GiB of memory come before it is too late", (maxConnections, gib, connections) => {
    const alarms = alarmsOf({
      memoryBytes: gib * 2 ** 30,
      allocatedGib: 100,
      maxConnections,
      replica: false,
      loading: false,
    });
    const threshold = (key: string) => alarms.find((alarm) => alarm.key === key);
    expect(threshold("connections")).toMatchObject({ comparison: "GreaterThanThreshold", threshold: connections });
    expect(threshold("memory")).toMatchObject({
      comparison: "LessThanThreshold",
      threshold: Math.round(gib * 53_687_091.2),
    });
    expect(threshold("storage")).toMatchObject({ comparison: "LessThanThreshold", threshold: 5 * 2 ** 30 });
    expect(threshold("transaction-ids")).toMatchObject({ comparison: "GreaterThanThreshold", threshold: 1e9 });
  });
});

describe("the topic", () => {
  it("is the stack's own, encrypted with a key that CloudWatch and EventBridge of this account may use", async () => {
    const { ofType, topics } = await up();
    expect(topics).toHaveLength(1);
    expect(topics[0]!.inputs["kmsMasterKeyId"]).toMatch(/^arn:/);
    const [key] = ofType("aws:kms/key:Key");
    expect(key!.inputs["enableKeyRotation"]).toBe(true);
    expect(JSON.parse(key!.inputs["policy"] as string).Statement[1]).toMatchObject({
      Principal: { Service: ["cloudwatch.amazonaws.com", "events.amazonaws.com"] },
      Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
      Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
    });
    const [policy] = ofType("aws:sns/topicPolicy:TopicPolicy");
    const { Statement } = JSON.parse(policy!.inputs["policy"] as string);
    expect(Statement[0]).toMatchObject({
      Effect: "Allow",
      Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
    });
    expect(Statement[1]).toMatchObject({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } });
  });

  it("is the one that the configuration names, and then nothing is made", async () => {
    const { ofType, topics } = await up({ alarmTopicArn: "arn:aws:sns:mine" });
    expect([...topics, ...ofType("aws:kms/key:Key")]).toEqual([]);
  });

  it("writes to the address that is given", async () => {
    const { ofType } = await up({ alarmEmail: "dba@example.org" });
    expect(ofType("aws:sns/topicSubscription:TopicSubscription").map(({ inputs }) => inputs)).toMatchObject([
      { protocol: "email", endpoint: "dba@example.org" },
    ]);
    expect((await up()).ofType("aws:sns/topicSubscription:TopicSubscription")).toEqual([]);
  });
});

describe("a failed job", () => {
  it("is told: a task of the cluster that ends with neither 0 nor 3, or does not start", async () => {
    const { ofType } = await up({ alarmTopicArn: "arn:aws:sns:mine" });
    const [rule] = ofType("aws:cloudwatch/eventRule:EventRule");
    expect(JSON.parse(rule!.inputs["eventPattern"] as string)).toEqual({
      source: ["aws.ecs"],
      "detail-type": ["ECS Task State Change"],
      detail: {
        clusterArn: [CLUSTER],
        lastStatus: ["STOPPED"],
        $or: [
          { containers: { exitCode: [{ "anything-but": [0, 3] }] }, stopCode: [{ "anything-but": "UserInitiated" }] },
          { stopCode: ["TaskFailedToStart"] },
        ],
      },
    });
    const [target] = ofType("aws:cloudwatch/eventTarget:EventTarget");
    expect(target!.inputs["arn"]).toBe("arn:aws:sns:mine");
  });

  it("is nobody's affair where the job does not run on ECS", async () => {
    const { ofType } = await up({}, { cluster: false });
    expect(ofType("aws:cloudwatch/eventRule:EventRule")).toEqual([]);
  });
});

describe("the dashboard", () => {
  it("shows the primary and its replicas side by side, in the region that they are in", async () => {
    const { ofType } = await up({ replicas: "1" });
    const [dashboard] = ofType("aws:cloudwatch/dashboard:Dashboard");
    expect(dashboard!.inputs["dashboardName"]).toBe("landbridge-prod");
    const { widgets } = JSON.parse(dashboard!.inputs["dashboardBody"] as string);
    expect(widgets[0].properties).toMatchObject({
      region: "eu-central-1",
      metrics: [
        ["AWS/RDS", "CPUUtilization", "DBInstanceIdentifier", "landbridge-prod"],
        ["AWS/RDS", "CPUUtilization", "DBInstanceIdentifier", "landbridge-prod-replica-1"],
      ],
    });
  });
});
