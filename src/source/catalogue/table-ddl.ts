/**
 * What no PRAGMA tells of a table, read from its CREATE TABLE by the grammar of https://sqlite.org/lang_createtable.html:
 * column collations, generated expressions, CHECKs, constraint names, DEFERRABLE and AUTOINCREMENT. Everything else of a
 * table comes from PRAGMAs.
 */

import { fold } from "../fold.ts";
import type { Token } from "../lexer.ts";
import type { SourceCheck } from "../model.ts";
import { closing, isOperator, isWord, significantTokens, splitList, sqlOf } from "./tokens.ts";

export interface TableDdl {
  readonly autoincrement: boolean;
  readonly checks: readonly SourceCheck[];
  /** In the order in which they are written. */
  readonly foreignKeys: readonly { readonly name: string | null; readonly deferred: boolean }[];
  /** By folded column name. */
  readonly collations: ReadonlyMap<string, string>;
  readonly generated: ReadonlyMap<string, string>;
}

interface Reading {
  readonly sql: string;
  autoincrement: boolean;
  readonly checks: SourceCheck[];
  readonly foreignKeys: { name: string | null; deferred: boolean }[];
  readonly collations: Map<string, string>;
  readonly generated: Map<string, string>;
}

const TABLE_CONSTRAINTS = ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"];
const COLUMN_CONSTRAINTS = [
  ...["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "NOT", "NULL"],
  ...["DEFAULT", "REFERENCES", "COLLATE", "GENERATED", "AS"],
];

/** Reads a CREATE TABLE as sqlite_schema keeps it. Never throws: what is not understood is passed over. */
export function readTableDdl(sql: string): TableDdl {
  const reading: Reading = {
    sql,
    autoincrement: false,
    checks: [],
    foreignKeys: [],
    collations: new Map(),
    generated: new Map(),
  };
  const tokens = significantTokens(sql);
  const open = tokens.findIndex((token) => isOperator(token, "("));
  if (open >= 0) for (const part of splitList(tokens.slice(open + 1, closing(tokens, open)))) readPart(part, reading);
  return reading;
}

function readPart(part: readonly Token[], reading: Reading): void {
  const [first] = part;
  if (first === undefined) return;
  const starts = (words: readonly string[], token: Token): boolean => words.some((word) => isWord(token, word));
  if (starts(TABLE_CONSTRAINTS, first)) {
    readConstraints(part, 0, null, reading);
    return;
  }
  // A type is any words and names, with a length perhaps; the first keyword of a constraint ends it.
  const start = part.findIndex((token, at) => at > 0 && starts(COLUMN_CONSTRAINTS, token));
  if (start > 0) readConstraints(part, start, first.value, reading);
}

/** Reads constraints of a column, or of the table (`column` null), which may follow each other without a comma. */
function readConstraints(tokens: readonly Token[], start: number, column: string | null, reading: Reading): void {
  let name: string | null = null;
  for (let at = start; at < tokens.length; ) {
    const token = tokens[at];
    if (isWord(token, "CONSTRAINT")) {
      name = tokens[at + 1]?.value ?? null;
      at += 2;
      continue;
    }
    const next = readConstraint(tokens, at, { column, name }, reading);
    // FOREIGN KEY (…) comes before its REFERENCES: the name is for both.
    if (!isWord(token, "FOREIGN")) name = null;
    at = next;
  }
}

interface Place {
  readonly column: string | null;
  readonly name: string | null;
}

/** Reads what starts at `at` and gives the index behind it. */
function readConstraint(tokens: readonly Token[], at: number, { column, name }: Place, reading: Reading): number {
  const token = tokens[at]!;
  if (isWord(token, "CHECK") && isOperator(tokens[at + 1], "(")) {
    const end = closing(tokens, at + 1);
    reading.checks.push({ name, expression: sqlOf(reading.sql, tokens.slice(at + 2, end)), column });
    return end + 1;
  }
  if (isWord(token, "AS") && isOperator(tokens[at + 1], "(")) {
    const end = closing(tokens, at + 1);
    if (column !== null) reading.generated.set(fold(column), sqlOf(reading.sql, tokens.slice(at + 2, end)));
    return end + 1;
  }
  if (isWord(token, "COLLATE")) {
    const collation = tokens[at + 1]?.value;
    if (column !== null && collation !== undefined) reading.collations.set(fold(column), collation);
    return at + 2;
  }
  if (isWord(token, "REFERENCES")) {
    reading.foreignKeys.push({ name, deferred: false });
    return at + 2;
  }
  if (isWord(token, "FOREIGN")) return closing(tokens, at + 2) + 1;
  if (isWord(token, "AUTOINCREMENT")) reading.autoincrement = true;
  if (isWord(token, "PRIMARY") && isOperator(tokens[at + 2], "(")) {
    const end = closing(tokens, at + 2);
    if (isWord(tokens[end - 1], "AUTOINCREMENT")) reading.autoincrement = true;
    return end + 1;
  }
  return passOver(tokens, at, reading);
}

/** Clauses that hold words or parentheses that could be taken for a constraint. */
function passOver(tokens: readonly Token[], at: number, reading: Reading): number {
  const token = tokens[at];
  if (isWord(token, "DEFAULT")) {
    if (isOperator(tokens[at + 1], "(")) return closing(tokens, at + 1) + 1;
    return isOperator(tokens[at + 1], "-") || isOperator(tokens[at + 1], "+") ? at + 3 : at + 2;
  }
  // ON DELETE SET DEFAULT, ON UPDATE NO ACTION, ON CONFLICT FAIL: two words or one after the event.
  if (isWord(token, "ON")) return isWord(tokens[at + 2], "SET") || isWord(tokens[at + 2], "NO") ? at + 4 : at + 3;
  if (isWord(token, "MATCH")) return at + 2;
  if (isWord(token, "NOT") && isWord(tokens[at + 1], "DEFERRABLE"))
    return isWord(tokens[at + 2], "INITIALLY") ? at + 4 : at + 2;
  if (isWord(token, "DEFERRABLE") && isWord(tokens[at + 1], "INITIALLY")) {
    const key = reading.foreignKeys.at(-1);
    if (key !== undefined) key.deferred = isWord(tokens[at + 2], "DEFERRED");
    return at + 3;
  }
  return isOperator(token, "(") ? closing(tokens, at) + 1 : at + 1;
}

/** The module of a CREATE VIRTUAL TABLE in lower case, whether or not this SQLite has it; null for any other statement. */
export function virtualModule(sql: string): string | null {
  const tokens = significantTokens(sql);
  if (!isWord(tokens[1], "VIRTUAL")) return null;
  const using = tokens.findIndex((token, at) => at > 3 && isWord(token, "USING"));
  return using < 0 ? null : (tokens[using + 1]?.value.toLowerCase() ?? null);
}
