import { isSecret, type Output, output } from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import type { RdsSettings } from "../../infra/aws/instance.ts";
import { RdsPostgres, type RdsPostgresArgs } from "../../infra/aws/rds-postgres.ts";
import { awsSettings, GENERATED, onAws } from "../support/aws-program.ts";
import { isMarkedSecret, type Registered, runProgram, withoutSecrets } from "../support/pulumi-program.ts";

const up = (settings: RdsSettings, args: Partial<RdsPostgresArgs> = {}, preview = false, region?: string) =>
  runProgram(onAws(preview, region), () => new RdsPostgres("database", { settings, ...args }));

const INSTANCE = "aws:rds/instance:Instance";
const GROUP = "aws:rds/parameterGroup:ParameterGroup";
const SECURITY_GROUP = "aws:ec2/securityGroup:SecurityGroup";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const SECRET = "aws:secretsmanager/secret:Secret";
const SECRET_VERSION = "aws:secretsmanager/secretVersion:SecretVersion";

const ofType = (resources: readonly Registered[], type: string) =>
  resources.filter((resource) => resource.type === type);
const only = (resources: readonly Registered[], type: string): Registered => {
  const found = ofType(resources, type);
  expect(found.map(({ name }) => name)).toHaveLength(1);
  return found[0]!;
};
const known = <T>(value: Output<T>): Promise<T> => new Promise((resolve) => void value.apply(resolve));

describe.each([false, true])("the instance (preview: %s)", (preview) => {
  it("is private, encrypted, backed up, and cannot be deleted by accident", async () => {
    const { resources } = await up(awsSettings(), {}, preview);
    const { inputs, protect, retainOnDelete } = only(resources, INSTANCE);
    expect(inputs).toMatchObject({
      engine: "postgres",
      publiclyAccessible: false,
      storageEncrypted: true,
      storageType: "gp3",
      multiAz: true,
      backupRetentionPeriod: 14,
      copyTagsToSnapshot: true,
      deletionProtection: true,
      skipFinalSnapshot: false,
      deleteAutomatedBackups: false,
      autoMinorVersionUpgrade: true,
      allowMajorVersionUpgrade: false,
      caCertIdentifier: "rds-ca-rsa2048-g1",
      applyImmediately: true,
      enabledCloudwatchLogsExports: ["postgresql", "upgrade"],
      performanceInsightsEnabled: true,
      databaseInsightsMode: "standard",
      performanceInsightsRetentionPeriod: 7,
      monitoringInterval: 60,
    });
    expect({ protect, retainOnDelete }).toEqual({ protect: true, retainOnDelete: false });
  });

  it("makes nothing that is reachable from everywhere, or that reaches anything", async () => {
    const { resources } = await up(awsSettings({ allowedCidrs: "10.1.0.0/16,fd00::/8" }), {}, preview);
    expect(JSON.stringify(resources.map(({ inputs }) => inputs))).not.toMatch(/0\.0\.0\.0|::\/0/);
    for (const { inputs } of ofType(resources, SECURITY_GROUP)) {
      expect(inputs).not.toHaveProperty("ingress");
      expect(inputs).not.toHaveProperty("egress");
    }
    expect(resources.filter(({ type }) => /EgressRule/.test(type))).toEqual([]);
  });

  it("shows no password of any role", async () => {
    const settings = awsSettings({ replicas: "2", password: "given-by-hand-and-long-enough" });
    const { resources } = await up(settings, {}, preview);
    const plain = JSON.stringify(resources.map(({ inputs }) => withoutSecrets(inputs)));
    expect(plain).not.toContain(GENERATED);
    expect(plain).not.toContain("given-by-hand");
    for (const { inputs } of ofType(resources, SECRET_VERSION))
      expect(isMarkedSecret(inputs["secretStringWo"])).toBe(true);
    expect(isMarkedSecret(only(resources, INSTANCE).inputs["passwordWo"])).toBe(true);
  });
});

