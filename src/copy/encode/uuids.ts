/** UUIDs in their column's one spelling → the sixteen bytes of uuid, straight from the character codes. */
import type { SourceForm } from "../../plan/model.ts";
import { type FieldEncoder, Problem, storageClass } from "./reject.ts";

type Spelling = Extract<SourceForm, { kind: "uuid" }>["spelling"];

const BYTES = 16;
const DASHED = 36;
const HYPHEN = 45;
const INVALID = 255;

/** The value of each hexadecimal digit of one case, by character code; INVALID elsewhere. */
const digitValues = (digits: string): Uint8Array => {
  const values = new Uint8Array(128).fill(INVALID);
  for (let i = 0; i < digits.length; i++) values[digits.charCodeAt(i)] = i;
  return values;
};
const LOWER = digitValues("0123456789abcdef");
const UPPER = digitValues("0123456789ABCDEF");

export const uuidEncoder = (spelling: Spelling): FieldEncoder => {
  if (spelling === "blob") return blobUuid;
  const dashed = spelling === "lower" || spelling === "upper";
  const values = spelling === "lower" || spelling === "hex-lower" ? LOWER : UPPER;
  const length = dashed ? DASHED : BYTES * 2;
  return (value, out) => {
    if (typeof value !== "string" || value.length !== length) return notAUuid(storageClass(value), spelling);
    out.writeInt32(BYTES);
    let at = 0;
    for (let i = 0; i < BYTES; i++) {
      if (dashed && (i === 4 || i === 6 || i === 8 || i === 10) && value.charCodeAt(at++) !== HYPHEN)
        return notAUuid("TEXT", spelling);
      const high = values[value.charCodeAt(at++)] ?? INVALID;
      const low = values[value.charCodeAt(at++)] ?? INVALID;
      if (high === INVALID || low === INVALID) return notAUuid("TEXT", spelling);
      out.writeByte(high * 16 + low);
    }
    return null;
  };
};

const DASHED_DIGITS = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";
const DIGITS = new RegExp(
  `^(?:[0-9a-fA-F]{32}|${DASHED_DIGITS}|\\{${DASHED_DIGITS}\\}|[uU][rR][nN]:[uU][uU][iI][dD]:${DASHED_DIGITS})$`,
);
const LONGEST = "urn:uuid:".length + DASHED;

/** TEXT in any of the four spellings, in both cases, in braces or as a URN, and the sixteen bytes. */
export const uuidMixedEncoder: FieldEncoder = (value, out) => {
  if (Buffer.isBuffer(value) && value.length === BYTES) {
    out.writeBytesField(value);
    return null;
  }
  if (typeof value !== "string" || value.length > LONGEST || !DIGITS.test(value))
    return new Problem("NOT_A_UUID", `a ${storageClass(value)} value that is not a UUID in any spelling`);
  out.writeBytesField(Buffer.from(value.slice(value.lastIndexOf(":") + 1).replace(/[-{}]/g, ""), "hex"));
  return null;
};

const blobUuid: FieldEncoder = (value, out) => {
  if (!Buffer.isBuffer(value) || value.length !== BYTES) return notAUuid(storageClass(value), "blob");
  out.writeBytesField(value);
  return null;
};

const notAUuid = (storage: string, spelling: Spelling): Problem =>
  new Problem("NOT_A_UUID", `a ${storage} value that is not a UUID in the column's spelling (${spelling})`);
