import { all, type Output, output, type Resource } from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { Fargate } from "../../infra/aws/job/fargate.ts";
import { jobSecurityGroup } from "../../infra/aws/job/network.ts";
import { readPlace } from "../../infra/job/ecs/place.ts";
import type { Placement } from "../../infra/job/job.ts";
import type { JobStep, StepName } from "../../infra/job/step.ts";
import { awsSettings, onAws } from "../support/aws-program.ts";
import { isMarkedSecret, type MockedProgram, type Registered, runProgram } from "../support/pulumi-program.ts";

const DIGEST = `sha256:${"a".repeat(64)}`;
const REPOSITORY = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/landbridge-prod/job";
const SECRET = "arn:aws:secretsmanager:eu-central-1:123456789012:secret";
const GIVEN = { jobImage: `${REPOSITORY}@${DIGEST}` };
const KEY = "arn:aws:kms:eu-central-1:123456789012:key/k";
const COMMAND = {
  schema: "command",
  migrationImage: "ghcr.io/team/app:1.2",
  migrationCommand: '["alembic","upgrade","head"]',
};

const mocked = (preview: boolean): MockedProgram => {
  const { state = () => ({}), calls = {} } = onAws(preview);
  return {
    preview,
    state: (resource) => {
      if (resource.type === "aws:ecr/repository:Repository")
        return { repositoryUrl: REPOSITORY, registryId: "123456789012", name: resource.inputs.name };
      if (resource.type === "docker-build:index:Image") return { digest: DIGEST };
      if (resource.name === "job-snapshot") return { address: "s3://bucket/snapshots/x.sqlite" };
      return state(resource);
    },
    calls: {
      ...calls,
      "aws:ecr/getAuthorizationToken:getAuthorizationToken": { userName: "AWS", password: "a-token-for-ecr" },
    },
  };
};

const step = (name: StepName): JobStep => ({
  name,
  environment: { LANDBRIDGE_TARGET: output("postgresql://app_owner@db/app"), LANDBRIDGE_SCHEMA: "public" },
  secrets: {
    PGPASSWORD: { arn: output(`${SECRET}:owner-1a2b3c:password::`) },
    ...(name === "init" ? { LANDBRIDGE_OWNER_PASSWORD: { arn: output(`${SECRET}:owner-1a2b3c:password::`) } } : {}),
  },
  triggers: { snapshot: "abc" },
  timeoutSeconds: 60,
});

interface Ran {
  readonly places: Readonly<Record<StepName, Readonly<Record<string, string>>>>;
  readonly resources: readonly Registered[];
  readonly source: string;
}

const snapshotOf = (bytes: number) => ({
  path: output("/var/data/app.sqlite"),
  sha256: output("f".repeat(64)),
  bytes: output(bytes),
});

/** The three steps and the tunnel, as the stack makes them. */
const run = async (
  config: Readonly<Record<string, string>> = {},
  { preview = false, bytes = 2 ** 30 }: { readonly preview?: boolean; readonly bytes?: number } = {},
): Promise<Ran> => {
  const settings = awsSettings(config);
  const { result, resources } = await runProgram(mocked(preview), () => {
    const group = jobSecurityGroup("job", settings);
    const fargate = new Fargate("job", {
      settings,
      securityGroupId: group.id,
      databaseSecurityGroupId: "sg-database",
    });
    const place = fargate.jobPlace(snapshotOf(bytes));
    const parent: Resource = fargate;
    const made: Partial<Record<StepName, Placement>> = {};
    for (const name of ["init", "command", "copy"] as const) made[name] = place.placement(step(name), parent);
    const tunnel = fargate.bastion({ host: "db.example", port: 5432 });
    return { made, source: place.source, tunnel };
  });
  const known = <T>(value: Output<T>): Promise<T> => new Promise((resolve) => void value.apply(resolve));
  if (preview) return { places: {} as Ran["places"], resources, source: "" };
  const places = await known(
    all(Object.fromEntries(Object.entries(result.made).map(([name, made]) => [name, made.place]))),
  );
  return { places: places as Ran["places"], resources, source: (await known(output(result.source))) ?? "" };
};

