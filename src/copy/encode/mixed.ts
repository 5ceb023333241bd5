/** Columns of several storage classes → text or bytea: every value keeps a spelling of its own. */
import { isUtf8 } from "node:buffer";
import { type FieldEncoder, InvalidText, Problem } from "./reject.ts";
import { encodeText } from "./text-cleaning.ts";
import { type TextRules, textEncoder, writeText } from "./texts.ts";

/** Integers in decimal; reals by the shortest digits that read back, with ".0" where whole, so that 1 and 1.0 stay apart. */
export const numberText = (value: number | bigint): string => {
  if (typeof value === "bigint") return value.toString();
  if (Object.is(value, -0)) return "-0.0";
  const text = String(value);
  return Number.isInteger(value) && !text.includes("e") ? `${text}.0` : text;
};

/** BLOBs cross only where they are valid UTF-8 without NUL. @param length the n of varchar(n), in characters; null for text */
export const mixedTextEncoder = (rules: TextRules, length: number | null): FieldEncoder => {
  const asText = textEncoder(rules, length);
  return (value, out) => {
    if (typeof value === "number" || typeof value === "bigint") return writeText(numberText(value), length, out);
    if (!Buffer.isBuffer(value)) return asText(value, out);
    if (!isUtf8(value)) return new Problem("INVALID_TEXT", "a BLOB value that is not UTF-8 in a column of text");
    if (value.includes(0)) return new Problem("NUL_IN_TEXT", "a BLOB value with a NUL byte in a column of text");
    return writeText(value.toString(), length, out);
  };
};

/**
 * BLOBs as they are, numbers as the bytes of their text. TEXT by its bytes: in a UTF-8 file the stored ones, valid or not; in a
 * UTF-16 file as UTF-8, unless the policy `bytea` asks for the stored ones.
 */
export const mixedBytesEncoder = (rules: TextRules): FieldEncoder => {
  const { encoding, policies } = rules;
  const stored = encoding === "UTF-8" || policies.nul === "bytea" || policies.invalidText === "bytea";
  return (value, out) => {
    if (typeof value === "number" || typeof value === "bigint") out.writeTextField(numberText(value));
    else if (typeof value === "string") {
      if (stored && encoding !== "UTF-8") out.writeBytesField(encodeText(value, encoding));
      else out.writeTextField(value);
    } else if (!(value instanceof InvalidText)) out.writeBytesField(value);
    else if (stored) out.writeBytesField(value.bytes);
    else return new Problem("INVALID_TEXT", "text that is not valid UTF-16");
    return null;
  };
};
