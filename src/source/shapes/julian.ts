/** Reads Julian day numbers, SQLite's own REAL form of a date and time. */
import { MICROS_PER_DAY } from "./calendar.ts";
import type { Instant } from "./epoch.ts";

/** The Julian day of 1970-01-01T00:00, in days and in milliseconds. */
const EPOCH = 2_440_587.5;
const EPOCH_MILLIS = 210_866_760_000_000;
const MILLIS_PER_DAY = 86_400_000;

/** Julian days of 0001-01-01 and of 10000-01-01. */
const FIRST = 1_721_425.5;
const END = 5_373_484.5;

/** The double nearest to an instant's Julian day. */
export const renderJulian = ({ days, micros }: Instant): number => {
  // Both operands are exact, so the quotient is correctly rounded; it is also how SQLite's julianday() computes.
  if (micros % 1_000 === 0) return (days * MILLIS_PER_DAY + EPOCH_MILLIS + micros / 1_000) / MILLIS_PER_DAY;
  const perDay = BigInt(MICROS_PER_DAY);
  const total = BigInt(days) * perDay + BigInt(micros) + BigInt(EPOCH_MILLIS) * 1_000n;
  // Twenty decimals stand for the exact quotient: no multiple of a microsecond comes that near to the middle of two doubles.
  const decimals = ((total % perDay) * 10n ** 20n) / perDay;
  return Number(`${total / perDay}.${decimals.toString().padStart(20, "0")}`);
};

/**
 * The instant of a Julian day number of the years 0001–9999; null outside and where it does not render back to the very same
 * double. Doubles of this range are some 40 µs apart: the instant is the whole millisecond where that gives the double back
 * (as for everything that SQLite wrote), else the nearest microsecond.
 */
export const readJulian = (value: number): Instant | null => {
  if (!(value >= FIRST && value < END)) return null;
  const since = value - EPOCH;
  const day = Math.floor(since);
  const ofDay = (since - day) * MICROS_PER_DAY;
  for (const unit of [1_000, 1]) {
    const micros = Math.round(ofDay / unit) * unit;
    const instant = micros === MICROS_PER_DAY ? { days: day + 1, micros: 0 } : { days: day, micros };
    if (renderJulian(instant) === value) return instant;
  }
  return null;
};
