/** ISO spellings, epochs and Julian days as canonical days and microseconds (UTC). */
import type { IsoSpelling, SourceForm } from "../../plan/model.ts";
import type { RowBuffer } from "../row-buffer.ts";
import { refuse, type SourceValue, type SourceWriter } from "./value.ts";

const DAY = 86_400_000_000;
/** Days before each month of a common year. */
const MONTHS = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];
/** From 0000-01-01 to 1970-01-01 in the proleptic Gregorian calendar. */
const DAYS_TO_1970 = 719_528;
/** PostgreSQL's timestamps begin with Julian day 0 and end before the year 294277. */
const FIRST_DAY = -2_440_588;
const END_DAY = 106_762_940;

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

/** Counts whole years and months; null where the calendar has no such day. */
const daysOf = (year: number, month: number, day: number): number | null => {
  if (year < 1 || month < 1 || month > 12 || day < 1) return null;
  const leap = isLeap(year);
  if (day > MONTHS[month]! - MONTHS[month - 1]! + (leap && month === 2 ? 1 : 0)) return null;
  const past = year - 1;
  const leaps = Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400) + 1;
  return year * 365 + leaps + MONTHS[month - 1]! + (leap && month > 2 ? 1 : 0) + day - 1 - DAYS_TO_1970;
};

/** The number that the digits from `at` to `end` spell; NaN where there is anything else. */
const digits = (text: string, at: number, end: number): number => {
  let number = 0;
  for (let position = at; position < end; position++) {
    const digit = text.charCodeAt(position) - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    number = number * 10 + digit;
  }
  return number;
};

/** Of the first ten characters, `YYYY-MM-DD`. */
const dayOfText = (text: string): number | null => {
  const [year, month, day] = [digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10)];
  const isSpelledSo = text[4] === "-" && text[7] === "-" && !Number.isNaN(year + month + day);
  return isSpelledSo ? daysOf(year, month, day) : null;
};

/** `YYYY-MM-DD` → date. */
export const isoDate: SourceWriter = (value, out) => {
  const day = typeof value === "string" && value.length === 10 ? dayOfText(value) : null;
  if (day === null) return refuse(value, out);
  out.int32(4);
  out.int32(day);
};

/** Microseconds of the time of day that begins at `at` and ends the text; null where it is not in the column's one spelling. */
type Clock = (text: string, at: number) => number | null;

const clockOf = ({ seconds, fraction, zone }: IsoSpelling): Clock => {
  const isFraction = fractionRule(fraction);
  return (text, at) => {
    const end = text.length - zone.length;
    const [hours, minutes] = [digits(text, at, at + 2), digits(text, at + 3, at + 5)];
    if (!(hours < 24 && minutes < 60) || text[at + 2] !== ":" || !text.endsWith(zone)) return null;
    if (!seconds) return end === at + 5 ? (hours * 60 + minutes) * 60_000_000 : null;
    const whole = digits(text, at + 6, at + 8);
    const places = end - at - 9;
    if (!(whole < 60) || text[at + 5] !== ":" || !isFraction(text, end, Math.max(places, 0))) return null;
    if (places < 0 ? end !== at + 8 : places === 0 || text[at + 8] !== ".") return null;
    const part = places > 0 ? digits(text, at + 9, end) * 10 ** (6 - places) : 0;
    return Number.isNaN(part) ? null : ((hours * 60 + minutes) * 60 + whole) * 1_000_000 + part;
  };
};

type FractionRule = (text: string, end: number, places: number) => boolean;

/** Which fractions a spelling has, by their number of digits and by the zeros at their end. */
const fractionRule = (fraction: IsoSpelling["fraction"]): FractionRule => {
  if (fraction === "trimmed") return (text, end, places) => places === 0 || (places <= 6 && text[end - 1] !== "0");
  if (fraction === "0or6")
    return (text, end, places) => places === 0 || (places === 6 && digits(text, end - 6, end) !== 0);
  return (_text, _end, places) => places === fraction;
};

export const isoTime = (spelling: IsoSpelling): SourceWriter => {
  const clock = clockOf(spelling);
  return (value, out) => {
    const micros = typeof value === "string" ? clock(value, 0) : null;
    if (micros === null) return refuse(value, out);
    out.int32(6);
    out.uint48(micros);
  };
};

export const isoDateTime = (form: IsoSpelling & { readonly separator: string }): SourceWriter => {
  const clock = clockOf(form);
  return (value, out) => {
    if (typeof value !== "string" || value[10] !== form.separator) return refuse(value, out);
    const day = dayOfText(value);
    const micros = clock(value, 11);
    if (day === null || micros === null) return refuse(value, out);
    writeMoment(day, micros, out);
  };
};

const ZONED = /^(\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:\.(\d{1,6}))?)?)(?: ?(Z|UTC|[+-]\d\d(?::?\d\d)?))?$/;

/**
 * ISO date-times in any spelling, by the moment (or by the clock of one zone, where the column has none): the offset is taken
 * off as whole minutes of the clock.
 * @param naive minutes from UTC of that zone, and of texts without one; null where nobody has said
 */
