/**
 * The plan for an application's own tables: tables and columns are found by name, each column is fitted to the type that is
 * there, and what the two schemas do not agree on is said before a row moves. What would be lost is refused.
 */
import { refusal } from "../errors.ts";
import type { Finding } from "../findings.ts";
import type { Config } from "../plan/config.ts";
import { entryOf } from "../plan/drafts/tables.ts";
import { isMigrationTable } from "../plan/migration-tools.ts";
import type { Plan, PlanTable } from "../plan/model.ts";
import type { Profile } from "../source/model.ts";
import { adaptTable } from "./adapt-table.ts";
import { pairNames } from "./match.ts";
import type { ConflictPolicy, ExistingTable } from "./model.ts";
import { noteNotCarried } from "./not-carried.ts";
import { counted, type Notes } from "./notes.ts";
import type { FoundTable } from "./read.ts";

export interface AdaptInput {
  /** As it would be for tables of Landbridge's own. */
  readonly plan: Plan;
  readonly profile: Profile;
  readonly config: Config;
  readonly onConflict: ConflictPolicy;
  readonly there: readonly FoundTable[];
  readonly notes: Notes;
}

/** The tables to load, with the application's for each; the notes say what is refused. */
export const adaptTables = (input: AdaptInput): { tables: PlanTable[]; skipped: Plan["skipped"] } => {
  const { plan, config, profile, notes } = input;
  const { pairs, skipped } = pairTables(input);
  const names = new Map(pairs.map(([table, { name }]) => [table.target, name]));
  const planned = new Set(names.values());
  const tables = pairs.map(([table, found]) =>
    adaptTable(table, found, {
      ...{ config, schema: plan.schema, notes, planned },
      profile: profile.tables[table.source]!,
      nameOf: (target) => names.get(target),
    }),
  );
  return { tables, skipped };
};

interface Paired {
  readonly pairs: readonly (readonly [PlanTable, FoundTable])[];
  readonly skipped: Plan["skipped"];
}

const pairTables = ({ plan, config, there, notes }: AdaptInput): Paired => {
  const isLeftAlone = ({ source }: PlanTable): boolean =>
    isMigrationTable(source) && entryOf(config.tables, source)?.skip !== false;
  const skipped = plan.tables
    .filter(isLeftAlone)
    .map(({ source }) => ({ source, reason: "a migration tool's own table, left alone" }));
  const tables = plan.tables.filter((table) => !isLeftAlone(table));
  const pairings = pairNames(
    tables.map(({ source, target }) => ({
      ...{ source, target },
      exactly: entryOf(config.tables, source)?.target !== undefined,
    })),
    there.map(({ name }) => name),
  );
  const pairs = tables.flatMap((table, i): (readonly [PlanTable, FoundTable])[] => {
    const pairing = pairings[i] ?? null;
    if (pairing === null) skipped.push(...withoutCounterpart(table, plan.schema, notes));
    else if ("problem" in pairing) notes.refuse(table.source, pairing.problem);
    else return [[table, there.find(({ name }) => name === pairing.name)!]];
    return [];
  });
  return { pairs, skipped };
};

const withoutCounterpart = (
  { source, rows }: PlanTable,
  schema: string,
  notes: Notes,
): { source: string; reason: string }[] => {
  if (rows > 0) {
    notes.refuse(source, `there is no such table in schema "${schema}", and ${counted(rows, "row")} would be lost`);
    return [];
  }
  notes.add(
    "TABLE_WITHOUT_COUNTERPART",
    "info",
    source,
    `there is no such table in schema "${schema}"; it has no rows`,
    "Nothing to do.",
  );
  return [{ source, reason: "the application has no such table, and it has no rows" }];
};

/** Findings of the first plan that are about the source itself; the others speak of tables that are not made. */
const ABOUT_THE_SOURCE: readonly string[] = [
  ...["COLUMN_UNREADABLE", "COLUMN_SKIPPED", "NUL_IN_TEXT", "INVALID_TEXT", "UUID_STORED_AS_NUMBER"],
  ...["EXPECTED_TABLE_MISSING", "EXPECTED_TABLE_EMPTY"],
  ...["SEARCH_CONTENT_UNKNOWN", "SEARCH_REPLACES_COLUMN", "VECTOR_TABLE", "VIRTUAL_TABLE", "RTREE_AS_ROWS"],
];

/** @throws LandbridgeError INTO_EXISTING_DIFFERS (refused) that lists everything that stands in the way */
export const adaptedPlan = (
  { plan, onConflict, there, notes }: AdaptInput,
  { tables, skipped }: ReturnType<typeof adaptTables>,
): Plan => {
  if (tables.length === 0 && notes.refusals.length === 0)
    notes.refuse(plan.schema, "the schema has none of the source's tables");
  if (notes.refusals.length > 0) throw differs(plan.schema, notes.refusals);
  noteNotCarried(plan, tables, there, notes);
  const used = new Set(tables.map(({ target }) => target));
  const { textSearch: _, ...rest } = plan;
  return {
    ...rest,
    extensions: [],
    tables,
    views: [],
    triggers: [],
    skipped: [...plan.skipped, ...skipped],
    findings: [...plan.findings.filter(isAboutTheSource), ...notes.findings],
    existing: { onConflict, tables: there.filter(({ name }) => used.has(name)).map(asPlanned) },
  };
};

const isAboutTheSource = ({ code }: Finding): boolean => ABOUT_THE_SOURCE.includes(code);

/** Without what only the fitting needs. */
const asPlanned = ({ name, partitioned, columns, constraints, indexes, triggers }: FoundTable): ExistingTable => ({
  ...{ name, partitioned, constraints, indexes, triggers },
  columns: columns.map(({ base: _, ...column }) => column),
});

const differs = (schema: string, refusals: readonly string[]) =>
  refusal({
    code: "INTO_EXISTING_DIFFERS",
    message: `The source does not go into the tables of schema "${schema}" as they are:\n${refusals.map((line) => `  ${line}`).join("\n")}`,
    remedy:
      "Bring the application's migrations to the state that the source has, or say in landbridge.yaml what is meant (target:, zone:, skip: true). See docs/into-existing.md.",
  });
