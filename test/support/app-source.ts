/** A small application's file for crash tests: a table in several slices, one without rowid, one by text key, keys between them, a view. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import type { Client } from "pg";
import { expect } from "vitest";
import { parsePlan, serialisePlan } from "../../src/plan/document.ts";
import type { Plan } from "../../src/plan/model.ts";
import { qualified } from "../../src/target/quote.ts";

const BIG_ROWS = 12_000;
const SLICES = 6;

/** Writes `app.sqlite` into a directory. `salt` makes another content. */
export const appSource = (directory: string, name = "app.sqlite", salt = 1): string => {
  const path = join(directory, name);
  const db = new Database(path);
  db.exec(`
    CREATE TABLE big (id INTEGER PRIMARY KEY, owner INTEGER NOT NULL REFERENCES people (id), note TEXT, amount REAL);
    CREATE INDEX big_owner ON big (owner);
    CREATE TABLE people (id INTEGER PRIMARY KEY AUTOINCREMENT, "Mail" TEXT UNIQUE, born TEXT);
    CREATE TABLE tags (word TEXT, person INTEGER REFERENCES people (id), PRIMARY KEY (word, person)) WITHOUT ROWID;
    CREATE TABLE bag (v);
    CREATE TABLE empty (id INTEGER PRIMARY KEY);
    CREATE VIEW mails AS SELECT id, "Mail" FROM people;
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50)
      INSERT INTO people SELECT i, 'p' || i || '@example.org', '1990-01-' || substr('0' || (i % 28 + 1), -2) FROM n;
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${BIG_ROWS})
      INSERT INTO big SELECT i * 3, i % 50 + 1, 'row ' || i || ' of ${salt}', i / 7.0 FROM n;
    INSERT INTO tags SELECT 'tag' || (id % 5), id FROM people;
    INSERT INTO bag VALUES (1), (1), (2), (NULL);
  `);
  db.close();
  return path;
};

/** Cuts `big` into slices, as it would be if it had gigabytes, and names the schema. */
export const slicedPlan = (directory: string, planFile: string, schema: string): string => {
  const plan = parsePlan(readFileSync(join(directory, planFile), "utf8"), planFile);
  const borders = Array.from({ length: SLICES - 1 }, (_, i) => String(((i + 1) * BIG_ROWS * 3) / SLICES));
  const tables = plan.tables.map((table) =>
    table.source === "big" ? { ...table, mode: "sliced" as const, borders } : table,
  );
  const sliced: Plan = { ...plan, schema, tables };
  const file = join(directory, `${schema}.plan.json`);
  writeFileSync(file, serialisePlan(sliced));
  return file;
};

const TABLES = ["big", "people", "tags", "bag", "empty"] as const;

/** Every row once, by queries that share nothing with Landbridge: count and a sum over the content of each table. */
export const expectWhole = async (client: Client, schema: string, source: string): Promise<void> => {
  const db = new Database(source, { readonly: true });
  const counts = Object.fromEntries(
    TABLES.map((name) => [name, db.prepare(`SELECT count(*) FROM "${name}"`).pluck().get()]),
  );
  const sums = db.prepare("SELECT sum(id) AS ids, sum(owner) AS owners, sum(length(note)) AS notes FROM big").get();
  db.close();
  const found: Record<string, number> = {};
  for (const name of TABLES) {
    const { rows } = await client.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${qualified(schema, name)}`);
    found[name] = rows[0]!.n;
  }
  expect(found).toEqual(counts);
  const { rows } = await client.query(
    `SELECT sum(id)::int AS ids, sum(owner)::int AS owners, sum(length(note))::int AS notes FROM ${qualified(schema, "big")}`,
  );
  expect(rows[0]).toEqual(sums);
};

/** One finished run for the schema, each slice once and as many rows in them as there are, nobody of ours connected. */
export const expectConsistentLedger = async (client: Client, schema: string): Promise<void> => {
  const runs = await client.query(
    "SELECT run_id, plan_hash, phase, status, exit_code, load_schema FROM landbridge.runs WHERE schema_name = $1 AND phase <> 'superseded'",
    [schema],
  );
  expect(runs.rows).toMatchObject([{ phase: "done", status: "done", exit_code: 0, load_schema: schema }]);
  const { rows } = await client.query<{ table: string; numbers: number[]; written: number }>(
    `SELECT table_name AS "table", array_agg(number ORDER BY number) AS numbers, sum(rows_written)::int AS written
     FROM landbridge.slices WHERE plan_hash = $1 GROUP BY 1`,
    [runs.rows[0].plan_hash],
  );
  expect(rows.map(({ table }) => table).sort()).toEqual([...TABLES].sort());
  for (const { table, numbers, written } of rows) {
    expect(numbers, table).toEqual(numbers.map((_, i) => i));
    const counted = await client.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${qualified(schema, table)}`);
    expect(counted.rows[0]!.n, table).toBe(written);
  }
  const schemas = await client.query("SELECT nspname FROM pg_namespace WHERE nspname LIKE $1", [`${schema}\\_2%`]);
  expect(schemas.rows).toEqual([]);
};
