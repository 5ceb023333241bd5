/**
 * The ledger's side of a slice: its row is inserted first, in the transaction that carries its rows, so that a second
 * loader — also a late commit of a killed client — is waited for and then skipped; and a run that was resumed elsewhere stops here.
 */
import type { Client, QueryResult } from "pg";
import type { Run } from "../target/model.ts";
import { quoteLiteral } from "../target/quote.ts";
import { takenOver } from "../target/runs.ts";
import type { Counts } from "./encode-block.ts";
import type { KeptRow } from "./kept-row.ts";

/** A slice as the ledger names it. */
export interface SliceName {
  readonly table: string;
  readonly number: number;
}

export interface SliceResult extends SliceName {
  readonly counts: Counts;
  readonly bytes: number;
}

/**
 * Begins a transaction and claims slices in it. Waits for whoever holds one of them uncommitted.
 * @returns those that are ours now, in the order given
 * @throws LandbridgeError RUN_TAKEN_OVER when another process has resumed this run
 */
export const beginAndClaim = async <T extends SliceName>(
  client: Client,
  run: Run,
  slices: readonly T[],
): Promise<T[]> => {
  const values = slices.map(
    ({ table, number }) =>
      `(${quoteLiteral(run.planHash)}, ${quoteLiteral(table)}, ${number}, ${quoteLiteral(run.id)}, ${run.epoch})`,
  );
  // One message, one round trip. pg gives a result for each statement.
  const results = (await client.query(
    `BEGIN;
     INSERT INTO landbridge.slices (plan_hash, table_name, number, run_id, epoch) VALUES ${values.join(", ")}
       ON CONFLICT DO NOTHING RETURNING table_name, number;
     SELECT epoch FROM landbridge.runs WHERE run_id = ${quoteLiteral(run.id)} FOR SHARE`,
  )) as unknown as QueryResult[];
  const [, claimed, runs] = results;
  const epoch: unknown = runs?.rows[0]?.epoch;
  if (epoch !== run.epoch) throw takenOver(run);
  const ours = new Set(
    claimed?.rows.map((row: { table_name: string; number: number }) => `${row.number} ${row.table_name}`),
  );
  return slices.filter(({ table, number }) => ours.has(`${number} ${table}`));
};

/** Writes the counts of claimed slices and commits. */
export const completeAndCommit = async (client: Client, run: Run, results: readonly SliceResult[]): Promise<void> => {
  const values = results.map(
    ({ table, number, counts, bytes }) =>
      `(${quoteLiteral(table)}, ${number}, ${counts.read}::bigint, ${counts.written}::bigint, ${counts.rejected}::bigint, ${counts.cleaned}::bigint, ${bytes}::bigint)`,
  );
  await client.query(
    `UPDATE landbridge.slices s
       SET rows_read = v.r, rows_written = v.w, rows_rejected = v.x, rows_cleaned = v.c, bytes = v.b, finished_at = clock_timestamp()
       FROM (VALUES ${values.join(", ")}) AS v(t, n, r, w, x, c, b)
       WHERE s.plan_hash = ${quoteLiteral(run.planHash)} AND s.table_name = v.t AND s.number = v.n;
     COMMIT`,
  );
};

const INSERT_REJECTS = `
  INSERT INTO landbridge.rejects
    (run_id, plan_hash, source_table, source_key, source_rowid, column_name, code, message, original)
  SELECT $1, $2, $3, k::jsonb, i::bigint, c, e, m, o::jsonb
  FROM unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[]) AS kept(k, i, c, e, m, o)`;

/** Keeps rejected rows in the transaction of their slice. */
export const insertRejects = async (
  client: Client,
  run: Run,
  table: string,
  kept: readonly KeptRow[],
): Promise<void> => {
  if (kept.length === 0) return;
  await client.query(INSERT_REJECTS, [
    run.id,
    run.planHash,
    table,
    kept.map(({ sourceKey }) => sourceKey),
    kept.map(({ rowid }) => rowid),
    kept.map(({ column }) => column),
    kept.map(({ code }) => code),
    kept.map(({ message }) => message),
    kept.map(({ original }) => original),
  ]);
};
