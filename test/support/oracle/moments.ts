/** Dates and times in microseconds, read by a pattern of the oracle's own. */

const ISO =
  /^(?:(\d{4})-(\d\d)-(\d\d))?([ T]?)(?:(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?( ?(?:Z|UTC|[+-]\d\d(?::?\d\d)?))?)?$/;

export interface ReadMoment {
  readonly micros: bigint;
  /** Separator, seconds and zone, which have to be the same throughout a column. */
  readonly mask: string;
  readonly fraction: string;
  /** Minutes that the clock is before UTC; null where no zone is named. */
  readonly offset: number | null;
}

/** A date, a time, or both; null for anything else, and for days and hours that no clock shows. */
export const readMoment = (text: string): ReadMoment | null => {
  const parts = ISO.exec(text);
  if (!parts) return null;
  const [, year, month, day, separator, hour, minute, second, fraction = "", zone = ""] = parts;
  if ((separator !== "") !== (year !== undefined && hour !== undefined)) return null;
  if (year === undefined && hour === undefined) return null;
  let micros = 0n;
  if (year !== undefined) {
    const date = new Date(0);
    date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
    if (date.toISOString().slice(0, 10) !== `${year}-${month}-${day}` || year === "0000") return null;
    micros += BigInt(date.getTime()) * 1000n;
  }
  if (Number(hour ?? 0) > 23 || Number(minute ?? 0) > 59 || Number(second ?? 0) > 59) return null;
  const offset = offsetOf(zone);
  if (Number.isNaN(offset)) return null;
  const seconds = Number(hour ?? 0) * 3600 + Number(minute ?? 0) * 60 + Number(second ?? 0);
  micros += BigInt(seconds) * 1_000_000n + BigInt(fraction.padEnd(6, "0"));
  return {
    micros,
    mask: [year !== undefined, separator, hour !== undefined, second !== undefined, zone].join("|"),
    fraction,
    offset,
  };
};

/** NaN for what is no offset of a clock. */
const offsetOf = (zone: string): number | null => {
  if (zone === "") return null;
  const [, sign, hours, minutes = "0"] = /([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
  if (sign === undefined) return 0;
  if (Number(hours) > 15 || Number(minutes) > 59) return Number.NaN;
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
};

/** Could one form give all of these texts back? (docs/types.md: one spelling throughout.) */
export const oneSpelling = (moments: readonly ReadMoment[]): boolean => {
  const every = (test: (fraction: string) => boolean): boolean => moments.every(({ fraction }) => test(fraction));
  const [first] = moments;
  if (!first) return true;
  return (
    moments.every(({ mask }) => mask === first.mask) &&
    (every(({ length }) => length === first.fraction.length) ||
      every((fraction) => fraction === "" || (fraction.length === 6 && fraction !== "000000")) ||
      every((fraction) => !fraction.endsWith("0")))
  );
};

const MICROS = { s: 1_000_000n, ms: 1_000n, us: 1n } as const;
export type Unit = keyof typeof MICROS;

/** A count of units since 1970; null for a REAL that no microsecond gives back. */
export const fromEpoch = (value: bigint | number, unit: Unit): bigint | null => {
  if (typeof value === "bigint") return value * MICROS[unit];
  if (!Number.isFinite(value)) return null;
  const scale = Number(MICROS[unit]);
  const near = BigInt(Math.trunc(value)) * MICROS[unit] + BigInt(Math.round((value - Math.trunc(value)) * scale));
  return Number(near) / scale === value ? near : null;
};

const JULIAN_EPOCH_MS = 210_866_760_000_000n;

/** A Julian day: the whole millisecond that gives the double back, else the nearest microsecond. */
export const fromJulian = (value: number): bigint | null => {
  if (!(value > 1_700_000 && value < 5_400_000)) return null;
  const ms = BigInt(Math.round(value * 86_400_000));
  for (const near of [ms, ms - 1n, ms + 1n])
    if (Number(near) / 86_400_000 === value) return (near - JULIAN_EPOCH_MS) * 1000n;
  // The double as an exact fraction of 2^40, times the microseconds of a day, rounded to the nearest.
  const exact = BigInt(value * 2 ** 40) * 86_400_000_000n;
  return (exact + (1n << 39n)) / (1n << 40n) - JULIAN_EPOCH_MS * 1000n;
};
