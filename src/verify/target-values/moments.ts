/** What PostgreSQL sends for dates and times, as canonical days since 1970-01-01 and microseconds of that day. */
import type { TargetWriter } from "./compile.ts";
import { damaged } from "./damaged.ts";

/** PostgreSQL counts from 2000-01-01. */
const DAYS_1970_TO_2000 = 10_957;
const MICROS_PER_DAY = 86_400_000_000;
const LATEST = 0x7fff_ffff;
const EARLIEST = -0x8000_0000;

/** date: 32-bit days; its extremes stand for the infinities. */
export const date: TargetWriter = (bytes, at, length, out) => {
  if (length !== 4) return damaged("date", length);
  const days = bytes.readInt32BE(at);
  out.int32(4);
  out.int32(days === LATEST || days === EARLIEST ? days : days + DAYS_1970_TO_2000);
};

export const time: TargetWriter = (bytes, at, length, out) => {
  if (length !== 8) return damaged("time", length);
  out.int32(6);
  out.copy(bytes, at + 2, at + 8);
};

/** timestamp and timestamptz: 64-bit microseconds. */
export const timestamp: TargetWriter = (bytes, at, length, out) => {
  if (length !== 8) return damaged("timestamp", length);
  const high = bytes.readInt32BE(at);
  const low = bytes.readUInt32BE(at + 4);
  out.int32(10);
  if (high === LATEST && low === 0xffff_ffff) return infinite(LATEST, out);
  if (high === EARLIEST && low === 0) return infinite(EARLIEST, out);
  // Below 2^53 microseconds around 2000 (the years 1715 to 2285) plain numbers are exact, and much faster.
  const near = Math.abs(high) < 0x20_0000;
  const day = near ? dayOfNumber(high * 0x1_0000_0000 + low) : dayOfBigint(bytes.readBigInt64BE(at));
  out.int32(day + DAYS_1970_TO_2000);
  out.uint48(
    near
      ? high * 0x1_0000_0000 + low - day * MICROS_PER_DAY
      : Number(bytes.readBigInt64BE(at) - BigInt(day) * BigInt(MICROS_PER_DAY)),
  );
};

/** The quotient is rounded, so it may be the next whole number although a microsecond is missing to it. */
const dayOfNumber = (micros: number): number => {
  const day = Math.floor(micros / MICROS_PER_DAY);
  return day * MICROS_PER_DAY > micros ? day - 1 : day;
};

const dayOfBigint = (micros: bigint): number => {
  const day = micros / BigInt(MICROS_PER_DAY);
  return Number(day * BigInt(MICROS_PER_DAY) > micros ? day - 1n : day);
};

const infinite = (day: number, out: Parameters<TargetWriter>[3]): void => {
  out.int32(day);
  out.uint48(0);
};
