/**
 * What a table gets in PostgreSQL besides the source's own columns, keys and indexes: by the user's word, or because a feature of
 * SQLite becomes a column and an index there.
 */
import { planAddedColumns } from "./by-config/added-columns.ts";
import { planConfiguredIndexes } from "./by-config/indexes.ts";
import type { Config, TableConfig } from "./config.ts";
import type { TableDraft } from "./drafts/model.ts";
import type { FindingList } from "./findings.ts";
import { planJsonIndexes } from "./json-indexes.ts";
import type { PlanAddedColumn, PlanIndex, PlanKey } from "./model.ts";
import type { Namespace } from "./names.ts";
import type { PlanSearch, PlanTextSearch } from "./search/model.ts";
import { planTableSearches } from "./search/plan.ts";
import type { SearchWish } from "./search/wishes.ts";
import { planSpatial } from "./spatial.ts";
import { planVectorIndexes } from "./vectors/indexes.ts";

export interface Extras {
  readonly added: readonly PlanAddedColumn[];
  readonly indexes: readonly PlanIndex[];
  readonly uniques?: readonly PlanKey[];
  /** Extensions that these need. */
  readonly extensions: readonly string[];
  readonly searches?: readonly PlanSearch[];
  readonly textSearch?: readonly PlanTextSearch[];
}

export interface ExtrasContext {
  readonly draft: TableDraft;
  /** The user's word on this table. */
  readonly wish: TableConfig | undefined;
  /** What the user's enum types are called in the schema, by the names that they have in landbridge.yaml. */
  readonly enums: ReadonlyMap<string, string>;
  /** The user's word on everything. */
  readonly config: Config;
  /** Of all tables. */
  readonly wanted: readonly SearchWish[];
  /** The plan's. */
  readonly schema: string;
  /** Extensions that the target has; null where nobody has asked it. */
  readonly available: ReadonlySet<string> | null;
  /** What the planners before this one have added. */
  readonly added: readonly PlanAddedColumn[];
  /** Names of relations in the schema. */
  readonly names: Namespace;
  readonly findings: FindingList;
}

/** One kind of extras for one table. */
export type ExtrasPlanner = (context: ExtrasContext) => Extras;

/** In order: each sees what those before it have added, so indexes by config come last. */
const PLANNERS: readonly ExtrasPlanner[] = [
  planSpatial,
  planVectorIndexes,
  planAddedColumns,
  (context) => planTableSearches(context.wanted, context),
  planJsonIndexes,
  planConfiguredIndexes,
];

/** Everything that a table gets besides what it has in SQLite, in a fixed order. */
export const planExtras = (context: Omit<ExtrasContext, "added">): Required<Extras> => {
  const all: Required<Extras> = {
    ...{ added: [], indexes: [], uniques: [], extensions: [], searches: [], textSearch: [] },
  };
  return PLANNERS.reduce((sum, plan) => {
    const extras = plan({ ...context, added: sum.added });
    const { added, indexes, uniques = [], extensions, searches = [], textSearch = [] } = extras;
    return {
      added: [...sum.added, ...added],
      indexes: [...sum.indexes, ...indexes],
      uniques: [...sum.uniques, ...uniques],
      extensions: [...sum.extensions, ...extensions],
      searches: [...sum.searches, ...searches],
      textSearch: [...sum.textSearch, ...textSearch],
    };
  }, all);
};
