/**
 * Where the text of a full-text table comes from whose own content is empty: its triggers say it, each by an INSERT INTO the
 * table with values of NEW.
 */
import { closing, isOperator, isWord, significantTokens, splitList, sqlOf } from "../catalogue/tokens.ts";
import { fold } from "../fold.ts";
import type { Token } from "../lexer.ts";
import type { SourceTrigger } from "../model.ts";

export interface SearchFeed {
  /** The table whose rows are searched. */
  readonly table: string;
  /** What the full-text table's rowid is, in SQLite's SQL with NEW for the table's row; null where it is left to SQLite. */
  readonly rowid: string | null;
  /** By the full-text table's column, folded: the table's column, null where it is no plain column of the row. */
  readonly columns: ReadonlyMap<string, string | null>;
}

/**
 * What the triggers put into the full-text table; null where none does, or two of them from different tables.
 * @param columns of the full-text table, in their order
 */
export const feedOf = (
  triggers: readonly SourceTrigger[],
  table: string,
  columns: readonly string[],
): SearchFeed | null => {
  const feeds = triggers.flatMap((trigger) => {
    const feed = readFeed(trigger, table, columns);
    return feed === null ? [] : [feed];
  });
  const [first] = feeds;
  return first === undefined || feeds.some((feed) => fold(feed.table) !== fold(first.table)) ? null : first;
};

const readFeed = (trigger: SourceTrigger, table: string, columns: readonly string[]): SearchFeed | null => {
  const tokens = significantTokens(trigger.sql);
  for (let at = 0; at < tokens.length; at++) {
    if (!isWord(tokens[at], "INTO") || fold(tokens[at + 1]?.value ?? "") !== fold(table)) continue;
    const feed = readInsert(trigger, tokens, at + 2, columns);
    if (feed !== null) return feed;
  }
  return null;
};

const readInsert = (
  trigger: SourceTrigger,
  tokens: readonly Token[],
  start: number,
  columns: readonly string[],
): SearchFeed | null => {
  let at = start;
  let names: readonly string[] = columns;
  if (isOperator(tokens[at], "(")) {
    const end = closing(tokens, at);
    names = splitList(tokens.slice(at + 1, end)).map(([name]) => name?.value ?? "");
    at = end + 1;
  }
  const values = valuesAt(tokens, at);
  // An insert into the column of the table's own name is a command: ('delete', …), ('rebuild').
  if (values === null || values.length !== names.length) return null;
  const given = new Map(names.map((name, i) => [fold(name), values[i]!] as const));
  const rowid = given.get("rowid") ?? given.get("docid") ?? null;
  const own = columns.map((name) => [fold(name), plainColumn(given.get(fold(name)) ?? [])] as const);
  if (own.every(([, column]) => column === null)) return null;
  return {
    table: trigger.table,
    rowid: rowid === null ? null : sqlOf(trigger.sql, rowid),
    columns: new Map(own),
  };
};

/** VALUES (…), or SELECT … without FROM. */
const valuesAt = (tokens: readonly Token[], at: number): Token[][] | null => {
  if (isWord(tokens[at], "VALUES") && isOperator(tokens[at + 1], "("))
    return splitList(tokens.slice(at + 2, closing(tokens, at + 1)));
  if (!isWord(tokens[at], "SELECT")) return null;
  const end = tokens.findIndex((token, i) => i > at && (isOperator(token, ";") || isWord(token, "WHERE")));
  const list = tokens.slice(at + 1, end < 0 ? tokens.length : end);
  return list.some((token) => isWord(token, "FROM")) ? null : splitList(list);
};

/** NEW.column, or the same with a word for NULL: coalesce(NEW.column, ''). */
const plainColumn = (value: readonly Token[]): string | null => {
  const [first, open] = value;
  if ((isWord(first, "COALESCE") || isWord(first, "IFNULL")) && isOperator(open, "(")) {
    const [column, other, ...more] = splitList(value.slice(2, closing(value, 1)));
    const isEmpty = other?.length === 1 && other[0]?.kind === "string" && other[0].value.trim() === "";
    return isEmpty && more.length === 0 && column !== undefined ? plainColumn(column) : null;
  }
  return value.length === 3 && isWord(first, "NEW") && isOperator(open, ".") ? value[2]!.value : null;
};

/** The rowid's SQL with the row under another name: NEW.id becomes "alias"."id". */
export const withRow = (sql: string, alias: string): string => {
  const tokens = significantTokens(sql);
  let text = "";
  let end = 0;
  for (const [at, token] of tokens.entries()) {
    const isRow = isWord(token, "NEW") && isOperator(tokens[at + 1], ".");
    text += sql.slice(end, token.offset) + (isRow ? alias : token.text);
    end = token.offset + token.text.length;
  }
  return text + sql.slice(end);
};
