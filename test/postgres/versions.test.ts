/** A whole crossing into each PostgreSQL that is supported, as a role that may do no more than on a managed server. */
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, expect, it } from "vitest";
import { sampleDatabase } from "../../examples/sample/build.ts";
import { migrate } from "../../src/migrate.ts";
import { parseSettings } from "../../src/settings.ts";
import { connect } from "../../src/target/connect.ts";
import { type Embedded, startEmbedded } from "../../src/target/embedded/embedded.ts";
import type { Target } from "../../src/target/model.ts";
import { objectsOf } from "../support/into-existing.ts";

const directory = await mkdtemp(join(tmpdir(), "landbridge-versions-"));
const servers: Embedded[] = [];
/** Of the servers that are up, by version. */
const owners = new Map<string, Target>();
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
  owners.set(version, target);
  const report = await migrate(
    { ...settings, target },
    { emit: () => undefined, signal: new AbortController().signal },
  );
  expect(report.errors).toEqual([]);
  expect(report).toMatchObject({ exitCode: 0, target: { version: expect.stringMatching(`^${version}\\.`) } });
  expect(report.tables.filter(({ proof }) => proof !== "equal")).toEqual([]);
});

/** As an application's migrations would leave it: all that is read from the catalogue, and everything that is set aside. */
const OWN_TABLES = `
  CREATE SCHEMA own; SET search_path = own;
  CREATE TYPE mood AS ENUM ('sad', 'glad');
  CREATE TABLE people (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, boss bigint REFERENCES people (id), feels mood, tags text[],
    name varchar(20) NOT NULL UNIQUE, upper text GENERATED ALWAYS AS (upper(name)) STORED, at timestamp(3) DEFAULT now());
  CREATE INDEX people_feels ON people (feels) WHERE feels = 'sad';
  CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.at = now(); RETURN NEW; END';
  CREATE TRIGGER touch BEFORE INSERT ON people FOR EACH ROW EXECUTE FUNCTION touch();
  CREATE TABLE parts (id integer, person bigint REFERENCES people (id), PRIMARY KEY (id)) PARTITION BY RANGE (id);
  CREATE TABLE parts_all PARTITION OF parts DEFAULT;`;

it.each(["15", "16", "17", "18"] as const)(
  "PostgreSQL %s takes rows into an application's own tables",
  async (version) => {
    const target = owners.get(version)!;
    const owner = await connect(target, "test");
    await owner.query(OWN_TABLES);
    const before = await objectsOf(owner, "own");
    const source = join(directory, `people-${version}.sqlite`);
    const db = new Database(source);
    db.exec(`CREATE TABLE people (id INTEGER PRIMARY KEY, boss INTEGER, feels TEXT, tags TEXT, name TEXT, at TEXT); CREATE TABLE parts (id INTEGER PRIMARY KEY, person INTEGER);
    INSERT INTO people VALUES (1, 2, 'sad', '["a"]', 'Ada', '2025-01-01 00:00:00.123'), (2, NULL, 'glad', '[]', 'Bob', NULL); INSERT INTO parts VALUES (1, 2);`);
    db.close();
    const settings = parseSettings({
      source,
      schema: "own",
      intoExisting: true,
      cwd: directory,
      environment: {},
      cores: 1,
    });
    const report = await migrate(
      { ...settings, target },
      { emit: () => undefined, signal: new AbortController().signal },
    );
    expect(report).toMatchObject({ errors: [], exitCode: 0, objects: { others: [] }, constraints: { others: [] } });
    expect(await objectsOf(owner, "own")).toEqual(before);
    await owner.end();
  },
);
