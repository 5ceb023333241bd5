/** Full-text search in the plan: what a search column is made of, and what its configuration is. Plain data. */
import type { SearchDeclaration } from "../../source/search/model.ts";

export type Weight = "A" | "B" | "C" | "D";

export interface PlanSearch {
  /** The full-text table of the source that it stands for; null where the user alone has asked for it. */
  readonly source: string | null;
  /**
   * generated: a STORED column · trigger: a column that a trigger fills, with each row as it is copied · trigram: no column, but
   * an index for LIKE on each of `parts`.
   */
  readonly kind: "generated" | "trigger" | "trigram";
  /** The tsvector column; null for trigram. */
  readonly column: string | null;
  /** The text search configuration as regconfig reads it; `own`: in the plan's schema. null for trigram. */
  readonly configuration: { readonly name: string; readonly own: boolean } | null;
  readonly parts: readonly PlanSearchPart[];
  /** The function of the plan's schema that makes plain words of a text; null where texts are parsed as they are. */
  readonly words: string | null;
  readonly trigger: PlanSearchTrigger | null;
  /** Names of its indexes. */
  readonly indexes: readonly string[];
  /** How the results of both sides are compared; null where there is nothing to compare with. */
  readonly compare: PlanSearchComparison | null;
}

export interface PlanSearchPart {
  /** Column names in the target's table and in its source. */
  readonly target: string;
  readonly source: string;
  readonly weight: Weight;
}

export interface PlanSearchTrigger {
  /** Of the trigger and of its function, which has no parameters. */
  readonly name: string;
  readonly columns: readonly string[];
  /** The function's body in PL/pgSQL. */
  readonly body: string;
}

export interface PlanSearchComparison {
  readonly declaration: SearchDeclaration;
  /** In SQLite's SQL, with NEW for a row of the table: its rowid in the full-text table. */
  readonly rowid: string;
}

/** What text search needs in the schema, in the order of its making. Statements name everything of the schema's own unqualified. */
export interface PlanTextSearch {
  readonly kind: "dictionary" | "configuration" | "function";
  /** Unquoted; a function's takes one text. */
  readonly name: string;
  readonly statements: readonly string[];
}
