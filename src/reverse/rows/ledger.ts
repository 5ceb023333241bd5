/** The rows that the crossing kept in the ledger, as the way back reads them. */
import type { Client } from "pg";
import type { LedgerRun } from "../../target/runs.ts";

export interface LedgerReject {
  readonly table: string;
  readonly key: string | null;
  readonly rowid: string | null;
  readonly code: string;
  readonly original: string;
}

/** The rows that the load's ledger keeps, each once: a row may be listed for several of its columns. */
export const ledgerRejects = async (client: Client, run: LedgerRun): Promise<LedgerReject[]> => {
  const { rows } = await client.query<LedgerReject>(
    `SELECT DISTINCT ON (source_table, coalesce(source_rowid::text, source_key::text, id::text))
       source_table AS "table", source_key::text AS key, source_rowid::text AS rowid, code, original::text AS original
     FROM landbridge.rejects WHERE plan_hash = $1
     ORDER BY source_table, coalesce(source_rowid::text, source_key::text, id::text), id`,
    [run.planHash],
  );
  return rows;
};
