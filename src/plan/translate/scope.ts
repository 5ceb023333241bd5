/** What a translation may refer to: the columns in reach, each with its PostgreSQL type and its spelling in SQLite. */
import type { Affinity } from "../../source/model.ts";
import type { SourceForm, TargetType } from "../model.ts";
import type { Expression, FunctionCall, Select } from "./ast.ts";
import type { Kind, Value } from "./value.ts";

export interface ScopeColumn {
  /** Unquoted name in PostgreSQL. */
  readonly target: string;
  readonly type: TargetType;
  readonly form: SourceForm;
  /** BINARY, NOCASE, RTRIM or an application's own. */
  readonly collation: string;
  /** As SQLite applies it in comparisons; null: none (a view's computed column); absent: unknown, so nothing may depend on it. */
  readonly affinity?: Affinity | null;
  /** The storage class where it is surer than `form` says, as it is of a view's computed column. */
  readonly kind?: Kind;
  /** A view's number that was computed in double precision: no stored value has its form. */
  readonly isApproximate?: boolean;
  /** A text column whose every stored value is a JSON document that jsonb holds without loss. */
  readonly document?: boolean;
}

export type Purpose = "default" | "check" | "generated" | "index" | "where" | "view";

export interface Scope {
  readonly purpose: Purpose;
  /** Keyed by lower-cased source name. */
  readonly columns: ReadonlyMap<string, ScopeColumn>;
  /** For defaults and generated columns: the column that takes the value. */
  readonly targetType?: { readonly type: TargetType; readonly form: SourceForm };
}

export type Translation =
  | { readonly ok: true; readonly sql: string; readonly notes: readonly string[] }
  | { readonly ok: false; readonly reason: string };

/** What one translation carries through the tree. */
export interface Context {
  readonly purpose: Purpose;
  /** The value of a name, null where no column has it. Ambiguous names give up. */
  readonly column: (table: string | null, name: string) => Value | null;
  /** Subqueries and aggregates, which only views have; null elsewhere. */
  readonly view: ViewHooks | null;
  readonly notes: Set<string>;
  /** Why the rows of a view may differ from one reading to the next, or are not defined by its SQL alone. */
  readonly doubts?: Doubts;
  /** Calls that may end in an error instead of giving false: what rejects a row either way. */
  readonly mayFail?: ReadonlySet<FunctionCall>;
}

export interface Doubts {
  /** Functions whose value changes: the current time, chance. */
  readonly volatile: Set<string>;
  /** Rows, or an order, that the SQL leaves open. */
  readonly open: Set<string>;
}

/** What only a view can say of an expression. */
export interface ViewHooks {
  /** Asked before each node: its value if it is one of the SELECT's groups or the alias of a result, else null. */
  readonly known: (node: Expression, context: Context) => Value | null;
  /** Aggregates and window functions; null for any other function. */
  readonly call: (node: FunctionCall, context: Context) => Value | null;
  /** A SELECT of one column, in parentheses: `one`: as a value, so of one row; `list`: after IN. */
  readonly subquery: (select: Select, as: "one" | "list") => Value;
  /** The SELECT after EXISTS. */
  readonly exists: (select: Select) => string;
}
