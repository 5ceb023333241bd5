/** Stored text as characters, for the oracle: fatal decoders, and the cleaning that a user may have asked for by name. */
import type { SourceFile } from "./source.ts";

export interface TextPolicies {
  readonly nul: "reject" | "strip" | "replace" | "bytea";
  readonly invalid: "reject" | "strip" | "replace" | "bytea";
}

const REPLACEMENT = "\u{FFFD}";
const MARK = Buffer.from(REPLACEMENT);

/** The text, or null where it is not valid in its encoding. */
export const decode = (bytes: Buffer, encoding: SourceFile["encoding"]): string | null => {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
};

/** What arrives in a text column under the policies, null where the row has to be rejected. */
export const cleanText = (bytes: Buffer, encoding: SourceFile["encoding"], policies: TextPolicies): string | null => {
  const valid = decode(bytes, encoding) ?? repaired(bytes, encoding, policies.invalid);
  if (valid === null || !valid.includes("\0")) return valid;
  if (policies.nul === "strip") return valid.replaceAll("\0", "");
  return policies.nul === "replace" ? valid.replaceAll("\0", REPLACEMENT) : null;
};

const repaired = (bytes: Buffer, encoding: SourceFile["encoding"], policy: string): string | null => {
  if (policy !== "strip" && policy !== "replace") return null;
  const replaced = (part: Buffer): string => new TextDecoder(encoding, { ignoreBOM: true }).decode(part);
  if (policy === "replace") return replaced(bytes);
  // A genuine U+FFFD stays. In UTF-8 its first byte always begins a character; in UTF-16 it is one code unit.
  const unit = encoding === "utf-8" ? null : 2;
  const mark = unit === null ? MARK : Buffer.from(encoding === "utf-16le" ? [0xfd, 0xff] : [0xff, 0xfd]);
  const parts: string[] = [];
  let from = 0;
  for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + 1)) {
    if (unit !== null && at % unit !== 0) continue;
    parts.push(replaced(bytes.subarray(from, at)).replaceAll(REPLACEMENT, ""));
    from = at + mark.length;
  }
  parts.push(replaced(bytes.subarray(from)).replaceAll(REPLACEMENT, ""));
  return parts.join(REPLACEMENT);
};
