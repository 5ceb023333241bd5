/** Walking over tokens: balanced parentheses, lists, and the SQL of a stretch of them. */
import { type Token, tokenize } from "../lexer.ts";

/** Tokens that carry meaning, in order. */
export const significantTokens = (sql: string): Token[] =>
  tokenize(sql).filter(({ kind }) => kind !== "space" && kind !== "comment");

/** Whether the token is this keyword (given in upper case): a quoted word is a name, never a keyword. */
export const isWord = (token: Token | undefined, keyword: string): boolean =>
  token?.kind === "word" && token.text.toUpperCase() === keyword;

export const isOperator = (token: Token | undefined, text: string): boolean =>
  token?.kind === "operator" && token.text === text;

/** The index of the parenthesis that closes the one at `open`, or the end where none does. */
export function closing(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at++) {
    if (isOperator(tokens[at], "(")) depth++;
    else if (isOperator(tokens[at], ")") && --depth === 0) return at;
  }
  return tokens.length;
}

/** Cuts tokens at the commas that stand outside all parentheses. */
export function splitList(tokens: readonly Token[]): Token[][] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (isOperator(token, "(")) depth++;
    if (isOperator(token, ")")) depth--;
    if (depth === 0 && isOperator(token, ",")) parts.push([]);
    else parts.at(-1)!.push(token);
  }
  return parts;
}

/**
 * The SQL of adjoining tokens as it was written, except that each comment is one space: a line comment must not swallow what
 * is put behind the text.
 */
export function sqlOf(sql: string, tokens: readonly Token[]): string {
  const first = tokens[0];
  const last = tokens.at(-1);
  if (first === undefined || last === undefined) return "";
  return tokenize(sql.slice(first.offset, last.offset + last.text.length))
    .map(({ kind, text }) => (kind === "comment" ? " " : text))
    .join("");
}
