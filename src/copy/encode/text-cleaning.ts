/** What the policies for NUL and for invalid text do to a value, where the user has asked for it by name. */
import type { Policies } from "../../plan/model.ts";
import type { Encoding } from "../../source/model.ts";
import { type InvalidText, Problem } from "./reject.ts";

const REPLACEMENT = "�";
const REPLACEMENT_BYTES = Buffer.from(REPLACEMENT);

/** The text without what PostgreSQL cannot hold, or why its row stays behind. `text` must hold a NUL. */
export const cleanNul = (text: string, policy: Policies["nul"]): string | Problem => {
  if (policy === "strip") return text.replaceAll("\0", "");
  if (policy === "replace") return text.replaceAll("\0", REPLACEMENT);
  return new Problem("NUL_IN_TEXT", "text with a NUL character, which PostgreSQL cannot hold");
};

/** Invalid text made valid by stripping or replacing what cannot be decoded; genuine U+FFFD stay. NULs are not looked at. */
export const cleanInvalid = (
  text: InvalidText,
  policy: Policies["invalidText"],
  encoding: Encoding,
): string | Problem => {
  if (policy !== "strip" && policy !== "replace")
    return new Problem("INVALID_TEXT", `text that is not valid ${encoding === "UTF-8" ? "UTF-8" : "UTF-16"}`);
  return encoding === "UTF-8"
    ? cleanUtf8(text.bytes, policy === "strip")
    : cleanUtf16(text.bytes, policy === "strip", encoding === "UTF-16be");
};

const lenient = new TextDecoder("utf-8", { ignoreBOM: true });

/** Genuine U+FFFD are cut out before decoding: EF always begins a character, so no invalid sequence spans the cut. */
const cleanUtf8 = (bytes: Buffer, strip: boolean): string => {
  if (!strip) return lenient.decode(bytes);
  const parts: string[] = [];
  for (let from = 0; from <= bytes.length; ) {
    const genuine = bytes.indexOf(REPLACEMENT_BYTES, from);
    const end = genuine < 0 ? bytes.length : genuine;
    parts.push(lenient.decode(bytes.subarray(from, end)).replaceAll(REPLACEMENT, ""));
    from = genuine < 0 ? bytes.length + 1 : genuine + REPLACEMENT_BYTES.length;
  }
  return parts.join(REPLACEMENT);
};

const LONE_SURROGATE = /\p{Surrogate}/gu;

const cleanUtf16 = (bytes: Buffer, strip: boolean, bigEndian: boolean): string => {
  const whole = Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2)));
  const text = (bigEndian ? whole.swap16() : whole).toString("utf16le");
  const tail = bytes.length % 2 === 0 || strip ? "" : REPLACEMENT;
  return text.replace(LONE_SURROGATE, strip ? "" : REPLACEMENT) + tail;
};

/** The bytes that a file of this encoding holds for a valid text. */
export const encodeText = (text: string, encoding: Encoding): Buffer => {
  if (encoding === "UTF-8") return Buffer.from(text);
  const bytes = Buffer.from(text, "utf16le");
  return encoding === "UTF-16be" ? bytes.swap16() : bytes;
};
