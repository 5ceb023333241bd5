/** First pass of the planner: which tables and columns cross, under which names, as which types. */
import { refusal, usageError } from "../../errors.ts";
import type { Catalogue, ColumnProfile, Profile, SourceTable } from "../../source/model.ts";
import type { Capabilities } from "../capabilities.ts";
import type { Config, TableConfig } from "../config.ts";
import type { FindingList } from "../findings.ts";
import type { Policies } from "../model.ts";
import { foldName, type NamePolicy } from "../names.ts";
import { nearest } from "../nearest.ts";
import { valueCount } from "../types/choice.ts";
import { draftColumn } from "./column.ts";
import { type ColumnDraft, sameName, type TableDraft } from "./model.ts";

/** PostgreSQL's MaxHeapAttributeNumber. */
const MAX_COLUMNS = 1600;

export interface DraftInput {
  readonly catalogue: Catalogue;
  readonly profile: Profile;
  readonly config: Config;
  readonly only: readonly string[];
  readonly policies: Policies;
  readonly findings: FindingList;
  readonly capabilities: Capabilities | null;
}

/** Names in the configuration that the file does not have are mistakes, and said so. */
const checkNames = (kind: string, given: readonly string[], known: readonly string[], where: string): void => {
  for (const name of given) {
    if (known.some((candidate) => sameName(candidate, name))) continue;
    const guess = nearest(name, known);
    throw usageError({
      code: "CONFIG_UNKNOWN_NAME",
      message: `The ${kind} "${name}"${where} is named by you, but the source does not have it.`,
      remedy: guess ? `Did you mean "${guess}"?` : `Known: ${known.slice(0, 20).join(", ")}.`,
    });
  }
};

/** An entry by the name of a table or column, as SQLite compares names. */
export const entryOf = <T>(entries: Readonly<Record<string, T>> | undefined, name: string): T | undefined =>
  Object.entries(entries ?? {}).find(([key]) => sameName(key, name))?.[1];

/**
 * Drafts every table that crosses.
 * @throws LandbridgeError NAMES_COLLIDE, TOO_MANY_COLUMNS (exit 4), CONFIG_UNKNOWN_NAME, TYPE_UNKNOWN (exit 2)
 */
export const draftTables = (
  input: DraftInput,
): { drafts: TableDraft[]; skipped: { source: string; reason: string }[] } => {
  const { catalogue, profile, config, only } = input;
  checkNames(
    "table",
    only,
    catalogue.tables.map(({ name }) => name),
    "",
  );
  checkNames(
    "table",
    Object.keys(config.tables ?? {}),
    catalogue.tables.map(({ name }) => name),
    "",
  );
  const drafts: TableDraft[] = [];
  const skipped: { source: string; reason: string }[] = [];
  for (const table of catalogue.tables) {
    const wish = entryOf(config.tables, table.name);
    const tableProfile = profile.tables[table.name];
    const named = only.length === 0 || only.some((name) => sameName(name, table.name));
    if (!named && table.kind !== "shadow")
      skipped.push({ source: table.name, reason: "not among the tables named by --table" });
    else if (wish?.skip) skipped.push({ source: table.name, reason: "left out by landbridge.yaml" });
    else if (tableProfile && table.kind === "table") {
      const target = wish?.target ?? nameTable(table.name, config.names ?? "preserve", input.findings);
      const columns = draftColumns(input, { table, target }, tableProfile.columns, wish);
      drafts.push({ table, profile: tableProfile, target, columns });
    }
  }
  refuseCollisions(
    "tables",
    drafts.map(({ table, target }) => ({ source: table.name, target })),
  );
  return { drafts, skipped };
};

const draftColumns = (
  input: DraftInput,
  { table, target }: { readonly table: SourceTable; readonly target: string },
  profiles: Readonly<Record<string, ColumnProfile>>,
  wish: TableConfig | undefined,
): readonly ColumnDraft[] => {
  checkNames(
    "column",
    Object.keys(wish?.columns ?? {}),
    table.columns.map(({ name }) => name),
    ` of ${table.name}`,
  );
  const columns = table.columns.flatMap((column): ColumnDraft[] => {
    const profile = profiles[column.name];
    if (!profile || profile.firstKeys["unreadable"] !== undefined) {
      input.findings.add(
        "COLUMN_UNREADABLE",
        "error",
        `${table.name}.${column.name}`,
        `SQLite cannot evaluate this column here${profile ? `: ${profile.firstKeys["unreadable"]}` : ""}`,
        "It uses a function or collation of the application's own. Materialise it in the source, or skip it knowingly.",
      );
      return [];
    }
    const own = entryOf(wish?.columns, column.name);
    if (own?.skip) {
      input.findings.add(
        "COLUMN_SKIPPED",
        "info",
        `${table.name}.${column.name}`,
        `left out by landbridge.yaml, with ${valueCount(profile)} values`,
        "Chosen by you; the values stay in the source.",
        valueCount(profile),
      );
      return [];
    }
    if (entryOf(wish?.search, column.name) !== undefined) {
      input.findings.add(
        "SEARCH_REPLACES_COLUMN",
        "info",
        `${table.name}.${column.name}`,
        valueCount(profile) === 0
          ? "a search column takes its place; it held no value"
          : `a search column takes its place; its ${valueCount(profile)} values, which the application had derived from others, stay in the source`,
        "Chosen by you with `search:`. Give the search column another name to carry this one too.",
        valueCount(profile),
      );
      return [];
    }
    return [draftColumn(input, { table, target, column, profile, wish: own })];
  });
  if (columns.length > MAX_COLUMNS)
    throw refusal({
      code: "TOO_MANY_COLUMNS",
      message: `Table "${table.name}" has ${columns.length} columns; PostgreSQL allows ${MAX_COLUMNS}.`,
      remedy: `Leave it out with \`tables: { ${JSON.stringify(table.name)}: { skip: true } }\` in landbridge.yaml, or split it in the source.`,
    });
  refuseCollisions(
    `columns of "${table.name}"`,
    columns.map(({ column, target }) => ({ source: column.name, target })),
  );
  return columns;
};

const noteChange = (target: string, where: string, findings: FindingList): void =>
  findings.add(
    "NAME_CHANGED",
    "info",
    where,
    `PostgreSQL cannot hold this name as it is; it becomes "${target}"`,
    "Name another with `target:` in landbridge.yaml.",
  );

const nameTable = (name: string, policy: NamePolicy, findings: FindingList): string => {
  const target = foldName(name, policy);
  if (target !== name && policy === "preserve") noteChange(target, name, findings);
  return target;
};

const refuseCollisions = (
  what: string,
  names: readonly { readonly source: string; readonly target: string }[],
): void => {
  const seen = new Map<string, string>();
  for (const { source, target } of names) {
    const other = seen.get(target);
    if (other !== undefined)
      throw refusal({
        code: "NAMES_COLLIDE",
        message: `${what}: "${other}" and "${source}" would both be called "${target}" in PostgreSQL.`,
        remedy: "Give one of them another name with `target:` in landbridge.yaml, or use `names: preserve`.",
      });
    seen.set(target, source);
  }
};
