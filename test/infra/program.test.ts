import { isSecret, output, RunError, runtime } from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { awsStack } from "../../infra/aws/stack.ts";
import { existingStack } from "../../infra/existing/stack.ts";
import program from "../../infra/index.ts";
import { localStack } from "../../infra/local/stack.ts";
import type { StackOutputs } from "../../infra/outputs.ts";
import type { ExistingSettings } from "../../infra/settings/targets.ts";
import { type CommonSettings, parseSettings } from "../../infra/settings.ts";
import { GENERATED as AWS_SECRET, awsSettings, onAws } from "../support/aws-program.ts";
import { GENERATED as DOCKER_SECRET, dockerSettings, onDocker } from "../support/docker-program.ts";
import { type MockedProgram, type Registered, runProgram, withoutSecrets } from "../support/pulumi-program.ts";
import { sqliteFile } from "../support/sqlite.ts";

const IMAGE = `registry.example.org/landbridge@sha256:${"0".repeat(64)}`;
const MIGRATION = { schema: "command", migrationImage: "app:1", migrationCommand: "alembic,upgrade,head" };
const GIVEN = "postgresql://ann:of-the-existing-server@db.example.org/app?sslmode=require";

const existing = (config: Readonly<Record<string, string>> = {}) =>
  parseSettings({ target: "existing", source: "none", url: GIVEN, ...config }, "other") as CommonSettings &
    ExistingSettings;

/** Steps and snapshots answer alike wherever they run. */
const answering = (mocks: MockedProgram): MockedProgram => ({
  ...mocks,
  state: (resource) => {
    if (resource.type.endsWith(":StepRun")) return { exitCode: 0, summary: "Everything arrived", report: "report" };
    if (resource.type.endsWith(":Snapshot"))
      return { path: "/snapshots/app.sqlite", sha256: "ab".repeat(32), bytes: 4096, sourceName: "app.sqlite" };
    if (resource.type.endsWith(":WrittenFile")) return { path: String(resource.inputs.path) };
    return mocks.state?.(resource) ?? {};
  },
});

const source = () => sqliteFile("CREATE TABLE t(id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1);");

const STACKS: readonly (readonly [string, (preview: boolean) => MockedProgram, () => Promise<StackOutputs>])[] = [
  ["on Docker", onDocker, () => localStack(dockerSettings())],
  [
    "on Docker, everything on",
    onDocker,
    () =>
      localStack(
        dockerSettings({
          ...{ tls: "true", pgadmin: "true", pgbouncer: "true", exporter: "true", job: "container", jobImage: IMAGE },
          ...MIGRATION,
          source: source(),
          allowedCidrs: "10.0.0.0/8",
        }),
      ),
  ],
  ["on Docker, without a source", onDocker, () => localStack(dockerSettings({ source: "none" }))],
  ["on AWS, loading", onAws, () => awsStack(awsSettings({ phase: "load", jobImage: IMAGE, source: source() }))],
  [
    "on AWS, everything on",
    onAws,
    () =>
      awsStack(
        awsSettings({
          ...{ phase: "serve", jobImage: IMAGE, replicas: "2", proxy: "true", iamAuthentication: "true" },
          ...MIGRATION,
          source: source(),
          kmsKeyArn: "arn:aws:kms:eu-central-1:123456789012:key/1",
        }),
      ),
  ],
  ["on an existing server", onDocker, () => existingStack(existing({ source: source() }))],
  [
    "on an existing server with its administrator",
    onDocker,
    () => existingStack(existing({ source: source(), adminUrl: GIVEN.replace("ann", "root") })),
  ],
];

const steps = (resources: readonly Registered[]) => resources.filter(({ type }) => type.endsWith(":StepRun"));

describe.each(STACKS)("a stack %s", (_name, mocks, stack) => {
  it.each([false, true])("keeps every password secret, in resources and outputs (preview: %s)", async (preview) => {
    const { result, resources } = await runProgram(answering(mocks(preview)), stack);
    const kept = JSON.stringify(resources.map(({ inputs }) => withoutSecrets(inputs)));
    expect(kept).not.toContain(DOCKER_SECRET);
    expect(kept).not.toContain(AWS_SECRET);
    expect(kept).not.toContain("of-the-existing-server");
    for (const [name, value] of Object.entries(result))
      if (/url$|password$/i.test(name)) expect(await isSecret(output(value)), name).toBe(true);
  });

  it("runs its steps in order, and the copy last", async () => {
    const { resources } = await runProgram(answering(mocks(false)), stack);
    const [first, ...others] = steps(resources);
    expect(first?.inputs["step"]).toBe("init");
    for (const [at, step] of others.entries())
      expect(step.dependencies, String(step.inputs["step"])).toContain(steps(resources)[at]!.urn);
  });

  it("writes the environment file when the last step is done", async () => {
    const { resources } = await runProgram(answering(mocks(false)), stack);
    const file = resources.find(({ name }) => name === "environment-file");
    expect(file?.dependencies).toContain(steps(resources).at(-1)!.urn);
  });
});

it("makes replicas after the copy and no earlier", async () => {
  const settings = awsSettings({ phase: "serve", replicas: "1", jobImage: IMAGE, source: source() });
  const { resources } = await runProgram(answering(onAws(false)), () => awsStack(settings));
  const replica = resources.find(({ name, type }) => name === "database-replica-1" && type.endsWith(":Instance"));
  expect(replica?.dependencies).toContain(steps(resources).at(-1)!.urn);
});

it("copies nothing where the source is none, and prepares the database all the same", async () => {
  const { result, resources } = await runProgram(answering(onDocker(false)), () =>
    localStack(dockerSettings({ source: "none" })),
  );
  expect(steps(resources).map(({ inputs }) => inputs["step"])).toEqual(["init"]);
  expect(result).toMatchObject({ copy: null, snapshot: null });
});

it("tells a mistake without a stack trace", async () => {
  runtime.setAllConfig({ "landbridge:port": "many" });
  await expect(runProgram(onDocker(false), program)).rejects.toSatisfy(
    (error: unknown) => error instanceof RunError && /port: "many" is not valid/.test(error.message),
  );
});

it("tells a source that is not there by its key", async () => {
  runtime.setAllConfig({ "landbridge:source": "/nowhere/app.sqlite" });
  await expect(runProgram(onDocker(false), program)).rejects.toThrow(/source: .*\/nowhere\/app\.sqlite/);
});
