/**
 * INTEGER, REAL and decimal TEXT → numeric: digits to the base of 10,000, the scale as it is spelled. The server would round to
 * the column's scale without a word, so precision and scale are enforced here.
 */
import { readDecimal, shortestDecimal } from "../../source/shapes/decimal.ts";
import type { CopyBuffer } from "./buffer.ts";
import { type FieldEncoder, type Outcome, Problem, storageClass } from "./reject.ts";

const NEGATIVE = 0x4000;
const POSITIVE_INFINITY = 0xd000;
const NEGATIVE_INFINITY = 0xf000;
interface Limits {
  readonly precision: number;
  readonly scale: number;
}

/** @param type precision and scale where the column has them; `decimal` is false where only INTEGER belongs to the form */
export const numericEncoder = (
  type: { readonly precision?: number; readonly scale?: number },
  decimal: boolean,
): FieldEncoder => {
  const limits = type.precision === undefined ? null : { precision: type.precision, scale: type.scale ?? 0 };
  return (value, out) => {
    if (typeof value === "bigint") return writeDecimal(value.toString(), limits, out);
    if (typeof value === "number") {
      if (!decimal) return new Problem("NOT_AN_INTEGER", "a REAL value in a column of integers");
      return writeReal(value, limits, out);
    }
    if (!decimal) return new Problem("NOT_AN_INTEGER", `a ${storageClass(value)} value in a column of integers`);
    if (typeof value !== "string" || readDecimal(value) === null)
      return new Problem("NOT_A_NUMBER", `a ${storageClass(value)} value that is not a plain decimal`);
    return writeDecimal(value, limits, out);
  };
};

const writeReal = (value: number, limits: Limits | null, out: CopyBuffer): Outcome => {
  if (Number.isFinite(value)) {
    if (Object.is(value, -0)) return new Problem("OUT_OF_RANGE", "negative zero, which numeric cannot hold");
    return writeDecimal(shortestDecimal(value), limits, out);
  }
  if (limits !== null) return new Problem("OUT_OF_RANGE", "an infinity in a numeric with precision");
  out.reserve(12);
  out.writeInt32(8);
  out.writeInt32(0);
  out.writeInt16(value > 0 ? POSITIVE_INFINITY : NEGATIVE_INFINITY);
  out.writeInt16(0);
  return null;
};

const writeDecimal = (text: string, limits: Limits | null, out: CopyBuffer): Outcome => {
  const start = text.charCodeAt(0) === 45 ? 1 : 0;
  const dot = text.indexOf(".");
  const integer = dot < 0 ? text.slice(start) : text.slice(start, dot);
  const fraction = dot < 0 ? "" : text.slice(dot + 1);
  const problem = limits === null ? null : exceeds(integer, fraction, limits);
  if (problem !== null) return problem;
  const whole = integer.padStart(Math.ceil(integer.length / 4) * 4, "0");
  const digits = whole + fraction.padEnd(Math.ceil(fraction.length / 4) * 4, "0");
  writeGroups(digits, whole.length / 4 - 1, start === 1, fraction.length, out);
  return null;
};

/** `digits` in groups of four, the first of which counts 10,000 ** `weight`; zero groups at both ends are not stored. */
const writeGroups = (digits: string, weight: number, negative: boolean, scale: number, out: CopyBuffer): void => {
  let first = 0;
  let end = digits.length;
  while (first < end && isZeroGroup(digits, first)) first += 4;
  while (end > first && isZeroGroup(digits, end - 4)) end -= 4;
  const groups = (end - first) / 4;
  out.reserve(12 + groups * 2);
  out.writeInt32(8 + groups * 2);
  out.writeInt16(groups);
  out.writeInt16(groups === 0 ? 0 : weight - first / 4);
  out.writeInt16(negative && groups > 0 ? NEGATIVE : 0);
  out.writeInt16(scale);
  for (let at = first; at < end; at += 4) out.writeInt16(groupAt(digits, at));
};

const groupAt = (digits: string, at: number): number =>
  digits.charCodeAt(at) * 1000 +
  digits.charCodeAt(at + 1) * 100 +
  digits.charCodeAt(at + 2) * 10 +
  digits.charCodeAt(at + 3) -
  48 * 1111;

const isZeroGroup = (digits: string, at: number): boolean => groupAt(digits, at) === 0;

/** By value: zeros at the end of the fraction do not count against the scale. */
const exceeds = (integer: string, fraction: string, { precision, scale }: Limits): Problem | null => {
  const significant = fraction.replace(/0+$/, "");
  if (significant.length > scale)
    return new Problem(
      "SCALE_EXCEEDED",
      `${significant.length} digits after the point, numeric(${precision},${scale}) keeps ${scale}`,
    );
  const before = integer === "0" ? -(/^0*/.exec(significant)?.[0].length ?? 0) : integer.length;
  const isZero = integer === "0" && significant === "";
  if (!isZero && before > precision - scale)
    return new Problem("OUT_OF_RANGE", `too large for numeric(${precision},${scale})`);
  return null;
};
