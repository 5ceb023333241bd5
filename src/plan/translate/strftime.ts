/** strftime()'s formats as to_char()'s, and by arithmetic where to_char() has no such field. */
import { quoteLiteral } from "../../target/quote.ts";
import { refuse } from "./untranslatable.ts";

/** Fields that to_char() has. */
const FIELDS: Readonly<Record<string, string>> = {
  Y: "YYYY",
  m: "MM",
  d: "DD",
  H: "HH24",
  I: "HH12",
  M: "MI",
  S: "SS",
  f: "SS.MS",
  j: "DDD",
  F: "YYYY-MM-DD",
  T: "HH24:MI:SS",
  R: "HH24:MI",
  u: "ID",
  V: "IW",
  G: "IYYY",
  p: "AM",
  P: "am",
  "%": "%",
};

/** SQL of type text. */
const COMPUTED: Readonly<Record<string, (moment: string) => string>> = {
  w: (moment) => `extract(dow FROM ${moment})::integer::text`,
  e: (moment) => `lpad(extract(day FROM ${moment})::integer::text, 2)`,
  k: (moment) => `lpad(extract(hour FROM ${moment})::integer::text, 2)`,
  s: (moment) => `floor(extract(epoch FROM ${moment}))::bigint::text`,
  // Weeks of the year that begin on Monday (W) or Sunday (U).
  W: (moment) => weekOfYear(moment, "isodow", 1),
  U: (moment) => weekOfYear(moment, "dow", 0),
};

const weekOfYear = (moment: string, day: string, first: number): string =>
  `lpad(((extract(doy FROM ${moment})::integer - 1 + 7 - (extract(${day} FROM ${moment})::integer - ${first})) / 7)::text, 2, '0')`;

/** The text that strftime(format, moment) gives. @param moment SQL of type timestamp */
export const strftimeText = (format: string, moment: string): string => {
  const parts: string[] = [];
  let template = "";
  const flush = (): void => {
    if (template !== "") parts.push(`to_char(${moment}, ${quoteLiteral(template)})`);
    template = "";
  };
  for (const [, letter, text] of format.matchAll(/%(.?)|([^%]+)/gs)) {
    const field = FIELDS[letter ?? ""];
    if (text !== undefined) {
      template += /["\\]/.test(text) ? refuse("quotes in a strftime() format") : text.replace(/[A-Za-z]+/g, '"$&"');
    } else if (field !== undefined) template += field;
    else {
      const compute = COMPUTED[letter ?? ""] ?? refuse(`strftime()'s %${letter} has no exact equal`);
      flush();
      parts.push(compute(moment));
    }
  }
  flush();
  if (parts.length === 0) return `(CASE WHEN ${moment} IS NOT NULL THEN '' END)`;
  return parts.length === 1 ? parts[0]! : `(${parts.join(" || ")})`;
};

const NUMBERS: Readonly<Record<string, string>> = {
  "%Y": "year",
  "%m": "month",
  "%d": "day",
  "%H": "hour",
  "%M": "minute",
  "%j": "doy",
  "%w": "dow",
  "%u": "isodow",
  "%V": "week",
  "%G": "isoyear",
};

/** A format of one field whose text is the digits of an INTEGER: that INTEGER; null for any other. */
export const numberOf = (format: string, moment: string): string | null => {
  if (format === "%S") return `floor(extract(second FROM ${moment}))::bigint`;
  const field = NUMBERS[format];
  return field === undefined ? null : `extract(${field} FROM ${moment})::bigint`;
};
