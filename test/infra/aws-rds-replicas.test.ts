import type { Output } from "@pulumi/pulumi";
import { RandomId } from "@pulumi/random";
import { describe, expect, it } from "vitest";
import { RdsPostgres } from "../../infra/aws/rds-postgres.ts";
import { RdsReplicas } from "../../infra/aws/rds-replicas.ts";
import { awsSettings, onAws } from "../support/aws-program.ts";
import { runProgram } from "../support/pulumi-program.ts";

const known = <T>(value: Output<T>): Promise<T> => new Promise((resolve) => void value.apply(resolve));

const up = async (config: Record<string, string>, preview = false) => {
  const settings = awsSettings(config);
  const { result, resources } = await runProgram(onAws(preview), () => {
    const primary = new RdsPostgres("database", { settings });
    // Stands for the copy.
    const copy = new RandomId("copy", { byteLength: 4 });
    return new RdsReplicas("replica", { settings, primary, after: [copy] });
  });
  const instances = resources.filter(({ type }) => type === "aws:rds/instance:Instance");
  return {
    result,
    resources,
    replicas: instances.filter(({ inputs }) => "replicateSourceDb" in inputs),
    primary: instances.find(({ inputs }) => !("replicateSourceDb" in inputs))!,
  };
};

describe.each([false, true])("read replicas (preview: %s)", (preview) => {
  it("are as many as the configuration says, each private, encrypted and tuned like the primary", async () => {
    const { replicas, primary } = await up({ replicas: "2" }, preview);
    expect(replicas.map(({ inputs }) => inputs["identifier"])).toEqual([
      "landbridge-prod-replica-1",
      "landbridge-prod-replica-2",
    ]);
    for (const { inputs } of replicas)
      expect(inputs).toMatchObject({
        replicateSourceDb: "landbridge-prod",
        publiclyAccessible: false,
        storageEncrypted: true,
        instanceClass: primary.inputs["instanceClass"],
        caCertIdentifier: primary.inputs["caCertIdentifier"],
        skipFinalSnapshot: true,
        backupRetentionPeriod: 0,
      });
  });

  it("come after the copy, and after the groups that their logs go to", async () => {
    const { replicas, resources } = await up({ replicas: "1" }, preview);
    const copy = resources.find(({ name }) => name === "copy")!;
    const logs = resources.filter(
      ({ type, name }) => type === "aws:cloudwatch/logGroup:LogGroup" && name.startsWith("replica-1"),
    );
    expect(logs).toHaveLength(2);
    expect(replicas[0]!.dependencies).toEqual(expect.arrayContaining([copy.urn, ...logs.map(({ urn }) => urn)]));
  });

  it("are not there while rows are copied in", async () => {
    const { replicas } = await up({ replicas: "2", phase: "load" }, preview);
    expect(replicas).toEqual([]);
  });
});

describe("read replicas", () => {
  it("can be taken away again while the primary stays protected", async () => {
    const { replicas, primary } = await up({ replicas: "1" });
    expect(replicas[0]).toMatchObject({ protect: false, inputs: { deletionProtection: false } });
    expect(primary).toMatchObject({ protect: true, inputs: { deletionProtection: true } });
  });

  it("are in the primary's security group and parameter group", async () => {
    const { replicas, primary } = await up({ replicas: "1" });
    expect(replicas[0]!.inputs["vpcSecurityGroupIds"]).toEqual(primary.inputs["vpcSecurityGroupIds"]);
    expect(replicas[0]!.inputs["parameterGroupName"]).toEqual(primary.inputs["parameterGroupName"]);
  });

  it("say where they are, and whether one of them waits for a reboot", async () => {
    const { result } = await up({ replicas: "2" });
    expect(await known(result.hosts)).toEqual([
      "landbridge-prod-replica-1.abc.eu-central-1.rds.amazonaws.com",
      "landbridge-prod-replica-2.abc.eu-central-1.rds.amazonaws.com",
    ]);
    expect(await known(result.pendingReboot)).toBe(true);
    expect(await known((await up({ replicas: "2", reboot: "true" })).result.pendingReboot)).toBe(false);
  });
});
