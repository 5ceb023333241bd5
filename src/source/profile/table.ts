/**
 * Profiles one table, and comes back for what a first reading could not do: columns that cannot be evaluated, broken texts
 * without a key.
 */
import { setImmediate } from "node:timers/promises";
import Database from "better-sqlite3";
import { type LandbridgeError, refusal } from "../../errors.ts";
import type { ColumnProfile, Encoding, SourceTable, TableProfile } from "../model.ts";
import { quoteSqlite } from "../quote.ts";
import { unreadableColumn } from "./column.ts";
import { integerKey, readBlocks } from "./reading.ts";
import { NeedsStoredText, TableScan } from "./scan.ts";
import { findOversize, LONGEST_VALUE, surveyTables, type TableSurvey } from "./survey.ts";

/** Sizes in bytes. */
export interface ProfileLimits {
  /** What one block of rows may take. */
  readonly block: number;
  /** What one slice of the copy should hold. */
  readonly slice: number;
  /** The longest value that can be read. */
  readonly value: number;
}

export const PROFILE_LIMITS: ProfileLimits = { block: 16 * 2 ** 20, slice: 32 * 2 ** 20, value: LONGEST_VALUE };

export interface TableProfileOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called after each block with the rows in it. */
  readonly onRows?: (rows: number) => void;
  /** What `surveyTables` found for this table; it is asked where this is left out. */
  readonly survey?: TableSurvey | undefined;
  readonly limits?: ProfileLimits;
}

interface Attempt {
  readonly key: string | null;
  readonly storedText: boolean;
  readonly oversize: TableProfile["oversize"];
  readonly unreadable: ReadonlyMap<string, string>;
}

const scanTable = async (
  db: Database.Database,
  table: SourceTable,
  encoding: Encoding,
  { key, storedText, oversize, unreadable }: Attempt,
  { signal, onRows, survey, limits = PROFILE_LIMITS }: TableProfileOptions,
): Promise<TableScan> => {
  const reading = {
    table,
    columns: table.columns.filter(({ name }) => !unreadable.has(name)),
    key,
    storedText,
    blockBytes: limits.block,
    maxRowBytes: survey?.maxPayload ?? 0,
    oversizeColumns: [...new Set(oversize.map(({ column }) => column))],
    longestValue: limits.value,
  };
  const scan = new TableScan(db, reading, encoding, limits.slice);
  for (const block of readBlocks(db, reading)) {
    scan.add(block);
    onRows?.(block.length);
    await setImmediate();
    signal?.throwIfAborted();
  }
  return scan;
};

/** Virtual generated columns whose expression fails (an unknown function, a value it cannot take), with the reason. */
const findUnreadable = (db: Database.Database, table: SourceTable): Map<string, string> => {
  const found = new Map<string, string>();
  for (const { name, generated } of table.columns) {
    if (!generated) continue;
    try {
      db.prepare(`SELECT count(${quoteSqlite(name)}) FROM ${quoteSqlite(table.name)}`).get();
    } catch (error) {
      if (!(error instanceof Database.SqliteError)) throw error;
      found.set(name, error.message);
    }
  }
  return found;
};

/** Scans until it succeeds; each failure that has an answer is answered once. */
const scanWithRetries = async (
  db: Database.Database,
  table: SourceTable,
  encoding: Encoding,
  first: Attempt,
  options: TableProfileOptions,
): Promise<{ scan: TableScan; attempt: Attempt }> => {
  let attempt = first;
  for (;;) {
    try {
      return { scan: await scanTable(db, table, encoding, attempt, options), attempt };
    } catch (error) {
      if (error instanceof NeedsStoredText) attempt = { ...attempt, storedText: true };
      else if (error instanceof Database.SqliteError && attempt.unreadable.size === 0) {
        const unreadable = findUnreadable(db, table);
        if (unreadable.size === 0) throw unreadableTable(table, error);
        attempt = { ...attempt, unreadable };
      } else throw error instanceof Database.SqliteError ? unreadableTable(table, error) : error;
    }
  }
};

/** What SQLite cannot read (a collation or function that only the application has, a damaged page) is said by table. */
const unreadableTable = (table: SourceTable, cause: Error): LandbridgeError =>
  refusal({
    code: "TABLE_UNREADABLE",
    message: `The table ${table.name} cannot be read: ${cause.message}`,
    remedy: "Repair it in the source, or leave it out with `skip: true` for this table in landbridge.yaml.",
    cause,
  });

const keyRange = (db: Database.Database, table: SourceTable, key: string): [string | null, string | null] => {
  const from = `FROM ${quoteSqlite(table.name)}`;
  const ends = db
    .prepare(`SELECT (SELECT min(${key}) ${from}), (SELECT max(${key}) ${from})`)
    .raw(true)
    .safeIntegers(true)
    .get() as [bigint | null, bigint | null];
  const [min, max] = ends.map((end) => (end === null ? null : String(end)));
  return [min ?? null, max ?? null];
};

/**
 * Reads every row of an ordinary table once and gives what its columns hold. Keys are decimal strings; in a table without an
 * integer key a row is named by its position, `#1`. Rejects with the signal's reason, and with TABLE_UNREADABLE.
 */
export const profileTable = async (
  db: Database.Database,
  table: SourceTable,
  encoding: Encoding,
  options: TableProfileOptions = {},
): Promise<TableProfile> => {
  options.signal?.throwIfAborted();
  const { limits = PROFILE_LIMITS, survey = surveyTables(db).get(table.name) } = options;
  const key = integerKey(db, table);
  const oversize = (survey?.maxPayload ?? 0) > limits.value ? findOversize(db, table, key, limits.value) : [];
  const first = { key, storedText: encoding !== "UTF-8", oversize, unreadable: new Map() };
  const { scan, attempt } = await scanWithRetries(db, table, encoding, first, { ...options, survey });
  const read = new Map(Object.entries(scan.columns()));
  const columns: Record<string, ColumnProfile> = Object.fromEntries(
    table.columns.map((column) => [
      column.name,
      read.get(column.name) ?? unreadableColumn(column, attempt.unreadable.get(column.name) ?? ""),
    ]),
  );
  const [minKey, maxKey] = key === null ? [null, null] : keyRange(db, table, key);
  return {
    rows: scan.rows + new Set(oversize.map(({ key: row }) => row)).size,
    bytes: scan.bytes,
    maxRowBytes: scan.maxRowBytes,
    columns,
    borders: scan.borders,
    minKey,
    maxKey,
    oversize,
  };
};
