/** TEXT storage → text, varchar(n). Lengths are enforced here: the server cuts trailing blanks without a word. */
import type { Policies } from "../../plan/model.ts";
import type { Encoding } from "../../source/model.ts";
import type { CopyBuffer } from "./buffer.ts";
import { CLEANED, type FieldEncoder, InvalidText, Problem, type SqliteValue, storageClass } from "./reject.ts";
import { cleanInvalid, cleanNul } from "./text-cleaning.ts";

export interface TextRules {
  readonly policies: Policies;
  readonly encoding: Encoding;
}

/** Text that PostgreSQL can hold: as it is, cleaned by policy (`cleaned`), or a Problem. */
export type ReadableText = string | Problem;

/** Applies both policies. A text that comes back unchanged is the very text that was given. */
export const readableText = (value: string | InvalidText, { policies, encoding }: TextRules): ReadableText => {
  const valid = typeof value === "string" ? value : cleanInvalid(value, policies.invalidText, encoding);
  if (typeof valid !== "string") return valid;
  return valid.includes("\0") ? cleanNul(valid, policies.nul) : valid;
};

/** @param length the n of varchar(n), in characters; null for text */
export const textEncoder =
  (rules: TextRules, length: number | null): FieldEncoder =>
  (value, out) => {
    if (typeof value === "string" && !value.includes("\0")) return writeText(value, length, out);
    if (typeof value !== "string" && !(value instanceof InvalidText)) return notText(value);
    const text = readableText(value, rules);
    return typeof text === "string" ? (writeText(text, length, out) ?? CLEANED) : text;
  };

/** Writes text that PostgreSQL can hold, if it is not longer than `length` characters. */
export const writeText = (text: string, length: number | null, out: CopyBuffer): Problem | null => {
  if (length !== null && text.length > length && characters(text) > length)
    return new Problem("TOO_LONG", `${characters(text)} characters, varchar(${length}) keeps ${length}`);
  out.writeTextField(text);
  return null;
};

const notText = (value: SqliteValue): Problem =>
  new Problem("WRONG_STORAGE_CLASS", `a ${storageClass(value)} value in a column of text`);

/** Code points, which is what PostgreSQL counts. */
const characters = (text: string): number => {
  let count = text.length;
  for (let i = 0; i < text.length - 1; i++) if ((text.charCodeAt(i) & 0xfc00) === 0xd800) count--;
  return count;
};
