/** Reads a table once, in blocks that fit into memory: by key where it has an integer key, else in its own order. */
import type { Database, Statement } from "better-sqlite3";
import type { SourceColumn, SourceTable } from "../model.ts";
import { quoteSqlite } from "../quote.ts";
import type { Cell } from "./column.ts";

/** SQLite's limit of result columns is 2,000: wider rows are read in parts and put together. */
const COLUMNS_A_PART = 1_900;
const ROWS_A_BLOCK = 500;
/** Below this a block query a few rows costs more than a cursor that is left open. */
const FEWEST_ROWS_BY_QUERY = 64;

export interface Reading {
  readonly table: SourceTable;
  readonly columns: readonly SourceColumn[];
  /** SQL of the integer key; null: the table's own order. */
  readonly key: string | null;
  /** TEXT comes as its stored bytes: every column takes two cells, `is text` (0 or 1) and the value. */
  readonly storedText: boolean;
  readonly blockBytes: number;
  /** The longest row as stored; infinite where it is not known. */
  readonly maxRowBytes: number;
  /** Columns of which values over `longestValue` bytes exist: their rows are left out. */
  readonly oversizeColumns: readonly string[];
  readonly longestValue: number;
}

/**
 * SQL of a key by which the table can be read in blocks: the rowid by a name that no column shadows, or a single key column of
 * a WITHOUT ROWID table that holds integers only (nothing but its name promises that). Null for anything else.
 */
export const integerKey = (db: Database, table: SourceTable): string | null => {
  if (!table.withoutRowid) {
    if (table.rowidAlias !== null) return quoteSqlite(table.rowidAlias);
    return table.rowidName;
  }
  const [column, ...others] = table.primaryKey;
  if (column === undefined || others.length > 0) return null;
  if (table.columns.find(({ name }) => name === column)?.affinity !== "INTEGER") return null;
  const key = quoteSqlite(column);
  const other = db.prepare(`SELECT 1 FROM ${quoteSqlite(table.name)} WHERE typeof(${key}) <> 'integer' LIMIT 1`);
  return other.get() === undefined ? key : null;
};

/** SQL of the result columns of one table column. */
const cellsOf = (column: SourceColumn, storedText: boolean): string => {
  const name = quoteSqlite(column.name);
  if (!storedText) return name;
  return `typeof(${name}) = 'text', CASE typeof(${name}) WHEN 'text' THEN CAST(${name} AS BLOB) ELSE ${name} END`;
};

/** The position of the key among the columns, so that it is not read twice; -1 where it is none of them. */
const keyColumn = ({ columns, key }: Reading): number =>
  columns.slice(0, COLUMNS_A_PART / 2).findIndex(({ name }) => quoteSqlite(name) === key);

/** Has a row its key in a cell of its own, before the columns? */
export const keyIsFirst = (reading: Reading): boolean => reading.key !== null && keyColumn(reading) < 0;

/** The cell in which a row has its key. */
export const keyCell = (reading: Reading): number => {
  const at = Math.max(0, keyColumn(reading));
  return reading.storedText && !keyIsFirst(reading) ? 2 * at + 1 : at;
};

/** The result columns in parts. */
const partsOf = (reading: Reading): string[] => {
  const { columns, storedText, key } = reading;
  const size = storedText ? COLUMNS_A_PART / 2 : COLUMNS_A_PART;
  const parts: string[] = [];
  for (let from = 0; from < columns.length || from === 0; from += size) {
    const cells = columns.slice(from, from + size).map((column) => cellsOf(column, storedText));
    parts.push([...(from === 0 && key && keyIsFirst(reading) ? [key] : []), ...cells].join(", ") || "NULL");
  }
  return parts;
};

const conditionOf = ({ oversizeColumns, longestValue }: Reading): string[] =>
  oversizeColumns.map((name) => `ifnull(octet_length(${quoteSqlite(name)}), 0) <= ${longestValue}`);

/** The rows of all parts put together; they are the same rows, because nothing writes to a snapshot. */
const joinParts = (parts: Cell[][][]): Cell[][] => {
  const [first = [], ...others] = parts;
  if (others.length === 0) return first;
  return first.map((row, i) => row.concat(...others.map((part) => part[i] ?? [])));
};

/** Blocks by `WHERE key > ? ORDER BY key LIMIT n`: any gaps, any 64-bit key. */
function* blocksByKey(db: Database, reading: Reading, rows: number): Generator<Cell[][]> {
  const { key } = reading;
  const prepare = (comparison: string): Statement[] =>
    partsOf(reading).map((part) => {
      const where = [`${key} ${comparison} ?`, ...conditionOf(reading)].join(" AND ");
      const sql = `SELECT ${part} FROM ${quoteSqlite(reading.table.name)} WHERE ${where} ORDER BY ${key} LIMIT ${rows}`;
      return db.prepare(sql).raw(true).safeIntegers(true);
    });
  let statements = prepare(">=");
  const at = keyCell(reading);
  let cursor = -(2n ** 63n);
  for (let first = true; ; first = false) {
    const block = joinParts(statements.map((statement) => statement.all(cursor) as Cell[][]));
    if (block.length > 0) yield block;
    if (block.length < rows) return;
    cursor = block[block.length - 1]?.[at] as bigint;
    if (first) statements = prepare(">");
  }
}

const cellBytes = (cell: Cell): number => (typeof cell === "string" || cell instanceof Buffer ? cell.length : 0);

/** Blocks from one open cursor, cut by bytes: for rows of any length and tables without an integer key. */
function* blocksByCursor(db: Database, reading: Reading): Generator<Cell[][]> {
  const where = conditionOf(reading).join(" AND ");
  const tail = `${where ? ` WHERE ${where}` : ""}${reading.key ? ` ORDER BY ${reading.key}` : ""}`;
  const cursors = partsOf(reading).map(
    (part) =>
      db
        .prepare(`SELECT ${part} FROM ${quoteSqlite(reading.table.name)}${tail}`)
        .raw(true)
        .safeIntegers(true)
        .iterate() as IterableIterator<Cell[]>,
  );
  const [first, ...others] = cursors;
  try {
    let block: Cell[][] = [];
    let bytes = 0;
    for (let step = first?.next(); step && !step.done; step = first?.next()) {
      const row =
        others.length === 0 ? step.value : step.value.concat(...others.map((cursor) => cursor.next().value ?? []));
      block.push(row);
      for (const cell of row) bytes += cellBytes(cell);
      if (bytes < reading.blockBytes && block.length < ROWS_A_BLOCK) continue;
      yield block;
      block = [];
      bytes = 0;
    }
    if (block.length > 0) yield block;
  } finally {
    for (const cursor of cursors) cursor.return?.();
  }
}

/** The table's rows, each exactly once, in blocks of about `blockBytes`; `keyCell` tells where a row has its key (bigint). */
export const readBlocks = (db: Database, reading: Reading): Generator<Cell[][]> => {
  const rows = Math.min(ROWS_A_BLOCK, Math.floor(reading.blockBytes / Math.max(1, reading.maxRowBytes)));
  const computed = reading.columns.some(({ generated }) => generated !== null && !generated.stored);
  const byQuery = reading.key !== null && rows >= FEWEST_ROWS_BY_QUERY && !computed;
  return byQuery ? blocksByKey(db, reading, rows) : blocksByCursor(db, reading);
};
