/**
 * An application's own tables as its catalogue describes them: what the plan is fitted to, what is set aside while the rows
 * come, and what must be there again, word for word, when the run is over. Names are unquoted; SQL fragments are complete
 * and qualified, as the server prints them for an empty search_path.
 */

export type ConflictPolicy = "fail" | "skip" | "update";

/** The part of a plan that says whose tables these are. */
export interface ExistingSchema {
  /** What happens where a table has rows already: see docs/into-existing.md. */
  readonly onConflict: ConflictPolicy;
  /** Those that rows go into, by name. */
  readonly tables: readonly ExistingTable[];
}

export interface ExistingTable {
  readonly name: string;
  readonly partitioned: boolean;
  readonly columns: readonly ExistingColumn[];
  readonly constraints: readonly ExistingConstraint[];
  /** Without those that stand behind a constraint. */
  readonly indexes: readonly ExistingIndex[];
  /** Of the table and of its partitions; none that PostgreSQL keeps for itself. */
  readonly triggers: readonly ExistingTrigger[];
}

export interface ExistingColumn {
  readonly name: string;
  readonly type: string;
  readonly notNull: boolean;
  readonly default: string | null;
  /** GENERATED ALWAYS or BY DEFAULT AS IDENTITY. */
  readonly identity: "always" | "by default" | null;
  /** The expression of a generated column. */
  readonly generated: string | null;
  /** The sequence that fills it: an identity's, a serial's, or one that its default names. */
  readonly sequence: string | null;
}

export interface ExistingConstraint {
  readonly name: string;
  readonly kind: "primary key" | "unique" | "check" | "foreign key" | "exclude";
  readonly columns: readonly string[];
  readonly definition: string;
  readonly validated: boolean;
  readonly comment: string | null;
  readonly reference: ExistingReference | null;
}

export interface ExistingReference {
  readonly schema: string;
  readonly table: string;
  readonly columns: readonly string[];
  readonly onUpdate: ReferenceAction;
  readonly onDelete: ReferenceAction;
  readonly deferred: boolean;
}

export type ReferenceAction = "NO ACTION" | "RESTRICT" | "CASCADE" | "SET NULL" | "SET DEFAULT";

export interface ExistingIndex {
  readonly name: string;
  /** The whole CREATE INDEX. */
  readonly definition: string;
  readonly unique: boolean;
  readonly valid: boolean;
  readonly comment: string | null;
  /**
   * Whether its definition says all there is to say of it. Not so for an index that enforces something, that a table is
   * clustered or replicated by, that lies in a tablespace of its own or on a partitioned table.
   */
  readonly rebuildable: boolean;
}

export interface ExistingTrigger {
  /** The table or partition that has it, qualified and quoted. */
  readonly relation: string;
  readonly name: string;
  readonly definition: string;
  /** As pg_trigger has it: O enabled, D disabled, R replica, A always. */
  readonly enabled: "O" | "D" | "R" | "A";
  /**
   * The tsvector columns that it computes before a row is written; `on` are the columns whose update calls it, empty where
   * any does; null where no update calls it.
   */
  readonly search: { readonly columns: readonly string[]; readonly on: readonly string[] | null } | null;
}
