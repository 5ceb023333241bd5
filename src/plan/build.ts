/** Builds the plan: catalogue, profile and the user's word in, one PostgreSQL schema and its findings out. Pure. */
import { usageError } from "../errors.ts";
import type { Catalogue, Profile, SourceTable } from "../source/model.ts";
import { configuredDefault, configuredGenerated } from "./by-config/column-sql.ts";
import { checkExpected } from "./by-config/expected-tables.ts";
import { indexForeignKeys } from "./by-config/foreign-key-indexes.ts";
import type { TextRange } from "./by-config/partition-spans.ts";
import { partitionTables } from "./by-config/partitions.ts";
import { addChecks } from "./checks.ts";
import { scopeOfUnchanged } from "./cleaned.ts";
import { planDefault, planGenerated } from "./column-sql.ts";
import type { ColumnConfig, Config } from "./config.ts";
import { draftTables, entryOf } from "./draft-tables.ts";
import { type ColumnDraft, columnOf, sameName, scopeColumns, type TableDraft } from "./drafts.ts";
import { planEnums } from "./enums.ts";
import { planExtras } from "./extras.ts";
import { FindingList } from "./findings.ts";
import { alignEnums, linkForeignKeys, planForeignKeys, unifyTypes } from "./foreign-keys.ts";
import { planKeys } from "./keys.ts";
import { reportLeftBehind } from "./left-behind.ts";
import { PLAN_VERSION, type Plan, type PlanColumn, type PlanTable, type Policies, type ReadKey } from "./model.ts";
import { Namespace } from "./names.ts";
import { reportRevisions } from "./revisions.ts";
import type { PlanTextSearch } from "./search/model.ts";
import { distinctTextSearch } from "./search/plan.ts";
import { resolveSearches } from "./search/resolve.ts";
import { storedClasses } from "./stored-classes.ts";
import type { Scope } from "./translate/expression.ts";
import { planTriggers } from "./triggers/plan.ts";
import { integersAreExactDoubles } from "./type-choice.ts";
import { planViews } from "./views.ts";

export interface PlanInput {
  readonly catalogue: Catalogue;
  readonly profile: Profile;
  readonly config: Config;
  /** Only these tables, by source name; empty: all. */
  readonly only: readonly string[];
  /** Per table, per CHECK: how many stored rows violate it, null where that could not be asked (source/checks.ts). */
  readonly violations: Readonly<Record<string, readonly (number | null)[]>>;
  readonly source: Plan["source"];
  /** Version of Landbridge. */
  readonly landbridge: string;
  /** What the target offers; null where nobody has asked it. */
  readonly capabilities: Capabilities | null;
  /** By source table: the dates in the column that its rows are to be spread by (source/text-range.ts). */
  readonly ranges?: ReadonlyMap<string, TextRange | null>;
}

export interface Capabilities {
  /** Extensions that are there or can be made. */
  readonly extensions: ReadonlySet<string>;
}

export const policiesOf = (config: Config): Policies => ({
  nul: config.text?.nul ?? "reject",
  invalidText: config.text?.invalid ?? "reject",
  invalidJson: config.json?.invalid ?? "text",
  orphans: config.orphans ?? "keep",
});

/** Tables below this size go in one transaction; the same figure as the profile's slice borders. */
const WHOLE_TABLE_BYTES = 32 * 2 ** 20;

/**
 * Builds the plan. The same input gives the same plan, byte for byte.
 * @throws LandbridgeError for names that collide, too many columns, unknown names or types in the configuration
 */
