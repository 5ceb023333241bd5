/**
 * Full-text search, compared: a sample of the source's own words is asked on both sides, and the rows that they find. Two engines
 * never agree on every word, so a difference is told with its cause and breaks no proof; a search column that is empty does.
 */
import DatabaseFile, { type Database } from "better-sqlite3";
import type { Client } from "pg";
import { messageOf } from "../errors.ts";
import type { Finding } from "../findings.ts";
import type { Plan, PlanTable } from "../plan/model.ts";
import type { PlanSearch } from "../plan/search/model.ts";
import { openSnapshot } from "../source/open.ts";
import { qualified } from "../target/quote.ts";
import type { ObjectProof } from "./model.ts";
import { causeOf } from "./search/causes.ts";
import type { SearchCause, SearchDifference, SearchProof } from "./search/model.ts";
import { matchOf, type Question } from "./search/queries.ts";
import { questionsFor } from "./search/questions.ts";
import { comparableKey, SearchedSource } from "./search/source.ts";
import { emptyRows, foundKeys, presentKeys, type SearchedTable } from "./search/target.ts";

export interface SearchInput {
  readonly plan: Plan;
  readonly readPath: string;
  readonly client: Client;
  /** Where the rows are. */
  readonly loadSchema: string;
  /** false: only whether the columns are filled. */
  readonly compare: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** One proof for each search of the plan whose table is there, in its order. */
export const verifySearches = async (input: SearchInput): Promise<SearchProof[]> => {
  const searched = input.plan.tables.flatMap((table) => (table.searches ?? []).map((search) => ({ table, search })));
  if (searched.length === 0) return [];
  const db = openSnapshot(input.readPath);
  try {
    // Temporary tables are writes; the file itself is open for reading alone.
    db.pragma("query_only = OFF");
    const proofs: SearchProof[] = [];
    for (const { table, search } of searched) proofs.push(await verifySearch(input, db, table, search));
    return proofs;
  } finally {
    db.close();
  }
};

const verifySearch = async (
  { plan, client, loadSchema, compare, signal }: SearchInput,
  db: Database,
  table: PlanTable,
  search: PlanSearch,
): Promise<SearchProof> => {
  const relation = qualified(loadSchema, table.target);
  const { source, column } = search;
  const empty = column === null ? 0 : await emptyRows(client, relation, column);
  const proof = { source, table: table.target, column, empty, queries: 0, same: 0, differences: [] };
  const key = comparableKey(table);
  const obstacle =
    source === null || search.compare === null
      ? "there is no full-text table to compare with"
      : !compare
        ? "only counts were asked for"
        : key === null
          ? `rows of ${table.source} have no key that reads the same on both sides`
          : search.parts.length === 0
            ? "nothing is searched"
            : null;
  if (obstacle !== null || source === null || search.compare === null || key === null)
    return { ...proof, notCompared: obstacle };
  try {
    const columns = search.parts.map((part) => part.source);
    const searchedSource = new SearchedSource(db, table, { index: source, columns, compare: search.compare, key });
    const target = { client, relation, schema: plan.schema, table, search, key };
    const questions = questionsFor(searchedSource, search.compare);
    return { ...proof, ...(await ask(questions, searchedSource, target, signal)), notCompared: null };
  } catch (error) {
    if (signal?.aborted || !(error instanceof DatabaseFile.SqliteError)) throw error;
    return { ...proof, notCompared: `SQLite cannot read the full-text table: ${messageOf(error)}` };
  }
};

const ask = async (
  questions: readonly Question[],
  source: SearchedSource,
  target: SearchedTable,
  signal: AbortSignal | undefined,
): Promise<Pick<SearchProof, "queries" | "same" | "differences">> => {
  const differences = new Map<SearchCause, SearchDifference>();
  let queries = 0;
  let same = 0;
  for (const question of questions) {
    signal?.throwIfAborted();
    const match = matchOf(question, target.search.compare!);
    const here = source.keysOf(match);
    if (here === null) continue;
    queries++;
    const there = await foundKeys(target, question);
    const difference = await differenceOf(here, there, target);
    if (difference === null) {
      same++;
      continue;
    }
    const cause = await causeOf(question, difference, source, target);
    const before = differences.get(cause);
    differences.set(cause, {
      cause,
      queries: (before?.queries ?? 0) + 1,
      example: before?.example ?? { query: match, ...difference.counts, key: difference.key },
    });
  }
  return { queries, same, differences: [...differences.values()].sort((a, b) => b.queries - a.queries) };
};

const differenceOf = async (here: ReadonlySet<string>, there: ReadonlySet<string>, target: SearchedTable) => {
  const missing = [...here].filter((key) => !there.has(key));
  const extra = [...there].filter((key) => !here.has(key));
  const present = missing.length === 0 ? new Set<string>() : await presentKeys(target, missing);
  const lost = missing.filter((key) => present.has(key));
  const key = lost[0] ?? extra[0];
  if (key === undefined) return null;
  return { key, missing: lost.length > 0, counts: { onlySqlite: lost.length, onlyPostgres: extra.length } };
};

/** A search column that is not filled is an object that is not as planned. */
export const unfilledColumns = (proofs: readonly SearchProof[]): ObjectProof[] =>
  proofs
    .filter(({ empty }) => empty > 0)
    .map(({ table, column, empty }) => ({
      ...{ kind: "column", name: `${table}.${column}`, state: "different" },
      message: `the search column is empty in ${empty} rows`,
    }));

/** What is said of searches whose results differ. */
export const searchFindings = (proofs: readonly SearchProof[]): Finding[] =>
  proofs
    .filter(({ differences }) => differences.length > 0)
    .map(({ source, table, column, queries, same, differences }) => ({
      code: "SEARCH_RESULTS_DIFFER",
      severity: "warning",
      where: source ?? `${table}.${column}`,
      message: `${queries - same} of ${queries} sample queries find other rows in PostgreSQL: ${differences
        .map(
          ({ cause, queries: count, example }) =>
            `${cause} (${count}, e.g. ${example.query}: ${example.onlySqlite} rows in SQLite alone, ${example.onlyPostgres} in PostgreSQL alone)`,
        )
        .join("; ")}`,
      remedy: "docs/search.md says what each cause means, and what to do where it matters.",
      count: queries - same,
    }));
