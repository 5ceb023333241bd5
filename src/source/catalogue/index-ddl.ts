/**
 * What index PRAGMAs leave out, read from CREATE INDEX (https://sqlite.org/lang_createindex.html): expressions and a
 * partial index's WHERE.
 */
import type { Token } from "../lexer.ts";
import { closing, isOperator, isWord, significantTokens, splitList, sqlOf } from "./tokens.ts";

export interface IndexDdl {
  /** SQL of each indexed term, without COLLATE, ASC and DESC behind it. */
  readonly terms: readonly string[];
  readonly where: string | null;
}

/** Reads a CREATE INDEX as sqlite_schema keeps it. Never throws. */
export function readIndexDdl(sql: string): IndexDdl {
  const tokens = significantTokens(sql).filter((token) => !isOperator(token, ";"));
  const open = tokens.findIndex((token) => isOperator(token, "("));
  if (open < 0) return { terms: [], where: null };
  const end = closing(tokens, open);
  const terms = splitList(tokens.slice(open + 1, end)).map((term) => sqlOf(sql, withoutSuffix(term)));
  const where = isWord(tokens[end + 1], "WHERE") ? sqlOf(sql, tokens.slice(end + 2)) : null;
  return { terms, where };
}

/** `index_xinfo` tells collation and direction. */
function withoutSuffix(term: readonly Token[]): readonly Token[] {
  const nulls = isWord(term.at(-2), "NULLS") ? term.slice(0, -2) : term;
  const last = nulls.at(-1);
  const plain = isWord(last, "ASC") || isWord(last, "DESC") ? nulls.slice(0, -1) : nulls;
  return isWord(plain.at(-2), "COLLATE") ? plain.slice(0, -2) : plain;
}
