import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { latenciesOf, merged, newHistogram, percentile, record } from "../../../src/rehearsal/histogram.ts";

const histogramOf = (samples: readonly number[]) => {
  const histogram = newHistogram();
  for (const sample of samples) record(histogram, sample);
  return histogram;
};

/** The definition, by hand: the smallest sample that at least this share of them does not exceed. */
const exact = (samples: readonly number[], share: number): number => {
  const ascending = [...samples].sort((a, b) => a - b);
  return ascending.find((value) => samples.filter((other) => other <= value).length >= share * samples.length)!;
};

const latency = fc.double({ min: 0.0002, max: 60_000, noNaN: true });

describe("percentiles of latencies", () => {
  it.each([
    [[5], 0.5, 5],
    [[1, 2, 3, 4], 0.5, 2],
    [[1, 2, 3, 4], 0.75, 3],
    [[1, 2, 3, 4], 0.76, 4],
    [[15, 20, 35, 40, 50], 0.3, 20],
    [[15, 20, 35, 40, 50], 0.4, 20],
    [[15, 20, 35, 40, 50], 1, 50],
  ])("of %j at %d is %d by the nearest rank, within a percent", (samples, share, expected) => {
    const found = percentile(histogramOf(samples), share);
    expect(found).toBeGreaterThanOrEqual(expected * 0.999_999);
    expect(found).toBeLessThanOrEqual(expected * 1.01);
  });

  it("are the nearest rank's, at most one percent too high, whatever was recorded", () => {
    fc.assert(
      fc.property(
        fc.array(latency, { minLength: 1, maxLength: 60 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (samples, share) => {
          const found = percentile(histogramOf(samples), share);
          const wanted = exact(samples, share);
          expect(found).toBeGreaterThanOrEqual(wanted * (1 - 1e-9));
          expect(found).toBeLessThanOrEqual(wanted * 1.01 * (1 + 1e-9));
        },
      ),
    );
  });

  it("of several clients together are those of all their operations", () => {
    fc.assert(
      fc.property(fc.array(fc.array(latency, { maxLength: 20 }), { maxLength: 5 }), (clients) => {
        const together = latenciesOf(merged(clients.map(histogramOf)));
        const all = latenciesOf(histogramOf(clients.flat()));
        expect(together && { ...together, mean: 0 }).toEqual(all && { ...all, mean: 0 });
        expect(together?.mean ?? 0).toBeCloseTo(all?.mean ?? 0, 6);
      }),
    );
  });

  it("are in order, and none is above the slowest operation", () => {
    const { p50, p95, p99, max, count, mean } = latenciesOf(histogramOf([...Array(99).keys()].map((n) => n + 1)))!;
    expect(p50).toBeLessThan(p95);
    expect(p95).toBeLessThan(p99);
    expect(p99).toBeLessThanOrEqual(max);
    expect([count, max, mean]).toEqual([99, 99, 50]);
  });

  it("of nothing are nothing, not zero", () => {
    expect(latenciesOf(newHistogram())).toBeNull();
  });
});
