/**
 * What PostgreSQL sends for jsonb (a version byte and JSON text in UTF-8) as canonical jsonb: a loop over the bytes with a
 * stack of its own. The server writes well-formed JSON; anything else ends the proof.
 */
import type { RowBuffer } from "../row-buffer.ts";
import type { TargetWriter } from "./compile.ts";
import { damaged } from "./damaged.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** An array or object that is not closed yet. */
interface Open {
  readonly isObject: boolean;
  readonly countAt: number;
  /** Where each member or element begins. */
  readonly starts: number[];
}

export const jsonb: TargetWriter = (bytes, at, length, out) => {
  if (length < 2 || bytes[at] !== 1) return damaged("jsonb", length);
  const column = out.length;
  out.int32(0);
  if (writeDocument(bytes, at + 1, at + length, out) !== at + length) return damaged("jsonb", length);
  out.patchInt32(column, out.length - column - 4);
};

const writeDocument = (bytes: Buffer, start: number, end: number, out: RowBuffer): number => {
  const stack: Open[] = [];
  let open: Open | undefined;
  let key = false;
  let at = start;
  while (at < end) {
    const byte = bytes[at]!;
    switch (byte) {
      case 0x20:
      case 0x3a:
        at++;
        continue;
      case 0x2c:
        at++;
        key = open?.isObject ?? false;
        continue;
      case CLOSE_ARRAY:
      case CLOSE_OBJECT:
        if (open === undefined) return -1;
        close(open, out);
        open = stack.pop();
        key = false;
        at++;
        continue;
    }
    if (open !== undefined && (key || !open.isObject)) open.starts.push(out.length);
    if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) {
      if (open !== undefined) stack.push(open);
      out.byte(byte);
      open = { isObject: byte === OPEN_OBJECT, countAt: out.length, starts: [] };
      out.int32(0);
      key = open.isObject;
      at++;
    } else if (byte === QUOTE) {
      if (!key) out.byte(QUOTE);
      key = false;
      at = writeString(bytes, at + 1, out);
    } else at = writeScalar(bytes, at, end, out);
  }
  return open === undefined ? at : -1;
};

/** Members arrive in jsonb's own order, shorter keys first, which is the canonical one; if not, they are put into it. */
const close = ({ isObject, countAt, starts }: Open, out: RowBuffer): void => {
  out.patchInt32(countAt, starts.length);
  if (!isObject || starts.length < 2) return;
  const parts: Buffer[] = [];
  for (let index = 0; index < starts.length; index++)
    parts.push(out.bytes.subarray(starts[index]!, starts[index + 1] ?? out.length));
  let inOrder = true;
  for (let index = 1; inOrder && index < parts.length; index++) inOrder = parts[index - 1]!.compare(parts[index]!) <= 0;
  if (!inOrder) Buffer.concat(parts.sort(Buffer.compare)).copy(out.bytes, starts[0]!);
};

/** From behind the opening quote; gives the offset behind the closing one. */
const writeString = (bytes: Buffer, start: number, out: RowBuffer): number => {
  const lengthAt = out.length;
  out.int32(0);
  let plain = start;
  let at = start;
  for (; bytes[at] !== QUOTE; ) {
    if (bytes[at] !== BACKSLASH) {
      at++;
      if (at >= bytes.length) return damaged("jsonb", at - start);
      continue;
    }
    out.copy(bytes, plain, at);
    at = writeEscape(bytes, at + 1, out);
    plain = at;
  }
  out.copy(bytes, plain, at);
  out.patchInt32(lengthAt, out.length - lengthAt - 4);
  return at + 1;
};

const SHORT_ESCAPES = new Map([..."bfnrt"].map((letter, index) => [letter.charCodeAt(0), [8, 12, 10, 13, 9][index]!]));

/** From behind the backslash. The server escapes control characters, quotes and backslashes only, never surrogates. */
const writeEscape = (bytes: Buffer, at: number, out: RowBuffer): number => {
  const letter = bytes[at]!;
  if (letter !== 0x75) {
    out.byte(SHORT_ESCAPES.get(letter) ?? letter);
    return at + 1;
  }
  const unit = Number.parseInt(bytes.toString("latin1", at + 1, at + 5), 16);
  if (!(unit > 0 && unit < 0x80)) return damaged("jsonb", 6);
  out.byte(unit);
  return at + 5;
};

const WORDS = new Map([
  [0x74, 4],
  [0x66, 5],
  [0x6e, 4],
]);

const writeScalar = (bytes: Buffer, at: number, end: number, out: RowBuffer): number => {
  const word = WORDS.get(bytes[at]!);
  if (word === undefined) return writeNumber(bytes, at, end, out);
  out.byte(bytes[at]!);
  return at + word;
};

/** jsonb prints numbers in full: a sign, digits, perhaps a point and digits; never an exponent. */
const writeNumber = (bytes: Buffer, start: number, end: number, out: RowBuffer): number => {
  let at = start;
  const negative = bytes[at] === 0x2d;
  if (negative) at++;
  out.byte(0x23);
  const lengthAt = out.length;
  out.int32(0);
  const signAt = out.length;
  out.byte(0);
  out.int32(0);
  const firstDigit = out.length;
  let exponent = 0;
  let point = false;
  for (; at < end; at++) {
    const byte = bytes[at]!;
    if (byte === 0x2e) point = true;
    else if (byte < 48 || byte > 57) break;
    else if (byte === 48 && out.length === firstDigit) exponent -= point ? 1 : 0;
    else {
      out.byte(byte);
      exponent += point ? 0 : 1;
    }
  }
  if (at === start || at === start + (negative ? 1 : 0)) return damaged("jsonb", at - start);
  while (out.length > firstDigit && out.bytes[out.length - 1] === 48) out.length--;
  if (out.length > firstDigit) {
    out.bytes[signAt] = negative ? 1 : 0;
    out.patchInt32(signAt + 1, exponent);
  }
  out.patchInt32(lengthAt, out.length - lengthAt - 4);
  return at;
};
