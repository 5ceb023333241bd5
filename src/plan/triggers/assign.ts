/** A value on its way into a column: what SQLite would store there, in the column's type. */

import { affinityOf } from "../../source/catalogue/affinity.ts";
import type { PlanColumn } from "../model.ts";
import type { Expression } from "../translate/ast.ts";
import { currentTime } from "../translate/default.ts";
import { fitted } from "../translate/fitted.ts";
import type { Context } from "../translate/scope.ts";
import type { Value } from "../translate/value.ts";

/** The value as the column's type. Gives up where it may not be one of the column's form. */
export const assigned = (value: Value, { type, form }: PlanColumn, context: Context): string =>
  currentTime(value, type, form) ?? fitted(value, type, form, context);

/**
 * strftime('%s') is a text of digits, which a column of numeric affinity, a CAST and every sum make a number of: then it is the
 * same as unixepoch(), which knows that it is a moment.
 */
export const asStored = (node: Expression, declared: string): Expression => {
  const affinity = affinityOf(declared, false);
  return affinity === "INTEGER" || affinity === "NUMERIC" ? asNumber(node) : inSums(node);
};

const asNumber = (node: Expression): Expression => {
  if (node.node === "cast" && affinityOf(node.type.trim(), false) === "INTEGER") {
    const number = seconds(node.operand);
    if (number !== null) return number;
  }
  return seconds(node) ?? inSums(node);
};

const inSums = (node: Expression): Expression => {
  if (node.node === "cast" && affinityOf(node.type.trim(), false) === "INTEGER") return seconds(node.operand) ?? node;
  if (node.node !== "binary" || !["+", "-", "*", "/", "%"].includes(node.operator)) return node;
  return { ...node, left: asNumber(node.left), right: asNumber(node.right) };
};

const seconds = (node: Expression): Expression | null => {
  if (node.node !== "call" || node.name !== "strftime") return null;
  const [format, ...moment] = node.arguments;
  const isSeconds = format?.node === "literal" && format.literal.kind === "text" && format.literal.value === "%s";
  return isSeconds ? { ...node, name: "unixepoch", arguments: moment } : null;
};
