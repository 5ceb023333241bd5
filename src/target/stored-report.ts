/** The report that a finished run left in the ledger. */
import type { Client } from "pg";
import type { RunReport } from "../report/model.ts";

/** The report of a run; null where it has none, because it never finished. */
export const readStoredReport = async (client: Client, runId: string): Promise<RunReport | null> => {
  const { rows } = await client.query<{ report: string | null }>(
    "SELECT report FROM landbridge.runs WHERE run_id = $1",
    [runId],
  );
  const text = rows[0]?.report ?? null;
  return text === null ? null : (JSON.parse(text) as RunReport);
};
