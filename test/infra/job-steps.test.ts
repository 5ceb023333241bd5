import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { output, type Resource, secret } from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import type { DatabaseEndpoint } from "../../infra/endpoint.ts";
import { Job, type JobPlace } from "../../infra/job/job.ts";
import { localPlace } from "../../infra/job/local-place.ts";
import { Snapshot } from "../../infra/job/snapshot.ts";
import { LocalPostgres } from "../../infra/local/local-postgres.ts";
import { dockerSettings, GENERATED, onDocker } from "../support/docker-program.ts";
import { isMarkedSecret, type Registered, runProgram, withoutSecrets } from "../support/pulumi-program.ts";

const HOST = "unix:///var/run/docker.sock";
const COMMAND = { schema: "command", migrationImage: "shop:1", migrationCommand: '["alembic","upgrade","head"]' };

const up = (config: Record<string, string> = {}, preview = false) =>
  runProgram(onDocker(preview), () => {
    const settings = dockerSettings(config);
    const endpoint = new LocalPostgres("database", { settings, dockerHost: HOST });
    const source = { kind: "file", path: "/data/app.sqlite" } as const;
    const snapshot =
      settings.source.kind === "none" ? null : new Snapshot("snapshot", { source, fingerprint: "f1", directory: "s" });
    const docker = { host: HOST, provider: endpoint.provider };
    const place = localPlace("job", { settings, docker, network: endpoint.inside.network, snapshot });
    return new Job("job", { endpoint, settings, snapshot, place });
  });

const step = (resources: readonly Registered[], name: string): Registered => {
  const found = resources.filter((each) => each.name === `job-${name}`);
  expect(found).toHaveLength(1);
  return found[0]!;
};
const secretsOf = (inputs: Registered["inputs"]) => (inputs["secrets"] as { value: Record<string, string> }).value;
const stepNames = (resources: readonly Registered[]) =>
  resources.filter(({ type }) => type.endsWith(":StepRun")).map(({ name }) => name);

describe.each([false, true])("the job (preview: %s)", (preview) => {
  it.each([
    [{}, ["job-init", "job-copy"]],
    [{ source: "none" }, ["job-init"]],
    [COMMAND, ["job-init", "job-command", "job-copy"]],
  ])("with %o runs one step after the other", async (config, names) => {
    const { resources } = await up(config, preview);
    expect(stepNames(resources)).toEqual(names);
    const steps = names.map((name) => step(resources, name.replace("job-", "")));
    const administrator = resources.find(({ name }) => name === "database-administrator");
    const before = [administrator, ...steps];
    steps.forEach((each, i) => {
      expect(each.dependencies).toContain(before[i]?.urn);
    });
  });

  it("keeps every password where a password may be", async () => {
    const { resources } = await up({ ...COMMAND, password: `${GENERATED} by hand` }, preview);
    for (const name of ["init", "command", "copy"]) {
      const { inputs } = step(resources, name);
      expect(JSON.stringify(withoutSecrets(inputs))).not.toContain(GENERATED);
      expect(isMarkedSecret(inputs["secrets"])).toBe(true);
    }
  });
});

it("keeps the user's own SQL out of what can be read of the state: people write passwords into it", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "landbridge-init-sql-")), "roles.sql");
  writeFileSync(file, "CREATE ROLE report LOGIN PASSWORD 'written by hand'");
  const { inputs } = step((await up({ initSql: file })).resources, "init");
  expect(JSON.stringify(inputs)).toContain("written by hand");
  expect(JSON.stringify(withoutSecrets(inputs))).not.toContain("written by hand");
});

