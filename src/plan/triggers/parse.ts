/**
 * SQLite's CREATE TRIGGER (https://sqlite.org/lang_createtrigger.html). Its statements are read one by one, so that one that is
 * not understood leaves the others readable.
 */
import { isOperator, isWord, significantTokens } from "../../source/catalogue/tokens.ts";
import type { Token } from "../../source/lexer.ts";
import type { Expression } from "../translate/ast.ts";
import { Cursor } from "../translate/cursor.ts";
import { parseExpression } from "../translate/parse-expression.ts";
import { attempt, refuse } from "../translate/untranslatable.ts";
import type { EventKind, Part, Timing, Trigger } from "./ast.ts";
import { parseStatement } from "./parse-statement.ts";

/** Reads a trigger's definition. Gives up (Untranslatable) where not even its head can be read. */
export const parseTrigger = (sql: string): Trigger => {
  const tokens = significantTokens(sql);
  const begin = bodyStart(tokens);
  const head = new Cursor(sql.slice(0, tokens[begin]!.offset));
  const name = headName(head);
  const timing = timingOf(head);
  const event = eventOf(head);
  const of = event === "UPDATE" && head.take("OF") ? nameList(head) : null;
  head.expect("ON");
  const table = qualifiedName(head);
  if (head.take("FOR")) for (const word of ["EACH", "ROW"]) head.expect(word);
  const when = head.take("WHEN") ? condition(sql.slice(head.position, tokens[begin]!.offset)) : null;
  if (when === null) head.end();
  return { name, timing, event, of, table, when, statements: statements(sql, tokens.slice(begin + 1)) };
};

/** The BEGIN of the body: no name and no expression before it holds that word unquoted outside of parentheses. */
const bodyStart = (tokens: readonly Token[]): number => {
  const at = tokens.findIndex((token, index) => isWord(token, "BEGIN") && index > 3);
  return at < 0 ? refuse("the trigger has no body") : at;
};

const headName = (cursor: Cursor): string => {
  cursor.expect("CREATE");
  if (cursor.take("TEMP") || cursor.take("TEMPORARY")) return refuse("a temporary trigger");
  cursor.expect("TRIGGER");
  cursor.take("IF", "NOT", "EXISTS");
  return qualifiedName(cursor);
};

const qualifiedName = (cursor: Cursor): string => {
  const name = cursor.name();
  return cursor.take(".") ? cursor.name() : name;
};

const timingOf = (cursor: Cursor): Timing => {
  if (cursor.take("INSTEAD", "OF")) return "INSTEAD OF";
  if (cursor.take("AFTER")) return "AFTER";
  // What says nothing is BEFORE.
  cursor.take("BEFORE");
  return "BEFORE";
};

const eventOf = (cursor: Cursor): EventKind => {
  for (const event of ["INSERT", "UPDATE", "DELETE"] as const) if (cursor.take(event)) return event;
  return cursor.unexpected("INSERT, UPDATE or DELETE expected");
};

const nameList = (cursor: Cursor): string[] => {
  const names = [cursor.name()];
  while (cursor.take(",")) names.push(cursor.name());
  return names;
};

const part = <T>(sql: string, read: (cursor: Cursor) => T): Part<T> => {
  const attempted = attempt(() => {
    const cursor = new Cursor(sql);
    const value = read(cursor);
    cursor.end();
    return value;
  });
  return attempted.ok ? { sql, ok: true, value: attempted.value } : { sql, ok: false, reason: attempted.reason };
};

const condition = (sql: string): Part<Expression> => part(sql.trim(), parseExpression);

/** The statements up to the END of the body, cut at their semicolons. */
const statements = (sql: string, tokens: readonly Token[]): Trigger["statements"] => {
  const parts: Trigger["statements"][number][] = [];
  let first: Token | null = null;
  for (const token of tokens) {
    first ??= token;
    if (!isOperator(token, ";")) continue;
    if (first !== token) parts.push(part(sql.slice(first.offset, token.offset).trim(), parseStatement));
    first = null;
  }
  // What is left behind the last semicolon is END.
  return parts.length > 0 ? parts : refuse("the trigger's body is empty");
};
