/**
 * What a JSON array of scalars holds and how it is written, in one pass over a text that is known to be JSON: the type of
 * PostgreSQL's arrays that keeps its elements, and whether the very text can be made again of them.
 */
import { pythonNumber, sameNumber } from "./json-spelling.ts";
import { readUuid } from "./uuid.ts";

/** What the elements are; `empty` where there is none but null. `numeric`: numbers that a double does not give back. */
export type ArrayKind = "empty" | "boolean" | "integer" | "double" | "numeric" | "uuid" | "text";

/** Ways to write an array, one bit each; a column's way is what all of its arrays have in common. */
export const ArrayStyle = {
  /** `,` or `, ` between elements, and no other space. */
  compact: 1,
  spaced: 2,
  /** In strings only what has to be is escaped; or whatever is not ASCII as well, as \uXXXX. */
  plainText: 4,
  asciiText: 8,
  /** Numbers as JavaScript or as Python write doubles. */
  javascript: 16,
  python: 32,
  /** Numbers without an exponent: numeric gives their digits back. */
  digits: 64,
} as const;
export const ALL_ARRAY_STYLES = 127;

export interface ArrayFacts {
  readonly kind: ArrayKind;
  /** Elements, null ones included. */
  readonly length: number;
  /** Bits of ArrayStyle. */
  readonly styles: number;
  /** `integer`: some element is beyond ±2^53. */
  readonly wide: boolean;
}

const QUOTE = 34;
const COMMA = 44;
const CLOSE = 93;
const BACKSLASH = 92;
const SPACE = 32;
const PLUS = 43;
const POINT = 46;
const NINE = 57;

const isSpace = (code: number): boolean => code === SPACE || code === 10 || code === 13 || code === 9;

const SEEN = { boolean: 1, integer: 2, wide: 4, double: 8, numeric: 16, uuid: 32, text: 64 } as const;

/** Every integer of so many digits is within ±2^53. */
const SAFE_DIGITS = 15;
const MOST = 2n ** 63n;

/** What is seen of the array at hand: one object that is written over, as nothing should be allocated for an element. */
const scan = { seen: 0, styles: 0, trusting: false };

/**
 * @param text valid JSON that jsonb keeps whole
 * @param trusting numbers are taken for such as a double gives back without looking: of a long array in a column where many
 * have been looked at
 * @returns null for anything but an array of null and scalars of one kind
 */
export const inspectJsonArray = (text: string, trusting: boolean): ArrayFacts | null => {
  if (text.charCodeAt(0) !== 91) return null;
  scan.seen = 0;
  scan.styles = trusting ? ALL_ARRAY_STYLES & ~(ArrayStyle.javascript | ArrayStyle.python) : ALL_ARRAY_STYLES;
  scan.trusting = trusting;
  let at = skipSpace(text, 1);
  let length = 0;
  while (text.charCodeAt(at) !== CLOSE) {
    if (length++ > 0) at = separator(text, at);
    at = scanElement(text, skipSpace(text, at));
    if (at < 0) return null;
    at = skipSpace(text, at);
  }
  if (at + 1 !== text.length) scan.styles &= ~(ArrayStyle.compact | ArrayStyle.spaced);
  const kind = kindOf(scan.seen);
  return kind === null ? null : { kind, length, styles: scan.styles, wide: (scan.seen & SEEN.wide) !== 0 };
};

/** Spaces where neither way of writing has any. */
const skipSpace = (text: string, from: number): number => {
  let at = from;
  while (isSpace(text.charCodeAt(at))) at++;
  if (at !== from) scan.styles &= ~(ArrayStyle.compact | ArrayStyle.spaced);
  return at;
};

/** Past the comma at `at`, and past the one space that may follow it. */
const separator = (text: string, at: number): number => {
  const spaced = text.charCodeAt(at + 1) === SPACE && !isSpace(text.charCodeAt(at + 2));
  scan.styles &= spaced ? ~ArrayStyle.compact : ~ArrayStyle.spaced;
  return at + (spaced ? 2 : 1);
};

