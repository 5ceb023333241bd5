/**
 * What a table gets in PostgreSQL besides the source's own columns, keys and indexes: by the user's word, or because a feature of
 * SQLite becomes a column and an index there.
 */
import type { Config } from "./config.ts";
import type { TableDraft } from "./drafts.ts";
import type { FindingList } from "./findings.ts";
import type { PlanAddedColumn, PlanIndex } from "./model.ts";
import type { Namespace } from "./names.ts";

export interface Extras {
  readonly added: readonly PlanAddedColumn[];
  readonly indexes: readonly PlanIndex[];
  /** Extensions that these need. */
  readonly extensions: readonly string[];
}

export interface ExtrasContext {
  readonly draft: TableDraft;
  /** The user's word on this table. */
  readonly wish: NonNullable<Config["tables"]>[string] | undefined;
  /** Names of relations in the schema. */
  readonly names: Namespace;
  readonly findings: FindingList;
}

/** One kind of extras for one table. */
export type ExtrasPlanner = (context: ExtrasContext) => Extras;

const PLANNERS: readonly ExtrasPlanner[] = [];

/** Everything that a table gets besides what it has in SQLite, in a fixed order. */
export const planExtras = (context: ExtrasContext): Extras => {
  const all = PLANNERS.map((plan) => plan(context));
  return {
    added: all.flatMap(({ added }) => added),
    indexes: all.flatMap(({ indexes }) => indexes),
    extensions: all.flatMap(({ extensions }) => extensions),
  };
};