describe("what the configuration asks for", () => {
  it.each<[Record<string, string>, Record<string, unknown>]>([
    [{ instanceClass: "db.r8g.large" }, { instanceClass: "db.r8g.large" }],
    [{ engineVersion: "17.6" }, { engineVersion: "17.6" }],
    [{ storageGb: "100" }, { allocatedStorage: 100, maxAllocatedStorage: 400, iops: undefined }],
    [
      { storageGb: "100", maxStorageGb: "150" },
      { allocatedStorage: 100, maxAllocatedStorage: 150 },
    ],
    [
      { storageGb: "500", iops: "12000", storageThroughput: "600" },
      { allocatedStorage: 500, iops: 12000, storageThroughput: 600 },
    ],
    [{ kmsKeyArn: "arn:aws:kms:k" }, { kmsKeyId: "arn:aws:kms:k", performanceInsightsKmsKeyId: "arn:aws:kms:k" }],
    [{ kmsKeyArn: "arn:aws:kms:k" }, { masterUserSecretKmsKeyId: "arn:aws:kms:k" }],
    [{ iamAuthentication: "true" }, { iamDatabaseAuthenticationEnabled: true }],
    [{ insights: "advanced" }, { databaseInsightsMode: "advanced", performanceInsightsRetentionPeriod: 465 }],
    [{ monitoringSeconds: "0" }, { monitoringInterval: 0, monitoringRoleArn: undefined }],
    [{ backupRetentionDays: "30" }, { backupRetentionPeriod: 30 }],
    [{ backupWindow: "01:00-02:00" }, { backupWindow: "01:00-02:00" }],
    [{ maintenanceWindow: "mon:01:00-mon:02:00" }, { maintenanceWindow: "mon:01:00-mon:02:00" }],
    [{ multiAz: "false" }, { multiAz: false }],
    [{ protect: "false" }, { deletionProtection: false }],
    [{ database: "shop" }, { dbName: "shop" }],
    [{ database: "my-shop", user: "shop" }, { dbName: undefined }],
    [{ environment: "dev" }, { skipFinalSnapshot: true, finalSnapshotIdentifier: undefined }],
  ])("%j gives %j", async (config, expected) => {
    const { inputs } = only((await up(awsSettings(config))).resources, INSTANCE);
    expect(Object.fromEntries(Object.keys(expected).map((key) => [key, inputs[key]]))).toEqual(expected);
  });

  it("sizes the disk at four times the source or up to a quarter more, 20 GiB at least", async () => {
    const size = async (sourceBytes: number | null) =>
      only((await up(awsSettings(), { sourceBytes })).resources, INSTANCE).inputs["allocatedStorage"];
    expect([await size(null), await size(2 ** 30), await size(25 * 2 ** 30)]).toEqual([20, 20, 124]);
  });

  it("takes protection away from the instance where the configuration says so", async () => {
    const { resources } = await up(awsSettings({ protect: "false" }));
    expect(resources.filter(({ protect }) => protect)).toEqual([]);
  });

  it("tags everything that can be tagged with the stack and its environment", async () => {
    const { resources } = await up(awsSettings({ proxy: "true", replicas: "1" }));
    const untagged = resources.filter(({ type, inputs }) => type.startsWith("aws:") && inputs["tags"] === undefined);
    const NO_TAGS = /SecretVersion|RolePolicy|ProxyTarget|ProxyDefaultTargetGroup/;
    expect(untagged.map(({ type }) => type).filter((type) => !NO_TAGS.test(type))).toEqual([]);
    expect(only(resources, INSTANCE).inputs["tags"]).toEqual({
      "landbridge:stack": "prod",
      "landbridge:environment": "prod",
      "landbridge:phase": "serve",
    });
  });
});

describe("the final snapshot", () => {
  it("has a name that stays the same for as long as the stack lives", async () => {
    const { resources } = await up(awsSettings());
    expect(only(resources, INSTANCE).inputs["finalSnapshotIdentifier"]).toBe("landbridge-prod-final-0123abcd");
    expect(only(resources, "random:index/randomId:RandomId").inputs).toEqual({ byteLength: 4 });
  });
});

describe("who may connect", () => {
  it("is who the configuration names, and the stack's own clients", async () => {
    const settings = awsSettings({ sourceSecurityGroupIds: "sg-a,sg-b", allowedCidrs: "10.1.0.0/16,fd00::/8" });
    const { resources } = await up(settings, { clients: { job: output("sg-job") } });
    const sources = ofType(resources, INGRESS).map(
      ({ inputs }) => inputs["referencedSecurityGroupId"] ?? inputs["cidrIpv4"] ?? inputs["cidrIpv6"],
    );
    expect(sources).toEqual(["sg-a", "sg-b", "10.1.0.0/16", "fd00::/8", "sg-job"]);
    for (const { inputs } of ofType(resources, INGRESS))
      expect(inputs).toMatchObject({ ipProtocol: "tcp", fromPort: 5432, toPort: 5432 });
  });
});