describe("the steps' environment", () => {
  it("has init log in as the administrator, with everybody's password", async () => {
    const { inputs } = step((await up({ user: "shop", schemaName: "app" })).resources, "init");
    expect((inputs["environment"] as { value: unknown }).value).toMatchObject({
      LANDBRIDGE_TARGET: "postgresql://postgres@127.0.0.1:5432/app?sslmode=disable",
      LANDBRIDGE_ROLES: '{"owner":"shop_owner","application":"shop","analyst":"shop_analyst","monitor":"shop_monitor"}',
      LANDBRIDGE_SCHEMA: "app",
      LANDBRIDGE_INIT_SQL: "[]",
    });
    expect(Object.keys(secretsOf(inputs)).sort()).toEqual([
      "LANDBRIDGE_ANALYST_PASSWORD",
      "LANDBRIDGE_APPLICATION_PASSWORD",
      "LANDBRIDGE_MONITOR_PASSWORD",
      "LANDBRIDGE_OWNER_PASSWORD",
      "PGPASSWORD",
    ]);
  });

  it("has the copy log in as the owner and read the finished snapshot", async () => {
    const config = { accept: "suggestions", verify: "sample", jobs: "3", schema: "existing", onConflict: "update" };
    const { inputs } = step((await up(config)).resources, "copy");
    expect(inputs["environment"]).toMatchObject({
      LANDBRIDGE_TARGET: "postgresql://app_owner@127.0.0.1:5432/app?sslmode=disable",
      LANDBRIDGE_SOURCE: "/snapshots/app.sqlite",
      LANDBRIDGE_SOURCE_SHA256: "ab12",
      LANDBRIDGE_SOURCE_NAME: "app.sqlite",
      LANDBRIDGE_SCHEMA_BY: "existing",
      LANDBRIDGE_ON_CONFLICT: "update",
      LANDBRIDGE_ACCEPT: "suggestions",
      LANDBRIDGE_VERIFY: "sample",
      LANDBRIDGE_JOBS: "3",
      LANDBRIDGE_CONFIG_YAML: "",
    });
    expect(inputs["runner"]).toBe("process");
    expect(inputs["timeoutSeconds"]).toBe(360 * 60);
  });

  it("in containers names the database as its network does, and the files as the container sees them", async () => {
    const { resources } = await up({ job: "container", tls: "true", jobImage: "registry.example.org/landbridge:1" });
    const { inputs } = step(resources, "copy");
    expect(inputs["environment"]).toMatchObject({
      LANDBRIDGE_TARGET: "postgresql://app_owner@landbridge-dev:5432/app?sslmode=verify-full",
      LANDBRIDGE_ROOT_CERTIFICATE: "cert of database-ca",
      LANDBRIDGE_SOURCE: "/landbridge/source.sqlite",
      LANDBRIDGE_REPORTS: "/landbridge/reports",
    });
    expect(inputs["runner"]).toBe("container");
    expect(inputs["place"]).toMatchObject({
      image: "registry.example.org/landbridge:1",
      network: "landbridge-dev",
      snapshot: "/snapshots/app.sqlite",
      dockerHost: HOST,
    });
    expect(step(resources, "init").inputs["place"]).toMatchObject({ snapshot: "" });
  });

  it("builds the job's image once, and only for a job in containers", async () => {
    const images = async (config: Record<string, string>) =>
      (await up(config)).resources.filter(({ type }) => type === "docker:index/image:Image");
    expect(await images({})).toEqual([]);
    expect(await images({ job: "container", jobImage: "given:1" })).toEqual([]);
    expect(await images({ job: "container" })).toHaveLength(1);
  });

  it("runs the application's migration in its own image, as the owner, wherever the other steps run", async () => {
    const { inputs } = step((await up({ ...COMMAND, tls: "true" })).resources, "command");
    expect(inputs["runner"]).toBe("container");
    expect(inputs["place"]).toMatchObject({ image: "shop:1", command: '["alembic","upgrade","head"]' });
    expect(inputs["environment"]).toEqual({
      PGHOST: "landbridge-dev",
      PGPORT: "5432",
      PGDATABASE: "app",
      PGUSER: "app_owner",
      PGSSLMODE: "require",
    });
    expect(secretsOf(inputs)["DATABASE_URL"]).toBe(
      `postgresql://app_owner:${GENERATED}-database-owner-password@landbridge-dev:5432/app?sslmode=require`,
    );
  });
});

describe("what runs a step again", () => {
  const triggers = async (name: string, config: Record<string, string>) =>
    step((await up(config)).resources, name).inputs["triggers"];

  it.each([
    ["a new job image", { job: "container", jobImage: "landbridge:2" }],
    ["another log in time limit", { jobTimeoutMinutes: "5" }],
    ["other passwords", { rotation: "1" }],
    ["strictness", { strict: "true" }],
    ["more workers", { jobs: "8" }],
    ["another port", { port: "5433" }],
  ])("is never %s, for the copy", async (_, config) => {
    const before = await triggers("copy", { job: "container", jobImage: "landbridge:1" });
    expect(await triggers("copy", { job: "container", jobImage: "landbridge:1", ...config })).toEqual(before);
  });

  it.each<[string, Record<string, string>]>([
    ["copy", { accept: "suggestions" }],
    ["copy", { verify: "counts" }],
    ["copy", { database: "other", user: "app" }],
    ["copy", { schemaName: "other" }],
    ["init", { rotation: "1" }],
    ["init", { user: "other" }],
    ["init", { schemaName: "other" }],
  ])("is for %s: %o", async (name, config) => {
    expect(await triggers(name, config)).not.toEqual(await triggers(name, {}));
  });

  it("is for init a password or SQL file that was changed, for the command its image", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "landbridge-init-")), "10-mine.sql");
    writeFileSync(file, "select 1;");
    const first = await triggers("init", { initSql: file });
    expect(await triggers("init", { initSql: file, password: "another one, long enough" })).not.toEqual(first);
    writeFileSync(file, "select 2;");
    expect(await triggers("init", { initSql: file })).not.toEqual(first);
    const image = await triggers("command", { ...COMMAND, migrationImage: "shop:2" });
    expect(image).not.toEqual(await triggers("command", COMMAND));
  });

  it("is another cluster under the same address", async () => {
    expect(await triggers("copy", {})).toMatchObject({ cluster: "7713282898979450900" });
  });

  it("says of passwords nothing that could be read", async () => {
    expect(isMarkedSecret(await triggers("init", {}))).toBe(true);
  });
});

it("hands secrets of AWS over by name", async () => {
  const { resources } = await runProgram(onDocker(false), () => {
    const settings = dockerSettings({ source: "none" });
    const login = (user: string) => ({ user: output(user), secretArn: secret(`arn:aws:secretsmanager:${user}`) });
    const endpoint: DatabaseEndpoint = {
      kind: "aws",
      host: output("db.example.org"),
      port: output(5432),
      database: output("app"),
      sslmode: output("verify-full"),
      passwordsVersion: output("v1"),
      credentials: {
        administrator: login("master"),
        owner: login("app_owner"),
        application: login("app"),
        analyst: login("app_analyst"),
        monitor: login("app_monitor"),
      },
      ready: [],
    };
    const place: JobPlace = {
      reports: "s3://bucket/reports",
      isInside: () => true,
      placement: (_step, _parent: Resource) => ({ runner: "ecs", place: { cluster: "c" } }),
    };
    return new Job("job", { endpoint, settings, snapshot: null, place });
  });
  const { inputs } = step(resources, "init");
  expect(secretsOf(inputs)["PGPASSWORD"]).toBe("arn:aws:secretsmanager:master:password::");
  expect(inputs["triggers"]).toMatchObject({ server: "db.example.org:5432", passwords: "v1" });
});
