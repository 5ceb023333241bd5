/**
 * SQLite's date and time functions. A moment is a PostgreSQL timestamp at UTC until a function spells it; next to the text goes the
 * moment itself, for columns of the same form.
 */
import { readIsoDate, readIsoDateTime } from "../../source/shapes/datetime.ts";
import { quoteLiteral } from "../../target/quote.ts";
import type { SourceForm } from "../model.ts";
import { textValue } from "./literal.ts";
import type { Context } from "./scope.ts";
import { atUtc, requireStable } from "./spelled.ts";
import { refuse } from "./untranslatable.ts";
import { computed, type Value } from "./value.ts";

export const NOW = "(now() AT TIME ZONE 'UTC')";

/** date(), time(), datetime(), strftime() and unixepoch() of a time value with modifiers; null for any other function. */
export const dateFunction = (name: string, values: readonly Value[], context: Context): Value | null => {
  switch (name) {
    case "date":
      return spell("%Y-%m-%d", values, context);
    case "time":
      return spell("%H:%M:%S", values, context);
    case "datetime":
      return spell("%Y-%m-%d %H:%M:%S", values, context);
    case "strftime": {
      const format = values[0]?.constant;
      return typeof format === "string"
        ? spell(format, values.slice(1), context)
        : refuse("strftime() with a format that is no literal");
    }
    case "unixepoch":
      return epoch(momentOf(values, context));
    case "julianday":
    case "timediff":
      return refuse(`${name}() has no exact equal`);
    default:
      return null;
  }
};

/** CURRENT_TIMESTAMP, CURRENT_DATE and CURRENT_TIME: the moment in UTC, as texts. */
export const currentValue = (word: "CURRENT_TIMESTAMP" | "CURRENT_DATE" | "CURRENT_TIME", context: Context): Value =>
  dateFunction({ CURRENT_TIMESTAMP: "datetime", CURRENT_DATE: "date", CURRENT_TIME: "time" }[word], [], context)!;

const FORMS: ReadonlyMap<string, SourceForm> = new Map<string, SourceForm>([
  ["%Y-%m-%d", { kind: "iso-date" }],
  ["%H:%M:%S", { kind: "iso-time", seconds: true, fraction: 0, zone: "" }],
]);

const formOf = (format: string): SourceForm | null => {
  const match = /^%Y-%m-%d([ T])%H:%M:(%S|%f)(Z?)$/.exec(format);
  if (match === null) return FORMS.get(format) ?? null;
  const separator = match[1] === "T" ? "T" : " ";
  return {
    kind: "iso-datetime",
    separator,
    seconds: true,
    fraction: match[2] === "%S" ? 0 : 3,
    zone: match[3] === "Z" ? "Z" : "",
  };
};

const spell = (format: string, values: readonly Value[], context: Context): Value => {
  const constant = constantText(format, values);
  if (constant !== null) return textValue(constant);
  const moment = momentOf(values, context);
  if (format === "%s") {
    const seconds = epoch(moment);
    // Digits are a text: whether they meet an epoch column as a number is for that column's affinity, which a default's is.
    const known = context.purpose === "default" ? seconds.moment : null;
    return { ...seconds, sql: `${seconds.sql}::text`, kind: "text", pg: "text", moment: known };
  }
  requireStable(context, "the text of a date or time");
  const text = computed(`to_char(${moment}, ${quoteLiteral(template(format))})`, "text", "text");
  const form = formOf(format);
  return form === null ? text : { ...text, moment: typedMoment(moment, form) };
};

/** The moment as a column of that form would hold it. */
const typedMoment = (moment: string, form: SourceForm): Value => {
  const of = (sql: string, pg: string): Value => ({ ...computed(sql, "opaque", pg), form });
  if (form.kind === "iso-date") return of(`${moment}::date`, "date");
  if (form.kind === "iso-time") return of(`date_trunc('second', ${moment})::time`, "time");
  const unit = form.kind === "iso-datetime" && form.fraction === 3 ? "milliseconds" : "second";
  return of(`date_trunc('${unit}', ${moment})`, "timestamp");
};

const epoch = (moment: string): Value => {
  const form: SourceForm = { kind: "epoch", unit: "s", storage: "integer" };
  const seconds = computed(`floor(extract(epoch FROM ${moment}))::bigint`, "integer", "bigint");
  return { ...seconds, moment: typedMoment(moment, form) };
};

