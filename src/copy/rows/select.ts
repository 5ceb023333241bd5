/**
 * The SELECTs that read a table: a plain one, and a careful one that takes every TEXT as the bytes that are stored, because the
 * driver turns invalid text into U+FFFD without a word.
 */
import type { PlanTable } from "../../plan/model.ts";
import { LONGEST_VALUE } from "../../source/profile/survey.ts";
import { quoteSqlite } from "../../source/quote.ts";
import { copiedColumns } from "../encode/compile.ts";

/** How the values of one row lie in what the driver returns. */
export interface RowShape {
  /** Values, the key after them where it is no copied column. */
  readonly width: number;
  /** Where the key is; -1 for a scan. */
  readonly keyAt: number;
  /** The key is no copied column, but a rowid of no name or a column that is left out. */
  readonly hiddenKey: boolean;
}

export const rowShape = (table: PlanTable): RowShape => {
  const columns = copiedColumns(table);
  if (keyExpression(table) === null) return { width: columns.length, keyAt: -1, hiddenKey: false };
  const at = columns.findIndex(({ source }) => source === keyColumn(table));
  return at < 0
    ? { width: columns.length + 1, keyAt: columns.length, hiddenKey: true }
    : { width: columns.length, keyAt: at, hiddenKey: false };
};

/** The column that is the key, null where it is a rowid of no name or where there is none. */
const keyColumn = ({ read }: PlanTable): string | null =>
  read.by === "rowid" ? read.alias : read.by === "integer-key" ? read.column : null;

/** SQL of the key itself; null for a scan. */
export const keyExpression = ({ read }: PlanTable): string | null =>
  read.by === "rowid" ? read.name : read.by === "integer-key" ? quoteSqlite(read.column) : null;

/** `SELECT …` up to and with FROM; careful selects carry a flag per value, packed, behind the values. */
export const selectFrom = (table: PlanTable, careful: boolean): string => {
  const columns = copiedColumns(table).map(({ source }) => quoteSqlite(source));
  const key = keyExpression(table);
  const { hiddenKey } = rowShape(table);
  const values = careful ? columns.map(storedBytes) : columns;
  if (hiddenKey) values.push(`${key}`);
  if (careful)
    values.push(...packed([...columns.map((column) => `typeof(${column}) = 'text'`), ...(hiddenKey ? ["0"] : [])]));
  return `SELECT ${values.join(", ")} FROM ${quoteSqlite(table.source)}`;
};

/** Flags in one text: a result has at most 2,000 columns, a function call some hundred arguments in every SQLite. */
export const FLAGS_PER_TEXT = 100;

/** One-digit expressions → columns of up to 100 digits each. */
export const packed = (flags: readonly string[]): string[] => {
  const texts: string[] = [];
  for (let at = 0; at < flags.length; at += FLAGS_PER_TEXT)
    texts.push(`concat(${flags.slice(at, at + FLAGS_PER_TEXT).join(", ")})`);
  return texts;
};

const storedBytes = (column: string): string =>
  `CASE typeof(${column}) WHEN 'text' THEN CAST(${column} AS BLOB) ELSE ${column} END`;

/** Rows of the keys from ? to ?, in key order. A scan keeps to the table itself, so that both selects see one order. */
export const byKey = (table: PlanTable, careful: boolean): string =>
  `${selectFrom(table, careful)} WHERE ${keyExpression(table)} BETWEEN ? AND ?${readableOnly(table)} ORDER BY ${keyExpression(table)}`;

export const byScan = (table: PlanTable, careful: boolean): string =>
  `${selectFrom(table, careful)} NOT INDEXED WHERE 1${readableOnly(table)} LIMIT -1 OFFSET ?`;

/** Source names of the columns that hold a value too long to read. */
export const oversizeColumns = ({ oversize }: PlanTable): readonly string[] => [
  ...new Set(oversize.map(({ column }) => column)),
];

export const readableOnly = (table: PlanTable): string =>
  oversizeColumns(table)
    .map((column) => ` AND ifnull(octet_length(${quoteSqlite(column)}), 0) <= ${LONGEST_VALUE}`)
    .join("");
