/** What an expression is made of: literals, names, calls, CASE, CAST, parentheses and subqueries. */
import type { Expression, FunctionCall, Literal, OrderingTerm, Window } from "./ast.ts";
import { type Cursor, isReserved } from "./cursor.ts";
import { parseExpression } from "./parse-expression.ts";
import { parseSelect } from "./parse-select.ts";
import { refuse } from "./untranslatable.ts";

/** Reads the innermost part of an expression. */
export const parsePrimary = (cursor: Cursor): Expression => {
  if (cursor.take("(")) return parenthesised(cursor);
  if (cursor.take("CASE")) return caseExpression(cursor);
  if (cursor.at("CAST") && cursor.at("(", 1)) return cast(cursor);
  if (cursor.take("EXISTS")) {
    cursor.expect("(");
    const select = parseSelect(cursor);
    cursor.expect(")");
    return { node: "exists", select };
  }
  const token = cursor.peek() ?? cursor.unexpected("a value expected");
  if (token.kind === "word") return cursor.at("(", 1) ? call(cursor) : wordOrColumn(cursor);
  if (token.kind === "quoted") return cursor.at("(", 1) ? call(cursor) : column(cursor);
  const literal = literalOf(cursor);
  return literal === null ? cursor.unexpected("a value expected") : { node: "literal", literal };
};

const literalOf = (cursor: Cursor): Literal | null => {
  const token = cursor.peek();
  if (token?.kind !== "string" && token?.kind !== "blob" && token?.kind !== "number") return null;
  cursor.advance();
  if (token.kind === "string") return { kind: "text", value: token.value };
  if (token.kind === "blob") return { kind: "blob", value: token.value.toLowerCase() };
  return numberLiteral(token.value);
};

/** Hexadecimal is two's complement of 64 bits; decimal beyond 64 bits is REAL, which only the sign before it can decide. */
const numberLiteral = (digits: string): Literal => {
  if (/^0x/i.test(digits)) {
    const value = BigInt(digits);
    return value < 1n << 64n
      ? { kind: "integer", value: BigInt.asIntN(64, value) }
      : refuse("a hexadecimal number is too big");
  }
  return /^\d+$/.test(digits) ? { kind: "integer", value: BigInt(digits) } : { kind: "real", value: Number(digits) };
};

const parenthesised = (cursor: Cursor): Expression => {
  const isSelect = cursor.at("SELECT") || cursor.at("WITH") || cursor.at("VALUES");
  const inner: Expression = isSelect ? { node: "subquery", select: parseSelect(cursor) } : parseExpression(cursor);
  if (cursor.at(",")) refuse("row values are not supported");
  cursor.expect(")");
  return inner;
};

const caseExpression = (cursor: Cursor): Expression => {
  const subject = cursor.at("WHEN") ? null : parseExpression(cursor);
  const branches: { when: Expression; result: Expression }[] = [];
  while (cursor.take("WHEN")) {
    const when = parseExpression(cursor);
    cursor.expect("THEN");
    branches.push({ when, result: parseExpression(cursor) });
  }
  if (branches.length === 0) cursor.unexpected("WHEN expected");
  const otherwise = cursor.take("ELSE") ? parseExpression(cursor) : null;
  cursor.expect("END");
  return { node: "case", subject, branches, otherwise };
};

const cast = (cursor: Cursor): Expression => {
  cursor.expect("CAST");
  cursor.expect("(");
  const operand = parseExpression(cursor);
  cursor.expect("AS");
  const start = cursor.position;
  for (let depth = 0; depth > 0 || !cursor.at(")"); ) {
    const { text } = cursor.advance();
    depth += text === "(" ? 1 : text === ")" ? -1 : 0;
  }
  const type = cursor.textSince(start);
  cursor.expect(")");
  return { node: "cast", operand, type };
};

