/**
 * What the orphan policies have done in this run, read from the ledger, so that a run that was broken off and resumed says
 * all of it.
 */
import type { Client } from "pg";
import type { Finding } from "../findings.ts";
import type { Run } from "../target/model.ts";
import { ORPHAN_CODE } from "./orphan-rows.ts";
import { EXAMPLES, listExamples } from "./rows.ts";

export interface Settled {
  /** Rows in landbridge.rejects, and rows in landbridge.cleaned, that lost their parent. */
  readonly quarantined: number;
  readonly cleaned: number;
  readonly findings: readonly Finding[];
}

interface SettledRow {
  readonly table: string;
  readonly count: string;
  readonly examples: readonly string[];
}

export const readSettled = async (client: Client, run: Run): Promise<Settled> => {
  const quarantined = await orphansIn(client, "landbridge.rejects", run);
  const cleaned = await orphansIn(client, "landbridge.cleaned", run);
  return {
    quarantined: sum(quarantined),
    cleaned: sum(cleaned),
    findings: [
      ...quarantined.map((row) => finding(row, "ORPHANS_QUARANTINED", "moved to landbridge.rejects")),
      ...cleaned.map((row) => finding(row, "ORPHANS_SET_NULL", "set to NULL and listed in landbridge.cleaned")),
    ],
  };
};

const orphansIn = async (client: Client, ledger: string, run: Run): Promise<SettledRow[]> => {
  // A composite key is one row here and several values there: rows are counted by their key.
  const { rows } = await client.query<SettledRow>(
    `SELECT source_table AS "table", count(*) AS count, (array_agg(key::text ORDER BY first))[1:${EXAMPLES}] AS examples
     FROM (SELECT source_table, source_key AS key, message, min(id) AS first FROM ${ledger}
           WHERE run_id = $1 AND code = '${ORPHAN_CODE}' GROUP BY source_table, source_key, message) AS orphans
     GROUP BY source_table ORDER BY source_table COLLATE "C"`,
    [run.id],
  );
  return rows;
};

const sum = (rows: readonly SettledRow[]): number => rows.reduce((total, { count }) => total + Number(count), 0);

const finding = ({ table, count, examples }: SettledRow, code: string, done: string): Finding => ({
  code,
  severity: "warning",
  where: table,
  message: `${count} rows without a parent were ${done}: ${listExamples(examples, Number(count))}`,
  remedy: "Look at the originals in the ledger; mend the source and run again if they matter.",
  count: Number(count),
});
