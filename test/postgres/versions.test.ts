/** A whole crossing into each PostgreSQL that is supported, as a role that may do no more than on a managed server. */
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { sampleDatabase } from "../../examples/sample/build.ts";
import { migrate } from "../../src/migrate.ts";
import { parseSettings } from "../../src/settings.ts";
import { connect } from "../../src/target/connect.ts";
import { type Embedded, startEmbedded } from "../../src/target/embedded/embedded.ts";
import type { Target } from "../../src/target/model.ts";

const directory = await mkdtemp(join(tmpdir(), "landbridge-versions-"));
const servers: Embedded[] = [];
afterAll(async () => {
  for (const server of servers) await server.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** A database whose owner is nobody in particular, as on RDS: no superuser, no CREATEROLE. */
const ownDatabase = async ({ target }: Embedded): Promise<Target> => {
  const admin = await connect(target, "test");
  await admin.query("CREATE ROLE app LOGIN PASSWORD 'a password for tests'");
  await admin.query("CREATE DATABASE app OWNER app");
  await admin.end();
  return { ...target, config: { ...target.config, user: "app", database: "app", password: "a password for tests" } };
};

it.each(["15", "16", "17", "18"] as const)("PostgreSQL %s takes the sample and proves it", async (version) => {
  const server = await startEmbedded({
    directory: join(directory, version),
    version,
    environment: process.env,
    parameters: { fsync: "off", synchronous_commit: "off" },
  });
  servers.push(server);
  const source = sampleDatabase(directory);
  const settings = parseSettings({ source, schema: "shop", cwd: directory, environment: {}, cores: 1 });
  const target = await ownDatabase(server);
  const report = await migrate(
    { ...settings, target },
    { emit: () => undefined, signal: new AbortController().signal },
  );
  expect(report.errors).toEqual([]);
  expect(report).toMatchObject({ exitCode: 0, target: { version: expect.stringMatching(`^${version}\\.`) } });
  expect(report.tables.filter(({ proof }) => proof !== "equal")).toEqual([]);
});
