import { describe, expect, it } from "vitest";
import { bucketRules, type StackResource, unguardedBuckets } from "../../infra/policy/rules/bucket.ts";
import { databaseRules } from "../../infra/policy/rules/database.ts";
import { isOpenToStrangers, networkRules } from "../../infra/policy/rules/network.ts";

const RULES = [...databaseRules, ...networkRules, ...bucketRules];

/** Names of the rules that refuse it. */
const refusedBy = (type: string, props: Record<string, unknown>, protect = false): string[] =>
  RULES.filter(({ check }) => check({ type, props, protect }).length > 0).map(({ name }) => name);

const INSTANCE = "aws:rds/instance:Instance";
const tags = (environment: string, phase: string) => ({
  "landbridge:environment": environment,
  "landbridge:phase": phase,
});
const SERVING = {
  storageEncrypted: true,
  publiclyAccessible: false,
  deletionProtection: true,
  backupRetentionPeriod: 14,
  multiAz: true,
  skipFinalSnapshot: false,
  tags: tags("prod", "serve"),
};
const LOADING = { ...SERVING, backupRetentionPeriod: 1, multiAz: false, tags: tags("prod", "load") };
const DEV = {
  ...SERVING,
  backupRetentionPeriod: 1,
  multiAz: false,
  skipFinalSnapshot: true,
  tags: tags("dev", "serve"),
};
const REPLICA = {
  replicateSourceDb: "primary",
  storageEncrypted: true,
  backupRetentionPeriod: 0,
  skipFinalSnapshot: true,
  deletionProtection: false,
  tags: tags("prod", "serve"),
};
const { tags: _, ...UNTAGGED } = LOADING;

describe("a database", () => {
  it.each<[string, Record<string, unknown>, boolean, string[]]>([
    ["that serves production as it should", SERVING, true, []],
    ["that is being loaded", LOADING, true, []],
    ["for trying things out", DEV, true, []],
    ["that is a read replica", REPLICA, false, []],
    ["without encryption", { ...SERVING, storageEncrypted: false }, true, ["database-encrypted"]],
    ["that says nothing of encryption", { ...SERVING, storageEncrypted: undefined }, true, ["database-encrypted"]],
    ["whose replica is not encrypted", { ...REPLICA, storageEncrypted: false }, false, ["database-encrypted"]],
    ["on the internet", { ...SERVING, publiclyAccessible: true }, true, ["database-private"]],
    ["whose replica is on the internet", { ...REPLICA, publiclyAccessible: true }, false, ["database-private"]],
    ["that AWS would delete", { ...SERVING, deletionProtection: false }, true, ["database-protected"]],
    ["that is being taken down", { ...SERVING, deletionProtection: false }, false, ["production-protected"]],
    ["for trying things out, unprotected", { ...DEV, deletionProtection: false }, false, []],
    ["without backups", { ...DEV, backupRetentionPeriod: 0 }, true, ["database-backed-up"]],
    ["that says nothing of backups", { ...DEV, backupRetentionPeriod: undefined }, true, ["database-backed-up"]],
    ["without backups while loading", { ...LOADING, backupRetentionPeriod: 0 }, true, ["database-backed-up"]],
    ["with a day of backups in production", { ...SERVING, backupRetentionPeriod: 1 }, true, ["database-backed-up"]],
    ["with six days of them", { ...SERVING, backupRetentionPeriod: 6 }, true, ["database-backed-up"]],
    ["with seven", { ...SERVING, backupRetentionPeriod: 7 }, true, []],
    ["without a final snapshot", { ...SERVING, skipFinalSnapshot: true }, true, ["database-backed-up"]],
    ["in one zone in production", { ...SERVING, multiAz: false }, true, ["database-standby"]],
    [
      "that has kept the load phase's settings while serving",
      { ...LOADING, tags: tags("prod", "serve") },
      true,
      ["database-backed-up", "database-standby"],
    ],
    ["that nobody has tagged counts as production", UNTAGGED, true, ["database-backed-up", "database-standby"]],
  ])("%s", (_title, props, protect, expected) => {
    expect(refusedBy(INSTANCE, props, protect)).toEqual(expected);
  });
});

describe("a parameter group", () => {
  const GROUP = "aws:rds/parameterGroup:ParameterGroup";
  it.each<[Record<string, unknown>, string[]]>([
    [{ family: "postgres18", parameters: [{ name: "rds.force_ssl", value: "1" }] }, []],
    [{ family: "postgres18", parameters: [{ name: "rds.force_ssl", value: "0" }] }, ["parameter-group-tls"]],
    [{ family: "postgres18", parameters: [] }, ["parameter-group-tls"]],
    [{ family: "postgres18" }, ["parameter-group-tls"]],
    [{ family: "mysql8.4" }, []],
  ])("%j is refused by %j", (props, expected) => {
    expect(refusedBy(GROUP, props)).toEqual(expected);
  });
});

