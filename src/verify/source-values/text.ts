/** SQLite text, blobs and mixed columns as canonical text and bytes, with the cleaning that the user may have asked for. */
import { isUtf8 } from "node:buffer";
import type { Policies } from "../../plan/model.ts";
import type { Encoding } from "../../source/model.ts";
import type { RowBuffer } from "../row-buffer.ts";
import { refuse, type SourceValue, type SourceWriter, UndecodableText } from "./value.ts";

/** TEXT → text, varchar. NUL needs no look where it is rejected: no text of PostgreSQL holds one, so it can never be equal. */
export const text = (policies: Policies, encoding: Encoding): SourceWriter => {
  const clean = cleaner(policies, encoding);
  return (value, out) => {
    if (typeof value === "string" || value instanceof UndecodableText) writeText(clean(value, out), value, out);
    else refuse(value, out);
  };
};

const writeText = (cleaned: string | null, value: SourceValue, out: RowBuffer): void => {
  if (cleaned === null) refuse(value, out);
  else {
    const at = out.length;
    out.int32(0);
    out.utf8(cleaned);
    out.patchInt32(at, out.length - at - 4);
  }
};

export type Clean = (value: string | UndecodableText, out: RowBuffer) => string | null;

/** The text to expect, null where it is to be rejected; sets `cleaned` where it is not the text that is stored. */
export const cleaner = ({ nul, invalidText }: Policies, encoding: Encoding): Clean => {
  const replacesNul = nul === "strip" || nul === "replace";
  return (value, out) => {
    let result: string;
    if (typeof value === "string") result = value;
    else {
      if (invalidText !== "strip" && invalidText !== "replace") return null;
      const substitute = invalidText === "strip" ? "" : "\uFFFD";
      result =
        encoding === "UTF-8" ? repairUtf8(value.bytes, substitute) : repairUtf16(value.bytes, encoding, substitute);
      out.cleaned = true;
    }
    if (!replacesNul || !result.includes("\0")) return result;
    out.cleaned = true;
    return result.replaceAll("\0", nul === "strip" ? "" : "\uFFFD");
  };
};

/** Puts `substitute` in the place of each maximal ill-formed sequence, as Unicode recommends (chapter 3, table 3-8). */
export const repairUtf8 = (bytes: Buffer, substitute: string): string => {
  const parts: string[] = [];
  let valid = 0;
  let at = 0;
  while (at < bytes.length) {
    const { length, ok } = sequenceAt(bytes, at);
    if (!ok) {
      parts.push(bytes.toString("utf8", valid, at), substitute);
      valid = at + length;
    }
    at += length;
  }
  parts.push(bytes.toString("utf8", valid));
  return parts.join("");
};

/** How many bytes belong together at `at`, and whether they are a character. */
const sequenceAt = (bytes: Buffer, at: number): { length: number; ok: boolean } => {
  const lead = bytes[at]!;
  if (lead < 0x80) return { length: 1, ok: true };
  const trailing =
    lead >= 0xc2 && lead <= 0xdf ? 1 : lead >= 0xe0 && lead <= 0xef ? 2 : lead >= 0xf0 && lead <= 0xf4 ? 3 : 0;
  if (trailing === 0) return { length: 1, ok: false };
  for (let index = 1; index <= trailing; index++) {
    const [low, high] = index === 1 ? secondByte(lead) : [0x80, 0xbf];
    const byte = bytes[at + index];
    if (byte === undefined || byte < low || byte > high) return { length: index, ok: false };
  }
  return { length: trailing + 1, ok: true };
};

/** The second byte's range excludes overlong forms, surrogates and what is beyond U+10FFFF. */
const secondByte = (lead: number): readonly [number, number] => {
  if (lead === 0xe0) return [0xa0, 0xbf];
  if (lead === 0xed) return [0x80, 0x9f];
  if (lead === 0xf0) return [0x90, 0xbf];
  return lead === 0xf4 ? [0x80, 0x8f] : [0x80, 0xbf];
};

