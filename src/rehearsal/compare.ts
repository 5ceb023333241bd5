/** The same questions to both databases, one after the other while nothing else goes on: medians that can be compared. */
import type Database from "better-sqlite3";
import type { Client } from "pg";
import { messageOf } from "../errors.ts";
import { compareAnswers, type SqliteValue } from "./answers.ts";
import type { OwnQuery } from "./config.ts";
import { type Latencies, latenciesOf, newHistogram, record } from "./histogram.ts";
import type { Comparison } from "./model.ts";
import { postgresStatements, sqliteStatements, type WorkTable } from "./workload.ts";

/** A side that does not answer sooner is ended, on PostgreSQL; SQLite cannot be interrupted from its own thread. */
const TIMEOUT_MILLISECONDS = 60_000;
/** Asked this often, or for this long, whichever is sooner, but three times at least. */
const REPEATS = 30;
const LONG_ENOUGH_MILLISECONDS = 3000;
const LEAST_REPEATS = 3;
/** Keys that are looked up one by one. */
const LOOKUPS = 300;

export interface Sides {
  /** Read-only work on the private copy. */
  readonly sqlite: Database.Database;
  readonly postgres: Client;
  readonly signal: AbortSignal;
}

/** One row by its key, in each of the load's tables. @param schema of the PostgreSQL tables */
export const compareLookups = async (
  { sqlite, postgres, signal }: Sides,
  tables: readonly WorkTable[],
  keys: readonly (readonly bigint[])[],
  schema: string,
): Promise<readonly Comparison[]> => {
  const comparisons: Comparison[] = [];
  for (const [index, table] of tables.entries()) {
    signal.throwIfAborted();
    const those = spread(keys[index]!, LOOKUPS);
    const ours = newHistogram();
    const statement = sqlite.prepare(sqliteStatements(table).select);
    for (const key of those)
      record(
        ours,
        timed(() => statement.get(key)),
      );
    const theirs = newHistogram();
    const text = postgresStatements(table, schema).select;
    for (const key of those) {
      const began = performance.now();
      await postgres.query({ name: `lookup ${index}`, text, values: [String(key)] });
      record(theirs, performance.now() - began);
    }
    const name = `a row of ${table.source} by its key`;
    comparisons.push({ name, sqlite: latenciesOf(ours), postgres: latenciesOf(theirs), answers: null, error: null });
  }
  return comparisons;
};

/** The user's own queries. They may read only: neither side is changed, whatever they say. */
export const compareQueries = async (
  sides: Sides,
  queries: readonly OwnQuery[],
  schema: string,
): Promise<readonly Comparison[]> => {
  if (queries.length === 0) return [];
  const { postgres } = sides;
  await postgres.query("BEGIN READ ONLY");
  try {
    await postgres.query("SELECT set_config('search_path', quote_ident($1) || ', public', true)", [schema]);
    await postgres.query(`SET LOCAL statement_timeout = ${TIMEOUT_MILLISECONDS}`);
    const comparisons: Comparison[] = [];
    for (const query of queries) {
      sides.signal.throwIfAborted();
      await postgres.query("SAVEPOINT query");
      comparisons.push(await compareQuery(sides, query));
      await postgres.query("ROLLBACK TO SAVEPOINT query");
    }
    return comparisons;
  } finally {
    await postgres.query("ROLLBACK").catch(() => undefined);
  }
};

const compareQuery = async ({ sqlite, postgres }: Sides, query: OwnQuery): Promise<Comparison> => {
  const { name } = query;
  const nothing: Comparison = { name, sqlite: null, postgres: null, answers: null, error: null };
  try {
    const ours = await asked(() => askSqlite(sqlite, query.sqlite));
    try {
      const theirs = await asked(() => askPostgres(postgres, query.postgres));
      const answers = compareAnswers(ours.last, theirs.last.rows, theirs.last.types);
      return { ...nothing, sqlite: ours.latencies, postgres: theirs.latencies, answers };
    } catch (error) {
      return { ...nothing, sqlite: ours.latencies, error: `PostgreSQL: ${messageOf(error)}` };
    }
  } catch (error) {
    return { ...nothing, error: `SQLite: ${messageOf(error)}` };
  }
};

const askSqlite = (sqlite: Database.Database, sql: string): SqliteValue[][] => {
  const statement = sqlite.prepare<[], SqliteValue[]>(sql);
  if (!statement.reader) throw new Error("the query gives no rows");
  return statement.raw().safeIntegers().all();
};

interface PostgresAnswer {
  readonly rows: readonly (readonly (string | null)[])[];
  readonly types: readonly number[];
}

/** Rows as the server's own texts: the driver's conversions are no part of the comparison. */
const askPostgres = async (postgres: Client, text: string): Promise<PostgresAnswer> => {
  const { rows, fields } = await postgres.query({
    text,
    rowMode: "array",
    types: { getTypeParser: () => (value: string) => value },
  });
  return { rows: rows as (string | null)[][], types: fields.map(({ dataTypeID }) => dataTypeID) };
};

/** Asks once to warm up, then again and again. */
const asked = async <T>(
  question: () => T | Promise<T>,
): Promise<{ readonly latencies: Latencies | null; readonly last: T }> => {
  let last = await question();
  const histogram = newHistogram();
  const start = performance.now();
  for (let times = 0; times < REPEATS; times++) {
    if (times >= LEAST_REPEATS && performance.now() - start > LONG_ENOUGH_MILLISECONDS) break;
    const began = performance.now();
    last = await question();
    record(histogram, performance.now() - began);
  }
  return { latencies: latenciesOf(histogram), last };
};

const timed = (action: () => unknown): number => {
  const began = performance.now();
  action();
  return performance.now() - began;
};

/** At most so many of a list, evenly. */
const spread = <T>(list: readonly T[], most: number): readonly T[] =>
  list.length <= most ? list : Array.from({ length: most }, (_, at) => list[Math.floor((at * list.length) / most)]!);
