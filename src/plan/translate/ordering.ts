/** ORDER BY and windows. SQLite sorts NULL first and text by its bytes; PostgreSQL is told both. */
import { fold } from "../../source/fold.ts";
import type { OrderingTerm, SelectCore, Window } from "./ast.ts";
import { collated } from "./compare.ts";
import { dynamicOrder } from "./dynamic.ts";
import { evaluate } from "./evaluate.ts";
import type { Context } from "./scope.ts";
import { ordersAlike, spelled } from "./spelled.ts";
import { refuse } from "./untranslatable.ts";
import { factsOf, type Value } from "./value.ts";

/** `value` as one term of an ORDER BY. */
export const orderBy = (value: Value, term: Pick<OrderingTerm, "descending" | "nulls">, context: Context): string => {
  const nulls = term.nulls ?? (term.descending ? "LAST" : "FIRST");
  if (value.kind === "dynamic") {
    const direction = term.descending ? " DESC" : "";
    const [number, text] = dynamicOrder(value);
    return `${number}${direction} NULLS ${nulls}, ${text}${direction} NULLS ${nulls}`;
  }
  return `${sortable(value, context)}${term.descending ? " DESC" : ""} NULLS ${nulls}`;
};

const sortable = (value: Value, context: Context): string => {
  if (value.kind === "opaque" && value.form !== null && ordersAlike(value.form) && value.collation?.name !== "NOCASE")
    return value.sql;
  const plain = spelled(value, context);
  return plain.kind === "text" ? collated(plain, plain.collation?.name ?? "BINARY", true) : plain.sql;
};

/** The OVER clause of a window function. */
export const overClause = (over: Window | string, windows: SelectCore["windows"], context: Context): string => {
  const window =
    typeof over === "string"
      ? (windows.find(({ name }) => fold(name) === fold(over))?.window ?? refuse(`there is no window ${over}`))
      : over;
  if (window.base !== null) return refuse("a window that extends another");
  const partition = window.partitionBy.map((node) => groupable(evaluate(node, context)).sql);
  const order = window.orderBy.map((term) => orderBy(evaluate(term.expression, context), term, context));
  const parts = [
    ...(partition.length > 0 ? [`PARTITION BY ${partition.join(", ")}`] : []),
    ...(order.length > 0 ? [`ORDER BY ${order.join(", ")}`] : []),
    ...(window.frame === "" ? [] : [window.frame]),
  ];
  return ` OVER (${parts.join(" ")})`;
};

/** A value that GROUP BY, DISTINCT and UNION may compare for equality, which must mean the same in both. */
export const groupable = (value: Value): Value => {
  const folds = value.kind === "text" && value.collation !== null && value.collation.name !== "BINARY";
  if (folds) return refuse(`values are grouped under the collation ${value.collation?.name}`);
  if (value.kind === "opaque" && (value.form?.kind === "json" || value.form?.kind === "any")) {
    return refuse(`${value.pg} values are grouped, whose equality is another`);
  }
  if (factsOf(value).labels !== undefined) return value;
  // What is grouped by must be found again in the results by its SQL.
  return value.kind === "dynamic" ? { ...value, facts: { of: value.sql } } : value;
};
