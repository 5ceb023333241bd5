/**
 * Partitioned targets on each PostgreSQL that is supported: what they lack of it (identity columns below 17, foreign keys NOT VALID
 * below 18, COPY FREEZE and USING INDEX everywhere) is gone around, and a load is broken off, gone on with and replaced as any other.
 */
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import type { Client } from "pg";
import { afterAll, expect, it } from "vitest";
import type { RunEvent } from "../../../src/events.ts";
import { migrate } from "../../../src/migrate.ts";
import { type Config, parseConfig } from "../../../src/plan/config.ts";
import type { RunReport } from "../../../src/report/model.ts";
import { parseSettings } from "../../../src/settings.ts";
import { connect } from "../../../src/target/connect.ts";
import { type Embedded, startEmbedded } from "../../../src/target/embedded/embedded.ts";
import type { Target } from "../../../src/target/model.ts";
import { troublesOf } from "../../support/cross-file.ts";

const directory = await mkdtemp(join(tmpdir(), "landbridge-partitions-"));
const servers: Embedded[] = [];
const clients: Client[] = [];
afterAll(async () => {
  for (const client of clients) await client.end();
  for (const server of servers) await server.stop();
  rmSync(directory, { recursive: true, force: true });
});

const CONFIG = `
accept: [FK_WITHOUT_INDEX]
tables:
  chunks:
    partition: { by: hash, columns: [document_id], partitions: 4 }
    add: { uuid: { type: uuid, default: gen_random_uuid(), notNull: true, unique: true } }
    indexes: [{ columns: [made], method: brin }, { columns: [made] }, { columns: [position] }]
  lines:
    partition: { by: range, columns: [made], every: month }
  marks:
    partition: { by: list, columns: [document_id], partitions: { marks_first: [1], marks_second: [2] } }
`;

/** `chunks` holds more than a megabyte: a table that is emptied and frozen otherwise; one of its documents is not there. */
const sourceOf = (name: string, documents: number): string => {
  const path = join(directory, name);
  const db = new Database(path);
  db.pragma("foreign_keys = OFF");
  db.exec(`
    CREATE TABLE documents (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT);
    CREATE TABLE chunks (id INTEGER PRIMARY KEY AUTOINCREMENT, document_id INTEGER NOT NULL REFERENCES documents (id),
      position INTEGER, content TEXT, made DATETIME NOT NULL, UNIQUE (document_id, position));
    CREATE TABLE lines (made DATETIME NOT NULL, id INTEGER NOT NULL, document_id INTEGER REFERENCES documents (id), PRIMARY KEY (made, id));
    CREATE TABLE marks (document_id INTEGER NOT NULL, position INTEGER NOT NULL, FOREIGN KEY (document_id, position) REFERENCES chunks (document_id, position));
    WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ${documents}) INSERT INTO documents SELECT i, 'document ' || i FROM n;
    WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < 9999) INSERT INTO chunks
      SELECT i + 1, i % ${documents} + 1, i / ${documents}, printf('%.120c', 'x'), datetime('2025-01-01', i || ' hours') FROM n;
    INSERT INTO lines SELECT made, id, document_id FROM chunks WHERE id % 10 = 0;
    INSERT INTO marks SELECT document_id, position FROM chunks WHERE id <= 50;
    UPDATE lines SET document_id = 9999 WHERE id = 500;`);
  db.close();
  return path;
};

/** One run; broken off where `stop` says so. */
const run = async (source: string, target: Target, stop?: (event: RunEvent) => boolean): Promise<RunReport> => {
  const controller = new AbortController();
  const settings = parseSettings({ source, schema: "app", replace: true, cwd: directory, environment: {}, cores: 1 });
  const config: Config = { ...parseConfig(CONFIG, "landbridge.yaml"), schema: "app" };
  return migrate(
    { ...settings, target, jobs: 2, config },
    {
      emit: (event) => {
        if (stop?.(event)) controller.abort(new Error("broken off by the test"));
      },
      signal: controller.signal,
    },
  );
};

const rowsOf = async (client: Client, sql: string): Promise<unknown[][]> =>
  (await client.query<unknown[]>({ text: sql, rowMode: "array" })).rows;