describe("the parameter group", () => {
  const parametersIn = async (config: Record<string, string>) => {
    const { inputs } = only((await up(awsSettings(config))).resources, GROUP);
    return inputs["parameters"] as { name: string; value: string; applyMethod: string }[];
  };

  it("refuses connections in the clear and counts statements", async () => {
    const parameters = await parametersIn({});
    expect(parameters).toContainEqual({ name: "rds.force_ssl", value: "1", applyMethod: "pending-reboot" });
    expect(parameters).toContainEqual({
      name: "shared_preload_libraries",
      value: "pg_stat_statements",
      applyMethod: "pending-reboot",
    });
  });

  it.each([
    ["18", "postgres18", "landbridge-prod-postgres18-"],
    ["17.6", "postgres17", "landbridge-prod-postgres17-"],
    ["19", "postgres19", "landbridge-prod-postgres19-"],
  ])(
    "of version %s belongs to %s, under a name that leaves room for its successor",
    async (engineVersion, family, namePrefix) => {
      const { inputs } = only((await up(awsSettings({ engineVersion }))).resources, GROUP);
      expect(inputs).toMatchObject({ family, namePrefix });
      expect(inputs).not.toHaveProperty("name");
    },
  );
});

describe("from load to serve", () => {
  const both = async (config: Record<string, string>) => {
    const [load, serve] = [
      (await up(awsSettings({ ...config, phase: "load" }))).resources,
      (await up(awsSettings({ ...config, phase: "serve" }))).resources,
    ];
    const key = ({ type, name }: Registered) => `${type} ${name}`;
    const after = new Map(serve.map((resource) => [key(resource), resource]));
    expect([...after.keys()].sort()).toEqual(load.map(key).sort());
    const changed = load.flatMap((before) =>
      Object.keys({ ...before.inputs, ...after.get(key(before))!.inputs })
        .filter(
          (input) => JSON.stringify(before.inputs[input]) !== JSON.stringify(after.get(key(before))!.inputs[input]),
        )
        .map((input) => `${before.type} ${input}`),
    );
    return { load, serve, changed };
  };

  it.each<[Record<string, string>]>([
    [{}],
    [{ replicas: "2", proxy: "true" }],
    [{ instanceClass: "db.r8g.4xlarge", storageGb: "2000", engineVersion: "15" }],
    [{ kmsKeyArn: "arn:aws:kms:k", monitoringSeconds: "0", environment: "staging" }],
  ])("one modify is made, with %j: standby, backups, parameters, and the tag that says so", async (config) => {
    expect((await both(config)).changed.sort()).toEqual([
      `${INSTANCE} backupRetentionPeriod`,
      `${INSTANCE} multiAz`,
      `${INSTANCE} tags`,
      `${GROUP} parameters`,
    ]);
  });

  it("no parameter changes that a running server would not take over", async () => {
    const { load, serve } = await both({});
    const fixed = (resources: readonly Registered[]) =>
      (only(resources, GROUP).inputs["parameters"] as { applyMethod: string }[]).filter(
        ({ applyMethod }) => applyMethod !== "immediate",
      );
    expect(fixed(load)).toEqual(fixed(serve));
  });

  it("loading has one zone and one day of backups, never none", async () => {
    const { load } = await both({ backupRetentionDays: "30" });
    expect(only(load, INSTANCE).inputs).toMatchObject({ multiAz: false, backupRetentionPeriod: 1 });
  });
});

