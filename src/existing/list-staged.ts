/** Rows that were staged but not merged, as the ledger lists rows: by the key that the source knows them by. */
import type { Client } from "pg";
import type { ServerRefusal } from "../copy/refusal.ts";
import type { Finishing } from "../finish/finishing.ts";
import { keyColumnsOf, type OriginalOf, type OriginalRow, sourceValue } from "../finish/source-key.ts";
import type { PlanTable } from "../plan/model.ts";
import { quoteIdentifier } from "../target/quote.ts";
import { STAGED_ROW } from "./stage.ts";

/** Rows fetched and listed at a time; their originals are in memory together. */
const BATCH = 200;

export interface Staged {
  readonly client: Client;
  readonly finishing: Finishing;
  readonly table: PlanTable;
  readonly staged: string;
  readonly keys: string;
}

/**
 * Part of the merge's transaction. Refused rows leave the staging table, so that they are not skipped besides.
 * @param which by their numbers with the server's reason, or all whose key has not been merged
 * @returns how many
 */
export const listStaged = async (
  { client, finishing, table, staged, keys }: Staged,
  list: "rejects" | "skipped",
  which: ReadonlyMap<string, ServerRefusal> | "not inserted",
  originalOf: OriginalOf,
): Promise<number> => {
  if (which !== "not inserted" && which.size === 0) return 0;
  const columns = keyColumnsOf(table) ?? [];
  const values = columns.map((column) => `s.${quoteIdentifier(column.target)}::text`).join(", ");
  const same = (table.primaryKey?.columns ?? []).map(
    (name) => `k.${quoteIdentifier(name)} = s.${quoteIdentifier(name)}`,
  );
  const where =
    which === "not inserted"
      ? `NOT EXISTS (SELECT FROM ${keys} k WHERE ${same.join(" AND ")})`
      : `s.${STAGED_ROW} = ANY ('{${[...which.keys()].join(",")}}'::bigint[])`;
  await client.query(
    `DECLARE unmerged NO SCROLL CURSOR FOR SELECT s.${STAGED_ROW}::text AS number, ARRAY[${values}] AS key FROM ${staged} s WHERE ${where} ORDER BY 1`,
  );
  let listed = 0;
  for (;;) {
    const { rows } = await client.query<{ number: string; key: string[] }>(`FETCH ${BATCH} FROM unmerged`);
    if (rows.length === 0) break;
    const kept = await Promise.all(
      rows.map(async ({ number, key }) => {
        const original = await originalOf(
          table,
          columns.map((column, i) => sourceValue(column, key[i]!)),
        );
        if (original === null) throw new Error(`${table.source}: a staged row is not in the snapshot by its key`);
        return { ...original, refusal: which === "not inserted" ? null : which.get(number)! };
      }),
    );
    await insert(client, finishing, table, list, kept);
    listed += rows.length;
  }
  await client.query("CLOSE unmerged");
  if (which !== "not inserted")
    await client.query(`DELETE FROM ${staged} WHERE ${STAGED_ROW} = ANY ($1::bigint[])`, [[...which.keys()]]);
  return listed;
};

interface Kept extends OriginalRow {
  readonly refusal: ServerRefusal | null;
}

const insert = async (
  client: Client,
  { run }: Finishing,
  { source }: PlanTable,
  list: "rejects" | "skipped",
  kept: readonly Kept[],
): Promise<void> => {
  await client.query(
    `INSERT INTO landbridge.${list} (run_id, plan_hash, source_table, source_key, source_rowid, code, message, original)
     SELECT $1, $2, $3, k::jsonb, i::bigint, c, m, o::jsonb
     FROM unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[]) AS kept(k, i, c, m, o)`,
    [
      ...[run.id, run.planHash, source],
      kept.map(({ sourceKey }) => sourceKey),
      kept.map(({ rowid }) => rowid),
      kept.map(({ refusal }) => (refusal === null ? "ROW_IS_THERE" : `SERVER_${refusal.sqlstate}`)),
      kept.map(({ refusal }) => refusal?.message ?? "the table has a row with this key already"),
      kept.map(({ refusal, original }) => (refusal === null ? null : original)),
    ],
  );
};
