/** One table of the plan, fitted to the application's table of that name. */
import type { Config } from "../plan/config.ts";
import { entryOf } from "../plan/drafts/tables.ts";
import type { PlanColumn, PlanTable } from "../plan/model.ts";
import { emptiedProfile } from "../plan/types/empty-texts.ts";
import { zoneMinutes } from "../plan/zone.ts";
import type { TableProfile } from "../source/model.ts";
import { adaptColumn } from "./adapt-column.ts";
import { keysOf, noteMissingKeys } from "./adapt-keys.ts";
import { adaptSearches } from "./adapt-searches.ts";
import { pairNames } from "./match.ts";
import { noteMeaningless } from "./not-for-existing.ts";
import { counted, type Notes } from "./notes.ts";
import type { FoundColumn, FoundTable } from "./read.ts";

export interface TableContext {
  readonly config: Config;
  readonly schema: string;
  readonly profile: TableProfile;
  readonly notes: Notes;
  /** What a planned table is called in the application. */
  readonly nameOf: (planned: string) => string | undefined;
  readonly planned: ReadonlySet<string>;
}

/** @param base the table as it was planned for Landbridge's own schema · @param there as the application has made it */
export const adaptTable = (base: PlanTable, there: FoundTable, context: TableContext): PlanTable => {
  const { notes } = context;
  const computed = computedColumns(there);
  const columns = adaptColumns(base, there, computed, context);
  const kept = there.columns.filter(({ name }) => !columns.some(({ target }) => target === name));
  noteKept(base, kept, computed, notes);
  noteMeaningless(base.source, entryOf(context.config.tables, base.source), notes);
  noteMissingKeys(base, there, columns, context.nameOf, notes);
  const copied = new Set(columns.flatMap(({ source, generated }) => (generated === null ? [source] : [])));
  return {
    ...base,
    target: there.name,
    columns,
    added: [],
    searches: adaptSearches(base, there, notes),
    partitioning: null,
    ...keysOf(there, context.schema, context.planned),
    // One transaction a slice, and no table is emptied: what is in it may be the application's.
    mode: "sliced",
    keyColumns: base.keyColumns.every((name) => copied.has(name)) ? base.keyColumns : [],
  };
};

const adaptColumns = (
  base: PlanTable,
  there: FoundTable,
  computed: ReadonlySet<string>,
  { config, profile, notes }: TableContext,
): PlanColumn[] => {
  const wishes = entryOf(config.tables, base.source)?.columns;
  const pairs = pairNames(
    base.columns.map(({ source, target }) => ({
      ...{ source, target },
      exactly: entryOf(wishes, source)?.target !== undefined,
    })),
    there.columns.map(({ name }) => name),
  );
  return base.columns.flatMap((column, i): PlanColumn[] => {
    const where = `${base.source}.${column.source}`;
    const pair = pairs[i] ?? null;
    if (pair !== null && "problem" in pair) {
      notes.refuse(where, pair.problem);
      return [];
    }
    const own = entryOf(wishes, column.source);
    const moments = { zone: zoneMinutes(own?.zone ?? config.zone, config.accept), epoch: own?.epoch ?? null };
    const found = there.columns.find(({ name }) => name === pair?.name);
    const held = profile.columns[column.source]!;
    const adapted = adaptColumn(column, found, {
      ...{ where, notes, computed, moments },
      profile: column.emptyAsNull ? emptiedProfile(held) : held,
    });
    return adapted === null ? [] : [adapted];
  });
};

/** The tsvector columns that triggers fill; generated ones are known by their expression. */
const computedColumns = ({ triggers, columns }: FoundTable): ReadonlySet<string> =>
  new Set([
    ...triggers.flatMap(({ search }) => search?.columns ?? []),
    ...columns.filter(({ base, generated }) => base.name === "tsvector" && generated !== null).map(({ name }) => name),
  ]);

/** Columns that only the application has keep their default; without one the rows would be refused, each of them. */
const noteKept = (
  { source, rows }: PlanTable,
  kept: readonly FoundColumn[],
  computed: ReadonlySet<string>,
  notes: Notes,
): void => {
  const without = kept.filter(
    (column) =>
      column.notNull &&
      column.default === null &&
      column.identity === null &&
      column.generated === null &&
      !computed.has(column.name),
  );
  for (const { name } of rows > 0 ? without : [])
    notes.refuse(
      source,
      `the application's column ${name} is NOT NULL without a default, and the source has no values for it`,
    );
  const defaulted = kept.filter((column) => !without.includes(column) && !computed.has(column.name));
  if (defaulted.length > 0)
    notes.add(
      "COLUMNS_AT_DEFAULT",
      "info",
      source,
      `${counted(defaulted.length, "column")} of the application that the source lacks ${defaulted.length === 1 ? "keeps its" : "keep their"} default: ${defaulted.map(({ name, default: value }) => `${name} (${value ?? "NULL"})`).join(", ")}`,
      "Nothing to do, unless these rows should have other values.",
      defaulted.length,
    );
};
