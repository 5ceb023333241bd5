import type {
  ResourceValidation,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationArgs,
  StackValidationPolicy,
} from "@pulumi/policy";
import { describe, expect, it } from "vitest";
import { awsStack } from "../../infra/aws/stack.ts";
import { policies } from "../../infra/policy/policies.ts";
import { unguardedBuckets } from "../../infra/policy/rules/bucket.ts";
import { awsSettings, onAws } from "../support/aws-program.ts";
import { runProgram } from "../support/pulumi-program.ts";

interface Planned {
  readonly type: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly protect: boolean;
}

const perResource = policies.filter((policy): policy is ResourceValidationPolicy => "validateResource" in policy);

/** What the engine would be told, as `policy: violation`. */
const judged = async ({ type, inputs, protect }: Planned): Promise<string[]> => {
  const told: string[] = [];
  for (const policy of perResource) {
    const args = { type, props: inputs, opts: { protect } } as unknown as ResourceValidationArgs;
    await (policy.validateResource as ResourceValidation)(args, (violation) =>
      told.push(`${policy.name}: ${violation}`),
    );
  }
  return told;
};

describe("the pack", () => {
  it("tells the engine each violation under the name of its policy", async () => {
    const inputs = { storageEncrypted: false, publiclyAccessible: true, backupRetentionPeriod: 1, multiAz: true };
    expect(await judged({ type: "aws:rds/instance:Instance", inputs, protect: true })).toEqual([
      "database-encrypted: Its storage is not encrypted.",
      "database-private: It is publicly accessible.",
      "database-protected: Its deletion protection is off while the stack's protect is on.",
      "database-backed-up: Its backups are kept for 1 days; 7 at least.",
    ]);
  });

  it("has names that differ, and refuses but for what it says is advice", () => {
    const names = policies.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(policies.filter(({ enforcementLevel }) => enforcementLevel !== "mandatory").map(({ name }) => name)).toEqual(
      ["production-protected", "postgres-container-behind-tls"],
    );
  });

  it("tells of a bucket by its URN what does not stand beside it", async () => {
    const policy = policies.find((each): each is StackValidationPolicy => "validateStack" in each)!;
    const told: (string | undefined)[][] = [];
    const resources = [
      { type: "aws:s3/bucket:Bucket", urn: "urn:bucket", props: {}, opts: {}, propertyDependencies: {} },
      {
        type: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        urn: "urn:block",
        props: {},
        opts: {},
        propertyDependencies: { bucket: [{ urn: "urn:bucket" }] },
      },
    ];
    await policy.validateStack({ resources } as unknown as StackValidationArgs, (...violation) => told.push(violation));
    expect(told).toEqual([["It has no encryption of its own choice.", "urn:bucket"]]);
  });
});

describe("the stack on AWS", () => {
  const IMAGE = `registry.example.org/landbridge@sha256:${"0".repeat(64)}`;

  const stack = async (config: Record<string, string>) => {
    const settings = awsSettings({ source: "none", jobImage: IMAGE, ...config });
    const { resources } = await runProgram(onAws(false), () => awsStack(settings));
    const buckets = unguardedBuckets(
      resources.map(({ type, urn, inputs, protect }) => ({
        type,
        urn,
        protect,
        props: inputs,
        dependencies: (property) =>
          resources.filter(({ name }) => inputs[property] === `${name}-id`).map((other) => other.urn),
      })),
    );
    const told = (await Promise.all(resources.map(judged))).flat();
    return { resources, told: [...told, ...buckets.map(({ missing }) => `bucket-guarded: ${missing}`)] };
  };

  it.each<[Record<string, string>]>([
    [{}],
    [{ phase: "load" }],
    [{ replicas: "2", proxy: "true", allowedCidrs: "10.0.0.0/8" }],
    [{ environment: "staging", multiAz: "false", backupRetentionDays: "1" }],
    [{ environment: "dev", multiAz: "false", protect: "false" }],
  ])("with %j has nothing that its own policies refuse", async (config) => {
    const { resources, told } = await stack(config);
    expect(resources.some(({ type }) => type === "aws:s3/bucket:Bucket")).toBe(true);
    expect(told).toEqual([]);
  });

  it.each<[Record<string, string>, string]>([
    [{ multiAz: "false" }, "database-standby"],
    [{ backupRetentionDays: "3" }, "database-backed-up"],
    [{ protect: "false" }, "production-protected"],
    [{ allowedCidrs: "64.0.0.0/2" }, "security-group-named-sources"],
  ])("with %j in production is refused by %s", async (config, policy) => {
    expect((await stack(config)).told.map((told) => told.split(":")[0])).toEqual([policy]);
  });
});
