/**
 * Everything that a rehearsal measures of a crossing that stands and is proven: SQLite first, as the baseline, then PostgreSQL
 * the same way. Works on a private copy of the snapshot and in a schema of its own; neither what was proven nor the source is
 * written to.
 */
import { join } from "node:path";
import Database from "better-sqlite3";
import type { Plan } from "../plan/model.ts";
import { connect } from "../target/connect.ts";
import type { Target } from "../target/model.ts";
import { runChecks } from "./checks.ts";
import { compareLookups, compareQueries } from "./compare.ts";
import type { OwnQuery } from "./config.ts";
import type { Check, Comparison, LoadMeasure, Search } from "./model.ts";
import { loadPostgres } from "./postgres-load.ts";
import { type PrivateCopy, privateCopy, workKeys } from "./private-copy.ts";
import { dropScratch, makeScratch, SCRATCH, scratchTable } from "./scratch.ts";
import { compareSearch } from "./search.ts";
import { loadSqlite } from "./sqlite-load.ts";
import { OWN_TABLE, postgresStatements, sqliteStatements, workTables } from "./workload.ts";

export interface MeasureOptions {
  /** With the right to make a schema. */
  readonly target: Target;
  readonly plan: Plan;
  /** The snapshot that was copied. */
  readonly snapshot: string;
  /** Of the live file. */
  readonly journalMode: string;
  /** A directory for the private copy. */
  readonly directory: string;
  readonly queries: readonly OwnQuery[];
  readonly seconds: number;
  readonly writers: number;
  readonly readers: number;
  /** Times a part of the work and tells about it. */
  readonly phase: <T>(name: string, work: () => Promise<T>) => Promise<T>;
  readonly signal: AbortSignal;
}

export interface Measured {
  readonly sqliteLoad: LoadMeasure & { readonly journalMode: string };
  readonly postgresLoad: LoadMeasure;
  readonly comparisons: readonly Comparison[];
  readonly ownQueries: readonly Comparison[];
  readonly search: Search | null;
  readonly checks: readonly Check[];
}

export const measure = async (options: MeasureOptions): Promise<Measured> => {
  const { snapshot, directory, journalMode, target } = options;
  const copy = privateCopy(snapshot, join(directory, "baseline.sqlite"), journalMode);
  const client = await connect(target, "rehearsal");
  try {
    await makeScratch(client);
    try {
      return await measureBoth(options, copy, client);
    } finally {
      await dropScratch(client).catch(() => undefined);
    }
  } finally {
    await client.end().catch(() => undefined);
    copy.remove();
  }
};

const measureBoth = async (
  options: MeasureOptions,
  copy: PrivateCopy,
  client: Awaited<ReturnType<typeof connect>>,
): Promise<Measured> => {
  const { target, plan, queries, phase, signal } = options;
  const found = workTables(plan, copy.virtual);
  const tables = found.length > 0 ? found : [OWN_TABLE];
  const keys = workKeys(copy.path, tables);
  for (const table of tables) await scratchTable(client, plan.schema, table);
  const sqlite = new Database(copy.path, { readonly: true });
  const sides = { sqlite, postgres: client, signal };
  try {
    // Single questions first, while the copy is still as small and as new as the snapshot.
    const { comparisons, ownQueries, search } = await phase("queries", async () => ({
      comparisons: await compareLookups(sides, tables, keys, SCRATCH),
      ownQueries: await compareQueries(sides, queries, plan.schema),
      search: await compareSearch(sides, plan, copy.virtual, plan.schema),
    }));
    const load = { keys, signal, seconds: options.seconds, writers: options.writers, readers: options.readers };
    const ours = await phase("baseline", () =>
      loadSqlite(copy.path, { ...load, statements: tables.map(sqliteStatements) }),
    );
    const theirs = await phase("load", () =>
      loadPostgres(target, { ...load, statements: tables.map((table) => postgresStatements(table, SCRATCH)) }),
    );
    const checks = await phase("checks", () => runChecks(target, signal));
    return {
      sqliteLoad: { ...ours, journalMode: copy.journalMode },
      postgresLoad: theirs,
      ...{ comparisons, ownQueries, search, checks },
    };
  } finally {
    sqlite.close();
  }
};
