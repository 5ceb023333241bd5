/** A value on its way into a column: what SQLite would store there, in the column's type. */

import { affinityOf } from "../../source/catalogue/affinity.ts";
import type { PlanColumn } from "../model.ts";
import type { Expression, FromItem } from "../translate/ast.ts";
import { currentTime } from "../translate/default.ts";
import { conditionOf, evaluate } from "../translate/evaluate.ts";
import { translateDefault } from "../translate/expression.ts";
import { fitted } from "../translate/fitted.ts";
import type { Context } from "../translate/scope.ts";
import type { Environment } from "../translate/select-core.ts";
import { attempt, refuse } from "../translate/untranslatable.ts";
import { asText, type Value } from "../translate/value.ts";
import type { Assignment } from "./ast.ts";
import { valuesOf } from "./scope.ts";

/**
 * The value as the column's type. `node` is where it comes from, null where nobody knows. Gives up where it may not be one of the
 * column's form.
 */
export const assigned = (value: Value, node: Expression | null, column: PlanColumn, context: Context): string => {
  const whole = attempt(() => plain(value, column, context));
  if (whole.ok) return whole.value;
  // Branches of different kinds may each be one of the column's: CURRENT_TIMESTAMP, or what was there.
  const parts = node === null ? null : attempt(() => branches(node, column, context));
  if (parts?.ok && parts.value !== null) return parts.value;
  return refuse(`${column.source}: ${whole.reason}`);
};

const plain = (value: Value, column: PlanColumn, context: Context): string =>
  currentTime(value, column.type, column.form) ??
  ofAnyClass(value, column) ??
  asDecimal(value, column, context) ??
  fitted(value, column.type, column.form, context);

/** A choice between values, each of them in the column's type; null for what is no choice. */
const branches = (node: Expression, column: PlanColumn, context: Context): string | null => {
  const each = (part: Expression): string => {
    const stored = asStored(part, column.declared);
    return assigned(evaluate(stored, context), stored, column, context);
  };
  if (node.node === "case") {
    const { subject, branches: list, otherwise } = node;
    const body = list.map(({ when, result }) => {
      const asked: Expression = subject === null ? when : { node: "binary", operator: "=", left: subject, right: when };
      return `WHEN ${conditionOf(asked, context)} THEN ${each(result)}`;
    });
    return `(CASE ${body.join(" ")}${otherwise === null ? "" : ` ELSE ${each(otherwise)}`} END)`;
  }
  if (node.node !== "call") return null;
  const [first, second, third] = node.arguments;
  if (node.name === "ifnull" || node.name === "coalesce") return `COALESCE(${node.arguments.map(each).join(", ")})`;
  if (node.name !== "iif" || first === undefined || second === undefined) return null;
  return `(CASE WHEN ${conditionOf(first, context)} THEN ${each(second)}${third === undefined ? "" : ` ELSE ${each(third)}`} END)`;
};

/** Texts and integers in a column of any storage class are spelled as the copy spells them. */
const ofAnyClass = (value: Value, { type, form }: PlanColumn): string | null => {
  if (form.kind !== "any" || (value.kind !== "text" && value.kind !== "integer")) return null;
  if (type.name === "bytea") return `convert_to(${asText(value)}, 'UTF8')`;
  return type.name === "text" ? asText(value) : null;
};

/** A double in a numeric column is its shortest decimal; a scale rounds it, where SQLite keeps every digit. */
const asDecimal = (value: Value, { type, form, source }: PlanColumn, context: Context): string | null => {
  if (type.name !== "numeric" || form.kind !== "decimal" || value.constant !== undefined) return null;
  if (value.pg !== "double precision" || (value.kind !== "real" && value.kind !== "number")) return null;
  if (type.scale !== undefined)
    context.notes.add(`what it computes for ${source} is rounded to the ${type.scale} decimals of the column`);
  return `${value.sql}::text::numeric`;
};

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

/** What SET gives to columns, each in its column's type. `row` turns an expression into what is to be read. */
export const assignedSet = (
  set: readonly Assignment[],
  columns: readonly PlanColumn[],
  row: (node: Expression) => Expression,
  from: FromItem | null,
  environment: Environment,
): { readonly sqls: readonly string[]; readonly nodes: readonly Expression[]; readonly context: Context } => {
  const random = set.map(({ source }, at) => randomValue(source, columns[at]!));
  const nodes = set.map(({ value }, at) =>
    random[at] === null ? asStored(row(value), columns[at]!.declared) : NOTHING,
  );
  const { values, context } = valuesOf(nodes, from, environment);
  const sqls = values.map((value, at) => random[at] ?? assigned(value, nodes[at]!, columns[at]!, context));
  return { sqls, nodes, context };
};

const NOTHING: Expression = { node: "literal", literal: { kind: "null" } };

/** The idioms that make a random UUID, by their text; null for anything else. */
const randomValue = (source: string, { type, form }: PlanColumn): string | null => {
  if (!/randomblob/i.test(source)) return null;
  const translated = translateDefault(source, type, form);
  return translated.ok ? translated.sql : null;
};
