/**
 * What is known of the tables before any row is read: how long their longest rows are, so that a block of rows fits into
 * memory. SQLite's dbstat reads page headers only; it is fifteen times cheaper than octet_length over every column.
 */
import type { Database } from "better-sqlite3";
import type { SourceTable, TableProfile } from "../model.ts";
import { quoteSqlite } from "../quote.ts";

export interface TableSurvey {
  /** Cells of the table's b-tree: its rows and few more. */
  readonly cells: number;
  /** Bytes of all rows as stored, and of the longest. */
  readonly payload: number;
  readonly maxPayload: number;
}

/** The survey of every table, by name. */
export const surveyTables = (db: Database): ReadonlyMap<string, TableSurvey> => {
  const trees = db
    .prepare("SELECT name, ncell, payload, mx_payload FROM dbstat WHERE aggregate = TRUE")
    .raw(true)
    .safeIntegers(false)
    .all() as [name: string, cells: number, payload: number, maxPayload: number][];
  return new Map(trees.map(([name, cells, payload, maxPayload]) => [name, { cells, payload, maxPayload }]));
};

/** Values longer than this cannot be handed out by the driver, not even in part; its statement dies. */
export const LONGEST_VALUE = 536_870_888;

/**
 * The values that are longer than `longest` bytes. `key` is the SQL of an integer key; without one (null) a row is named by
 * its position in the table's order, `#1`.
 */
export const findOversize = (
  db: Database,
  table: SourceTable,
  key: string | null,
  longest: number,
): TableProfile["oversize"] => {
  const found: { key: string; column: string; bytes: number }[] = [];
  for (const column of table.columns) {
    if (column.generated && !column.generated.stored) continue;
    const bytes = `octet_length(${quoteSqlite(column.name)})`;
    const from = `FROM ${quoteSqlite(table.name)}`;
    const rows = db
      .prepare(
        key ? `SELECT ${bytes}, ${key} ${from} WHERE ${bytes} > ${longest} ORDER BY ${key}` : `SELECT ${bytes} ${from}`,
      )
      .raw(true)
      .safeIntegers(true)
      .iterate() as Iterable<[bytes: bigint | null, key?: bigint]>;
    let ordinal = 0;
    for (const [length, value] of rows) {
      ordinal++;
      if (length !== null && length > longest)
        found.push({
          key: value === undefined ? `#${ordinal}` : String(value),
          column: column.name,
          bytes: Number(length),
        });
    }
  }
  return found;
};