describe("passwords", () => {
  it("of the administrator are RDS's own affair where there are no replicas", async () => {
    const { resources, result } = await up(awsSettings());
    const { inputs } = only(resources, INSTANCE);
    expect(inputs).toMatchObject({ username: "postgres", manageMasterUserPassword: true });
    expect(inputs).not.toHaveProperty("passwordWo");
    expect(await known(result.credentials.administrator.secretArn!)).toMatch(/-managed$/);
  });

  it("of the administrator are the stack's with replicas, which AWS refuses beside its own, in both phases", async () => {
    for (const phase of ["load", "serve"]) {
      const { resources, result } = await up(awsSettings({ replicas: "1", rotation: "3", phase }));
      const { inputs } = only(resources, INSTANCE);
      expect(inputs).toMatchObject({ username: "postgres", passwordWoVersion: 4 });
      expect(inputs).not.toHaveProperty("manageMasterUserPassword");
      expect(inputs).not.toHaveProperty("password");
      expect(await known(result.credentials.administrator.secretArn!)).toMatch(/database-administrator$/);
    }
  });

  it("of the other roles are named by the ARN of a secret each, never by value", async () => {
    const { result } = await up(awsSettings({ user: "shop" }));
    for (const [role, user] of [
      ["owner", "shop_owner"],
      ["application", "shop"],
      ["analyst", "shop_analyst"],
      ["monitor", "shop_monitor"],
    ] as const) {
      const credential = result.credentials[role];
      expect(credential).not.toHaveProperty("password");
      expect(await known(credential.user)).toBe(user);
      expect(await known(credential.secretArn!)).toBe(`arn:aws:any:eu-central-1:123456789012:database-${role}`);
    }
  });

  it("are stored with what a client has to know beside them", async () => {
    const { resources } = await up(awsSettings());
    const stored = ofType(resources, SECRET_VERSION).find(({ name }) => name === "database-owner")!;
    const { value } = stored.inputs["secretStringWo"] as { value: string };
    expect(JSON.parse(value)).toEqual({
      engine: "postgres",
      host: "landbridge-prod.abc.eu-central-1.rds.amazonaws.com",
      port: 5432,
      dbname: "app",
      username: "app_owner",
      url: `postgresql://app_owner:${GENERATED}-database-owner@landbridge-prod.abc.eu-central-1.rds.amazonaws.com:5432/app?sslmode=require`,
      password: `${GENERATED}-database-owner`,
    });
  });

  it("have 32 characters, and new ones are made when the rotation is counted up", async () => {
    const passwords = async (rotation: string) =>
      ofType((await up(awsSettings({ rotation }))).resources, "random:index/randomPassword:RandomPassword");
    for (const { inputs } of await passwords("0"))
      expect(inputs).toMatchObject({ length: 32, special: false, keepers: { rotation: "0" } });
    for (const { inputs } of await passwords("1")) expect(inputs).toMatchObject({ keepers: { rotation: "1" } });
    const versions = async (rotation: string) =>
      ofType((await up(awsSettings({ rotation }))).resources, SECRET_VERSION).map(
        ({ inputs }) => inputs["secretStringWoVersion"],
      );
    expect([await versions("0"), await versions("1")]).toEqual([
      [1, 1, 1, 1],
      [2, 2, 2, 2],
    ]);
  });

  it("that are given are the application's, and another one is another version", async () => {
    const application = async (password: string) => {
      const { resources } = await up(awsSettings({ password }));
      return ofType(resources, SECRET_VERSION).find(({ name }) => name === "database-application")!;
    };
    const [one, other] = [
      await application("the first of two passwords"),
      await application("the second of two passwords"),
    ];
    expect(JSON.stringify(one.inputs["secretStringWo"])).toContain("the first of two passwords");
    expect(isMarkedSecret(one.inputs["secretStringWoVersion"])).toBe(true);
    expect(one.secretOutputs).toContain("secretStringWoVersion");
    expect(one.inputs["secretStringWoVersion"]).not.toEqual(other.inputs["secretStringWoVersion"]);
  });

  it("can be had back for a month, except in dev", async () => {
    const window = async (environment: string) =>
      ofType((await up(awsSettings({ environment }))).resources, SECRET).map(
        ({ inputs }) => inputs["recoveryWindowInDays"],
      );
    expect([await window("prod"), await window("dev")]).toEqual([
      [30, 30, 30, 30],
      [0, 0, 0, 0],
    ]);
  });
});

