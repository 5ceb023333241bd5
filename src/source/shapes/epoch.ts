/** Reads counts of time since 1970-01-01 UTC, exactly to the microsecond. */
import { FIRST_TIMESTAMP_DAY, MICROS_PER_DAY, TIMESTAMP_END_DAY } from "./calendar.ts";

export type EpochUnit = "s" | "ms" | "us";

export interface Instant {
  /** Days since 1970-01-01. */
  readonly days: number;
  /** Microseconds of that day. */
  readonly micros: number;
}

const PER_DAY = { s: 86_400, ms: 86_400_000, us: MICROS_PER_DAY } as const;
const MICROS_PER = { s: 1_000_000, ms: 1_000, us: 1 } as const;

const inRange = (days: number, micros: number): Instant | null =>
  days >= FIRST_TIMESTAMP_DAY && days < TIMESTAMP_END_DAY ? { days, micros } : null;

/** A whole number of units that a double holds exactly. */
const fromWhole = (value: number, unit: EpochUnit): Instant | null => {
  const days = Math.floor(value / PER_DAY[unit]);
  return inRange(days, (value - days * PER_DAY[unit]) * MICROS_PER[unit]);
};

const fromBigInt = (value: bigint, unit: EpochUnit): Instant | null => {
  const perDay = BigInt(PER_DAY[unit]);
  let days = value / perDay;
  let rest = value % perDay;
  if (rest < 0n) {
    days -= 1n;
    rest += perDay;
  }
  return inRange(Number(days), Number(rest) * MICROS_PER[unit]);
};

/** REAL with a fraction: the nearest microsecond, if that renders back to the very same double. */
const fromReal = (value: number, unit: EpochUnit): Instant | null => {
  const scale = MICROS_PER[unit];
  const whole = Math.trunc(value);
  // Apart, because the product of the whole value may be rounded by more than half a microsecond.
  const micros = whole * scale + Math.round((value - whole) * scale);
  // A quotient of two exact integers is correctly rounded, so this is the double that the decimal text would be read as.
  // Beyond 2^53 microseconds (the year 2255) a double no longer tells microseconds apart.
  if (!Number.isSafeInteger(micros) || micros / scale !== value) return null;
  return fromWhole(micros, "us");
};

/**
 * The instant of an INTEGER (bigint, or a number that is one) or REAL (number) count of `unit`s; null outside PostgreSQL's
 * timestamp range (4713 BC – 294276 AD) and for a REAL that microseconds do not give back (−0.0 and infinities included).
 */
export const readEpoch = (value: number | bigint, unit: EpochUnit): Instant | null => {
  if (typeof value === "bigint") {
    const near = Number(value);
    return Number.isSafeInteger(near) ? fromWhole(near, unit) : fromBigInt(value, unit);
  }
  if (Object.is(value, -0) || !Number.isFinite(value)) return null;
  if (Number.isSafeInteger(value)) return fromWhole(value, unit);
  return Number.isInteger(value) ? fromBigInt(BigInt(value), unit) : fromReal(value, unit);
};

/** Seconds at 1971-01-01 and at 2201-01-01. */
const EARLIEST = 31_536_000;
const LATEST = 7_289_654_400;

/**
 * The unit in which both ends of a range fall into the years 1971–2200; null where there is none. The three ranges do not
 * touch (seconds end at 7.3e9, milliseconds begin at 3.2e10), so the answer is unique; 1970 is left out because small
 * numbers are rarely dates.
 */
export const guessEpochUnit = (min: number, max: number): EpochUnit | null => {
  for (const unit of ["s", "ms", "us"] as const) {
    const perSecond = 1_000_000 / MICROS_PER[unit];
    if (min >= EARLIEST * perSecond && max < LATEST * perSecond) return unit;
  }
  return null;
};
