/** printf() and format(): a literal format as a concatenation (https://sqlite.org/printf.html). */
import { quoteLiteral } from "../../target/quote.ts";
import { operand } from "./arithmetic.ts";
import { castValue } from "./cast.ts";
import { fixedPattern, fixedText } from "./number-functions.ts";
import type { Context } from "./scope.ts";
import { spelled } from "./spelled.ts";
import { refuse } from "./untranslatable.ts";
import { asBigint, asDouble, asText, computed, isNumeric, type Value } from "./value.ts";

const DIRECTIVE = /%([-+0, ]*)(\d{0,4})(?:\.(\d{1,2}))?(ll|l)?([a-zA-Z%])|([^%]+)/gy;

/** The text that printf(format, …) gives. NULL is nothing, or zero. */
export const format = ([template, ...values]: readonly Value[], context: Context): Value => {
  const { constant } = template ?? {};
  if (typeof constant !== "string") return refuse("printf() with a format that is no literal");
  const parts: string[] = [];
  let used = 0;
  let at = 0;
  for (const match of constant.matchAll(DIRECTIVE)) {
    at = match.index + match[0].length;
    const [, flags = "", width = "", precision, , letter, text] = match;
    if (text !== undefined) parts.push(quoteLiteral(text));
    else if (letter === "%") parts.push("'%'");
    else {
      const value = values[used++] ?? computed("NULL", "null", "unknown");
      parts.push(directive({ flags, width: Number(width), precision, letter: letter! }, value, context));
    }
  }
  if (at < constant.length) return refuse("a printf() format that is not understood");
  return computed(parts.length === 0 ? "''::text" : `(${parts.join(" || ")})`, "text", "text");
};

interface Directive {
  readonly flags: string;
  readonly width: number;
  readonly precision: string | undefined;
  readonly letter: string;
}

const directive = (given: Directive, value: Value, context: Context): string => {
  const { flags, precision, letter } = given;
  if (/[+ ]/.test(flags)) return refuse("a printf() format with a sign before positive numbers");
  switch (letter) {
    case "s":
    case "z": {
      if (precision !== undefined) return refuse("a printf() format that cuts a text by its bytes");
      return padded(value.kind === "null" ? "''" : `COALESCE(${asText(spelled(value, context), context)}, '')`, given);
    }
    case "c":
      return padded(`left(COALESCE(${asText(spelled(value, context), context)}, ''), 1)`, given);
    case "d":
    case "i":
    case "u":
      if (precision !== undefined || letter === "u") return refuse("a printf() format of unsigned or padded integers");
      return padded(wholeText(value, flags.includes(","), context), given);
    case "x":
    case "X": {
      const hex = `to_hex(${wholeOf(value, context)})`;
      return padded(letter === "X" ? `upper(${hex})` : hex, given);
    }
    case "f": {
      const digits = Number(precision ?? 6);
      if (digits > 9) return refuse("a printf() format of more than nine digits");
      const number = operand(value, context);
      if (number.kind === "null") return refuse("printf() of a literal NULL as a number");
      context.notes.add("numbers of 15 digits and more may be written with another last digit");
      const x = `COALESCE(${asDouble(isNumeric(number) ? number : value)}, 0)`;
      return padded(fixedText(x, digits, fixedPattern(digits, flags.includes(",")), context), given);
    }
    default:
      return refuse(`the printf() format %${letter} has no exact equal`);
  }
};

/** REAL towards zero, text by the digits it begins with, NULL as zero. */
const wholeOf = (value: Value, context: Context): string => {
  if (value.kind === "null") return "0";
  const whole = asBigint(castValue(value, "INTEGER", context));
  return `COALESCE(${whole}, 0)`;
};

const wholeText = (value: Value, grouped: boolean, context: Context): string => {
  const whole = wholeOf(value, context);
  return grouped ? `to_char(${whole}, 'FM9,999,999,999,999,999,990')` : `(${whole})::text`;
};

/** To the width in bytes: with spaces, or with zeros behind a sign; a longer text stays whole. */
const padded = (text: string, { flags, width, letter }: Directive): string => {
  if (width === 0) return text;
  const missing = `${width} - octet_length(${text})`;
  if (flags.includes("-")) return `(${text} || repeat(' ', ${missing}))`;
  if (!flags.includes("0") || letter === "s" || letter === "c" || letter === "z")
    return `(repeat(' ', ${missing}) || ${text})`;
  return `(CASE WHEN ${text} LIKE '-%' THEN '-' ELSE '' END || repeat('0', ${missing}) || ltrim(${text}, '-'))`;
};
