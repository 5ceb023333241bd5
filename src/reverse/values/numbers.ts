/** Numbers and truth values back into the storage class that their column had. */
import { isNumericAffinity } from "./affinity.ts";
import { exactInteger, exactReal } from "./decimals.ts";
import { type ColumnPlace, Misfit, type Renderer } from "./model.ts";

const OUTSIDE = new Misfit("a number that is no 64-bit integer, in a column of integers");
const NOT_A_NUMBER = new Misfit("NaN, which SQLite cannot store");
const TOO_MANY_DIGITS = new Misfit("a number with more digits than SQLite's own numbers hold");

/** From integers of any size, floats and numeric. */
export const integer: Renderer = (value) => {
  if (typeof value === "bigint") return value;
  if (typeof value === "number") return Number.isSafeInteger(value) && !Object.is(value, -0) ? BigInt(value) : OUTSIDE;
  return (typeof value === "string" ? exactInteger(value) : null) ?? OUTSIDE;
};

/** Floats; where the column held whole numbers as INTEGER too, whole ones come back as what it held more of. */
export const real = ({ affinity, stored, merged }: ColumnPlace): Renderer => {
  const integersToo = affinity === "BLOB" && stored !== null && stored.integers > 0;
  const asInteger = integersToo && (stored.reals === 0 || stored.integers >= stored.reals);
  return (value) => {
    const number = typeof value === "bigint" ? Number(value) : value;
    if (typeof number !== "number") return NOT_A_NUMBER;
    if (Number.isNaN(number)) return NOT_A_NUMBER;
    if (!integersToo || !Number.isSafeInteger(number) || Object.is(number, -0)) return number;
    if (stored.reals > 0) merged([]);
    return asInteger ? BigInt(number) : number;
  };
};

/** numeric, as its exact text. */
export const decimal = (place: ColumnPlace): Renderer => {
  const { affinity } = place;
  return (value) => {
    const text = typeof value === "string" ? value : String(value);
    if (text === "NaN") return NOT_A_NUMBER;
    if (affinity === "TEXT") return text;
    if (text === "Infinity" || text === "-Infinity") return Number(text);
    const whole = exactInteger(text);
    const double = exactReal(text);
    if (isNumericAffinity(affinity)) return (affinity === "REAL" ? null : whole) ?? double ?? TOO_MANY_DIGITS;
    return untyped(place, text, whole, double);
  };
};

/** A column without a type keeps what it is given, so that only what it held can tell. */
const untyped = ({ stored, merged }: ColumnPlace, text: string, whole: bigint | null, double: number | null) => {
  if (stored === null) return whole ?? double ?? text;
  const candidates = [
    ...(whole !== null && stored.integers > 0 ? [{ value: whole, count: stored.integers }] : []),
    ...(double !== null && stored.reals > 0 ? [{ value: double, count: stored.reals }] : []),
    ...(stored.decimalTexts > 0 ? [{ value: text, count: stored.decimalTexts }] : []),
  ].sort((a, b) => b.count - a.count);
  if (candidates.length > 1) merged(candidates.slice(1).map(({ value }) => value));
  return candidates[0]?.value ?? whole ?? double ?? text;
};

export const booleanAsInteger: Renderer = (value) => (value === true ? 1n : 0n);

export const booleanAsText =
  (words: { readonly false: string; readonly true: string }): Renderer =>
  (value) =>
    value === true ? words.true : words.false;
