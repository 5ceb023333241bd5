/** A copy from a SQLite file to a database, without the steps around it: tables as the plan has them, the ledger, one run. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll } from "vitest";
import { type CopyOptions, type CopyOutcome, copyTables } from "../../src/copy/copy.ts";
import type { RunEvent } from "../../src/events.ts";
import { renderType } from "../../src/plan/ddl/type.ts";
import type { Plan, PlanTable } from "../../src/plan/model.ts";
import { installLedger } from "../../src/target/ledger.ts";
import type { Run } from "../../src/target/model.ts";
import { qualified, quoteIdentifier } from "../../src/target/quote.ts";
import type { FreshDatabase } from "./database.ts";
import { type GivenPlan, planOf } from "./plan.ts";

/** A SQLite file made by SQL, removed after the test file. */
export const sqliteFile = (sql: string, fill?: (db: Database.Database) => void): string => {
  const directory = mkdtempSync(join(tmpdir(), "landbridge-copy-"));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  const path = join(directory, "source.sqlite");
  const db = new Database(path);
  db.exec(sql);
  fill?.(db);
  db.close();
  return path;
};

let crossings = 0;

export interface Crossing {
  readonly plan: Plan;
  readonly run: Run;
  readonly events: RunEvent[];
  readonly copy: (options?: Partial<CopyOptions>) => Promise<CopyOutcome>;
  /** Rows of landbridge.rejects of this run, in order. */
  readonly rejects: () => Promise<Record<string, unknown>[]>;
}

/** Makes the tables of a hand-made plan and a run in the ledger. Counts of rows and bytes are taken from the file where the plan has none. */
export const crossing = async (database: FreshDatabase, path: string, given: GivenPlan): Promise<Crossing> => {
  const id = `run-${++crossings}`;
  const plan = measured(path, planOf({ ...given, schema: `crossing_${crossings}` }));
  const run: Run = { id, planHash: `plan-${crossings}`, epoch: 1, loadSchema: plan.schema };
  const { admin } = database;
  await installLedger(admin);
  await admin.query(
    `INSERT INTO landbridge.runs (run_id, plan_hash, source_sha256, source_name, schema_name, load_schema, phase, plan)
     VALUES ($1, $2, 'sha', 'source.sqlite', $3, $3, 'copy', '{}')`,
    [id, run.planHash, plan.schema],
  );
  await admin.query(`CREATE SCHEMA ${quoteIdentifier(plan.schema)}`);
  for (const table of plan.tables) await admin.query(tableDdl(plan.schema, table));
  const events: RunEvent[] = [];
  return {
    plan,
    run,
    events,
    copy: (options) =>
      copyTables({
        plan,
        readPath: path,
        target: database.target,
        run,
        jobs: 1,
        emit: (event) => void events.push(event),
        ...options,
      }),
    rejects: async () =>
      (await admin.query("SELECT * FROM landbridge.rejects WHERE run_id = $1 ORDER BY id", [id])).rows,
  };
};

const measured = (path: string, plan: Plan): Plan => {
  const db = new Database(path, { readonly: true });
  const tables = plan.tables.map((table) => {
    if (table.rows > 0) return table;
    const { rows } = db.prepare(`SELECT count(*) AS rows FROM "${table.source}"`).get() as { rows: number };
    return { ...table, rows, bytes: rows * 50, maxRowBytes: table.maxRowBytes || 1000 };
  });
  db.close();
  return { ...plan, tables };
};

const tableDdl = (schema: string, table: PlanTable): string => {
  const columns = table.columns.map(
    ({ target, type, notNull, generated }) =>
      `${quoteIdentifier(target)} ${renderType(type)}${notNull ? " NOT NULL" : ""}${generated === null ? "" : ` GENERATED ALWAYS AS (${generated}) STORED`}`,
  );
  const checks = table.checks.map(
    ({ name, expression }) => `CONSTRAINT ${quoteIdentifier(name)} CHECK (${expression})`,
  );
  return `CREATE TABLE ${qualified(schema, table.target)} (${[...columns, ...checks].join(", ")})`;
};
