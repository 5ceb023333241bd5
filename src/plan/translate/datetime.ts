/**
 * SQLite's date and time functions. A moment is a PostgreSQL timestamp at UTC until a function spells it; next to the text goes the
 * moment itself, for columns of the same form.
 */
import { readIsoDate, readIsoDateTime } from "../../source/shapes/datetime.ts";
import type { SourceForm } from "../model.ts";
import { textValue } from "./literal.ts";
import type { Context } from "./scope.ts";
import { requireStable } from "./spelled.ts";
import { numberOf, strftimeText } from "./strftime.ts";
import { momentOf } from "./time-value.ts";
import { refuse } from "./untranslatable.ts";
import { computed, type Value } from "./value.ts";

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
      return computed(julianDay(momentOf(values, context)), "real", "double precision");
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
  const integer = numberOf(format, moment);
  if (format === "%s") {
    const seconds = epoch(moment);
    // Digits are a text: whether they meet an epoch column as a number is for that column's affinity, which a default's is.
    const known = context.purpose === "default" ? seconds.moment : null;
    const sql = `${seconds.sql}::text`;
    return { ...seconds, sql, kind: "text", pg: "text", moment: known, facts: { of: sql, integer: seconds.sql } };
  }
  requireStable(context, "the text of a date or time");
  const text = computed(strftimeText(format, moment), "text", "text");
  const form = formOf(format);
  if (form !== null) return { ...text, moment: typedMoment(moment, form) };
  return integer === null ? text : { ...text, facts: { of: text.sql, integer } };
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

/** Days since noon of 24 November 4714 BC; SQLite counts whole milliseconds and divides once. */
const julianDay = (moment: string): string =>
  `((round(extract(epoch FROM ${moment}) * 1000) + 210866760000000)::double precision / 86400000)`;

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
