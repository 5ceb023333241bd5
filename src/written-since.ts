/** What came into a schema after the copy, for whoever is about to take the database away: nothing of it is in SQLite. */
import type { Client } from "pg";
import { connect } from "./target/connect.ts";
import { type ForeignWrites, findForeignWrites, tablesIn } from "./target/foreign-writes.ts";
import { ledgerExists } from "./target/ledger.ts";
import type { Target } from "./target/model.ts";
import { qualified } from "./target/quote.ts";
import { currentRuns, type LedgerRun, readStoredPlan } from "./target/runs.ts";

export interface WrittenSince {
  /** The load that stands in the schema; null where Landbridge has loaded none, and then every row is somebody else's. */
  readonly run: LedgerRun | null;
  /** The tables that are not as the load left them, and tables with rows that it did not make. */
  readonly tables: readonly ForeignWrites[];
}

/**
 * Counts, per table of the schema, the rows that others have inserted, changed or deleted since Landbridge's load. Reads every
 * table in full and writes nothing. `describeForeignWrites` makes a sentence of the tables.
 * @throws LandbridgeError as `connect`; what the server says where a table may not be read
 */
export const writtenSince = async (target: Target, schema: string): Promise<WrittenSince> => {
  const client = await connect(target, "written since");
  try {
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    return await lookInto(client, schema);
  } finally {
    await client.end().catch(() => undefined);
  }
};

const lookInto = async (client: Client, schema: string): Promise<WrittenSince> => {
  const runs = (await ledgerExists(client)) ? await currentRuns(client, schema) : [];
  // A later load that is still beside the schema says nothing about the tables that serve.
  const run = runs.find(({ loadSchema }) => loadSchema === schema) ?? null;
  const plan = run === null ? null : await readStoredPlan(client, run.id);
  const changed = run === null || plan === null ? [] : await findForeignWrites(client, plan, run);
  const known = new Set(plan?.tables.map(({ target }) => target));
  const others: ForeignWrites[] = [];
  for (const table of [...(await tablesIn(client, schema))].sort()) {
    if (known.has(table)) continue;
    const { rows } = await client.query<{ rows: string }>(
      `SELECT count(*) AS rows FROM ONLY ${qualified(schema, table)}`,
    );
    const count = Number(rows[0]!.rows);
    if (count > 0) others.push({ table, foreign: count, rows: count, expected: 0 });
  }
  return { run, tables: [...changed, ...others] };
};
