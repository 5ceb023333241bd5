/** The rows of one violated foreign key: listed in the ledger with their originals, then deleted or without their reference. */
import type { Client } from "pg";
import { qualified, quoteIdentifier } from "../target/quote.ts";
import { recordXid } from "../target/slices.ts";
import type { Finishing } from "./finishing.ts";
import { fromOrphans, nullableColumns, ORPHAN_CODE } from "./orphan-rows.ts";
import { sourceNames } from "./rows.ts";
import { keyColumnsOf, type OriginalOf, type OriginalRow, sourceValue } from "./source-key.ts";
import type { Reference } from "./validate.ts";

/** Rows listed and changed at a time; their originals are in memory together, each of at most a few MiB. */
const BATCH = 200;

export interface Settlement {
  readonly policy: "quarantine" | "null";
  readonly originalOf: OriginalOf;
  /** Why a key keeps (some of) its orphans, for people, by the key's name. */
  readonly reasons: Map<string, string>;
}

interface FoundOrphan extends OriginalRow {
  /** The table that really holds it: a partition has places of its own. */
  readonly tableoid: string;
  readonly ctid: string;
}

/** Works off all orphans of one key that can be found in the snapshot; gives how many. Needs an open transaction. */
export const settleReference = async (
  client: Client,
  finishing: Finishing,
  reference: Reference,
  { policy, originalOf, reasons }: Settlement,
): Promise<number> => {
  const { child, key } = reference;
  const columns = keyColumnsOf(child) ?? [];
  const values = columns.map((column) => `c.${quoteIdentifier(column.target)}::text`).join(", ");
  await client.query(
    `DECLARE orphans NO SCROLL CURSOR FOR SELECT c.tableoid::text AS tableoid, c.ctid::text AS ctid, ARRAY[${values}] AS key ${fromOrphans(finishing.schema, reference)}`,
  );
  let settled = 0;
  for (;;) {
    const { rows } = await client.query<Pick<FoundOrphan, "tableoid" | "ctid"> & { key: (string | null)[] }>(
      `FETCH ${BATCH} FROM orphans`,
    );
    if (rows.length === 0) break;
    const found: FoundOrphan[] = [];
    for (const row of rows) {
      const original = row.key.includes(null)
        ? null
        : await originalOf(
            child,
            columns.map((column, i) => sourceValue(column, row.key[i] ?? "")),
          );
      if (original === null)
        reasons.set(key.name, "some of its rows cannot be found again in the snapshot by their key");
      else found.push({ ...original, tableoid: row.tableoid, ctid: row.ctid });
    }
    if (found.length === 0) continue;
    await (policy === "quarantine" ? quarantine : setNull)(client, finishing, reference, found);
    settled += found.length;
  }
  await client.query("CLOSE orphans");
  if (settled > 0) await recordSettled(client, finishing, reference, policy, settled);
  return settled;
};

const recordSettled = (
  client: Client,
  { run }: Finishing,
  { child }: Reference,
  policy: Settlement["policy"],
  rows: number,
): Promise<void> =>
  recordXid(
    client,
    run,
    child.source,
    policy === "quarantine" ? { rowsWritten: -rows, rowsRejected: rows } : { rowsCleaned: rows },
  );

/** The ledger's columns for the rows given as arrays $1 … $3, with the run's as $4 … $8. */
const KEPT = `(run_id, plan_hash, source_table, source_key, source_rowid, column_name, code, message, original)`;
const GIVEN = "unnest($1::text[], $2::bigint[], $3::text[]) AS given(key, rowid, original)";

const arrays = (rows: readonly FoundOrphan[]): unknown[] => [
  rows.map(({ sourceKey }) => sourceKey),
  rows.map(({ rowid }) => rowid),
  rows.map(({ original }) => original),
];

const quarantine = async (
  client: Client,
  { run, schema }: Finishing,
  { child, key }: Reference,
  rows: readonly FoundOrphan[],
): Promise<void> => {
  const columns = sourceNames(child, key.columns);
  const message = `no parent for foreign key ${key.name} (${columns.join(", ")})`;
  await client.query(
    `INSERT INTO landbridge.rejects ${KEPT}
     SELECT $4, $5, $6, key::jsonb, rowid, $7, '${ORPHAN_CODE}', $8, original::jsonb FROM ${GIVEN}`,
    [...arrays(rows), run.id, run.planHash, child.source, columns.length === 1 ? columns[0] : null, message],
  );
  await atTheirPlaces(client, `DELETE FROM ${qualified(schema, child.target)}`, rows);
};

const setNull = async (
  client: Client,
  { run, schema }: Finishing,
  { child, key }: Reference,
  rows: readonly FoundOrphan[],
): Promise<void> => {
  const columns = nullableColumns(child, key.columns);
  const message = `no parent for foreign key ${key.name}: set to NULL`;
  // One line for each value that was changed, with that value alone.
  for (const column of sourceNames(child, columns))
    await client.query(
      `INSERT INTO landbridge.cleaned ${KEPT}
       SELECT $4, $5, $6, key::jsonb, rowid, $7, '${ORPHAN_CODE}', $8, original::jsonb -> $7 FROM ${GIVEN}`,
      [...arrays(rows), run.id, run.planHash, child.source, column, message],
    );
  const cleared = columns.map((column) => `${quoteIdentifier(column)} = NULL`).join(", ");
  await atTheirPlaces(client, `UPDATE ${qualified(schema, child.target)} SET ${cleared}`, rows);
};

/** Runs a DELETE or UPDATE on these very rows. */
const atTheirPlaces = async (client: Client, statement: string, rows: readonly FoundOrphan[]): Promise<void> => {
  for (const [tableoid, there] of Map.groupBy(rows, (row) => row.tableoid))
    await client.query(`${statement} WHERE tableoid = $1::oid AND ctid = ANY ($2::tid[])`, [
      tableoid,
      there.map(({ ctid }) => ctid),
    ]);
};
