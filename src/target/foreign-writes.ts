/**
 * Tells whether anybody but us has written to the tables of a run: every row carries the id of the transaction that wrote it,
 * and the ledger knows ours. Inserts and updates show by a foreign id, deletes and TRUNCATE by the count.
 */
import type { Client } from "pg";
import { mergedTables } from "../existing/check.ts";
import type { Plan } from "../plan/model.ts";
import type { Run } from "./model.ts";
import { qualified, quoteIdentifier } from "./quote.ts";

export interface ForeignWrites {
  /** Target name. */
  readonly table: string;
  /** Rows inserted or updated by others. */
  readonly foreign: number;
  /** Rows that are there, and rows that we have put there. */
  readonly rows: number;
  readonly expected: number;
}

/** @returns a line for each table that is there and is not as we left it; reads the tables in full */
export const findForeignWrites = async (client: Client, plan: Plan, run: Run): Promise<ForeignWrites[]> => {
  const ours = await ourWrites(client, run.planHash);
  const there = await tablesIn(client, run.loadSchema);
  const merged = plan.existing === undefined ? new Set<string>() : await mergedTables(client, plan.schema);
  const mayHoldOthers = plan.existing !== undefined && plan.existing.onConflict !== "fail";
  const changed: ForeignWrites[] = [];
  for (const { source, target, partitioning } of plan.tables) {
    // What is ours in a table that had rows before cannot be told from the application's.
    if (merged.has(target)) continue;
    // Not begun yet: rows in it are those that are to be merged into.
    if (mayHoldOthers && !ours.has(source)) continue;
    if (!there.has(target)) {
      // Not made yet, or dropped by somebody after its rows had arrived.
      if (ours.has(source)) changed.push({ table: target, foreign: 0, rows: 0, expected: ours.get(source)!.rows });
      continue;
    }
    const { rows: expected, xids } = ours.get(source) ?? { rows: 0, xids: [] };
    const { rows } = await client.query<{ rows: string; foreign: string }>(
      `SELECT count(*) AS rows, count(*) FILTER (WHERE xmin::text <> ALL ($1::text[])) AS foreign
       FROM ${plan.existing === undefined && partitioning === null ? "ONLY " : ""}${qualified(run.loadSchema, target)}`,
      [xids],
    );
    const seen = { rows: Number(rows[0]!.rows), foreign: Number(rows[0]!.foreign) };
    if (seen.foreign > 0 || seen.rows !== expected) changed.push({ table: target, expected, ...seen });
  }
  return changed;
};

/** Names of the ordinary tables in a schema. */
export const tablesIn = async (client: Client, schema: string): Promise<ReadonlySet<string>> => {
  const { rows } = await client.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relkind IN ('r', 'p')`,
    [schema],
  );
  return new Set(rows.map(({ name }) => name));
};

/** A sentence about the first few of them. */
export const describeForeignWrites = (changed: readonly ForeignWrites[]): string => {
  const shown = changed
    .slice(0, 5)
    .map(({ table, foreign, rows, expected }) => {
      const parts = [
        ...(foreign > 0 ? [`${foreign} written by others`] : []),
        ...(rows === expected && foreign > 0 ? [] : [`${rows} rows where ${expected} were loaded`]),
      ];
      return `${quoteIdentifier(table)}: ${parts.join(", ")}`;
    })
    .join("; ");
  return changed.length > 5 ? `${shown}; and ${changed.length - 5} more tables` : shown;
};

/** xmin shows the low 32 bits of a transaction id. */
const ourWrites = async (client: Client, planHash: string): Promise<Map<string, { rows: number; xids: string[] }>> => {
  const { rows } = await client.query<{ table: string; rows: string; xids: string[] }>(
    `SELECT table_name AS table, sum(rows_written) AS rows, array_agg((xid::numeric % 4294967296)::text) AS xids
     FROM landbridge.slices WHERE plan_hash = $1 GROUP BY table_name`,
    [planHash],
  );
  return new Map(rows.map(({ table, rows: written, xids }) => [table, { rows: Number(written), xids }]));
};