describe("RDS Proxy", () => {
  it.each([
    [{ requireTls: true }, []],
    [{ requireTls: false }, ["proxy-tls"]],
    [{}, ["proxy-tls"]],
  ])("%j is refused by %j", (props, expected) => {
    expect(refusedBy("aws:rds/proxy:Proxy", props)).toEqual(expected);
  });
});

describe("a security group", () => {
  const RULE = ["security-group-named-sources"];
  it.each<[string, Record<string, unknown>, string[]]>([
    ["aws:ec2/securityGroup:SecurityGroup", { ingress: [{ cidrBlocks: ["10.0.0.0/8"] }] }, []],
    ["aws:ec2/securityGroup:SecurityGroup", { ingress: [{ cidrBlocks: ["10.0.0.0/8", "0.0.0.0/0"] }] }, RULE],
    ["aws:ec2/securityGroup:SecurityGroup", { ingress: [{ ipv6CidrBlocks: ["::/0"] }] }, RULE],
    ["aws:ec2/securityGroup:SecurityGroup", { egress: [{ cidrBlocks: ["0.0.0.0/0"] }] }, []],
    ["aws:ec2/securityGroup:SecurityGroup", {}, []],
    ["aws:ec2/securityGroupRule:SecurityGroupRule", { type: "ingress", cidrBlocks: ["0.0.0.0/0"] }, RULE],
    ["aws:ec2/securityGroupRule:SecurityGroupRule", { type: "egress", cidrBlocks: ["0.0.0.0/0"] }, []],
    ["aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", { cidrIpv4: "0.0.0.0/0" }, RULE],
    ["aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", { cidrIpv6: "::/0" }, RULE],
    ["aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", { cidrIpv4: "192.168.0.0/16" }, []],
    ["aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", { referencedSecurityGroupId: "sg-1" }, []],
    ["aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", { cidrIpv4: "0.0.0.0/0" }, []],
  ])("%s with %j is refused by %j", (type, props, expected) => {
    expect(refusedBy(type, props)).toEqual(expected);
  });

  it.each([
    ["0.0.0.0/1", true],
    ["128.0.0.0/1", true],
    ["10.0.0.0/8", false],
    ["203.0.113.7/32", false],
    ["2000::/3", true],
    ["fc00::/7", false],
    ["fd12:3456::/32", false],
  ])("of %s, has strangers in it: %s", (cidr, expected) => {
    expect(isOpenToStrangers(cidr)).toBe(expected);
  });
});

describe("a bucket", () => {
  const BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
  const closed = {
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  };

  it.each([
    [BLOCK, closed, []],
    [BLOCK, { ...closed, blockPublicPolicy: false }, ["bucket-private"]],
    [BLOCK, {}, ["bucket-private"]],
    ["aws:s3/bucket:Bucket", {}, []],
    ["aws:s3/bucket:Bucket", { acl: "private" }, []],
    ["aws:s3/bucket:Bucket", { acl: "public-read" }, ["bucket-private"]],
    ["aws:s3/bucketAcl:BucketAcl", { acl: "public-read-write" }, ["bucket-private"]],
  ])("%s with %j is refused by %j", (type, props, expected) => {
    expect(refusedBy(type, props)).toEqual(expected);
  });

  const resource = (type: string, urn: string, bucket: readonly string[] = []): StackResource => ({
    type,
    urn,
    props: {},
    protect: false,
    dependencies: (property) => (property === "bucket" ? bucket : []),
  });

  it("has its encryption and its public access block beside it, its own and not another's", () => {
    const encryption = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
    expect(
      unguardedBuckets([
        resource("aws:s3/bucket:Bucket", "good"),
        resource(BLOCK, "block", ["good"]),
        resource(encryption, "encryption", ["good"]),
        resource("aws:s3/bucket:Bucket", "bad"),
      ]),
    ).toEqual([
      { urn: "bad", missing: "It has no public access block." },
      { urn: "bad", missing: "It has no encryption of its own choice." },
    ]);
  });
});

describe("a PostgreSQL container", () => {
  const RULE = ["postgres-container-behind-tls"];
  const port = (ip?: string, internal = 5432) => ({ internal, external: 5432, ...(ip === undefined ? {} : { ip }) });
  it.each<[Record<string, unknown>, string[]]>([
    [{ ports: [port("127.0.0.1")], command: ["postgres"] }, []],
    [{ ports: [port("0.0.0.0")], command: ["postgres"] }, RULE],
    [{ ports: [port("10.1.2.3")], command: ["postgres"] }, RULE],
    [{ ports: [port()], command: ["postgres"] }, RULE],
    [{ ports: [port("0.0.0.0")], command: ["postgres", "-c", "ssl=on"] }, []],
    [{ ports: [port("0.0.0.0", 80)] }, []],
    [{}, []],
  ])("%j is refused by %j", (props, expected) => {
    expect(refusedBy("docker:index/container:Container", props)).toEqual(expected);
  });

  it("is only advised", () => {
    expect(networkRules.find(({ name }) => name === RULE[0])!.level).toBe("advisory");
  });
});
