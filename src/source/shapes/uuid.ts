/** Recognises UUIDs by spelling: a column converts only where all its values have one, so that the text can be given back. */

export type UuidSpelling = "lower" | "upper" | "hex-lower" | "hex-upper";

const DIGIT = 1;
const LOWER = 2;
const UPPER = 4;

const CLASSES = new Uint8Array(128);
CLASSES.fill(DIGIT, 48, 58);
CLASSES.fill(LOWER, 97, 103);
CLASSES.fill(UPPER, 65, 71);

const isDashAt = (at: number): boolean => at === 8 || at === 13 || at === 18 || at === 23;

/** The spelling of a UUID of 36 characters with dashes or 32 without (digits alone count as lower); null for anything else. */
export const readUuid = (text: string): UuidSpelling | null => {
  const length = text.length;
  if (length !== 36 && length !== 32) return null;
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
  if ((seen & LOWER) !== 0) return null;
  return dashed ? "upper" : "hex-upper";
};
