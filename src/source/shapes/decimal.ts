/** Reads plain decimal texts and renders doubles as decimals: what numeric holds without changing a digit. */

/** What PostgreSQL's numeric can hold before and after the point. */
export const MAX_INTEGER_DIGITS = 131_072;
export const MAX_SCALE = 16_383;

export interface DecimalSize {
  /** Significant digits before the point: 0 for a value below one, as numeric(p,s) counts them. */
  readonly integerDigits: number;
  /** Digits after the point, trailing zeros included. */
  readonly scale: number;
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** The end of the digits that start at `at`. */
export const digitsFrom = (text: string, at: number): number => {
  let end = at;
  while (isDigit(text.charCodeAt(end))) end++;
  return end;
};

/** Whether there are only zeros, and perhaps a point, between two positions. */
export const isZero = (text: string, from: number, to: number): boolean => {
  for (let i = from; i < to; i++) {
    const code = text.charCodeAt(i);
    if (code !== 48 && code !== 46) return false;
  }
  return true;
};

/**
 * The size of a decimal that numeric renders back to the very text: no plus sign, no leading zeros, no bare point, no exponent,
 * no negative zero, and within numeric's limits. Null for anything else.
 */
export const readDecimal = (text: string): DecimalSize | null => {
  const start = text.charCodeAt(0) === 45 ? 1 : 0;
  const point = digitsFrom(text, start);
  const integerDigits = point - start;
  if (integerDigits === 0 || integerDigits > MAX_INTEGER_DIGITS) return null;
  const leadingZero = text.charCodeAt(start) === 48;
  if (leadingZero && integerDigits > 1) return null;
  let scale = 0;
  if (point < text.length) {
    if (text.charCodeAt(point) !== 46) return null;
    scale = digitsFrom(text, point + 1) - point - 1;
    if (scale === 0 || scale > MAX_SCALE || point + 1 + scale !== text.length) return null;
  }
  if (start === 1 && leadingZero && isZero(text, 1, text.length)) return null;
  return { integerDigits: leadingZero ? 0 : integerDigits, scale };
};

/**
 * The shortest decimal, without exponent, that is read back as this very double. Negative zero gives "0": numeric has none.
 * Throws RangeError for infinities and NaN.
 */
export const shortestDecimal = (value: number): string => {
  if (!Number.isFinite(value)) throw new RangeError(`no decimal for ${value}`);
  const text = String(value);
  const at = text.indexOf("e");
  if (at < 0) return text;
  const sign = value < 0 ? "-" : "";
  const [whole = "", fraction = ""] = text.slice(sign.length, at).split(".");
  const exponent = Number(text.slice(at + 1));
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${whole}${fraction}`;
  return `${sign}${whole}${fraction.padEnd(exponent, "0")}`;
};

/** The size of a double's shortest decimal. Throws RangeError for infinities and NaN. */
export const decimalSize = (value: number): DecimalSize => {
  const text = shortestDecimal(Math.abs(value));
  const point = text.indexOf(".");
  const integerDigits = point < 0 ? text.length : point;
  return {
    integerDigits: text.charCodeAt(0) === 48 ? 0 : integerDigits,
    scale: point < 0 ? 0 : text.length - point - 1,
  };
};