const TASK = "aws:ecs/taskDefinition:TaskDefinition";
const ofType = (resources: readonly Registered[], type: string) => resources.filter((one) => one.type === type);
const named = (resources: readonly Registered[], type: string, name: string): Registered["inputs"] => {
  const found = ofType(resources, type).find((one) => one.name === name);
  expect(found, `${type} ${name}`).toBeDefined();
  return found!.inputs;
};
const container = (resources: readonly Registered[], name: string): Record<string, unknown> =>
  JSON.parse(String(named(resources, TASK, name)["containerDefinitions"]))[0];

interface Document {
  readonly Statement: readonly {
    readonly Sid: string;
    readonly Action: string | string[];
    readonly Resource: string | string[];
    readonly Condition?: unknown;
  }[];
}
const policy = (resources: readonly Registered[], name: string): Document["Statement"] =>
  (JSON.parse(String(named(resources, "aws:iam/rolePolicy:RolePolicy", name)["policy"])) as Document).Statement;

describe.each([false, true])("the bucket (preview: %s)", (preview) => {
  it("is closed to everybody, encrypted, versioned, and reached by TLS alone", async () => {
    const { resources } = await run(GIVEN, { preview });
    const bucket = (kind: string) => named(resources, `aws:s3/${kind}`, "job-snapshots");
    expect(bucket("bucketPublicAccessBlock:BucketPublicAccessBlock")).toMatchObject({
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    expect(bucket("bucketOwnershipControls:BucketOwnershipControls")).toMatchObject({
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
    expect(bucket("bucketVersioning:BucketVersioning")).toMatchObject({
      versioningConfiguration: { status: "Enabled" },
    });
    expect(
      bucket("bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration")["rules"],
    ).toMatchObject([{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }]);
    if (preview) return;
    const { Statement } = JSON.parse(String(bucket("bucketPolicy:BucketPolicy")["policy"]));
    expect(Statement).toMatchObject([
      { Effect: "Deny", Principal: "*", Action: "s3:*", Condition: { Bool: { "aws:SecureTransport": "false" } } },
      { Effect: "Deny", Principal: "*", Action: "s3:*", Condition: { NumericLessThan: { "s3:TlsVersion": "1.2" } } },
    ]);
    expect(Statement[0].Resource).toEqual([expect.stringMatching(/job-snapshots$/), expect.stringMatching(/\/\*$/)]);
  });

  it("forgets snapshots and what killed uploads have left, and keeps reports", async () => {
    const { resources } = await run(GIVEN, { preview });
    const kind = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
    const rules = named(resources, kind, "job-snapshots")["rules"] as Record<string, unknown>[];
    expect(rules).toMatchObject([
      { status: "Enabled", filter: { prefix: "snapshots/" }, expiration: { days: 30 } },
      { status: "Enabled", filter: { prefix: "" }, abortIncompleteMultipartUpload: { daysAfterInitiation: 1 } },
    ]);
    expect(rules.filter(({ expiration }) => expiration !== undefined)).toHaveLength(1);
  });

  it("is protected as the database is, and emptied with the stack where it is not", async () => {
    for (const protect of ["true", "false"]) {
      const { resources } = await run({ ...GIVEN, protect }, { preview });
      const [bucket] = ofType(resources, "aws:s3/bucket:Bucket");
      expect([String(bucket?.protect), String(bucket?.inputs["forceDestroy"])]).toEqual([
        protect,
        protect === "true" ? "false" : "true",
      ]);
    }
  });
});

it("encrypts everything that is kept with the key that is given", async () => {
  const { resources, places } = await run({ kmsKeyArn: KEY }, { bytes: 300 * 2 ** 30 });
  const encryption = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
  expect(named(resources, encryption, "job-snapshots")["rules"]).toMatchObject([
    { applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: KEY }, bucketKeyEnabled: true },
  ]);
  expect(named(resources, "aws:ecr/repository:Repository", "job-image")["encryptionConfigurations"]).toEqual([
    { encryptionType: "KMS", kmsKey: KEY },
  ]);
  expect(JSON.parse(places.copy["volume"]!)).toMatchObject({ kmsKeyId: KEY });
  const using = ["job-copy", "job-copy-start", "job-copy-volume"].map((name) =>
    policy(resources, name).filter(({ Resource }) => Resource === KEY),
  );
  expect(using.map((statements) => statements.map(({ Action, Condition }) => ({ Action, Condition })))).toEqual([
    [
      {
        Action: ["kms:Decrypt", "kms:GenerateDataKey"],
        Condition: { StringEquals: { "kms:ViaService": "s3.eu-central-1.amazonaws.com" } },
      },
    ],
    [
      {
        Action: ["kms:Decrypt"],
        Condition: { StringEquals: { "kms:ViaService": "secretsmanager.eu-central-1.amazonaws.com" } },
      },
    ],
    [
      {
        Action: ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext"],
        Condition: { StringEquals: { "kms:ViaService": "ec2.eu-central-1.amazonaws.com" } },
      },
    ],
  ]);
});

describe.each([false, true])("the image (preview: %s)", (preview) => {
  it("is built from this checkout for Fargate's processors, scanned, and never at preview", async () => {
    const { resources } = await run({}, { preview });
    const [image] = ofType(resources, "docker-build:index:Image");
    expect(image?.inputs).toMatchObject({ platforms: ["linux/amd64"], push: true, buildOnPreview: false });
    expect(JSON.stringify(image?.inputs)).not.toContain(process.cwd());
    expect(named(resources, "aws:ecr/repository:Repository", "job-image")).toMatchObject({
      imageScanningConfiguration: { scanOnPush: true },
    });
    if (preview) return;
    expect(isMarkedSecret(image?.inputs["registries"])).toBe(true);
  });

  it("is not built where one is given, and then there is no repository", async () => {
    const { resources } = await run(GIVEN, { preview });
    expect(resources.filter(({ type }) => /docker-build|ecr/.test(type))).toEqual([]);
  });
});

it("takes the image by digest alone", async () => {
  const { resources } = await run();
  expect(container(resources, "job-copy")["image"]).toBe(`${REPOSITORY}@${DIGEST}`);
  await expect(run({ jobImage: `${REPOSITORY}:latest` })).rejects.toMatchObject({ code: "STACK_CONFIG" });
});

describe("the tasks", () => {
  it("run in the private subnets, as a user without powers, on a file system that is read-only but for the disk", async () => {
    const { resources, places } = await run(GIVEN);
    for (const name of ["init", "copy"] as const) {
      expect(readPlace(places[name])).toMatchObject({
        region: "eu-central-1",
        subnets: "subnet-1,subnet-2",
        securityGroups: "job-id",
      });
      expect(named(resources, TASK, `job-${name}`)).toMatchObject({
        networkMode: "awsvpc",
        requiresCompatibilities: ["FARGATE"],
        cpu: "2048",
        memory: "8192",
        volumes: [{ name: "work", configureAtLaunch: false }],
      });
      expect(container(resources, `job-${name}`)).toMatchObject({
        user: "1000:1000",
        readonlyRootFilesystem: true,
        stopTimeout: 120,
        cpu: 2048,
        memory: 8192,
        linuxParameters: { capabilities: { drop: ["ALL"] } },
        mountPoints: [{ sourceVolume: "work", containerPath: "/landbridge" }],
        logConfiguration: { logDriver: "awslogs", options: { "awslogs-stream-prefix": name } },
      });
    }
  });

  it("get their secrets by ARN, and nothing secret in the clear", async () => {
    const { resources } = await run(GIVEN);
    expect(container(resources, "job-init")).toMatchObject({
      secrets: [
        { name: "LANDBRIDGE_OWNER_PASSWORD", valueFrom: `${SECRET}:owner-1a2b3c:password::` },
        { name: "PGPASSWORD", valueFrom: `${SECRET}:owner-1a2b3c:password::` },
      ],
    });
    const settings = awsSettings(GIVEN);
    const byValue = runProgram(mocked(false), () => {
      const fargate = new Fargate("job", { settings, securityGroupId: "sg-1", databaseSecurityGroupId: "sg-2" });
      const secrets = { PGPASSWORD: { value: output("in-the-clear") } };
      fargate.jobPlace(null).placement({ ...step("init"), secrets }, fargate);
    });
    await expect(byValue).rejects.toThrow("in the clear");
  });

  it("write into the environment of the step the disk that they may write to", async () => {
    const { resources } = await run(GIVEN);
    expect(container(resources, "job-copy")["environment"]).toEqual([
      { name: "LANDBRIDGE_SCHEMA", value: "public" },
      { name: "LANDBRIDGE_TARGET", value: "postgresql://app_owner@db/app" },
      { name: "LANDBRIDGE_WORK", value: "/landbridge" },
      { name: "TMPDIR", value: "/landbridge" },
    ]);
  });

  it("run the application's migration in its own image, with no powers in AWS", async () => {
    const { resources } = await run({ ...GIVEN, ...COMMAND });
    expect(container(resources, "job-command")).toMatchObject({
      image: "ghcr.io/team/app:1.2",
      command: ["alembic", "upgrade", "head"],
    });
    expect(container(resources, "job-command")).not.toHaveProperty("readonlyRootFilesystem");
    expect(policy(resources, "job-command-start").map(({ Sid }) => Sid)).toEqual(["WriteItsLog", "ReadItsSecrets"]);
    for (const name of ["job-init", "job-command"])
      expect(named(resources, TASK, name)).not.toHaveProperty("taskRoleArn");
  });

  it("have a disk for the snapshot, or a volume where it is large", async () => {
    const small = await run(GIVEN, { bytes: 50 * 2 ** 30 });
    expect(named(small.resources, TASK, "job-copy")).toMatchObject({ ephemeralStorage: { sizeInGib: 65 } });
    expect(small.places.copy["volume"]).toBe("");
    const large = await run(GIVEN, { bytes: 500 * 2 ** 30 });
    expect(named(large.resources, TASK, "job-copy")).toMatchObject({
      ephemeralStorage: { sizeInGib: 21 },
      volumes: [{ name: "work", configureAtLaunch: true }],
    });
    expect(JSON.parse(large.places.copy["volume"]!)).toEqual({
      name: "work",
      sizeInGiB: 555,
      roleArn: expect.stringContaining("job-copy-volume"),
      kmsKeyId: null,
    });
    expect(large.places.init["volume"]).toBe("");
  });

  it("are made at preview, too", async () => {
    const { resources } = await run(GIVEN, { preview: true });
    expect(
      ofType(resources, TASK)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["job-bastion", "job-command", "job-copy", "job-init"]);
  });
});

describe("least privilege", () => {
  it("the copy reads snapshots and writes reports, and nothing else", async () => {
    const { resources } = await run(GIVEN);
    const bucket = "arn:aws:any:eu-central-1:123456789012:job-snapshots";
    expect(policy(resources, "job-copy")).toMatchObject([
      { Action: "s3:GetObject", Resource: `${bucket}/snapshots/*` },
      { Action: ["s3:PutObject", "s3:AbortMultipartUpload"], Resource: `${bucket}/reports/*` },
    ]);
  });

  it("what starts a task pulls its image, writes its log and reads its very secrets", async () => {
    const { resources } = await run(GIVEN);
    expect(policy(resources, "job-copy-start")).toMatchObject([
      { Action: "ecr:GetAuthorizationToken", Resource: "*" },
      { Sid: "PullTheImage", Resource: "arn:aws:ecr:eu-central-1:123456789012:repository/landbridge-prod/job" },
      { Sid: "WriteItsLog", Resource: expect.stringMatching(/:job:\*$/) },
      { Action: "secretsmanager:GetSecretValue", Resource: [`${SECRET}:owner-1a2b3c`] },
    ]);
    expect(policy(resources, "job-bastion-start").map(({ Sid }) => Sid)).not.toContain("ReadItsSecrets");
  });

  it("has no resource * but where AWS takes nothing else, and no action *", async () => {
    const { resources } = await run({ kmsKeyArn: KEY }, { bytes: 500 * 2 ** 30 });
    const statements = ofType(resources, "aws:iam/rolePolicy:RolePolicy").flatMap(
      ({ inputs }) => (JSON.parse(String(inputs["policy"])) as Document).Statement,
    );
    expect(statements.length).toBeGreaterThan(10);
    const everywhere = statements.filter(({ Resource }) => [Resource].flat().includes("*"));
    expect(new Set(everywhere.flatMap(({ Action }) => Action).map((action) => action.replace(/:.*/, "")))).toEqual(
      new Set(["ecr", "ssmmessages"]),
    );
    expect(everywhere.flatMap(({ Action }) => Action).filter((action) => action.startsWith("ecr:"))).toEqual(
      expect.arrayContaining(["ecr:GetAuthorizationToken"]),
    );
    expect(statements.flatMap(({ Action }) => Action).filter((action) => action.includes("*"))).toEqual([]);
  });

  it("roles are taken on by tasks of this account alone", async () => {
    const { resources } = await run(GIVEN);
    const roles = ofType(resources, "aws:iam/role:Role");
    expect(roles.length).toBeGreaterThan(5);
    for (const { name, inputs } of roles) {
      const { Statement } = JSON.parse(String(inputs["assumeRolePolicy"]));
      const service = name.endsWith("-volume") ? "ecs.amazonaws.com" : "ecs-tasks.amazonaws.com";
      expect(Statement).toMatchObject([
        { Principal: { Service: service }, Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } } },
      ]);
    }
  });

  it("the network lets nobody in, and the job out to the database and to AWS by HTTPS", async () => {
    const { resources } = await run(GIVEN);
    const [group] = ofType(resources, "aws:ec2/securityGroup:SecurityGroup");
    expect(group?.inputs).not.toHaveProperty("ingress");
    expect(group?.inputs).not.toHaveProperty("egress");
    expect(resources.filter(({ type }) => type.includes("IngressRule"))).toEqual([]);
    const rules = ofType(resources, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule");
    expect(rules.map(({ inputs }) => inputs)).toMatchObject([
      { fromPort: 5432, toPort: 5432, ipProtocol: "tcp", referencedSecurityGroupId: "sg-database" },
      { fromPort: 443, toPort: 443, ipProtocol: "tcp", cidrIpv4: "0.0.0.0/0" },
    ]);
  });
});

describe("the snapshot", () => {
  it("is uploaded under its hash before the copy, again where the copy is about something else, and not at preview", async () => {
    const { resources, places, source } = await run(GIVEN);
    expect(source).toBe(`s3://job-snapshots-id/snapshots/${"f".repeat(64)}.sqlite`);
    expect(places.copy["uploaded"]).toBe("s3://bucket/snapshots/x.sqlite");
    expect(places.init).not.toHaveProperty("uploaded");
    const upload = resources.find(({ name }) => name === "job-snapshot");
    expect(upload?.inputs).toMatchObject({
      bucket: "job-snapshots-id",
      region: "eu-central-1",
      path: "/var/data/app.sqlite",
      sha256: "f".repeat(64),
      bytes: 2 ** 30,
      copy: { snapshot: "abc" },
    });
  });

  it("is nothing where nothing is copied", async () => {
    const settings = awsSettings(GIVEN);
    const { resources } = await runProgram(mocked(false), () => {
      const fargate = new Fargate("job", { settings, securityGroupId: "sg-1", databaseSecurityGroupId: "sg-2" });
      const place = fargate.jobPlace(null);
      place.placement(step("init"), fargate);
      expect(place.source).toBeUndefined();
    });
    expect(resources.filter(({ name }) => name === "job-snapshot")).toEqual([]);
  });
});

describe("the tunnel's task", () => {
  it("may open Session Manager's channels and nothing else, has no secret, and ends by itself", async () => {
    const { resources } = await run(GIVEN);
    expect(policy(resources, "job-bastion").flatMap(({ Action }) => Action)).toEqual([
      "ssmmessages:CreateControlChannel",
      "ssmmessages:CreateDataChannel",
      "ssmmessages:OpenControlChannel",
      "ssmmessages:OpenDataChannel",
    ]);
    expect(container(resources, "job-bastion")).toMatchObject({ secrets: [], environment: [], user: "1000:1000" });
    expect(container(resources, "job-bastion")["command"]).toEqual(["node", "-e", "setTimeout(() => {}, 28800000)"]);
    expect(named(resources, TASK, "job-bastion")).toMatchObject({ cpu: "256", memory: "512" });
  });
});

it("says what to do where the settings of a step are more than ECS takes", async () => {
  const { containerDefinitions } = await import("../../infra/aws/job/container.ts");
  const args = {
    step: "init",
    image: "i",
    command: [],
    secrets: {},
    cpu: 256,
    memory: 1024,
    logGroup: "g",
    region: "r",
  };
  const environment = { LANDBRIDGE_INIT_SQL: "x".repeat(64_000) };
  expect(() => containerDefinitions({ ...args, step: "init", environment })).toThrow("Shorten initSql");
});
