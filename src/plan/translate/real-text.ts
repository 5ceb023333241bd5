/** REAL as text, and text as a number: by the rules of SQLite's own renderer and reader. */

/**
 * A double precision as SQLite spells one of up to 15 digits: always with a point, exponents from 1e17 on. PostgreSQL leaves the
 * point out and begins with exponents at 1e15; of more digits it gives the shortest that read back, SQLite (by its version) 17 or 15.
 * @param x SQL of a double precision
 */
export const realText = (x: string): string => {
  const pointed = (text: string): string => `regexp_replace(${text}, '^(-?[0-9]+)(e|$)', '\\1.0\\2')`;
  return (
    `(CASE WHEN ${x} = 0 THEN '0.0' WHEN abs(${x}) = 'Infinity' THEN replace(${x}::text, 'inity', '')` +
    ` WHEN abs(${x}) >= 1e15 AND abs(${x}) < 1e17 THEN ${pointed(`${x}::text::numeric::text`)} ELSE ${pointed(`${x}::text`)} END)`
  );
};

/** A note for views. */
export const IN_DOUBLES = "numbers within texts and JSON are computed in double precision, as SQLite computes REAL";

const SPACE = "[ \\t\\n\\v\\f\\r]*";
const NUMBER = "[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?";

/** The number that a text begins with, 0 where it begins with none, as arithmetic and CAST read it. */
export const numberPrefix = (text: string): string =>
  `(CASE WHEN ${text} IS NOT NULL THEN COALESCE(substring(${text} FROM '^${SPACE}(${NUMBER})')::double precision, 0) END)`;

/** Whether numeric affinity makes a number of a text: SQL of type boolean. */
export const isNumberText = (text: string): string => `${text} ~ '^${SPACE}${NUMBER}${SPACE}$'`;

/** The same for a text that is known now. */
export const prefixOf = (text: string): bigint | number => {
  const digits = /^[ \t\n\v\f\r]*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/.exec(text)?.[1] ?? "0";
  return /^[+-]?\d+$/.test(digits) ? BigInt(digits.replace("+", "")) : Number(digits);
};
