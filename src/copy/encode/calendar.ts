/** Days and microseconds as PostgreSQL counts them: from 2000-01-01, proleptic Gregorian. */
import type { CopyBuffer } from "./buffer.ts";

const MICROS_PER_DAY = 86_400_000_000;
/** From 1970-01-01 to 2000-01-01. */
export const DAYS_1970_TO_2000 = 10_957;
export const MICROS_1970_TO_2000 = DAYS_1970_TO_2000 * MICROS_PER_DAY;
/** 4714-11-24 BC and 294277-01-01: what timestamp and timestamptz hold, the end excluded. */
export const FIRST_MICROS = -211_813_488_000_000_000n;
export const END_MICROS = 9_223_371_331_200_000_000n;
/** Within so many days of 2000, the microseconds are exact as a number. */
const NUMBER_DAYS = 100_000;

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

/** Days since 2000-01-01 of a day that exists in years 1 to 9999, else NaN. */
const daysOf = (year: number, month: number, day: number): number => {
  if (!(year >= 1 && month >= 1 && month <= 12 && day >= 1)) return Number.NaN;
  if (day > MONTH_DAYS[month - 1]! && !(month === 2 && day === 29 && isLeap(year))) return Number.NaN;
  // Counted in years that begin in March, so that the leap day comes last.
  const y = month > 2 ? year : year - 1;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  return y * 365 + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + dayOfYear - 730_425;
};

/** The number that `count` decimal digits spell at `at`; NaN where one of them is none. */
export const digitsAt = (text: string, at: number, count: number): number => {
  let value = 0;
  for (let i = at; i < at + count; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
};

/** `YYYY-MM-DD` at the start of `text`: days since 2000-01-01, NaN where there is no such day. */
export const isoDaysAt = (text: string): number =>
  text.charCodeAt(4) === 45 && text.charCodeAt(7) === 45
    ? daysOf(digitsAt(text, 0, 4), digitsAt(text, 5, 2), digitsAt(text, 8, 2))
    : Number.NaN;

/** A field of eight bytes: a day and the microseconds into it. */
export const writeMoment = (days: number, micros: number, out: CopyBuffer): void => {
  out.writeInt32(8);
  if (days < NUMBER_DAYS && days > -NUMBER_DAYS) out.writeSafeInt64(days * MICROS_PER_DAY + micros);
  else out.writeInt64(BigInt(days) * BigInt(MICROS_PER_DAY) + BigInt(micros));
};
