/** The job's image as a task on Fargate runs it: by its very container definition, its snapshot and its reports in S3. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand, GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { sampleDatabase } from "../../examples/sample/build.ts";
import { containerDefinitions } from "../../infra/aws/job/container.ts";
import { objectStore } from "../../scripts/job/object-store.ts";
import { uploadSnapshot } from "../../scripts/job/upload.ts";
import { ROOT } from "../../scripts/stack/find.ts";
import { hashFile } from "../../src/source/hash.ts";
import { connect } from "../../src/target/connect.ts";
import { type Embedded, startEmbedded } from "../../src/target/embedded/embedded.ts";
import { type Moto, motoEnvironment, startMoto } from "../support/moto.ts";
import { nodeImage } from "./support/images.ts";
import { docker, missingEngine } from "./support/tools.ts";

const IMAGE = "landbridge-test/job:e2e";
const NAME = `landbridge-e2e-task-${process.pid}`;

const engine = missingEngine();
if (engine !== null) process.stderr.write(`e2e skipped: ${engine}; the job's image was not run as a task.\n`);
const moto: Moto | null = engine === null ? await startMoto() : null;

interface Definition {
  readonly command: readonly string[];
  readonly user: string;
  readonly readonlyRootFilesystem: boolean;
  readonly stopTimeout: number;
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  readonly linuxParameters: { readonly capabilities: { readonly drop: readonly string[] } };
  readonly mountPoints: readonly { readonly containerPath: string }[];
}

/** What the agent on Fargate makes of a container definition, in words of Docker's. */
const asDocker = (definition: Definition): string[] => [
  ...["--init", "--user", definition.user, "--stop-timeout", String(definition.stopTimeout)],
  ...(definition.readonlyRootFilesystem ? ["--read-only"] : []),
  ...definition.linuxParameters.capabilities.drop.flatMap((each) => ["--cap-drop", each]),
  ...definition.mountPoints.flatMap(({ containerPath }) => ["--volume", `${NAME}:${containerPath}`]),
  ...definition.environment.flatMap(({ name, value }) => ["--env", `${name}=${value}`]),
];

describe.skipIf(moto === null)("the job's image as a task", () => {
  const directory = mkdtempSync(join(tmpdir(), "landbridge-e2e-task-"));
  let server: Embedded;
  let client: S3Client;
  let password = "";

  beforeAll(async () => {
    const build = ["build", "--quiet", "--build-arg", `NODE_IMAGE=${nodeImage()}`, "--tag", IMAGE, ROOT];
    execFileSync("docker", build, { stdio: ["ignore", "ignore", "inherit"] });
    for (const [name, value] of Object.entries(motoEnvironment(moto?.endpoint ?? ""))) vi.stubEnv(name, value);
    server = await startEmbedded({ directory: join(directory, "server"), environment: process.env });
    password = String(server.target.config.password ?? "");
    client = await objectStore();
    const where = { LocationConstraint: "eu-central-1" } as const;
    await client.send(new CreateBucketCommand({ Bucket: "bucket", CreateBucketConfiguration: where }));
  });

  afterAll(async () => {
    vi.unstubAllEnvs();
    spawnSync("docker", ["volume", "rm", "--force", NAME], { stdio: "ignore" });
    await server?.stop();
    await moto?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const run = (environment: Readonly<Record<string, string>>) => {
    const text = containerDefinitions({
      ...{ step: "copy", image: IMAGE, command: [], environment, secrets: {}, cpu: 2048, memory: 8192 },
      ...{ logGroup: "/landbridge/e2e/job", region: "eu-central-1" },
    });
    const [definition] = JSON.parse(text) as [Definition];
    const variables = { ...motoEnvironment(moto?.endpoint ?? ""), PGPASSWORD: password };
    const names = Object.keys(variables).flatMap((name) => ["--env", name]);
    const words = ["run", "--rm", "--name", NAME, "--network", "host", ...asDocker(definition), ...names];
    const ran = spawnSync("docker", [...words, IMAGE, ...definition.command], {
      encoding: "utf8",
      env: { ...process.env, ...variables },
    });
    const lines = ran.stdout.trim().split("\n");
    return { code: ran.status, last: lines.at(-1) ?? "", all: `${ran.stdout}${ran.stderr}` };
  };

  it("fetches its snapshot, copies, proves, leaves its reports in S3, and has nothing to do the second time", async () => {
    const path = sampleDatabase(directory);
    const sha256 = await hashFile(path);
    const { key } = await uploadSnapshot(client, "bucket", { path, sha256, bytes: readFileSync(path).length });
    const environment = {
      LANDBRIDGE_TARGET: server.target.display,
      LANDBRIDGE_SOURCE: `s3://bucket/${key}`,
      LANDBRIDGE_SOURCE_SHA256: sha256,
      LANDBRIDGE_SOURCE_NAME: "sample.sqlite",
      LANDBRIDGE_SCHEMA: "app",
      LANDBRIDGE_REPORTS: "s3://bucket/reports",
    };
    const first = run(environment);
    expect(first.code, first.all).toBe(0);
    const result = JSON.parse(first.last.replace("LANDBRIDGE_RESULT ", ""));
    expect(result).toMatchObject({
      step: "copy",
      exitCode: 0,
      report: expect.stringMatching(/^s3:\/\/bucket\/reports\//),
    });
    expect(first.all).not.toContain(password);
    const Key = String(result.report).replace("s3://bucket/", "");
    const page = await client.send(new GetObjectCommand({ Bucket: "bucket", Key }));
    expect(await page.Body?.transformToString()).toContain("<html");
    const session = await connect(server.target, "test");
    const { rows } = await session.query("SELECT count(*)::int AS n FROM app.book");
    await session.end();
    expect(rows).toEqual([{ n: 3000 }]);

    const second = run(environment);
    expect(second.code, second.all).toBe(0);
    expect(JSON.parse(second.last.replace("LANDBRIDGE_RESULT ", ""))).toMatchObject({ status: "nothing-to-do" });
  });

  it("refuses a snapshot that is another than was said, before anything is touched", async () => {
    const path = sampleDatabase(directory);
    const sha256 = await hashFile(path);
    const { key } = await uploadSnapshot(client, "bucket", { path, sha256, bytes: readFileSync(path).length });
    const { code, all } = run({
      LANDBRIDGE_TARGET: server.target.display,
      LANDBRIDGE_SOURCE: `s3://bucket/${key}`,
      LANDBRIDGE_SOURCE_SHA256: "0".repeat(64),
      LANDBRIDGE_SCHEMA: "other",
      LANDBRIDGE_REPORTS: "s3://bucket/reports",
    });
    expect(code, all).toBe(4);
    expect(all).toContain("SNAPSHOT_DAMAGED");
  });

  it("is nobody's user and writes nowhere but on its disk", () => {
    expect(docker("inspect", "--format", "{{.Config.User}} {{json .Config.Volumes}}", IMAGE)).toBe(
      '1000:1000 {"/landbridge":{}}',
    );
  });
});
