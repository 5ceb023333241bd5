/**
 * What stands between words. FTS5's unicode61 has letters and digits in words and nothing else; PostgreSQL's parser takes
 * addresses, paths, host names, versions, signed and broken numbers as one word each, and in a database of locale C every
 * character beyond ASCII as a letter. With these replaced by spaces first, both see the same words
 * (docs/decisions/0014-search.md has the figures).
 */

import { quoteLiteral } from "../../target/quote.ts";

/** Ranges of a regular expression's bracket: ASCII, Latin-1, and the punctuation, arrows and symbols of all scripts. */
const RANGES = [
  ...[String.raw`\u0001-/`, ":-@", String.raw`\[-${"`"}`, String.raw`{-\u00a9`, String.raw`\u00ab-\u00b1`],
  ...[
    String.raw`\u00b4`,
    String.raw`\u00b6-\u00b8`,
    String.raw`\u00bb`,
    String.raw`\u00bf`,
    String.raw`\u00d7`,
    String.raw`\u00f7`,
  ],
  ...[String.raw`\u2000-\u206f`, String.raw`\u20a0-\u20cf`, String.raw`\u2190-\u245f`, String.raw`\u2500-\u2bff`],
  ...[String.raw`\u3000-\u3004`, String.raw`\u3008-\u3020`, String.raw`\u3030`, String.raw`\ufe0f`],
  ...[String.raw`\uff01-\uff0f`, String.raw`\uff1a-\uff20`, String.raw`\uff3b-\uff40`, String.raw`\uff5b-\uff65`],
];

/** SQLite's `simple` and `ascii` know ASCII alone: whatever is beyond it belongs to a word. */
const ASCII_RANGES = RANGES.slice(0, 3).concat(String.raw`{-\u007f`);

export type WordRule = "unicode" | "ascii";

/** The regular expression of everything between words, more than one character at a time. */
export const separatorPattern = (rule: WordRule): string =>
  `[${(rule === "unicode" ? RANGES : ASCII_RANGES).join("")}]+`;

/** SQL of the text without them, locale or no locale. */
export const withoutSeparators = (text: string, rule: WordRule): string =>
  `regexp_replace(${text}, ${quoteLiteral(separatorPattern(rule))}, ' ', 'g')`;