it.each(["15", "16", "17", "18"] as const)("PostgreSQL %s takes partitioned tables", async (version) => {
  const server = await startEmbedded({
    directory: join(directory, version),
    version,
    environment: process.env,
    parameters: { fsync: "off", synchronous_commit: "off" },
  });
  servers.push(server);
  const { target } = server;
  const client = await connect(target, "test");
  clients.push(client);

  const broken = await run(
    sourceOf(`first-${version}.sqlite`, 40),
    target,
    (event) => event.kind === "progress" && event.step === "finish" && event.done > 3,
  );
  expect(broken).toMatchObject({ status: "failed" });
  const report = await run(join(directory, `first-${version}.sqlite`), target);
  expect(troublesOf(report).filter((trouble) => !trouble.startsWith("lines.lines_document_id_fkey"))).toEqual([]);
  expect(report).toMatchObject({ errors: [], exitCode: 0, objects: { others: [] } });
  expect(report.tables.map(({ name, proof }) => `${name} ${proof}`)).toEqual(
    ["chunks", "documents", "lines", "marks"].map((name) => `${name} equal`).sort(byPlan(report)),
  );
  expect(await rowsOf(client, "SELECT count(*)::int, count(DISTINCT uuid)::int FROM app.chunks")).toEqual([
    [10000, 10000],
  ]);
  // Rows without their document: on 18 the key guards later rows, before it is left out by name.
  const findings = report.findings.filter(({ code }) => code === "FK_ORPHANS");
  expect(findings).toMatchObject([{ where: "lines.document_id", count: 1 }]);
  expect(findings[0]!.message).toContain(version === "18" ? "is kept NOT VALID" : "is left out");
  expect(
    await rowsOf(
      client,
      `SELECT conrelid::regclass::text, contype, pg_get_constraintdef(oid) FROM pg_constraint
       WHERE connamespace = 'app'::regnamespace AND conparentid = 0 AND contype IN ('p', 'u', 'f') ORDER BY 1, 2, 3`,
    ),
  ).toEqual([
    ["app.chunks", "f", "FOREIGN KEY (document_id) REFERENCES app.documents(id)"],
    ["app.chunks", "p", "PRIMARY KEY (id, document_id)"],
    ["app.chunks", "u", 'UNIQUE (document_id, "position")'],
    ["app.chunks", "u", "UNIQUE (uuid, document_id)"],
    ["app.documents", "p", "PRIMARY KEY (id)"],
    ...(version === "18"
      ? [["app.lines", "f", "FOREIGN KEY (document_id) REFERENCES app.documents(id) NOT VALID"]]
      : []),
    ["app.lines", "p", "PRIMARY KEY (made, id)"],
    ["app.marks", "f", 'FOREIGN KEY (document_id, "position") REFERENCES app.chunks(document_id, "position")'],
  ]);
  expect(await rowsOf(client, "SELECT count(DISTINCT tableoid)::int FROM app.lines")).toEqual([[14]]);

  // The very same again: nothing to do. Another source: the tables change places, the old partitions go with theirs.
  expect(await run(join(directory, `first-${version}.sqlite`), target)).toMatchObject({ status: "nothing-to-do" });
  const second = await run(sourceOf(`second-${version}.sqlite`, 41), target);
  expect(second).toMatchObject({ errors: [], exitCode: 0, objects: { others: [] } });
  expect(await rowsOf(client, "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'app%'")).toEqual([["app"]]);
  expect(await rowsOf(client, "SELECT count(*)::int FROM app.documents")).toEqual([[41]]);
  // The next number is the next one, in the schema where the table is now.
  expect(
    await rowsOf(client, "INSERT INTO app.chunks (document_id, made) VALUES (1, now()) RETURNING id::int"),
  ).toEqual([[10001]]);
  await expect(client.query("INSERT INTO app.chunks (document_id, made) VALUES (-1, now())")).rejects.toThrow(
    /foreign key/,
  );

  // Somebody has written to a partition: no load touches the table any more.
  expect(await run(join(directory, `first-${version}.sqlite`), target)).toMatchObject({
    errors: [{ code: "TARGET_WRITTEN_SINCE", message: expect.stringContaining('"chunks": 1 written by others') }],
  });
});

const byPlan = (report: RunReport): ((a: string, b: string) => number) => {
  const order = report.tables.map(({ name }) => name);
  return (a, b) => order.indexOf(a.split(" ")[0]!) - order.indexOf(b.split(" ")[0]!);
};