export const isoMoment =
  (naive: number | null, hasZone: boolean): SourceWriter =>
  (value, out) => {
    const [, clock = "", fraction = "", zone] = (typeof value === "string" && ZONED.exec(value)) || [];
    const offset = minutesOff(zone, naive, hasZone);
    const day = clock === "" ? null : dayOfText(clock);
    const [hours, minutes, seconds] = [11, 14, 17].map((at) => (clock.length > at ? digits(clock, at, at + 2) : 0));
    if (offset === null || day === null || hours! > 23 || minutes! > 59 || seconds! > 59) return refuse(value, out);
    const clockMinutes = BigInt(day) * 1440n + BigInt(hours! * 60 + minutes! - offset);
    const micros = BigInt(seconds!) * 1_000_000n + BigInt(fraction.padEnd(6, "0"));
    writeInstant(clockMinutes * 60_000_000n + micros, value, out);
  };

const minutesOff = (zone: string | undefined, naive: number | null, hasZone: boolean): number | null => {
  if (zone === undefined) return hasZone ? naive : 0;
  const offset = offsetOf(zone);
  if (hasZone || offset === null) return offset;
  return naive === null ? null : offset - naive;
};

const offsetOf = (zone: string): number | null => {
  if (zone === "Z" || zone === "UTC") return 0;
  const [hours, minutes] = [digits(zone, 1, 3), zone.length > 3 ? digits(zone, zone.length - 2, zone.length) : 0];
  if (hours > 15 || minutes > 59) return null;
  return zone.startsWith("-") ? -(hours * 60 + minutes) : hours * 60 + minutes;
};

const writeMoment = (day: number, micros: number, out: RowBuffer): void => {
  out.int32(10);
  out.int32(day);
  out.uint48(micros);
};

const writeInstant = (instant: bigint | null, value: SourceValue, out: RowBuffer): void => {
  const day = BigInt(DAY);
  const within = (((instant ?? 0n) % day) + day) % day;
  const days = Number(((instant ?? 0n) - within) / day);
  if (instant === null || days < FIRST_DAY || days >= END_DAY) refuse(value, out);
  else writeMoment(days, Number(within), out);
};

const MICROSECONDS = { s: 1_000_000, ms: 1000, us: 1 } as const;

/** Counts since 1970 → timestamp, timestamptz. */
export const epoch = ({ unit, storage }: Extract<SourceForm, { kind: "epoch" }>): SourceWriter => {
  const factor = MICROSECONDS[unit];
  if (storage === "real")
    return (value, out) => writeInstant(typeof value === "number" ? microsOfReal(value, factor) : null, value, out);
  return (value, out) => {
    if (typeof value === "bigint") return writeInstant(value * BigInt(factor), value, out);
    if (typeof value !== "number" || !Number.isSafeInteger(value) || Object.is(value, -0)) return refuse(value, out);
    const micros = value * factor;
    if (!Number.isSafeInteger(micros)) return writeInstant(BigInt(value) * BigInt(factor), value, out);
    const within = ((micros % DAY) + DAY) % DAY;
    writeMoment((micros - within) / DAY, within, out);
  };
};

/** By the digits of the shortest decimal: the point is moved, nothing is multiplied. */
const microsOfReal = (value: number, factor: number): bigint | null => {
  if (!Number.isFinite(value) || Object.is(value, -0)) return null;
  const places = factor === 1 ? 0 : factor === 1000 ? 3 : 6;
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value));
  if (parts === null) return null;
  const [, sign, whole = "", fraction = "", power = "0"] = parts;
  const missing = places + Number(power) - fraction.length;
  if (missing < 0 || missing > 30) return null;
  const micros = BigInt(whole + fraction + "0".repeat(missing));
  return sign === "-" ? -micros : micros;
};

/** Half days from Julian day 0 (a noon) to 1970-01-01T00:00. */
const HALF_DAYS_TO_1970 = 4_881_175n;

/**
 * REAL Julian day numbers → timestamp: the whole millisecond where it gives the double back (all that SQLite computes with),
 * else the nearest microsecond; from the exact value of the double, as a fraction of two integers. Years 1 to 9999.
 */
export const julian: SourceWriter = (value, out) => {
  if (typeof value !== "number" || !(value >= 1_721_425.5 && value < 5_373_484.5)) return refuse(value, out);
  // A double of this range is a whole number of 2^-32 days.
  const scaled = BigInt(value * 2 ** 32);
  const millis = roundedQuotient(scaled * 86_400_000n, 2n ** 32n);
  const offset = (HALF_DAYS_TO_1970 * BigInt(DAY)) / 2n;
  const isMillis = Number(millis) / 86_400_000 === value;
  const micros = isMillis ? millis * 1000n : roundedQuotient(scaled * BigInt(DAY), 2n ** 32n);
  writeInstant(micros - offset, value, out);
};

const roundedQuotient = (dividend: bigint, divisor: bigint): bigint => (dividend * 2n + divisor) / (divisor * 2n);
