/** What the ledger says of a copy: which slices are done, and what they came to. */
import type { Client } from "pg";
import type { Plan } from "../plan/model.ts";
import type { Run } from "../target/model.ts";
import type { TableOutcome } from "./copy.ts";

/** The slices that are committed, each as `<number> <table>`. */
export const finishedSlices = async (client: Client, run: Run): Promise<ReadonlySet<string>> => {
  const { rows } = await client.query<{ name: string }>(
    "SELECT number || ' ' || table_name AS name FROM landbridge.slices WHERE plan_hash = $1 AND number >= 0",
    [run.planHash],
  );
  return new Set(rows.map(({ name }) => name));
};

const TOTALS = `
  SELECT table_name AS "table", sum(rows_read)::float8 AS "rowsRead", sum(rows_written)::float8 AS "rowsWritten",
         sum(rows_rejected)::float8 AS "rowsRejected", sum(rows_cleaned)::float8 AS "rowsCleaned"
  FROM landbridge.slices WHERE plan_hash = $1 AND number >= 0 GROUP BY table_name`;

/** The totals of each table of the plan, in the plan's order. */
export const outcomeOf = async (client: Client, plan: Plan, run: Run): Promise<readonly TableOutcome[]> => {
  const { rows } = await client.query<TableOutcome>(TOTALS, [run.planHash]);
  const totals = new Map(rows.map((row) => [row.table, row]));
  return plan.tables.map(
    ({ source: table }) => totals.get(table) ?? { table, rowsRead: 0, rowsWritten: 0, rowsRejected: 0, rowsCleaned: 0 },
  );
};
