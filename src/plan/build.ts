/** Builds the plan: catalogue, profile and the user's word in, one PostgreSQL schema and its findings out. Pure. */
import { usageError } from "../errors.ts";
import type { Catalogue, Profile, SourceTable } from "../source/model.ts";
import { checkExpected } from "./by-config/expected-tables.ts";
import { indexForeignKeys } from "./by-config/foreign-key-indexes.ts";
import type { TextRange } from "./by-config/partition-spans.ts";
import { partitionTables } from "./by-config/partitions.ts";
import type { Capabilities } from "./capabilities.ts";
import type { Config } from "./config.ts";
import { columnOf, type TableDraft } from "./drafts/model.ts";
import { draftTables } from "./drafts/tables.ts";
import { planEnums } from "./enums.ts";
import { FindingList } from "./findings.ts";
import { alignEnums, linkForeignKeys, unifyTypes } from "./foreign-keys.ts";
import { reportLeftBehind } from "./left-behind.ts";
import { PLAN_VERSION, type Plan, type Policies } from "./model.ts";
import { Namespace } from "./names.ts";
import { reportRevisions } from "./revisions.ts";
import { distinctTextSearch } from "./search/plan.ts";
import { resolveSearches } from "./search/resolve.ts";
import { planTable } from "./table.ts";
import { planTriggers } from "./triggers/plan.ts";
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

const policiesOf = (config: Config): Policies => ({
  nul: config.text?.nul ?? "reject",
  invalidText: config.text?.invalid ?? "reject",
  invalidJson: config.json?.invalid ?? "text",
  orphans: config.orphans ?? "keep",
});

/**
 * Builds the plan. The same input gives the same plan, byte for byte.
 * @throws LandbridgeError for names that collide, too many columns, unknown names or types in the configuration
 */
export const buildPlan = (input: PlanInput): Plan => {
  const { catalogue, config, ranges = new Map() } = input;
  const findings = new FindingList();
  const policies = policiesOf(config);
  const { drafts, skipped } = draftTables({ ...input, policies, findings });
  const links = linkForeignKeys(drafts, policies, findings);
  refineKeyTypes(drafts);
  alignEnums(links);
  unifyTypes(links);
  const names = new Namespace(config.rename);
  for (const { target } of drafts) names.take(target);
  const enums = planEnums(drafts, config.enums, names, findings);
  // The user's come first.
  const enumNames = new Map(Object.keys(config.enums ?? {}).map((name, at) => [name, enums[at]!.name]));
  const schema = config.schema ?? "public";
  const leftOut = new Set(skipped.map(({ source }) => source));
  const { wishes: wanted, fates } = resolveSearches(catalogue, config, drafts, leftOut, findings);
  const available = input.capabilities?.extensions ?? null;
  const context = {
    config,
    policies,
    violations: input.violations,
    links,
    enumNames,
    wanted,
    schema,
    available,
    names,
    findings,
  };
  const planned = drafts.map((draft) => planTable(draft, context));
  const extensions = new Set(planned.flatMap((one) => one.extensions));
  const textSearch = distinctTextSearch(planned.flatMap((one) => one.textSearch));
  const whole = planned.map(({ table }) => table);
  const tables = partitionTables(whole, { drafts, config, ranges, names, findings }).map((table) =>
    indexForeignKeys(table, { names, findings, accept: config.accept }),
  );
  const expected = checkExpected(config.expect, catalogue, input.profile, findings);
  const views = planViews({ catalogue, drafts, names, policy: config.names ?? "preserve", findings });
  const triggers = planTriggers({ ...input, drafts, tables, views, findings });
  refuseUnknownRenames(names.unused, triggers);
  reportRevisions(drafts, findings);
  const virtual = reportLeftBehind(catalogue, leftOut, fates, findings);
  return {
    version: PLAN_VERSION,
    landbridge: input.landbridge,
    source: input.source,
    schema,
    policies,
    extensions: [...extensions].sort(),
    enums,
    ...(textSearch.length === 0 ? {} : { textSearch }),
    tables,
    ...(expected.length === 0 ? {} : { expected }),
    views,
    triggers: withRenamedFunctions(triggers, config.rename),
    skipped: [...skipped, ...virtual],
    findings: findings.all,
    ...(catalogue.text === undefined ? {} : { sourceSchema: catalogue.text }),
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
