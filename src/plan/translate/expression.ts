/** The translator's door for everything that is one expression: checks, generated columns, indexes, defaults. */
import { fold } from "../../source/fold.ts";
import type { SourceForm, TargetType } from "../model.ts";
import { collated } from "./compare.ts";
import { condition } from "./condition.ts";
import { Cursor } from "./cursor.ts";
import { defaultValue } from "./default.ts";
import { evaluate } from "./evaluate.ts";
import { fitted } from "./fitted.ts";
import { parseExpression } from "./parse-expression.ts";
import type { Context, Scope, Translation } from "./scope.ts";
import { attempt, refuse } from "./untranslatable.ts";
import { columnValue, type Value } from "./value.ts";

export type { Purpose, Scope, Translation } from "./scope.ts";

/**
 * A SQLite expression in PostgreSQL. `check` and `where` give a condition; `generated` (with `targetType`) gives a value of
 * that column's type; `index` gives an indexable value. Never throws: what is not fully understood is `ok: false`.
 */
export const translateExpression = (sql: string, scope: Scope): Translation => {
  if (scope.purpose === "default" && scope.targetType !== undefined) {
    return translateDefault(sql, scope.targetType.type, scope.targetType.form);
  }
  return translation((context) => rendered(evaluated(sql, context), scope, context), scope);
};

/** A DEFAULT as PostgreSQL SQL of the column's type, by the column's spelling; "NULL" where it is none. */
export const translateDefault = (sql: string, type: TargetType, form: SourceForm): Translation =>
  translation((context) => defaultValue(sql, type, form, context), { purpose: "default", columns: new Map() });

/** An element of an index: its expression under the index's collation, in parentheses. */
export const translateIndexElement = (
  expression: string,
  collation: string,
  scope: Omit<Scope, "purpose">,
): Translation => {
  const index: Scope = { ...scope, purpose: "index" };
  return translation((context) => {
    const value = evaluated(expression, context);
    return value.kind === "text" && collation.toUpperCase() !== "BINARY"
      ? `(${collated(value, collation.toUpperCase(), false)})`
      : `(${rendered(value, index, context)})`;
  }, index);
};

const translation = (render: (context: Context) => string, scope: Scope): Translation => {
  const notes = new Set<string>();
  const attempted = attempt(() => render(contextOf(scope, notes)));
  return attempted.ok ? { ok: true, sql: attempted.value, notes: [...notes] } : attempted;
};

const contextOf = (scope: Scope, notes: Set<string>): Context => ({
  purpose: scope.purpose,
  notes,
  view: null,
  column: (table, name) => {
    const column = scope.columns.get(fold(name));
    // A CHECK may qualify its columns, but only with its own table's name.
    if (column === undefined) return table === null ? null : refuse(`there is no column ${table}.${name}`);
    return columnValue(column, null);
  },
});

const evaluated = (sql: string, context: Context): Value => {
  const cursor = new Cursor(sql);
  const node = parseExpression(cursor);
  cursor.end();
  return evaluate(node, context);
};

const rendered = (value: Value, scope: Scope, context: Context): string => {
  if (scope.purpose === "check" || scope.purpose === "where") return condition(value, context);
  if (scope.targetType !== undefined) return fitted(value, scope.targetType.type, scope.targetType.form, context);
  return value.form?.kind === "any" || value.kind === "null"
    ? refuse("its value may be of any storage class")
    : value.sql;
};
