/** NEW and OLD as people write them: the translator quotes every name. */

/** Texts, names with what qualifies them, and nothing else. */
const PIECES = /E'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|--.*|"(?:new|old)"\.(?=")|"(?:[^"]|"")*"(?:\."(?:[^"]|"")*")?/gs;

/** Turns `"new"."column"` into `NEW."column"`, outside of texts, comments and other names. */
export const spellRows = (sql: string): string =>
  sql.replaceAll(PIECES, (piece) => (piece === '"new".' ? "NEW." : piece === '"old".' ? "OLD." : piece));
