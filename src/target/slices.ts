/**
 * The ledger's slices, read as totals per table; copying inserts them (src/copy/claim.ts), later writes of ours are added
 * here.
 */
import type { Client } from "pg";
import { LISTED_ROWS, type RejectedRow } from "../report/model.ts";
import type { Run } from "./model.ts";

export interface SliceCounts {
  readonly rowsRead: number;
  readonly rowsWritten: number;
  readonly rowsRejected: number;
  readonly rowsCleaned: number;
  readonly bytes: number;
}

/**
 * For every transaction of ours that changes a table's rows after its slices (an orphan set to NULL or moved to the rejects):
 * call it inside that transaction, with the rows that it added (positive) or took away (negative), so that nobody takes our
 * own change for a stranger's. `table` is the table's name in the source.
 */
export const recordXid = async (
  client: Client,
  run: Run,
  table: string,
  { rowsWritten = 0, rowsRejected = 0, rowsCleaned = 0 }: Partial<SliceCounts> = {},
): Promise<void> => {
  await client.query(
    `INSERT INTO landbridge.slices (plan_hash, table_name, number, run_id, epoch, rows_written, rows_rejected, rows_cleaned)
     SELECT $1, $2, least(0, coalesce(min(number), 0)) - 1, $3, $4, $5, $6, $7 FROM landbridge.slices WHERE plan_hash = $1 AND table_name = $2`,
    [run.planHash, table, run.id, run.epoch, rowsWritten, rowsRejected, rowsCleaned],
  );
};

export interface TableTally extends SliceCounts {
  /** Numbers of the slices that have arrived. */
  readonly slices: ReadonlySet<number>;
  /** Rows in landbridge.rejects and landbridge.cleaned. */
  readonly rejects: number;
  readonly cleaned: number;
}

/** What the ledger knows about each table of a plan, by the table's name in the source; tables without a slice are missing. */
export const readTally = async (client: Client, planHash: string): Promise<Map<string, TableTally>> => {
  const { rows } = await client.query<
    Record<"table" | Exclude<keyof TableTally, "slices">, string> & { slices: number[] }
  >(
    `SELECT s.table_name AS table, coalesce(array_agg(s.number) FILTER (WHERE s.number >= 0), '{}') AS slices, sum(s.rows_read) AS "rowsRead",
       sum(s.rows_written) AS "rowsWritten", sum(s.rows_rejected) AS "rowsRejected", sum(s.rows_cleaned) AS "rowsCleaned",
       sum(s.bytes) AS bytes, coalesce(max(r.n), 0) AS rejects, coalesce(max(c.n), 0) AS cleaned
     FROM landbridge.slices s
     LEFT JOIN (SELECT source_table, count(*) AS n FROM landbridge.rejects WHERE plan_hash = $1 GROUP BY 1) r ON r.source_table = s.table_name
     LEFT JOIN (SELECT source_table, count(*) AS n FROM landbridge.cleaned WHERE plan_hash = $1 GROUP BY 1) c ON c.source_table = s.table_name
     WHERE s.plan_hash = $1 GROUP BY s.table_name`,
    [planHash],
  );
  return new Map(
    rows.map(({ table, slices, ...counts }) => [
      table,
      {
        slices: new Set(slices),
        rowsRead: Number(counts.rowsRead),
        rowsWritten: Number(counts.rowsWritten),
        rowsRejected: Number(counts.rowsRejected),
        rowsCleaned: Number(counts.rowsCleaned),
        bytes: Number(counts.bytes),
        rejects: Number(counts.rejects),
        cleaned: Number(counts.cleaned),
      },
    ]),
  );
};

/** The first rejected rows of a plan, in the order in which they were kept. */
export const readRejectedRows = async (client: Client, planHash: string): Promise<RejectedRow[]> => {
  const { rows } = await client.query<RejectedRow & { readonly key: string | null }>(
    `SELECT source_table AS "table", source_key::text AS key, column_name AS "column", code, message
     FROM landbridge.rejects WHERE plan_hash = $1 ORDER BY id LIMIT ${LISTED_ROWS}`,
    [planHash],
  );
  return rows.map((row) => ({ ...row, key: row.key === null ? null : JSON.parse(row.key, exactInteger) }));
};

/** Integers beyond ±2^53 stay exact as bigint; the report's JSON writes them as the numbers they are. */
const exactInteger = (_: string, value: unknown, context?: { readonly source?: string }): unknown =>
  typeof value === "number" && /^-?\d+$/.test(context?.source ?? "") && !Number.isSafeInteger(value)
    ? BigInt(context!.source!)
    : value;
