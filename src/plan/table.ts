/** One table of the plan, out of its draft: columns, keys, indexes and checks in PostgreSQL, and what it gets besides. */
import { configuredDefault, configuredGenerated } from "./by-config/column-sql.ts";
import { addChecks } from "./checks.ts";
import { scopeOfUnchanged } from "./cleaned.ts";
import { planDefault, planGenerated } from "./column-sql.ts";
import type { ColumnConfig, Config } from "./config.ts";
import { type ColumnDraft, sameName, scopeColumns, type TableDraft } from "./drafts/model.ts";
import { entryOf } from "./drafts/tables.ts";
import { planExtras } from "./extras.ts";
import type { FindingList } from "./findings.ts";
import { type Link, planForeignKeys } from "./foreign-keys.ts";
import { planKeys } from "./keys.ts";
import type { PlanColumn, PlanTable, Policies, ReadKey } from "./model.ts";
import { Namespace } from "./names.ts";
import type { PlanTextSearch } from "./search/model.ts";
import type { SearchWish } from "./search/wishes.ts";
import type { Scope } from "./translate/expression.ts";
import { integersAreExactDoubles } from "./types/choice.ts";
import { storedClasses } from "./types/stored-classes.ts";

export interface TableContext {
  readonly config: Config;
  readonly policies: Policies;
  /** By table, for each CHECK: how many rows violate it. */
  readonly violations: Readonly<Record<string, readonly (number | null)[]>>;
  readonly links: readonly Link[];
  /** What the user's enum types are called in the schema, by the names that they have in landbridge.yaml. */
  readonly enumNames: ReadonlyMap<string, string>;
  /** Of all tables. */
  readonly wanted: readonly SearchWish[];
  /** The plan's. */
  readonly schema: string;
  /** Extensions that the target has; null where nobody has asked it. */
  readonly available: ReadonlySet<string> | null;
  /** Names of relations in the schema. */
  readonly names: Namespace;
  readonly findings: FindingList;
}

export interface PlannedTable {
  readonly table: PlanTable;
  /** What the schema needs for it. */
  readonly extensions: readonly string[];
  readonly textSearch: readonly PlanTextSearch[];
}

/** The table as it is without partitions. Takes names for its keys and indexes, in a fixed order. */
export const planTable = (draft: TableDraft, context: TableContext): PlannedTable => {
  const { config, policies, violations, links, wanted, schema, available, names, findings } = context;
  const scope = { columns: scopeColumns(draft) };
  const unchanged = scopeOfUnchanged(scope, draft, policies);
  const local = new Namespace();
  const keys = planKeys({ draft, scope, names, findings });
  for (const key of [keys.primaryKey, ...keys.uniques]) if (key) local.claim(key.name);
  const wish = entryOf(config.tables, draft.table.name);
  const extras = planExtras({
    ...{ draft, wish, config, wanted, schema, available, names, findings },
    enums: context.enumNames,
  });
  for (const key of extras.uniques) local.claim(key.name);
  const checked = { draft, scope, unchanged, names: local, findings, violations: violations[draft.table.name] ?? [] };
  const table = assembled(draft, {
    ...keys,
    uniques: [...keys.uniques, ...extras.uniques],
    indexes: [...keys.indexes, ...extras.indexes],
    added: extras.added,
    ...(extras.searches.length === 0 ? {} : { searches: extras.searches }),
    partitioning: null,
    checks: addChecks(checked),
    foreignKeys: planForeignKeys(draft, links, local, findings),
    columns: draft.columns.map((column) =>
      planColumn(draft, column, { scope, unchanged, findings, wish: entryOf(wish?.columns, column.column.name) }),
    ),
  });
  return { table, extensions: extras.extensions, textSearch: extras.textSearch };
};

/** Tables below this size go in one transaction; the same figure as the profile's slice borders. */
const WHOLE_TABLE_BYTES = 32 * 2 ** 20;

const readKey = ({ table, profile }: TableDraft): ReadKey => {
  if (table.rowidName !== null) return { by: "rowid", name: table.rowidName, alias: table.rowidAlias };
  const [first] = table.primaryKey;
  if (table.withoutRowid && table.primaryKey.length === 1 && first !== undefined && profile.minKey !== null)
    return { by: "integer-key", column: first };
  return { by: "scan" };
};

type Parts = Pick<
  PlanTable,
  "primaryKey" | "uniques" | "indexes" | "checks" | "foreignKeys" | "columns" | "added" | "searches" | "partitioning"
>;

const assembled = (draft: TableDraft, parts: Parts): PlanTable => {
  const { table, profile, target } = draft;
  const read = readKey(draft);
  const sliced = profile.bytes >= WHOLE_TABLE_BYTES && read.by !== "scan" && profile.borders.length > 0;
  return {
    source: table.name,
    target,
    read,
    rows: profile.rows,
    bytes: profile.bytes,
    maxRowBytes: profile.maxRowBytes,
    mode: sliced ? "sliced" : "whole",
    borders: sliced ? profile.borders : [],
    oversize: profile.oversize,
    ...parts,
    keyColumns: parts.primaryKey ? table.primaryKey : [],
  };
};

interface ColumnContext {
  readonly scope: Omit<Scope, "purpose">;
  readonly unchanged: Omit<Scope, "purpose">;
  readonly findings: FindingList;
  /** The user's word on this column. */
  readonly wish: ColumnConfig | undefined;
}

const planColumn = (
  draft: TableDraft,
  column: ColumnDraft,
  { scope, unchanged, findings, wish }: ColumnContext,
): PlanColumn => {
  const { table } = draft;
  const { choice, profile } = column;
  const where = `${table.name}.${column.column.name}`;
  const isRowid = table.rowidAlias !== null && sameName(table.rowidAlias, column.column.name);
  const ownDefault = configuredDefault(column, where, wish);
  const ownGenerated = configuredGenerated(column, where, wish);
  const isIdentity = isRowid && choice.type.name === "bigint" && ownDefault === undefined;
  const inKey = table.primaryKey.some((name) => sameName(name, column.column.name));
  const mustBeThere = column.column.notNull || (inKey && (table.withoutRowid || isRowid));
  if (mustBeThere && profile.nulls > 0)
    findings.add(
      "NOT_NULL_VIOLATED",
      "warning",
      where,
      `declared NOT NULL, but ${profile.nulls} rows hold NULL`,
      "The column arrives without NOT NULL. Fill the values in the source to keep the constraint.",
      profile.nulls,
    );
  const singleClass = profile.integers === 0 || profile.reals === 0;
  const stored = storedClasses(choice.form, profile);
  return {
    source: column.column.name,
    target: column.target,
    declared: column.column.declaredType,
    type: choice.type,
    form: choice.form,
    notNull: mustBeThere && profile.nulls === 0,
    default: isIdentity ? null : ownDefault !== undefined ? ownDefault : planDefault(column, where, findings),
    identity: isIdentity ? { past: table.sequence } : null,
    generated: ownGenerated ?? planGenerated(column, { scope, unchanged }, where, findings),
    numbersAreSafe: singleClass && integersAreExactDoubles(profile),
    ...(column.emptyAsNull ? { emptyAsNull: true as const } : {}),
    reason: choice.reason,
    ...(stored === null ? {} : { stored }),
  };
};
