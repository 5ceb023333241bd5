/** NEW and OLD as people write them: the translator quotes every name. */

/** Texts, names with what qualifies them, and nothing else. */
const PIECES = /E'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|--.*|"(?:new|old)"\.(?=")|"(?:[^"]|"")*"(?:\."(?:[^"]|"")*")?/gs;

/** Turns `"new"."column"` into `NEW."column"`, outside of texts, comments and other names. */
export const spellRows = (sql: string): string =>
  sql.replaceAll(PIECES, (piece) => (piece === '"new".' ? "NEW." : piece === '"old".' ? "OLD." : piece));

const QUOTED = /E'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"/gs;

/** A condition without the parentheses that enclose all of it. */
export const unwrapped = (sql: string): string => {
  const masked = sql.replaceAll(QUOTED, (quoted) => "x".repeat(quoted.length));
  if (!masked.startsWith("(") || !masked.endsWith(")")) return sql;
  let depth = 0;
  for (let at = 0; at < masked.length - 1; at++) {
    depth += masked[at] === "(" ? 1 : masked[at] === ")" ? -1 : 0;
    if (depth === 0) return sql;
  }
  // A SELECT stays a subquery.
  return /^\((?:SELECT|WITH|VALUES)\b/.test(sql) ? sql : sql.slice(1, -1);
};
