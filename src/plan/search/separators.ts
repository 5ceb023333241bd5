/**
 * What stands between words. FTS5's unicode61 has letters and digits in words and nothing else; PostgreSQL's parser takes
 * addresses, paths, host names, versions, signed and broken numbers as one word each, and in a database of locale C every
 * character beyond ASCII as a letter. With these replaced by spaces first, both see the same words
 * (docs/decisions/0014-search.md has the figures).
 */

import { quoteLiteral } from "../../target/quote.ts";

export type WordRule = "unicode" | "ascii";

/** Ranges of a regular expression's bracket: what is neither letter nor digit before `{`. */
const FIRST = String.raw`\u0001-/:-@\[-\u0060`;

/** From there on SQLite's `simple` and `ascii` know ASCII alone: whatever is beyond belongs to a word. */
const REST: Readonly<Record<WordRule, string>> = {
  ascii: String.raw`{-\u007f`,
  // Latin-1, then punctuation, currencies, arrows and symbols, without the digits among them; CJK and full-width punctuation.
  unicode:
    String.raw`{-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u00d7\u00f7` +
    String.raw`\u2000-\u206f\u207a-\u207e\u208a-\u208e\u20a0-\u20cf\u2190-\u245f\u2500-\u2bff` +
    String.raw`\u3000-\u3004\u3008-\u3020\u3030\ufe0f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65`,
};

/** The regular expression of everything between words, more than one character at a time. */
const separatorPattern = (rule: WordRule): string => `[${FIRST}${REST[rule]}]+`;

/** SQL of the text without them, locale or no locale. */
export const withoutSeparators = (text: string, rule: WordRule): string =>
  `regexp_replace(${text}, ${quoteLiteral(separatorPattern(rule))}, ' ', 'g')`;
