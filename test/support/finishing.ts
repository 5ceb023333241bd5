/** A load as the finish step finds it: tables made from a hand-made plan, rows put in by SQL, a run in the ledger. */
import type { Client } from "pg";
import type { RunEvent } from "../../src/events.ts";
import { type FinishOutcome, finishTables } from "../../src/finish/finish.ts";
import type { OriginalOf, OriginalRow } from "../../src/finish/source-key.ts";
import type { Plan } from "../../src/plan/model.ts";
import { createTables } from "../../src/target/create.ts";
import { installLedger } from "../../src/target/ledger.ts";
import type { Run, Target } from "../../src/target/model.ts";
import { qualified, quoteIdentifier } from "../../src/target/quote.ts";

export interface Loaded {
  readonly plan: Plan;
  readonly run: Run;
  /** Events of all finishes of this load. */
  readonly events: RunEvent[];
  finish(options?: { jobs?: number; signal?: AbortSignal; plan?: Plan }): Promise<FinishOutcome>;
  /** Rows of a query whose search_path is the load's schema. */
  rows<Row>(sql: string): Promise<Row[]>;
}

let loads = 0;

/** Makes the plan's tables in a schema of their own and runs `fill` in it. */
export const load = async (
  { admin, target }: { readonly admin: Client; readonly target: Target },
  given: Plan,
  fill = "",
): Promise<Loaded> => {
  loads += 1;
  const schema = `load ${loads}`;
  const plan: Plan = { ...given, schema };
  const run: Run = { id: `run ${loads}`, planHash: `plan ${loads}`, epoch: 1, loadSchema: schema };
  await installLedger(admin);
  await admin.query(
    `INSERT INTO landbridge.runs (run_id, plan_hash, source_sha256, source_name, schema_name, load_schema, phase, plan)
     VALUES ($1, $2, 'sha', 'app.sqlite', $3, $3, 'finish', '{}')`,
    [run.id, run.planHash, schema],
  );
  await admin.query(`CREATE SCHEMA ${quoteIdentifier(schema)}; SET search_path = ${quoteIdentifier(schema)}`);
  await createTables(admin, plan, schema);
  if (fill !== "") await admin.query(fill);
  const originalOf = await rememberRows(admin, plan);
  const events: RunEvent[] = [];
  return {
    plan,
    run,
    events,
    finish: ({ jobs = 2, signal = new AbortController().signal, plan: other = plan } = {}) =>
      finishTables({ plan: other, target, run, jobs, signal, originalOf, emit: (event) => events.push(event) }),
    rows: async <Row>(sql: string) => {
      await admin.query(`SET search_path = ${quoteIdentifier(schema)}`);
      const { rows } = await admin.query(sql);
      return rows as Row[];
    },
  };
};

/** Stands for the snapshot: the rows as they were before finish, by the values of their key columns. */
const rememberRows = async (admin: Client, plan: Plan): Promise<OriginalOf> => {
  const originals = new Map<string, OriginalRow>();
  for (const table of plan.tables) {
    const { rows } = await admin.query<{ original: string }>(
      `SELECT to_jsonb(t)::text AS original FROM ${qualified(plan.schema, table.target)} AS t`,
    );
    for (const { original } of rows) {
      const row = JSON.parse(original) as Record<string, unknown>;
      const key = table.keyColumns.map((name) => row[name]);
      const sourceKey = JSON.stringify(Object.fromEntries(table.keyColumns.map((name, i) => [name, key[i]])));
      originals.set(addressOf(table.source, key), { sourceKey, rowid: null, original });
    }
  }
  return (table, key) => originals.get(addressOf(table.source, key)) ?? null;
};

const addressOf = (table: string, key: readonly unknown[]): string => JSON.stringify([table, ...key.map(String)]);
