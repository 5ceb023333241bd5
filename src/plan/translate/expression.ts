/** The translator's door for everything that is one expression: checks, generated columns, indexes, defaults. */
import { fold } from "../../source/fold.ts";
import type { SourceForm, TargetType } from "../model.ts";
import type { Expression, FunctionCall } from "./ast.ts";
import { collated } from "./compare.ts";
import { condition } from "./condition.ts";
import { Cursor } from "./cursor.ts";
import { defaultValue } from "./default.ts";
import { dynamicElement } from "./dynamic.ts";
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
  return translation((context) => {
    const node = parsed(sql);
    const mayFail = scope.purpose === "check" ? lastConditions(node) : [];
    const inner = mayFail.length === 0 ? context : { ...context, mayFail: new Set(mayFail) };
    return rendered(evaluate(node, inner), scope, inner);
  }, scope);
};

/**
 * Calls that decide by themselves whether a CHECK holds: an error of theirs rejects the row as well as false. They are joined to the
 * rest by AND, or come last of an OR, which is asked from the left.
 */
const lastConditions = (node: Expression): FunctionCall[] => {
  if (node.node === "call") return [node];
  if (node.node !== "binary") return [];
  if (node.operator === "and") return [...lastConditions(node.left), ...lastConditions(node.right)];
  return node.operator === "or" ? lastConditions(node.right) : [];
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
    const value = evaluate(parsed(expression), context);
    if (value.kind === "dynamic") return `(${dynamicElement(value)})`;
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

const parsed = (sql: string): Expression => {
  const cursor = new Cursor(sql);
  const node = parseExpression(cursor);
  cursor.end();
  return node;
};

const rendered = (value: Value, scope: Scope, context: Context): string => {
  if (scope.purpose === "check" || scope.purpose === "where") return condition(value, context);
  if (scope.targetType !== undefined) return fitted(value, scope.targetType.type, scope.targetType.form, context);
  return value.form?.kind === "any" || value.kind === "null"
    ? refuse("its value may be of any storage class")
    : value.sql;
};
