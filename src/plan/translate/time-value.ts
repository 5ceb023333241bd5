/** A time value of SQLite's with its modifiers (https://sqlite.org/lang_datefunc.html) as a timestamp at UTC. */
import type { Context } from "./scope.ts";
import { atUtc, requireStable, spelled } from "./spelled.ts";
import { refuse } from "./untranslatable.ts";
import { asDouble, asText, isNumeric, type Value } from "./value.ts";

export const NOW = "(now() AT TIME ZONE 'UTC')";

/** SQL of type timestamp, NULL where SQLite reads no moment. */
export const momentOf = (values: readonly Value[], context: Context): string => {
  const [first, ...modifiers] = values;
  if (first === undefined || wordOf(first) === "now") {
    requireStable(context, "the current time");
    context.doubts?.volatile.add("the current time");
    return modifiers.reduce(modified, NOW);
  }
  const isEpoch = wordOf(modifiers[0]) === "unixepoch";
  return (isEpoch ? modifiers.slice(1) : modifiers).reduce(
    modified,
    isEpoch ? fromEpoch(first, context) : read(first, context),
  );
};

const wordOf = (value: Value | undefined): string =>
  typeof value?.constant === "string" ? value.constant.trim().toLowerCase() : "";

/** Years 1 to 9999, as far as SQLite reads seconds and PostgreSQL writes four digits. */
const LEAST = -62135596800;
const GREATEST = 253402300799;

/** Seconds since 1970. A fraction is kept to the millisecond. */
const fromEpoch = (first: Value, context: Context): string => {
  const { form, kind } = first;
  if (kind === "opaque" && form?.kind === "epoch" && form.unit === "s" && form.storage === "integer")
    return atUtc(first);
  const seconds = spelled(first, context);
  if (seconds.kind === "null") return "NULL::timestamp";
  if (!isNumeric(seconds)) return refuse(`seconds since 1970 from a ${seconds.kind} value`);
  const moment = `to_timestamp(${asDouble(seconds)}) AT TIME ZONE 'UTC'`;
  const exact = seconds.kind === "integer" || seconds.kind === "boolean" ? moment : `(${moment})::timestamp(3)`;
  return `(CASE WHEN ${seconds.sql} BETWEEN ${LEAST} AND ${GREATEST} THEN ${exact} END)`;
};

/** A column of a date or time type, or a text that SQLite would read. */
const read = (first: Value, context: Context): string => {
  const { form, pg, kind, sql } = first;
  if (kind === "null") return "NULL::timestamp";
  if (isReadable(first)) return pg === "date" ? `${sql}::timestamp` : atUtc(first);
  if (kind === "text" || kind === "dynamic") return fromText(asText(spelled(first, context), context), context);
  const what = kind === "opaque" ? `${pg} column of form ${form?.kind}` : `${kind} value`;
  return refuse(
    isNumeric(first)
      ? "a date function on a number, which SQLite takes for a Julian day"
      : `a date function on a ${what} that is not known to be one moment`,
  );
};

/** Dates and date-times that SQLite reads as well, no finer than the millisecond that it keeps. */
const isReadable = ({ kind, form, pg }: Value): boolean => {
  if (kind !== "opaque" || form === null) return false;
  if (form.kind === "iso-date") return pg === "date";
  if (pg !== "timestamp" && pg !== "timestamptz") return false;
  if (form.kind === "julian") return true;
  if (form.kind !== "iso-datetime") return false;
  const zone = form.zone === "" || form.zone === "Z" || form.zone === "+00:00";
  return zone && typeof form.fraction === "number" && form.fraction <= 3;
};

const DAY = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])";
const CLOCK = "([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]+)?)?)?";
const ZONE = "[ ]*(Z|[+-][0-9]{2}:[0-9]{2})";

/**
 * ISO texts; what is none is NULL in both. The 30th of February is an error in PostgreSQL and the 1st of March in SQLite, which also
 * reads bare times and Julian days.
 */
const fromText = (text: string, context: Context): string => {
  requireStable(context, "reading a date from a text");
  context.notes.add(
    "texts are read as dates where they are ISO dates; SQLite also reads bare times and Julian day numbers",
  );
  return (
    `(CASE WHEN ${text} ~ '^${DAY}${CLOCK}$' THEN ${text}::timestamp` +
    ` WHEN ${text} ~ '^${DAY}${CLOCK}${ZONE}$' THEN ${text}::timestamptz AT TIME ZONE 'UTC' END)`
  );
};

/** Days and months with which a year of months behaves as in SQLite: the day overflows into the next month. */
const MONTHS = { month: 1, year: 12 } as const;

const modified = (moment: string, modifier: Value): string => {
  const word = wordOf(modifier);
  if (word === "") return refuse("a date modifier that is no literal");
  const start = /^start of (day|month|year)$/.exec(word);
  if (start !== null) return `date_trunc('${start[1]}', ${moment})`;
  const shift = /^([+-]?\d{1,9}) +(day|hour|minute|second|month|year)s?$/.exec(word);
  if (shift !== null) {
    const [, count, unit] = shift;
    if (unit !== "month" && unit !== "year") return `(${moment} + interval '${Number(count)} ${unit}s')`;
    const months = Number(count) * MONTHS[unit];
    const first = `date_trunc('month', ${moment})`;
    return `(${first} + interval '${months} months' + (${moment} - ${first}))`;
  }
  const clock = /^([+-])(\d{2}):(\d{2})(?::(\d{2}))?$/.exec(word);
  if (clock !== null) return `(${moment} ${clock[1]} interval '${clock[2]}:${clock[3]}:${clock[4] ?? "00"}')`;
  const weekday = /^weekday ([0-6])$/.exec(word);
  if (weekday !== null)
    return `(${moment} + make_interval(days => (${Number(weekday[1]) + 7} - extract(dow FROM ${moment})::integer) % 7))`;
  return refuse(
    word === "localtime" || word === "utc"
      ? `the date modifier '${word}' goes by the time zone of the machine that SQLite runs on`
      : `the date modifier '${word}' has no exact equal`,
  );
};
