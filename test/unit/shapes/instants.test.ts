import Database from "better-sqlite3";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { guessEpochUnit, readEpoch } from "../../../src/source/shapes/epoch.ts";
import { readJulian, renderJulian } from "../../../src/source/shapes/julian.ts";

const MICROS_PER_DAY = 86_400_000_000n;
const total = (instant: { days: number; micros: number } | null): bigint | null =>
  instant && BigInt(instant.days) * MICROS_PER_DAY + BigInt(instant.micros);

describe("epochs", () => {
  it("counts every 64-bit number of seconds, milliseconds and microseconds exactly, or is null out of range", () => {
    const perUnit = { s: 1_000_000n, ms: 1_000n, us: 1n } as const;
    fc.assert(
      fc.property(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), fc.constantFrom("s", "ms", "us"), (value, unit) => {
        const micros = value * perUnit[unit];
        const inRange = micros >= -2_440_588n * MICROS_PER_DAY && micros < 106_762_940n * MICROS_PER_DAY;
        const read = readEpoch(value, unit);
        expect(total(read)).toBe(inRange ? micros : null);
        if (read) expect(read.micros >= 0 && read.micros < 86_400_000_000).toBe(true);
      }),
    );
  });

  it("counts ordinary numbers of seconds, before and after 1970", () => {
    expect(readEpoch(-1n, "s")).toEqual({ days: -1, micros: 86_399_000_000 });
    expect(readEpoch(1_600_000_000n, "s")).toEqual({ days: 18_518, micros: 44_800_000_000 });
  });

  it("reads a REAL only where its microseconds give the very same double back", () => {
    expect(total(readEpoch(1_600_000_000.123456, "s"))).toBe(1_600_000_000_123_456n);
    expect(total(readEpoch(1_600_000_000_123.456, "ms"))).toBe(1_600_000_000_123_456n);
    expect(readEpoch(0.1234567, "s")).toBeNull();
    expect(readEpoch(1.5, "us")).toBeNull();
    expect(readEpoch(-0, "s")).toBeNull();
    expect(readEpoch(Number.POSITIVE_INFINITY, "s")).toBeNull();
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 52), max: 2 ** 52 }), (micros) => {
        fc.pre(micros !== 0);
        expect(total(readEpoch(micros / 1e6, "s"))).toBe(BigInt(micros));
      }),
    );
  });

  it("guesses the unit by years 1971 to 2200, and not for numbers that may be anything", () => {
    const at = (iso: string) => Date.parse(iso) / 1_000;
    expect(guessEpochUnit(at("1971-01-01T00:00:00Z"), at("2200-12-31T23:59:59Z"))).toBe("s");
    expect(guessEpochUnit(1.6e12, 1.7e12)).toBe("ms");
    expect(guessEpochUnit(1.6e15, 1.7e15)).toBe("us");
    expect(guessEpochUnit(at("1970-12-31T23:59:59Z"), 1.6e9)).toBeNull();
    expect(guessEpochUnit(1.6e9, at("2201-01-01T00:00:00Z"))).toBeNull();
    expect(guessEpochUnit(1.6e9, 1.6e12)).toBeNull();
    expect(guessEpochUnit(Number.NaN, Number.NaN)).toBeNull();
  });
});

describe("Julian days", () => {
  it("reads what SQLite's julianday() writes as the very millisecond", () => {
    const julianday = new Database(":memory:").prepare("SELECT julianday(?)").pluck(true);
    const [from, to] = [Date.parse("0001-01-01T00:00:00Z"), Date.parse("9999-12-31T23:59:59.999Z")];
    fc.assert(
      fc.property(fc.integer({ min: from, max: to }), (ms) => {
        const value = julianday.get(new Date(ms).toISOString().slice(0, 23)) as number;
        expect(total(readJulian(value))).toBe(BigInt(ms) * 1_000n);
      }),
    );
  });

  it("gives the very same double back for every double of years 0001 to 9999", () => {
    fc.assert(
      fc.property(fc.double({ min: 1_721_425.5, max: 5_373_484.4999, noNaN: true }), (value) => {
        expect(renderJulian(readJulian(value)!)).toBe(value);
      }),
    );
  });

  it("is null for what is out of the calendar: epochs, serial days, infinities", () => {
    for (const value of [0, 43_831.5, 1.6e9, Number.POSITIVE_INFINITY, Number.NaN, 5_373_484.5])
      expect(readJulian(value), String(value)).toBeNull();
  });
});