/** A literal day or moment, spelled anew: `datetime('1997-01-01')` is a text known now. */
const constantText = (format: string, values: readonly Value[]): string | null => {
  const text = values.length === 1 ? values[0]?.constant : undefined;
  if (typeof text !== "string") return null;
  const midnight = readIsoDate(text) === null ? text : `${text} 00:00:00`;
  const read = readIsoDateTime(midnight);
  if (read === null || read.spelling.digits > 0 || !["", "Z"].includes(read.spelling.zone)) return null;
  const [day, clock] = [midnight.slice(0, 10), midnight.slice(11).replace("Z", "").padEnd(8, ":00")];
  if (format === "%Y-%m-%d") return day;
  if (format === "%H:%M:%S") return clock;
  return format === "%Y-%m-%d %H:%M:%S" ? `${day} ${clock}` : null;
};

/** A time value and its modifiers as a timestamp at UTC. */
const momentOf = (values: readonly Value[], context: Context): string => {
  const [first, ...modifiers] = values;
  const isNow = first === undefined || (typeof first.constant === "string" && first.constant.toLowerCase() === "now");
  if (isNow) {
    requireStable(context, "the current time");
    return modifiers.reduce(modified, NOW);
  }
  const fromEpoch = typeof modifiers[0]?.constant === "string" && modifiers[0].constant.toLowerCase() === "unixepoch";
  if (first.form?.kind === "epoch" && first.kind === "opaque") {
    if (!fromEpoch || first.form.unit !== "s" || first.form.storage !== "integer")
      return refuse("an epoch column in a date function");
    return modifiers.slice(1).reduce(modified, atUtc(first));
  }
  if (fromEpoch || !isReadable(first))
    return refuse(
      `a date function on ${first.kind === "opaque" ? first.pg : `a ${first.kind}`} value that is not known to be one moment`,
    );
  const moment = first.pg === "date" ? `${first.sql}::timestamp` : atUtc(first);
  return modifiers.reduce(modified, moment);
};

/** Dates and date-times that SQLite reads as well, no finer than the millisecond that it keeps. */
const isReadable = ({ kind, form, pg }: Value): boolean => {
  if (kind !== "opaque" || form === null) return false;
  if (form.kind === "iso-date") return pg === "date";
  if (form.kind !== "iso-datetime" || (pg !== "timestamp" && pg !== "timestamptz")) return false;
  const zone = form.zone === "" || form.zone === "Z" || form.zone === "+00:00";
  return zone && typeof form.fraction === "number" && form.fraction <= 3;
};

const modified = (moment: string, modifier: Value): string => {
  const word = typeof modifier.constant === "string" ? modifier.constant.trim().toLowerCase() : "";
  const start = /^start of (day|month|year)$/.exec(word);
  if (start !== null) return `date_trunc('${start[1]}', ${moment})`;
  // Months and years overflow into the next month in SQLite and are cut in PostgreSQL.
  const shift = /^([+-]?\d{1,9}) +(day|hour|minute|second)s?$/.exec(word);
  if (shift !== null) return `(${moment} + interval '${Number(shift[1])} ${shift[2]}s')`;
  return refuse(`the date modifier ${word === "" ? "is no literal" : `'${word}' has no exact equal`}`);
};

const TEMPLATES: Readonly<Record<string, string>> = {
  Y: "YYYY",
  m: "MM",
  d: "DD",
  H: "HH24",
  M: "MI",
  S: "SS",
  f: "SS.MS",
  j: "DDD",
  F: "YYYY-MM-DD",
  T: "HH24:MI:SS",
  R: "HH24:MI",
  "%": "%",
};

/** strftime's format as to_char's. */
const template = (format: string): string =>
  format.replace(/%(.?)|([^%]+)/gs, (_whole, letter: string | undefined, text: string | undefined) => {
    if (text !== undefined)
      return /["\\]/.test(text) ? refuse("quotes in a strftime() format") : text.replace(/[A-Za-z]+/g, '"$&"');
    return TEMPLATES[letter ?? ""] ?? refuse(`strftime()'s %${letter} has no exact equal`);
  });