const repairUtf16 = (bytes: Buffer, encoding: Encoding, substitute: string): string => {
  const parts: string[] = [];
  const unit = (at: number): number => (encoding === "UTF-16be" ? bytes.readUInt16BE(at) : bytes.readUInt16LE(at));
  const whole = bytes.length - (bytes.length % 2);
  for (let at = 0; at < whole; at += 2) {
    const first = unit(at);
    const second = first >= 0xd800 && first < 0xdc00 && at + 2 < whole ? unit(at + 2) : 0;
    if (second >= 0xdc00 && second < 0xe000) {
      parts.push(String.fromCharCode(first, second));
      at += 2;
    } else parts.push(first >= 0xd800 && first < 0xe000 ? substitute : String.fromCharCode(first));
  }
  if (whole < bytes.length) parts.push(substitute);
  return parts.join("");
};

/** Text → char(n): blanks at the end do not count there, so a text that has some has no equal. */
export const unpadded =
  (plain: SourceWriter): SourceWriter =>
  (value, out) => {
    const start = out.length;
    plain(value, out);
    if (out.length === start + 4 || out.bytes[out.length - 1] !== 0x20) return;
    out.length = start;
    refuse(value, out);
  };

/** BLOB → bytea. */
export const blob: SourceWriter = (value, out) => {
  if (Buffer.isBuffer(value)) writeBytes(value, out);
  else refuse(value, out);
};

const writeBytes = (bytes: Buffer, out: RowBuffer): void => {
  out.int32(bytes.length);
  out.copy(bytes, 0, bytes.length);
};

/** TEXT → bytea, by the policy `bytea`: the very bytes that are stored, in the file's encoding. */
export const storedBytes =
  (encoding: Encoding): SourceWriter =>
  (value, out) => {
    if (value instanceof UndecodableText) writeBytes(value.bytes, out);
    else if (typeof value === "string") writeBytes(encode(value, encoding), out);
    else blob(value, out);
  };

/** The bytes that SQLite stores for a text. */
export const encode = (value: string, encoding: Encoding): Buffer => {
  if (encoding === "UTF-8") return Buffer.from(value, "utf8");
  const little = Buffer.from(value, "utf16le");
  return encoding === "UTF-16be" ? little.swap16() : little;
};

/** Any storage class → text. */
export const anyAsText = (policies: Policies, encoding: Encoding): SourceWriter => {
  const plain = text(policies, encoding);
  return (value, out) => {
    if (Buffer.isBuffer(value)) {
      if (isUtf8(value) && !value.includes(0)) writeBytes(value, out);
      else refuse(value, out);
    } else plain(typeof value === "bigint" || typeof value === "number" ? numberAsText(value) : value, out);
  };
};

/** Any storage class → bytea: text as its UTF-8 bytes, or as the stored bytes where the policy `bytea` asks for them. */
export const anyAsBytes = (policies: Policies, encoding: Encoding): SourceWriter => {
  const stored = policies.nul === "bytea" || policies.invalidText === "bytea";
  return (value, out) => {
    if (value instanceof UndecodableText) {
      if (stored || encoding === "UTF-8") writeBytes(value.bytes, out);
      else refuse(value, out);
    } else if (typeof value === "string") {
      if (stored && encoding !== "UTF-8") writeBytes(encode(value, encoding), out);
      else writeText(value, value, out);
    } else if (typeof value === "bigint" || typeof value === "number") writeText(numberAsText(value), value, out);
    else blob(value, out);
  };
};

/** Integers in decimal; reals by shortest round trip, with ".0" where nothing else says that they are not integers. */
export const numberAsText = (value: bigint | number): string => {
  if (typeof value === "bigint") return value.toString();
  if (Object.is(value, -0)) return "-0.0";
  const shortest = String(value);
  return /^-?\d+$/.test(shortest) ? `${shortest}.0` : shortest;
};
