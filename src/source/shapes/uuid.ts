/** Recognises UUIDs by spelling: a column converts only where all its values have one, so that the text can be given back. */

/** `other`: in both cases, in braces, or behind `urn:uuid:`. */
export type UuidSpelling = "lower" | "upper" | "hex-lower" | "hex-upper" | "other";

const DIGIT = 1;
const LOWER = 2;
const UPPER = 4;

const CLASSES = new Uint8Array(128);
CLASSES.fill(DIGIT, 48, 58);
CLASSES.fill(LOWER, 97, 103);
CLASSES.fill(UPPER, 65, 71);

const isDashAt = (at: number): boolean => at === 8 || at === 13 || at === 18 || at === 23;

const BRACED = 38;
const URN = "urn:uuid:";

/** Around a UUID with dashes. */
const inner = (text: string): string | null => {
  if (text.length === BRACED && text.startsWith("{") && text.endsWith("}")) return text.slice(1, -1);
  return text.length === 36 + URN.length && text.slice(0, URN.length).toLowerCase() === URN
    ? text.slice(URN.length)
    : null;
};

/**
 * The spelling of a UUID of 36 characters with dashes or 32 without (digits alone count as lower), or of one in braces or as a
 * URN; null for anything else.
 */
export const readUuid = (text: string): UuidSpelling | null => {
  const length = text.length;
  if (length !== 36 && length !== 32) {
    const within = length === BRACED || length === 45 ? inner(text) : null;
    return within !== null && readUuid(within) !== null ? "other" : null;
  }
  const dashed = length === 36;
  let seen = 0;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (dashed && isDashAt(i)) {
      if (code !== 45) return null;
      continue;
    }
    const kind = code < 128 ? (CLASSES[code] ?? 0) : 0;
    if (kind === 0) return null;
    seen |= kind;
  }
  if ((seen & UPPER) === 0) return dashed ? "lower" : "hex-lower";
  if ((seen & LOWER) !== 0) return "other";
  return dashed ? "upper" : "hex-upper";
};
