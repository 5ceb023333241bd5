/**
 * SQLite's expression grammar by precedence climbing, in the order of https://sqlite.org/lang_expr.html. What it reads is
 * exactly what SQLite reads; whether it can cross is for the printer to say.
 */
import type { BinaryOperator, Expression } from "./ast.ts";
import type { Cursor } from "./cursor.ts";
import { parsePrimary } from "./parse-primary.ts";
import { parseSelect } from "./parse-select.ts";
import { refuse } from "./untranslatable.ts";

/** Left-associative operators, loosest first; NOT and the equality level have rules of their own. */
const OR = 0;
const NOT = 2;
const EQUALITY = 3;
const COMPARISON = 4;
const LEVELS: readonly Readonly<Record<string, BinaryOperator>>[] = [
  { OR: "or" },
  { AND: "and" },
  {},
  {},
  { "<": "<", "<=": "<=", ">": ">", ">=": ">=" },
  { "&": "&", "|": "|", "<<": "<<", ">>": ">>" },
  { "+": "+", "-": "-" },
  { "*": "*", "/": "/", "%": "%" },
  { "||": "||", "->": "->", "->>": "->>" },
];

/** Reads one expression; the cursor stands behind it afterwards. */
export const parseExpression = (cursor: Cursor): Expression => parseLevel(cursor, OR);

const parseLevel = (cursor: Cursor, level: number): Expression => {
  if (level === NOT) return parseNot(cursor);
  if (level === EQUALITY) return parseEquality(cursor);
  const operators = LEVELS[level];
  if (operators === undefined) return parseCollate(cursor);
  let left = parseLevel(cursor, level + 1);
  for (;;) {
    const token = cursor.peek();
    const spelled = token?.kind === "operator" || token?.kind === "word" ? token.text.toUpperCase() : "";
    const operator = operators[spelled];
    if (operator === undefined) return left;
    cursor.advance();
    left = { node: "binary", operator, left, right: parseLevel(cursor, level + 1) };
  }
};

const parseNot = (cursor: Cursor): Expression => {
  // NOT EXISTS is a NOT of EXISTS; nothing else begins with NOT here.
  if (!cursor.take("NOT")) return parseLevel(cursor, EQUALITY);
  return { node: "unary", operator: "not", operand: parseNot(cursor) };
};

const parseEquality = (cursor: Cursor): Expression => {
  let left = parseLevel(cursor, COMPARISON);
  for (;;) {
    const longer = equalityTail(cursor, left);
    if (longer === null) return left;
    left = longer;
  }
};

const equalityTail = (cursor: Cursor, left: Expression): Expression | null => {
  const binary = (operator: BinaryOperator): Expression => ({
    node: "binary",
    operator,
    left,
    right: parseLevel(cursor, COMPARISON),
  });
  if (cursor.take("=") || cursor.take("==")) return binary("=");
  if (cursor.take("<>") || cursor.take("!=")) return binary("<>");
  if (cursor.take("ISNULL")) return { node: "is-null", operand: left, not: false };
  if (cursor.take("NOTNULL") || cursor.take("NOT", "NULL")) return { node: "is-null", operand: left, not: true };
  if (cursor.take("IS", "NOT", "DISTINCT", "FROM")) return binary("is");
  if (cursor.take("IS", "DISTINCT", "FROM")) return binary("is not");
  if (cursor.take("IS", "NOT")) return binary("is not");
  if (cursor.take("IS")) return binary("is");
  const not =
    cursor.at("NOT") && ["BETWEEN", "IN", "LIKE", "GLOB", "REGEXP", "MATCH"].some((word) => cursor.at(word, 1));
  if (not) cursor.advance();
  if (cursor.take("BETWEEN")) return between(cursor, left, not);
  if (cursor.take("IN")) return inList(cursor, left, not);
  for (const operator of ["LIKE", "GLOB", "REGEXP", "MATCH"] as const) {
    if (!cursor.take(operator)) continue;
    const pattern = parseLevel(cursor, COMPARISON);
    const escaping = cursor.take("ESCAPE") ? parseLevel(cursor, COMPARISON + 1) : null;
    return { node: "match", operator, operand: left, pattern, escaping, not };
  }
  return null;
};

const between = (cursor: Cursor, operand: Expression, not: boolean): Expression => {
  const low = parseLevel(cursor, COMPARISON);
  cursor.expect("AND");
  return { node: "between", operand, low, high: parseLevel(cursor, COMPARISON), not };
};

const inList = (cursor: Cursor, operand: Expression, not: boolean): Expression => {
  if (!cursor.take("(")) return refuse("IN with a table's name is not supported");
  if (cursor.at("SELECT") || cursor.at("WITH") || cursor.at("VALUES")) {
    const subquery = parseSelect(cursor);
    cursor.expect(")");
    return { node: "in", operand, list: subquery, not };
  }
  const list: Expression[] = [];
  while (!cursor.take(")")) {
    if (list.length > 0) cursor.expect(",");
    list.push(parseExpression(cursor));
  }
  return { node: "in", operand, list, not };
};

/** COLLATE binds tighter than every binary operator and looser than the signs. */
const parseCollate = (cursor: Cursor): Expression => {
  let operand = parseSigned(cursor);
  while (cursor.take("COLLATE")) operand = { node: "collate", operand, collation: cursor.name().toUpperCase() };
  return operand;
};

const parseSigned = (cursor: Cursor): Expression => {
  for (const operator of ["-", "+", "~"] as const) {
    if (cursor.take(operator)) return { node: "unary", operator, operand: parseSigned(cursor) };
  }
  return parsePrimary(cursor);
};
