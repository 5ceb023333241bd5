/** What came into a schema after the copy, for whoever is about to take the database away: nothing of it is in SQLite. */
import type { Client } from "pg";
import { mergedTables } from "./existing/check.ts";
import { isMigrationTable } from "./plan/migration-tools.ts";
import type { Plan } from "./plan/model.ts";
import { connect } from "./target/connect.ts";
import { type ForeignWrites, findForeignWrites } from "./target/foreign-writes.ts";
import { ledgerExists } from "./target/ledger.ts";
import type { Target } from "./target/model.ts";
import { qualified } from "./target/quote.ts";
import { currentRuns, type LedgerRun, readStoredPlan } from "./target/runs.ts";
import { serverError } from "./target/server-error.ts";

export interface WrittenSince {
  /** The load that stands in the schema, the newest where there are several; null where Landbridge has loaded none, and then every row is somebody else's. */
  readonly run: LedgerRun | null;
  /** The tables that are not as the load left them, and tables with rows that it did not make. */
  readonly tables: readonly ForeignWrites[];
}

/**
 * Counts, per table of the schema, the rows that others have inserted, changed or deleted since Landbridge's load. Reads every
 * table in full and writes nothing. `describeForeignWrites` makes a sentence of the tables.
 * Bookkeeping of migration tools is not counted.
 * @throws LandbridgeError as `connect`; TARGET_PRIVILEGES where a table may not be read
 */
export const writtenSince = async (target: Target, schema: string): Promise<WrittenSince> => {
  const client = await connect(target, "written since");
  try {
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    return await lookInto(client, schema);
  } catch (error) {
    throw serverError(error, "the look at what came in") ?? error;
  } finally {
    await client.end().catch(() => undefined);
  }
};

const lookInto = async (client: Client, schema: string): Promise<WrittenSince> => {
  const runs = await standingRuns(client, schema);
  const plans: Plan[] = [];
  for (const { id } of runs) plans.push(await readStoredPlan(client, id));
  const changed: ForeignWrites[] = [];
  for (const [i, run] of runs.entries()) changed.push(...(await findForeignWrites(client, plans[i]!, run)));
  // Tables that had rows before the load are not looked at there: what is not ours in them came before it or after it.
  const merged = plans.some(({ existing }) => existing !== undefined)
    ? await mergedTables(client, schema)
    : new Set<string>();
  const looked = new Set(
    plans.flatMap(({ tables }) => tables.map(({ target }) => target)).filter((name) => !merged.has(name)),
  );
  const ours = await ourTransactions(client, runs);
  const others: ForeignWrites[] = [];
  for (const { table, whole } of await tablesOf(client, schema)) {
    if (looked.has(table) || isMigrationTable(table)) continue;
    const counted = await countForeign(client, `${whole ? "" : "ONLY "}${qualified(schema, table)}`, ours);
    if (counted.foreign > 0) others.push({ table, ...counted, expected: counted.rows - counted.foreign });
  }
  return { run: runs[0] ?? null, tables: [...changed, ...others] };
};

/**
 * The newest load of each file that stands in the schema. A later one that is still beside it says nothing about the tables that
 * serve.
 */
const standingRuns = async (client: Client, schema: string): Promise<LedgerRun[]> => {
  const runs = (await ledgerExists(client)) ? await currentRuns(client, schema) : [];
  const standing = runs.filter(({ loadSchema }) => loadSchema === schema);
  return standing.filter((run, i) => standing.findIndex(({ sourceName }) => sourceName === run.sourceName) === i);
};

/** A partitioned table counts as a whole, its partitions not at all; of a table with heirs, its own rows. */
const tablesOf = async (client: Client, schema: string): Promise<{ table: string; whole: boolean }[]> => {
  const { rows } = await client.query<{ table: string; whole: boolean }>(
    `SELECT c.relname AS "table", c.relkind = 'p' AS whole FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY c.relname COLLATE "C"`,
    [schema],
  );
  return rows;
};

/** Every row carries the low 32 bits of the id of the transaction that wrote it; the ledger knows the runs'. */
const ourTransactions = async (client: Client, runs: readonly LedgerRun[]): Promise<string[]> => {
  if (runs.length === 0) return [];
  const { rows } = await client.query<{ xid: string }>(
    "SELECT DISTINCT (xid::numeric % 4294967296)::text AS xid FROM landbridge.slices WHERE plan_hash = ANY ($1::text[])",
    [runs.map(({ planHash }) => planHash)],
  );
  return rows.map(({ xid }) => xid);
};

const countForeign = async (
  client: Client,
  table: string,
  ours: readonly string[],
): Promise<Pick<ForeignWrites, "rows" | "foreign">> => {
  const { rows } = await client.query<{ rows: string; foreign: string }>(
    `SELECT count(*) AS rows, count(*) FILTER (WHERE xmin::text <> ALL ($1::text[])) AS foreign FROM ${table}`,
    [ours],
  );
  return { rows: Number(rows[0]!.rows), foreign: Number(rows[0]!.foreign) };
};