export const buildPlan = (input: PlanInput): Plan => {
  const findings = new FindingList();
  const policies = policiesOf(input.config);
  const { drafts, skipped } = draftTables({ ...input, policies, findings });
  const links = linkForeignKeys(drafts, policies, findings);
  refineKeyTypes(drafts);
  alignEnums(links);
  unifyTypes(links);
  const names = new Namespace(input.config.rename);
  for (const { target } of drafts) names.take(target);
  const enums = planEnums(drafts, input.config.enums, names, findings);
  const extensions = new Set<string>();
  const schema = input.config.schema ?? "public";
  const leftOut = new Set(skipped.map(({ source }) => source));
  const { wishes: wanted, fates } = resolveSearches(input.catalogue, input.config, drafts, leftOut, findings);
  const textSearch: PlanTextSearch[] = [];
  const ordinary = drafts.map((draft) => {
    const scope = { columns: scopeColumns(draft) };
    const unchanged = scopeOfUnchanged(scope, draft, policies);
    const local = new Namespace();
    const keys = planKeys({ draft, scope, names, findings });
    for (const key of [keys.primaryKey, ...keys.uniques]) if (key) local.claim(key.name);
    const wish = entryOf(input.config.tables, draft.table.name);
    const { enums } = input.config;
    const available = input.capabilities?.extensions ?? null;
    const extras = planExtras({ draft, wish, config: input.config, enums, wanted, schema, available, names, findings });
    textSearch.push(...extras.textSearch);
    for (const name of extras.extensions) extensions.add(name);
    for (const key of extras.uniques) local.claim(key.name);
    return planTable(draft, {
      ...keys,
      uniques: [...keys.uniques, ...extras.uniques],
      indexes: [...keys.indexes, ...extras.indexes],
      added: extras.added,
      ...(extras.searches.length === 0 ? {} : { searches: extras.searches }),
      partitioning: null,
      checks: addChecks({
        ...{ draft, scope, unchanged, names: local, findings },
        violations: input.violations[draft.table.name] ?? [],
      }),
      foreignKeys: planForeignKeys(draft, links, local, findings),
      columns: draft.columns.map((column) =>
        planColumn(draft, column, { scope, unchanged, findings, wish: entryOf(wish?.columns, column.column.name) }),
      ),
    });
  });
  const { config, ranges = new Map() } = input;
  const tables = partitionTables(ordinary, { drafts, config, ranges, names, findings }).map((table) =>
    indexForeignKeys(table, { names, findings, accept: config.accept }),
  );
  const expected = checkExpected(config.expect, input.catalogue, input.profile, findings);
  const views = planViews({
    catalogue: input.catalogue,
    drafts,
    names,
    policy: input.config.names ?? "preserve",
    findings,
  });
  const triggers = planTriggers({ ...input, drafts, tables, views, findings });
  refuseUnknownRenames(names.unused, triggers);
  reportRevisions(drafts, findings);
  const virtual = reportLeftBehind(input.catalogue, leftOut, fates, findings);
  return {
    version: PLAN_VERSION,
    landbridge: input.landbridge,
    source: input.source,
    schema,
    policies,
    extensions: [...extensions].sort(),
    enums,
    ...(textSearch.length === 0 ? {} : { textSearch: distinctTextSearch(textSearch) }),
    tables,
    ...(expected.length === 0 ? {} : { expected }),
    views,
    triggers: withRenamedFunctions(triggers, input.config.rename),
    skipped: [...skipped, ...virtual],
    findings: findings.all,
    ...(input.catalogue.text === undefined ? {} : { sourceSchema: input.catalogue.text }),
  };
};

/** Functions have a namespace of their own. */
const withRenamedFunctions = (triggers: Plan["triggers"], rename: Config["rename"]): Plan["triggers"] => {
  const renamed = new Map(Object.entries(rename ?? {}));
  return triggers.map((trigger) => ({ ...trigger, function: renamed.get(trigger.function) ?? trigger.function }));
};

/** A name that nothing would have is a mistake, as any other of landbridge.yaml. */
const refuseUnknownRenames = (unused: readonly string[], triggers: Plan["triggers"]): void => {
  const unknown = unused.find((name) => !triggers.some((trigger) => trigger.function === name));
  if (unknown === undefined) return;
  throw usageError({
    code: "CONFIG_UNKNOWN_NAME",
    message: `rename: no index, key, view or function would be called "${unknown}" in PostgreSQL.`,
    remedy:
      "The names are in `npm run plan -- SOURCE --sql`. A table or column gets another name by its own `target:`.",
  });
};

/** json has no equality in PostgreSQL, so a column of a key cannot be json: jsonb or text stay possible. */
const refineKeyTypes = (drafts: readonly TableDraft[]): void => {
  for (const draft of drafts)
    for (const name of keyColumnNames(draft.table)) {
      const column = columnOf(draft, name);
      if (column?.choice.type.name === "json" && !column.fixed)
        column.choice = {
          type: { name: "text" },
          form: { kind: "any" },
          reason: "JSON in a key: text, because json has no equality in PostgreSQL",
        };
    }
};

const keyColumnNames = (table: SourceTable): readonly string[] => [
  ...table.primaryKey,
  ...table.indexes.flatMap((index) =>
    index.columns.flatMap(({ column }) => (index.unique && column !== null ? [column] : [])),
  ),
  ...table.foreignKeys.flatMap(({ columns }) => columns),
];

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

const planTable = (draft: TableDraft, parts: Parts): PlanTable => {
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
