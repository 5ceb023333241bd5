/** SQLite's triggers as plain data, between the parser and the PL/pgSQL printer. Names are unquoted. */
import type { Expression, Select } from "../translate/ast.ts";

export type Timing = "BEFORE" | "AFTER" | "INSTEAD OF";
export type EventKind = "INSERT" | "UPDATE" | "DELETE";

export interface Trigger {
  readonly name: string;
  readonly timing: Timing;
  readonly event: EventKind;
  /** The columns of UPDATE OF; null for any. */
  readonly of: readonly string[] | null;
  /** The table or view. */
  readonly table: string;
  readonly when: Part<Expression> | null;
  readonly statements: readonly Part<Statement>[];
}

/** A stretch of the trigger with its SQL as it was written; `reason`: why it could not be read. */
export type Part<T> =
  | { readonly sql: string; readonly ok: true; readonly value: T }
  | { readonly sql: string; readonly ok: false; readonly reason: string };

export type Statement = InsertStatement | UpdateStatement | DeleteStatement | SelectStatement;

/** What INSERT OR … and UPDATE OR … say of a conflict. */
export type Conflict = "abort" | "fail" | "rollback" | "ignore" | "replace";

export interface InsertStatement {
  readonly statement: "insert";
  readonly conflict: Conflict;
  readonly table: string;
  readonly alias: string | null;
  /** null: all of them, in their order. */
  readonly columns: readonly string[] | null;
  /** null: DEFAULT VALUES. */
  readonly source: Select | null;
  readonly upsert: Upsert | null;
}

export interface Upsert {
  /** Columns of the conflict's target; null where it names none. */
  readonly target: readonly string[] | null;
  /** null: DO NOTHING. */
  readonly update: { readonly set: readonly Assignment[]; readonly where: Expression | null } | null;
}

export interface Assignment {
  readonly column: string;
  readonly value: Expression;
  /** The value as it was written. */
  readonly source: string;
}

export interface UpdateStatement {
  readonly statement: "update";
  readonly conflict: Conflict;
  readonly table: string;
  readonly alias: string | null;
  readonly set: readonly Assignment[];
  readonly where: Expression | null;
}

export interface DeleteStatement {
  readonly statement: "delete";
  readonly table: string;
  readonly alias: string | null;
  readonly where: Expression | null;
}

export interface SelectStatement {
  readonly statement: "select";
  readonly select: Select;
}
