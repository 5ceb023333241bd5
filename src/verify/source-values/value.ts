/** What the proof's own reader hands over: a SQLite value with its storage class still to be told. */
import { MAX_VALUE_CHARACTERS } from "../model.ts";
import type { RowBuffer } from "../row-buffer.ts";

/** TEXT whose bytes are not valid in the file's encoding. */
export class UndecodableText {
  readonly bytes: Buffer;
  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
}

/** INTEGER: bigint, or number where that is proven exact · REAL: number · TEXT: string · BLOB: Buffer. */
export type SourceValue = null | bigint | number | string | Buffer | UndecodableText;

/** Writes one value's canonical column. */
export type SourceWriter = (value: SourceValue, out: RowBuffer) => void;

/** A value as a person reads it in a difference. */
const showSource = (value: SourceValue): string => {
  if (value === null) return "NULL";
  if (value instanceof UndecodableText)
    return shorten(`invalid text x'${value.bytes.subarray(0, 100).toString("hex")}'`);
  if (typeof value === "object") return shorten(`blob x'${value.subarray(0, 100).toString("hex")}'`);
  if (typeof value === "string") return shorten(value);
  if (typeof value === "bigint") return `integer ${value}`;
  return Object.is(value, -0) ? "real -0.0" : `number ${value}`;
};

export const shorten = (text: string): string =>
  text.length > MAX_VALUE_CHARACTERS ? `${text.slice(0, MAX_VALUE_CHARACTERS - 1).toWellFormed()}…` : text;

/** For every source value that its form cannot carry: never equal to anything. */
export const refuse = (value: SourceValue, out: RowBuffer): void => out.noEqual(showSource(value));
