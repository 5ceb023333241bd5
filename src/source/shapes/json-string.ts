/** Strings of a JSON text: validity, and the escapes that jsonb refuses. */

type Note = (reason: string) => void;

const isHexDigit = (code: number): boolean =>
  (code >= 48 && code <= 57) || (code >= 97 && code <= 102) || (code >= 65 && code <= 70);

/** The code unit of the four hex digits at `at`, or -1. */
const hexUnit = (text: string, at: number): number => {
  for (let i = at; i < at + 4; i++) if (!isHexDigit(text.charCodeAt(i))) return -1;
  return Number.parseInt(text.slice(at, at + 4), 16);
};

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;

/** After the `\u` at `at`: the position after the escape (both halves of a pair), or -1. */
const scanUnicodeEscape = (text: string, at: number, note: Note): number => {
  const unit = hexUnit(text, at + 2);
  if (unit < 0) return -1;
  if (unit === 0) note("\\u0000 in a string");
  else if (isLow(unit)) note("a lone surrogate in a string");
  else if (isHigh(unit)) {
    const paired = text.charCodeAt(at + 6) === 92 && text.charCodeAt(at + 7) === 117 && isLow(hexUnit(text, at + 8));
    if (paired) return at + 12;
    note("a lone surrogate in a string");
  }
  return at + 6;
};

/** The position after the escape that starts at `at`, or -1. */
const scanEscape = (text: string, at: number, note: Note): number => {
  switch (text.charCodeAt(at + 1)) {
    case 34: // "
    case 92: // \
    case 47: // /
    case 98: // b
    case 102: // f
    case 110: // n
    case 114: // r
    case 116: // t
      return at + 2;
    case 117: // u
      return scanUnicodeEscape(text, at, note);
    default:
      return -1;
  }
};

/** The string that opens at `at`: the position after its closing quote, or -1. Names to `note` what jsonb would refuse. */
export const scanString = (text: string, at: number, note: Note): number => {
  const length = text.length;
  let i = at + 1;
  while (i < length) {
    const code = text.charCodeAt(i);
    if (code === 34) return i + 1;
    if (code < 32) return -1;
    if (code === 92) {
      i = scanEscape(text, i, note);
      if (i < 0) return -1;
    } else if (code >= 0xd800 && code <= 0xdfff) {
      const paired = isHigh(code) && isLow(text.charCodeAt(i + 1));
      if (!paired) note("a lone surrogate in a string");
      i += paired ? 2 : 1;
    } else i++;
  }
  return -1;
};
