/**
 * Whether a query of the user's gave the same answer on both sides. The two spell values differently (1 and true, `T` and a
 * space in a time, spaces in JSON), so values are brought to one spelling first; a difference that is left is shown, for
 * collations and types do change what some queries find.
 */
import type { Answers } from "./model.ts";

/** As SQLite gives it: with bigint for integers. */
export type SqliteValue = null | bigint | number | string | Uint8Array;

/**
 * @param sqlite rows of values · @param postgres rows of the server's own texts, with the type's OID per column
 */
export const compareAnswers = (
  sqlite: readonly (readonly SqliteValue[])[],
  postgres: readonly (readonly (string | null)[])[],
  types: readonly number[],
): Answers => {
  const ours = sqlite.map((row) => row.map((value) => spelled(sqliteText(value))));
  const theirs = postgres.map((row) => row.map((value, at) => spelled(postgresText(value, types[at] ?? 0))));
  const counts = { sqliteRows: ours.length, postgresRows: theirs.length };
  const difference = firstDifference(ours, theirs);
  if (difference === "") return { verdict: "same", ...counts, difference };
  const unordered = firstDifference(sorted(ours), sorted(theirs));
  return unordered === ""
    ? { verdict: "same rows in another order", ...counts, difference: "" }
    : { verdict: "different", ...counts, difference };
};

type Row = readonly (string | null)[];

const sorted = (rows: readonly Row[]): readonly Row[] =>
  [...rows].sort((a, b) => {
    const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
    return left < right ? -1 : left > right ? 1 : 0;
  });

const firstDifference = (ours: readonly Row[], theirs: readonly Row[]): string => {
  for (let at = 0; at < Math.max(ours.length, theirs.length); at++) {
    const [left, right] = [ours[at], theirs[at]];
    if (left === undefined || right === undefined) return `SQLite has ${ours.length} rows, PostgreSQL ${theirs.length}`;
    if (left.length !== right.length) return `SQLite has ${left.length} columns, PostgreSQL ${right.length}`;
    const column = left.findIndex((value, index) => !alike(value, right[index]!));
    if (column >= 0)
      return `row ${at + 1}, column ${column + 1}: ${shown(left[column]!)} in SQLite, ${shown(right[column]!)} in PostgreSQL`;
  }
  return "";
};

const shown = (value: string | null): string => (value === null ? "NULL" : JSON.stringify(value.slice(0, 80)));

/** Doubles that were added up in another order differ in their last digits. */
const SAME_DOUBLE = 1e-9;

const alike = (left: string | null, right: string | null): boolean => {
  if (left === right) return true;
  if (left === null || right === null || !NUMBER.test(left) || !NUMBER.test(right)) return false;
  // Integers are exact on both sides: only what has a fraction may be off in the last digits.
  if (INTEGER.test(left) && INTEGER.test(right)) return false;
  const [a, b] = [Number(left), Number(right)];
  return Math.abs(a - b) <= SAME_DOUBLE * Math.max(1, Math.abs(a), Math.abs(b));
};

const NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i;
const INTEGER = /^-?\d+$/;

const sqliteText = (value: SqliteValue): string | null => {
  if (value === null) return null;
  return value instanceof Uint8Array ? `\\x${Buffer.from(value).toString("hex")}` : String(value);
};

const BOOLEAN_OID = 16;

const postgresText = (value: string | null, type: number): string | null =>
  type === BOOLEAN_OID && value !== null ? (value === "t" ? "1" : "0") : value;

const TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d+))?(Z|[+-]\d\d(?::?\d\d)?)?$/;

/** One spelling for what means the same: times, whole numbers with a fraction of zeros, JSON without spaces and in key order. */
const spelled = (text: string | null): string | null => {
  if (text === null) return null;
  const time = TIME.exec(text);
  if (time !== null) {
    const [, date, clock, fraction = "", zone = ""] = time;
    const seconds = clock!.length === 5 ? `${clock}:00` : clock;
    const digits = fraction.replace(/0+$/, "");
    return `${date} ${seconds}${digits === "" ? "" : `.${digits}`}${/^(Z|[+-]00(:?00)?)?$/.test(zone) ? "" : zone}`;
  }
  if (/^-?\d+\.\d*0$/.test(text) || /^-?\d+\.0*$/.test(text)) return text.replace(/\.?0+$/, "");
  return /^[[{]/.test(text) ? canonicalJson(text) : text;
};

const canonicalJson = (text: string): string => {
  try {
    return JSON.stringify(inOrder(JSON.parse(text)));
  } catch {
    return text;
  }
};

const inOrder = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, inOrder(inner)]),
  );
};
