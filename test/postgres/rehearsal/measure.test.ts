import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { migrate } from "../../../src/migrate.ts";
import type { Plan } from "../../../src/plan/model.ts";
import { runChecks } from "../../../src/rehearsal/checks.ts";
import type { OwnQuery } from "../../../src/rehearsal/config.ts";
import { type Measured, measure } from "../../../src/rehearsal/measure.ts";
import { dropScratch, makeScratch } from "../../../src/rehearsal/scratch.ts";
import { type DumpedAndRestored, tryWayBack } from "../../../src/rehearsal/way-back.ts";
import { ledgerMarks } from "../../../src/rehearsal/window.ts";
import { workTables } from "../../../src/rehearsal/workload.ts";
import { parseSettings } from "../../../src/settings.ts";
import { connect } from "../../../src/target/connect.ts";
import { otherDatabase } from "../../../src/target/other-database.ts";
import { readStoredPlan } from "../../../src/target/runs.ts";
import { freshDatabase } from "../../support/database.ts";
import { everythingIn } from "../../support/untouched.ts";

const directory = mkdtempSync(join(tmpdir(), "landbridge-rehearsal-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const database = await freshDatabase();
const { target, admin } = database;
const signal = new AbortController().signal;
const quiet = { emit: () => undefined, signal };

const source = join(directory, "app.sqlite");
const build = (): void => {
  const db = new Database(source);
  db.pragma("journal_mode = WAL");
  db.exec(`
    CREATE TABLE orders (id INTEGER PRIMARY KEY, customer TEXT NOT NULL, total REAL, n INTEGER CHECK (n > 0), doubled INTEGER GENERATED ALWAYS AS (n * 2) STORED);
    CREATE INDEX orders_by_customer ON orders (customer);
    CREATE TABLE "user ""x""" (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, "the note" TEXT);
    CREATE TABLE tag (name TEXT PRIMARY KEY) WITHOUT ROWID;
    CREATE TABLE empty (id INTEGER PRIMARY KEY, a TEXT);
    CREATE VIRTUAL TABLE page USING fts5 (title, body);
    CREATE TABLE audit (at TEXT);
    CREATE TRIGGER forbidding BEFORE UPDATE ON orders BEGIN SELECT RAISE(ABORT, 'orders are for ever'); END;
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600)
      INSERT INTO orders (id, customer, total, n) SELECT i * 3, 'customer ' || (i % 50), i * 1.5, i FROM n;
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
      INSERT INTO "user ""x""" SELECT i, 'u' || i || '@example.org', 'hello there' FROM n;
    INSERT INTO tag VALUES ('a'), ('b');
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
      INSERT INTO page SELECT 'title', 'common words about wagon' || i || CASE i WHEN 77 THEN ' needlework' ELSE ' haystack' END FROM n;
  `);
  db.close();
};

const queries: readonly OwnQuery[] = [
  {
    name: "sum",
    sqlite: "SELECT customer, sum(total) FROM orders GROUP BY customer ORDER BY 1",
    postgres: "SELECT customer, sum(total) FROM orders GROUP BY customer ORDER BY 1",
  },
  {
    name: "other order",
    sqlite: "SELECT id FROM orders ORDER BY id",
    postgres: "SELECT id FROM orders ORDER BY id DESC",
  },
  { name: "other answer", sqlite: "SELECT count(*) FROM orders", postgres: "SELECT count(*) + 1 FROM orders" },
  { name: "broken", sqlite: "SELECT 1", postgres: "SELECT no_such_function()" },
  { name: "writing there", sqlite: "SELECT 1", postgres: "DELETE FROM orders RETURNING 1" },
  { name: "writing here", sqlite: "DELETE FROM orders RETURNING 1", postgres: "SELECT 1" },
  { name: "slow", sqlite: "SELECT 1", postgres: "SELECT 1 FROM pg_sleep(0.02)" },
];

let plan: Plan;
let snapshot: string;
let measured: Measured;
let before: readonly string[];
const phases: string[] = [];
const sha256 = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");

beforeAll(async () => {
  build();
  const settings = parseSettings({ source, cwd: directory, environment: {}, cores: 1 });
  const report = await migrate({ ...settings, target }, quiet);
  expect(report.status).toBe("done");
  plan = await readStoredPlan(admin, report.runId);
  snapshot = report.snapshot!;
  before = await everythingIn(admin);
  measured = await measure({
    ...{ target, plan, snapshot, journalMode: "wal", directory, queries, signal },
    ...{ seconds: 0.5, writers: 3, readers: 2 },
    phase: (name, work) => {
      phases.push(name);
      return work();
    },
  });
});

describe("the tables of the load", () => {
  it("are the largest with an integer key and rows, and not those of modules", () => {
    const tables = workTables(plan, new Set(["page"]));
    expect(tables.map((table) => table.source)).toEqual(["orders", 'user "x"']);
    const [orders, users] = tables;
    expect(orders!.touched.source).toBe("total");
    expect(orders!.copied?.map((column) => column.source)).toEqual(["customer", "total", "n"]);
    expect(users!.touched.source).toBe("the note");
    expect(users!.copied).toBeNull();
  });
});

describe("a measurement", () => {
  it("asks single questions first, then loads SQLite, then PostgreSQL, then checks", () => {
    expect(phases).toEqual(["queries", "baseline", "load", "checks"]);
  });

  it("gets writes and reads through on both sides, without an error", () => {
    for (const load of [measured.sqliteLoad, measured.postgresLoad]) {
      expect(load).toMatchObject({ writers: 3, readers: 2, seconds: 0.5 });
      expect(load.writes.errorKinds).toEqual({});
      expect(load.reads!.errorKinds).toEqual({});
      expect(load.writes.latencies!.count).toBeGreaterThan(2);
      expect(load.reads!.latencies!.count).toBeGreaterThan(2);
    }
    expect(measured.sqliteLoad.journalMode).toBe("wal");
  });

  it("leaves nothing behind, neither in the database nor beside the snapshot, and writes to no table that was loaded", async () => {
    expect(await everythingIn(admin)).toEqual(before);
    expect(readdirSync(directory).filter((name) => name.startsWith("baseline"))).toEqual([]);
    expect(sha256(snapshot)).toBe(plan.source.sha256);
  });

  it("compares lookups by key on both sides", () => {
    expect(measured.comparisons.map(({ name }) => name)).toEqual([
      "a row of orders by its key",
      'a row of user "x" by its key',
    ]);
    for (const { sqlite, postgres } of measured.comparisons)
      expect([sqlite!.count, postgres!.count]).toEqual([sqlite!.count, sqlite!.count]);
  });

  it("compares the user's own queries, with their answers, and lets none of them write", () => {
    const seen = Object.fromEntries(
      measured.ownQueries.map((each) => [each.name, each.answers?.verdict ?? each.error]),
    );
    expect(seen).toEqual({
      sum: "same",
      "other order": "same rows in another order",
      "other answer": "different",
      broken: expect.stringMatching(/^PostgreSQL: .*no_such_function/),
      "writing there": expect.stringMatching(/^PostgreSQL: .*read-only transaction/),
      "writing here": expect.stringMatching(/^SQLite: .*readonly/),
      slow: "same",
    });
    const slow = measured.ownQueries.at(-1)!;
    expect(slow.postgres!.p50).toBeGreaterThanOrEqual(20);
    expect(slow.sqlite!.p50).toBeLessThan(slow.postgres!.p50);
  });

  it("searches where the source's own full-text table is, for a word that is rare there", () => {
    expect(measured.search).toMatchObject({ where: "page.body", word: "needlework" });
    expect(measured.search!.sqliteMatch).not.toBeNull();
    expect(measured.search!.postgresWords.count).toBe(20);
  });

  it("sees that a healthy server does what an application relies on", () => {
    expect(measured.checks.map(({ name, passed, detail }) => [name, passed || detail])).toEqual([
      ["create, read, update, delete", true],
      ["rollback of a failed transaction", true],
      ["isolation: no dirty reads", true],
      ["isolation: write skew is detected", true],
      ["pool exhaustion", true],
      ["pool recovery", true],
    ]);
  });

  it("finds the rates of the copy in the ledger", async () => {
    const marks = await ledgerMarks(admin);
    expect(marks.length).toBe(plan.tables.length);
    expect(marks.every(({ seconds, bytes }) => seconds > 1e9 && bytes >= 0)).toBe(true);
  });

  it("stops when it is asked to, and takes its schema away then, too", async () => {
    const stop = new AbortController();
    const reason = new Error("stopped");
    const measuring = measure({
      ...{ target, plan, snapshot, journalMode: "delete", directory, queries: [], signal: stop.signal },
      ...{ seconds: 30, writers: 2, readers: 1 },
      phase: (name, work) => {
        if (name === "baseline") setTimeout(() => stop.abort(reason), 200);
        return work();
      },
    });
    await expect(measuring).rejects.toBe(reason);
    expect(await everythingIn(admin)).toEqual(before);
    expect(existsSync(join(directory, "baseline.sqlite"))).toBe(false);
  });
});

describe("checks on a server that is not as it should be", () => {
  it("say what failed, and go on with the others", async () => {
    const { target: limited, role } = await database.role("CONNECTION LIMIT 4");
    await admin.query(`GRANT CREATE ON DATABASE "${database.name}" TO ${role}`);
    await admin.query(`ALTER ROLE ${role} SET default_transaction_isolation = 'read committed'`);
    await makeScratch(admin);
    await admin.query(`GRANT ALL ON SCHEMA landbridge_rehearsal TO ${role}`);
    try {
      const checks = await runChecks(limited, signal);
      const failed = checks.filter(({ passed }) => !passed);
      expect(failed.map(({ name }) => name)).toEqual(["pool exhaustion"]);
      expect(failed[0]!.detail).toContain("too many connections");
    } finally {
      await dropScratch(admin);
    }
  });
});

describe("the way back", () => {
  const options = () => ({ source, snapshot, schema: "public" });

  /** A restored dump as a copy of the database by the server itself. */
  const copied = async (spoil = "SELECT 1"): Promise<DumpedAndRestored> => {
    const name = `${database.name}_restored`;
    await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await admin.query(`CREATE DATABASE ${name} TEMPLATE template0`);
    const restored = otherDatabase(target, name);
    const client = await connect(restored, "test");
    for (const { target: table } of plan.tables) {
      const { rows } = await admin.query(`SELECT quote_ident($1::text) AS name`, [table]);
      const quoted = (rows[0] as { name: string }).name;
      const { rows: all } = await admin.query(
        `SELECT coalesce(json_agg(t), '[]')::text AS rows FROM public.${quoted} t`,
      );
      const { rows: columns } = await admin.query(
        "SELECT string_agg(quote_ident(attname) || ' ' || format_type(atttypid, atttypmod), ', ' ORDER BY attnum) AS list FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0",
        [`public.${quoted}`],
      );
      await client.query(`CREATE TABLE public.${quoted} (${(columns[0] as { list: string }).list})`);
      await client.query(
        `INSERT INTO public.${quoted} SELECT * FROM json_populate_recordset(NULL::public.${quoted}, $1::json)`,
        [(all[0] as { rows: string }).rows],
      );
    }
    await client.query(spoil);
    await client.end();
    return { bytes: 1, objects: 1, dumpSeconds: 1, restoreSeconds: 1, restored };
  };
  afterAll(async () => {
    await admin.query(`DROP DATABASE IF EXISTS ${database.name}_restored WITH (FORCE)`);
  });

  it("is there where the restored rows are those that were dumped, in whatever order", async () => {
    const way = await tryWayBack({
      ...{ ...options(), target, sqliteBefore: sha256(source) },
      dumpAndRestore: () =>
        copied(
          "CREATE TABLE x AS TABLE orders; TRUNCATE orders; INSERT INTO orders SELECT * FROM x ORDER BY id DESC; DROP TABLE x",
        ),
    });
    expect(way).toMatchObject({ snapshotIntact: true, untested: null, restored: { rows: 1102, different: [] } });
    expect(way.sqliteAfter).toBe(way.sqliteBefore);
  });

  it.each([
    ["a changed value", "UPDATE orders SET total = total + 0.25 WHERE id = 300", ["orders"]],
    ["a row that is missing", "DELETE FROM tag WHERE name = 'a'", ["tag"]],
    ["a table that is missing", 'DROP TABLE "user ""x"""', ['user "x"']],
  ])("is not there for %s", async (_, spoil, different) => {
    const way = await tryWayBack({ ...options(), target, sqliteBefore: "", dumpAndRestore: () => copied(spoil) });
    expect(way.restored!.different).toEqual(different);
    expect(way.sqliteAfter).not.toBe(way.sqliteBefore);
  });

  it("says why no dump was tried, and that a damaged snapshot is damaged", async () => {
    const damaged = join(directory, "damaged.sqlite");
    const bytes = readFileSync(snapshot);
    bytes.fill(0x5a, 4096 * 3, 4096 * 5);
    writeFileSync(damaged, bytes);
    const way = await tryWayBack({
      ...{ ...options(), target, sqliteBefore: "", snapshot: damaged },
      dumpAndRestore: { unavailable: "no pg_dump" },
    });
    expect(way).toMatchObject({ snapshotIntact: false, dump: null, untested: "no pg_dump" });
  });
});
