/** Numbers and decimal text as canonical numeric: by value, digit by digit, never through a double. */
import type { RowBuffer } from "../row-buffer.ts";
import { refuse, type SourceWriter } from "./value.ts";

/** A decimal as text: sign, digits before and after the point, power of ten. */
const SPELLING = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** INTEGER, REAL (by its shortest exact decimal) and plain decimal TEXT → numeric. −0.0 has no equal there. */
export const decimal: SourceWriter = (value, out) => {
  if (typeof value === "bigint") return numericColumn(value.toString(), out);
  if (typeof value === "number") {
    if (Object.is(value, -0)) return refuse(value, out);
    if (Number.isFinite(value)) return numericColumn(String(value), out);
    out.int32(5);
    return writeInfinity(value, out);
  }
  if (typeof value === "string" && isPlainDecimal(value)) return numericColumn(value, out);
  refuse(value, out);
};

/** No plus, no leading zeros, no exponent, no negative zero: what PostgreSQL would print back as it stands. */
const isPlainDecimal = (text: string): boolean => {
  const parts = SPELLING.exec(text);
  if (parts === null || parts[4] !== undefined) return false;
  if (parts[2]!.length > 1 && parts[2]!.startsWith("0")) return false;
  return parts[1] === "" || /[1-9]/.test(text);
};

const numericColumn = (text: string, out: RowBuffer): void => {
  const at = out.length;
  out.int32(0);
  writeDecimal(text, out);
  out.patchInt32(at, out.length - at - 4);
};

const writeInfinity = (value: number, out: RowBuffer): void => {
  out.byte(value > 0 ? 3 : 4);
  out.int32(0);
};

/** The canonical bytes of a decimal spelling (JSON's numbers too), without a length. */
export const writeDecimal = (text: string, out: RowBuffer): void => {
  const [, sign, whole = "", fraction = "", power = "0"] = SPELLING.exec(text) ?? [];
  const digits = whole + fraction;
  let first = 0;
  let end = digits.length;
  while (first < end && digits.charCodeAt(first) === 48) first++;
  while (end > first && digits.charCodeAt(end - 1) === 48) end--;
  if (first === end) {
    out.byte(0);
    out.int32(0);
    return;
  }
  out.byte(sign === "-" ? 1 : 0);
  out.int32(whole.length - first + Number(power));
  out.utf8(digits.slice(first, end));
};
