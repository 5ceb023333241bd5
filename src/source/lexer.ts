/**
 * SQLite's lexical rules (https://sqlite.org/lang_expr.html, tokenize.c): the first step of everything that reads SQL out of a
 * source file. Whatever SQLite itself would not accept is a `bad` token; no character is ever dropped, so the texts of all
 * tokens joined are the input.
 */

export type TokenKind =
  | "word"
  | "quoted"
  | "string"
  | "number"
  | "blob"
  | "operator"
  | "parameter"
  | "comment"
  | "space"
  | "bad";

export interface Token {
  readonly kind: TokenKind;
  /** The exact source. */
  readonly text: string;
  /** Without quotes, with doubled quotes undone; digits of a number without separators; hex digits of a blob; else `text`. */
  readonly value: string;
  /** Position of the first UTF-16 code unit in the input. */
  readonly offset: number;
}

interface Rule {
  readonly kind: TokenKind;
  readonly pattern: RegExp;
  readonly value?: (text: string) => string;
}

/** A letter, `_`, `$` or anything beyond ASCII: SQLite knows no other classes. */
const IDENTIFIER = "[A-Za-z0-9_$\\u0080-\\uffff]";

const undouble =
  (quote: string) =>
  (text: string): string =>
    text.slice(1, -1).replaceAll(quote + quote, quote);

const withoutSeparators = (text: string): string => text.replaceAll("_", "");

/** Tried in this order at each position; the last takes any one character. */
const RULES: readonly Rule[] = [
  { kind: "space", pattern: /[ \t\n\f\r\ufeff]+/y },
  { kind: "comment", pattern: /--[^\n]*/y },
  // A block comment may run to the end of the input.
  { kind: "comment", pattern: /\/\*(?=[\s\S])[\s\S]*?(?:\*\/|$)/y },
  { kind: "blob", pattern: /[xX]'(?:[0-9a-fA-F]{2})*'/y, value: (text) => text.slice(2, -1) },
  { kind: "bad", pattern: /[xX]'[^']*'?/y },
  { kind: "word", pattern: new RegExp(`(?![0-9$\\ufeff])${IDENTIFIER}+`, "y") },
  { kind: "string", pattern: /'(?:[^']|'')*'/y, value: undouble("'") },
  { kind: "quoted", pattern: /"(?:[^"]|"")*"/y, value: undouble('"') },
  { kind: "quoted", pattern: /`(?:[^`]|``)*`/y, value: undouble("`") },
  { kind: "quoted", pattern: /\[[^\]]*\]/y, value: (text) => text.slice(1, -1) },
  // A quote without its end swallows the rest, as it does in SQLite.
  { kind: "bad", pattern: /['"`[][\s\S]*/y },
  {
    kind: "number",
    pattern: new RegExp(`0[xX][0-9a-fA-F]+(?:_[0-9a-fA-F]+)*(?!${IDENTIFIER})`, "y"),
    value: withoutSeparators,
  },
  {
    kind: "number",
    pattern:
      /(?:\d+(?:_\d+)*(?:\.(?:\d+(?:_\d+)*)?)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?(?![A-Za-z0-9_$\u0080-\uffff])/y,
    value: withoutSeparators,
  },
  // 12abc is no number and no name.
  { kind: "bad", pattern: new RegExp(`\\.?\\d(?:\\.|${IDENTIFIER})*`, "y") },
  { kind: "parameter", pattern: /\?\d*/y },
  { kind: "parameter", pattern: new RegExp(`[@:#$](?:${IDENTIFIER}|::)+(?:\\([^)\\s]*\\))?`, "y") },
  { kind: "operator", pattern: /->>|->|\|\||<<|<=|<>|>>|>=|==|!=|[-+*/%=<>&|~(),;.]/y },
  { kind: "bad", pattern: /[\s\S]/y },
];

/** Cuts SQL into tokens, comments and space included. Never throws: what is no SQLite token is `bad`. */
export const tokenize = (sql: string): Token[] => {
  const tokens: Token[] = [];
  for (let offset = 0; offset < sql.length; ) {
    const token = tokenAt(sql, offset);
    tokens.push(token);
    offset += token.text.length;
  }
  return tokens;
};

const tokenAt = (sql: string, offset: number): Token => {
  for (const { kind, pattern, value } of RULES) {
    pattern.lastIndex = offset;
    const text = pattern.exec(sql)?.[0];
    if (text) return { kind, text, value: value === undefined ? text : value(text), offset };
  }
  return { kind: "bad", text: sql[offset]!, value: sql[offset]!, offset };
};