describe("the endpoint", () => {
  it("knows where the database is and whom to trust there", async () => {
    const { result } = await up(awsSettings({ database: "shop" }));
    expect(await known(result.host)).toBe("landbridge-prod.abc.eu-central-1.rds.amazonaws.com");
    expect(await known(result.port)).toBe(5432);
    expect(await known(result.database)).toBe("shop");
    expect(await known(result.sslmode)).toBe("verify-full");
    expect(await known(result.rootCertificate)).toMatch(/^-----BEGIN CERTIFICATE-----/);
    expect(await isSecret(result.host)).toBe(false);
  });

  it("in a region whose authority is not known encrypts all the same", async () => {
    const { result } = await up(awsSettings(), {}, false, "mars-north-1");
    expect(await known(result.sslmode)).toBe("require");
    expect(await known(result.rootCertificate)).toBe("");
  });

  it("is ready when the instance is there, the rules let clients in, and the secrets can be read", async () => {
    const { result } = await up(awsSettings({ replicas: "1" }));
    const types = await Promise.all(
      result.ready.map(async ({ urn }) => (await known(urn)).split("::")[2]!.split("$").pop()),
    );
    expect(types.filter((type) => type === SECRET_VERSION)).toHaveLength(5);
    expect(types).toContain(INSTANCE);
    expect(types).toContain(INGRESS);
  });

  it("looks for a pending reboot after the group and the instance have changed", async () => {
    const { resources, result } = await up(awsSettings({ reboot: "true" }));
    expect(await known(result.pendingReboot)).toBe(false);
    const look = resources.find(({ type }) => type.endsWith("PendingReboot"))!;
    expect(look.inputs).toMatchObject({ instance: "landbridge-prod", region: "eu-central-1", reboot: true });
    expect(look.dependencies).toEqual(
      expect.arrayContaining([only(resources, GROUP).urn, only(resources, INSTANCE).urn]),
    );
  });
});

describe("the proxy", () => {
  it("is not there unless it is asked for", async () => {
    const { resources, result } = await up(awsSettings());
    expect(resources.filter(({ type }) => /Proxy/.test(type))).toEqual([]);
    expect(await known(result.applicationHost)).toBe(await known(result.host));
  });

  it("demands TLS, stands before the writer alone, and is where the application connects", async () => {
    const { resources, result } = await up(awsSettings({ proxy: "true" }));
    expect(only(resources, "aws:rds/proxy:Proxy").inputs).toMatchObject({
      engineFamily: "POSTGRESQL",
      requireTls: true,
    });
    expect(only(resources, "aws:rds/proxyTarget:ProxyTarget").inputs).toMatchObject({
      dbInstanceIdentifier: "landbridge-prod",
    });
    expect(await known(result.applicationHost)).toBe("database-proxy.proxy-abc.eu-central-1.rds.amazonaws.com");
    expect(await known(result.applicationRootCertificate)).toBe("");
    expect(await known(result.host)).toBe("landbridge-prod.abc.eu-central-1.rds.amazonaws.com");
  });

  it("may read the secrets of application and analyst, and no others", async () => {
    const { resources } = await up(awsSettings({ proxy: "true", kmsKeyArn: "arn:aws:kms:k" }));
    const { inputs } = only(resources, "aws:iam/rolePolicy:RolePolicy");
    const { Statement } = JSON.parse(inputs["policy"] as string);
    expect(Statement).toEqual([
      {
        Effect: "Allow",
        Action: "secretsmanager:GetSecretValue",
        Resource: [
          "arn:aws:any:eu-central-1:123456789012:database-application",
          "arn:aws:any:eu-central-1:123456789012:database-analyst",
        ],
      },
      { Effect: "Allow", Action: "kms:Decrypt", Resource: "arn:aws:kms:k" },
    ]);
  });

  it("reaches the database and nothing else", async () => {
    const { resources } = await up(awsSettings({ proxy: "true" }));
    const egress = only(resources, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule");
    expect(egress.inputs).toMatchObject({ referencedSecurityGroupId: "database-id", fromPort: 5432, toPort: 5432 });
    expect(ofType(resources, INGRESS).map(({ inputs }) => inputs["referencedSecurityGroupId"])).toContain(
      "database-proxy-id",
    );
  });
});

describe("logs", () => {
  it("are kept for as long as the configuration says, in groups that are there before the instance writes", async () => {
    const { resources } = await up(awsSettings({ logRetentionDays: "45" }));
    const groups = ofType(resources, "aws:cloudwatch/logGroup:LogGroup");
    expect(groups.map(({ inputs }) => [inputs["name"], inputs["retentionInDays"]])).toEqual([
      ["/aws/rds/instance/landbridge-prod/postgresql", 60],
      ["/aws/rds/instance/landbridge-prod/upgrade", 60],
    ]);
    expect(only(resources, INSTANCE).dependencies).toEqual(expect.arrayContaining(groups.map(({ urn }) => urn)));
  });
});
