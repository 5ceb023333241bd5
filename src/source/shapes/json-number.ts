/** Numbers of a JSON text: validity, and whether jsonb's numeric keeps the value at a sane size. */
import { digitsFrom, isZero, MAX_INTEGER_DIGITS, MAX_SCALE } from "./decimal.ts";

type Note = (reason: string) => void;

/**
 * For numbers with an exponent: 1e131071 is 8 characters here and 131,072 in jsonb. Every double fits into 309 digits before
 * the point and 324 + 17 after it, so what a program wrote from doubles stays below 400.
 */
const MAX_EXPANDED = 400;

/** The position after the exponent whose `e` is at `at`, or -1. */
const exponentEnd = (text: string, at: number): number => {
  const sign = text.charCodeAt(at + 1);
  const digits = sign === 43 || sign === 45 ? at + 2 : at + 1;
  const end = digitsFrom(text, digits);
  return end === digits ? -1 : end;
};

/** The number that starts at `at`: the position after it, or -1. Names to `note` what jsonb would change or refuse. */
export const scanNumber = (text: string, at: number, note: Note): number => {
  const start = text.charCodeAt(at) === 45 ? at + 1 : at;
  const point = digitsFrom(text, start);
  if (point === start || (text.charCodeAt(start) === 48 && point > start + 1)) return -1;
  let end = point;
  if (text.charCodeAt(end) === 46) {
    end = digitsFrom(text, point + 1);
    if (end === point + 1) return -1;
  }
  const integerDigits = point - start;
  const scale = end > point ? end - point - 1 : 0;
  if (integerDigits > MAX_INTEGER_DIGITS || scale > MAX_SCALE) note("a number that numeric cannot hold");
  if (start > at && text.charCodeAt(start) === 48 && isZero(text, start, end)) note("a negative zero");
  const mark = text.charCodeAt(end);
  if (mark !== 101 && mark !== 69) return end;
  const after = exponentEnd(text, end);
  if (after < 0) return -1;
  const exponent = Number(text.slice(end + 1, after));
  if (integerDigits + exponent > MAX_EXPANDED || scale - exponent > MAX_EXPANDED)
    note("an exponent that jsonb writes out in full");
  return after;
};
