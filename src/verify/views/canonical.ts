/** What two rows of a view have to have in common to be called equal. */
import type { PlanView } from "../../plan/model.ts";
import { type RowBuffer, skipColumn } from "../row-buffer.ts";

/** One row: its columns, each as the text by which it is compared. Numbers of doubles are left to `sameRow`. */
export interface ViewRow {
  readonly columns: readonly string[];
  /** Of approximate columns, the number; null for others and for NULL. */
  readonly numbers: readonly (number | null)[];
}

/** Digits to which computed doubles are the same on both sides, unless they are cut just between two. */
const DIGITS = 9;
const TOLERANCE = 1e-9;

/** The columns of a row by what counts: bytes; numbers computed in double precision rounded; texts of any class loosely. */
export const viewRow = ({ results }: PlanView, rows: RowBuffer, index: number): ViewRow => {
  const columns: string[] = [];
  const numbers: (number | null)[] = [];
  const { bytes } = rows;
  let at = rows.starts[index]!;
  for (const { approximate, form, type } of results) {
    const end = skipColumn(bytes, at);
    const length = bytes.readInt32BE(at);
    const number = approximate && length === 8 ? bytes.readDoubleBE(at + 4) : null;
    numbers.push(number);
    if (number !== null) columns.push(`≈${rounded(number)}`);
    else if (form.kind === "any" && type.name === "text" && length >= 0)
      columns.push(`~${loosely(bytes.toString("utf8", at + 4, end))}`);
    else columns.push(bytes.toString("latin1", at, end));
    at = end;
  }
  return { columns, numbers };
};

const rounded = (number: number): string =>
  Number.isFinite(number) && number !== 0 ? number.toPrecision(DIGITS) : String(number + 0);

/** Whether two rows that are not written alike differ in nothing but the last digits of computed doubles. */
export const sameRow = (left: ViewRow, right: ViewRow): boolean =>
  left.columns.every((column, at) => column === right.columns[at] || isNear(left.numbers[at], right.numbers[at]));

const isNear = (a: number | null | undefined, b: number | null | undefined): boolean =>
  a != null && b != null && Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b));

/**
 * A value of any storage class as text: numbers by value (1.50 is 1.5, and 1.0 is 1), JSON without its spaces, its members in one
 * order; everything else as it is.
 */
export const loosely = (text: string): string => {
  if (/^-?\d{1,15}(?:\.\d+)?(?:[eE][+-]?\d{1,3})?$/.test(text)) return String(Number(text) + 0);
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.stringify(ordered(JSON.parse(text)));
  } catch {
    return text;
  }
};

const ordered = (value: unknown): unknown => {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(ordered);
  const members = Object.entries(value).map(([name, member]) => [name, ordered(member)] as const);
  return Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
};