/** Words that are values where no column has the name are decided by the printer: TRUE and FALSE. */
const wordOrColumn = (cursor: Cursor): Expression => {
  if (cursor.take("NULL")) return { node: "literal", literal: { kind: "null" } };
  for (const word of ["CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME"] as const) {
    if (cursor.take(word)) return { node: "literal", literal: { kind: "now", word } };
  }
  return isReserved(cursor.peek()!.text) ? cursor.unexpected("a value expected") : column(cursor);
};

const column = (cursor: Cursor): Expression => {
  const token = cursor.peek()!;
  const first = cursor.name();
  if (!cursor.take(".")) {
    const quoted = token.kind === "quoted" ? (token.text.startsWith('"') ? '"' : "other") : null;
    return { node: "column", table: null, name: first, quoted };
  }
  const second = cursor.name();
  if (!cursor.take(".")) return { node: "column", table: first, name: second, quoted: null };
  if (first.toLowerCase() !== "main") refuse(`the name ${first}.${second} belongs to another database`);
  return { node: "column", table: second, name: cursor.name(), quoted: null };
};

const call = (cursor: Cursor): FunctionCall => {
  const name = cursor.advance().value.toLowerCase();
  cursor.expect("(");
  const distinct = cursor.take("DISTINCT");
  const star = cursor.take("*");
  const list: Expression[] = [];
  if (!star && !cursor.at(")") && !cursor.at("ORDER")) list.push(...expressionList(cursor));
  const orderBy = orderingTerms(cursor);
  cursor.expect(")");
  const filter = cursor.at("FILTER") && cursor.at("(", 1) ? filterClause(cursor) : null;
  const over = cursor.take("OVER") ? (cursor.take("(") ? parseWindow(cursor) : cursor.name()) : null;
  return { node: "call", name, distinct, star, arguments: list, orderBy, filter, over };
};

const filterClause = (cursor: Cursor): Expression => {
  for (const word of ["FILTER", "(", "WHERE"]) cursor.expect(word);
  const condition = parseExpression(cursor);
  cursor.expect(")");
  return condition;
};

/** Reads expressions up to what is no comma. */
export const expressionList = (cursor: Cursor): Expression[] => {
  const list = [parseExpression(cursor)];
  while (cursor.take(",")) list.push(parseExpression(cursor));
  return list;
};

/** Reads an ORDER BY clause if one comes next. */
export const orderingTerms = (cursor: Cursor): OrderingTerm[] => {
  const terms: OrderingTerm[] = [];
  if (!cursor.take("ORDER", "BY")) return terms;
  do {
    const expression = parseExpression(cursor);
    const descending = cursor.take("DESC");
    if (!descending) cursor.take("ASC");
    const nulls = cursor.take("NULLS", "FIRST") ? "FIRST" : cursor.take("NULLS", "LAST") ? "LAST" : null;
    terms.push({ expression, descending, nulls });
  } while (cursor.take(","));
  return terms;
};

/** Reads a window's definition up to and with its closing parenthesis. */
export const parseWindow = (cursor: Cursor): Window => {
  const starts = ["PARTITION", "ORDER", "ROWS", "RANGE", "GROUPS", ")"].some((word) => cursor.at(word));
  const base = starts ? null : cursor.name();
  const partitionBy = cursor.take("PARTITION", "BY") ? expressionList(cursor) : [];
  const orderBy = orderingTerms(cursor);
  const words: string[] = [];
  while (!cursor.take(")")) words.push(frameWord(cursor));
  return { base, partitionBy, orderBy, frame: words.join(" ") };
};

const FRAME_WORDS = new Set(
  "ROWS RANGE GROUPS BETWEEN AND UNBOUNDED PRECEDING FOLLOWING CURRENT ROW EXCLUDE NO OTHERS GROUP TIES".split(" "),
);

const frameWord = (cursor: Cursor): string => {
  const { kind, text } = cursor.advance();
  const word = text.toUpperCase();
  const understood = (kind === "word" && FRAME_WORDS.has(word)) || (kind === "number" && /^\d{1,9}$/.test(text));
  return understood ? word : refuse(`the window frame is not understood at ${text}`);
};