/** The position after the element at `at`; -1 for an object or an array. */
const scanElement = (text: string, at: number): number => {
  switch (text.charCodeAt(at)) {
    case QUOTE:
      return scanText(text, at);
    case 116:
      scan.seen |= SEEN.boolean;
      return at + 4;
    case 102:
      scan.seen |= SEEN.boolean;
      return at + 5;
    case 110:
      return at + 4;
    case 91:
    case 123:
      return -1;
    default:
      return scanNumber(text, at);
  }
};

const scanText = (text: string, start: number): number => {
  let at = start + 1;
  let plain = true;
  for (let code = text.charCodeAt(at); code !== QUOTE; code = text.charCodeAt(++at)) {
    if (code === BACKSLASH) {
      plain = false;
      at++;
    } else if (code > 126) plain = false;
  }
  const isUuid = plain && at - start === 37 && readUuid(text.slice(start + 1, at)) === "lower";
  scan.seen |= isUuid ? SEEN.uuid : SEEN.text;
  if (!plain) scan.styles &= textStyles(text.slice(start, at + 1));
  return at + 1;
};

const textStyles = (written: string): number => {
  const plain = JSON.stringify(JSON.parse(written));
  const both = ArrayStyle.plainText | ArrayStyle.asciiText;
  if (written !== plain && written !== asciiText(plain)) return ~both;
  return written === plain ? (written === asciiText(plain) ? ~0 : ~ArrayStyle.asciiText) : ~ArrayStyle.plainText;
};

/** As Python's json.dumps writes by default: JSON whose every character is ASCII. */
export const asciiText = (json: string): string =>
  // Python escapes from U+007F on.
  json.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

const scanNumber = (text: string, start: number): number => {
  let at = start;
  let whole = true;
  let exponent = false;
  // Below the plus there are only the spaces.
  for (let code = text.charCodeAt(at); code >= PLUS && code !== COMMA && code !== CLOSE; code = text.charCodeAt(++at)) {
    if (code === POINT) whole = false;
    else if (code > NINE) exponent = true;
  }
  if (exponent) whole = false;
  if (exponent) scan.styles &= ~ArrayStyle.digits;
  if (whole && at - start <= SAFE_DIGITS) {
    scan.seen |= SEEN.integer;
    scan.styles &= ~ArrayStyle.python;
  } else if (whole) scanLong(text.slice(start, at));
  else if (scan.trusting) scan.seen |= SEEN.double;
  else scanDouble(text.slice(start, at));
  return at;
};

const scanLong = (digits: string): void => {
  const value = BigInt(digits);
  const safe = Number.isSafeInteger(Number(digits));
  if (value < MOST && value >= -MOST) scan.seen |= safe ? SEEN.integer : SEEN.integer | SEEN.wide;
  else scan.seen |= SEEN.numeric;
  scan.styles &= ~ArrayStyle.python;
  if (String(Number(digits)) !== digits) scan.styles &= ~ArrayStyle.javascript;
};

const scanDouble = (written: string): void => {
  const value = Number(written);
  const shortest = String(value);
  const javascript = shortest === written;
  scan.seen |= javascript || sameNumber(written, shortest) ? SEEN.double : SEEN.numeric;
  if (!javascript) scan.styles &= ~ArrayStyle.javascript;
  if (pythonNumber(value) !== written) scan.styles &= ~ArrayStyle.python;
};

const kindOf = (seen: number): ArrayKind | null => {
  if (seen === 0) return "empty";
  if (seen === SEEN.boolean) return "boolean";
  if (seen === SEEN.uuid) return "uuid";
  if ((seen & ~(SEEN.uuid | SEEN.text)) === 0) return "text";
  if ((seen & (SEEN.boolean | SEEN.uuid | SEEN.text)) !== 0) return null;
  if ((seen & ~(SEEN.integer | SEEN.wide)) === 0) return "integer";
  return (seen & (SEEN.numeric | SEEN.wide)) === 0 ? "double" : "numeric";
};
