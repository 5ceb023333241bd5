/** Enumerations that CHECK constraints spell: `x IN ('a', 'b')`, `x = 'a' OR x = 'b'`, with or without `x IS NULL OR`. */
import type { SourceCheck, SourceColumn, SourceTable } from "../../source/model.ts";
import { sameName } from "../drafts/model.ts";
import { isLabel } from "../names.ts";
import type { Expression } from "../translate/ast.ts";
import { Cursor } from "../translate/cursor.ts";
import { parseExpression } from "../translate/parse-expression.ts";
import { type ColumnEvidence, type TypeChoice, valueCount } from "./choice.ts";

/** What the schema says of a column's values. */
export interface Enumeration {
  /** The name that an enum type of it would get. */
  readonly type: string;
  /** In the order of the CHECK. */
  readonly labels: readonly string[];
}

/** The texts that a CHECK allows in a column, in its order; null where it says something else. */
export const checkedLabels = ({ expression }: Pick<SourceCheck, "expression">, column: string): string[] | null => {
  const labels = textsAllowed(parsed(expression), column);
  return labels === null || labels.length === 0 ? null : [...new Set(labels)];
};

/** Of a column whose texts are compared as they are, the first CHECK that lists them. */
export const enumerationOf = (table: SourceTable, column: SourceColumn, type: string): Enumeration | null => {
  if (column.affinity !== "TEXT" || column.collation.toUpperCase() !== "BINARY") return null;
  for (const check of table.checks) {
    const labels = checkedLabels(check, column.name);
    if (labels?.every(isLabel)) return { type, labels };
  }
  return null;
};

/** An enum where all that is stored is among the labels; null otherwise. */
export const enumChoice = ({ profile, enumeration }: ColumnEvidence): TypeChoice | null => {
  if (enumeration === null || profile.texts !== valueCount(profile)) return null;
  const allowed = new Set(enumeration.labels.map((label) => `text:${label}`));
  if (profile.distinct === null || !profile.distinct.every((value) => allowed.has(value))) return null;
  return {
    type: { name: "enum", type: enumeration.type, labels: enumeration.labels },
    form: { kind: "text" },
    reason: "a CHECK lists the texts that it may hold",
  };
};

const parsed = (sql: string): Expression | null => {
  try {
    const cursor = new Cursor(sql);
    const expression = parseExpression(cursor);
    cursor.end();
    return expression;
  } catch {
    return null;
  }
};

const textsAllowed = (node: Expression | null, column: string): string[] | null => {
  if (node === null) return null;
  if (node.node === "in" && !node.not && Array.isArray(node.list) && isColumn(node.operand, column))
    return texts(node.list);
  if (node.node !== "binary") return null;
  if (node.operator === "=" && isColumn(node.left, column)) return texts([node.right]);
  if (node.operator !== "or") return null;
  if (isNullTest(node.left, column)) return textsAllowed(node.right, column);
  if (isNullTest(node.right, column)) return textsAllowed(node.left, column);
  const [left, right] = [textsAllowed(node.left, column), textsAllowed(node.right, column)];
  return left === null || right === null ? null : [...left, ...right];
};

const isColumn = (node: Expression, column: string): boolean =>
  node.node === "collate"
    ? node.collation.toUpperCase() === "BINARY" && isColumn(node.operand, column)
    : node.node === "column" && sameName(node.name, column);

/** `x IS NULL` is also `x IS` the literal. */
const isNullTest = (node: Expression, column: string): boolean =>
  node.node === "is-null"
    ? !node.not && isColumn(node.operand, column)
    : node.node === "binary" &&
      node.operator === "is" &&
      isColumn(node.left, column) &&
      node.right.node === "literal" &&
      node.right.literal.kind === "null";

const texts = (nodes: readonly Expression[]): string[] | null => {
  const found = nodes.map(textOf);
  return found.every((text) => text !== null) ? found : null;
};

/** A literal in double quotes is a name here, and gives no labels. */
const textOf = (node: Expression): string | null => {
  if (node.node === "collate") return node.collation.toUpperCase() === "BINARY" ? textOf(node.operand) : null;
  return node.node === "literal" && node.literal.kind === "text" ? node.literal.value : null;
};
