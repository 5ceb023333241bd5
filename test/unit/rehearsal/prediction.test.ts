import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type MeasuredPhase, predict, ratesOf } from "../../../src/rehearsal/prediction.ts";

const phase = (grows: MeasuredPhase["grows"], seconds: number, rates: readonly number[] = []): MeasuredPhase => ({
  name: grows,
  ...{ grows, seconds, rates },
});

describe("the predicted window", () => {
  it("is what was measured, where production has the very size that was rehearsed", () => {
    const { expected } = predict([phase("bytes", 10), phase("sorting", 4), phase("not", 1)], {
      rehearsedBytes: 1000,
      productionBytes: 1000,
    });
    expect(expected).toBe(15);
  });

  it("grows with the bytes where rows are read or written, by their logarithm more where they are sorted, not at all else", () => {
    const { phases } = predict([phase("bytes", 10), phase("sorting", 10), phase("not", 10)], {
      rehearsedBytes: 1024,
      productionBytes: 1024 * 1024,
    });
    expect(phases.map(({ expected }) => expected)).toEqual([10_240, 20_480, 10]);
  });

  it("lies between the fastest and the slowest part of the work", () => {
    // Parts of equal bytes at 50, 100 and 200 B/s took 4, 2 and 1 parts of time: the mean rate is 3 / (1/50 + 1/100 + 1/200).
    const mean = 3 / (1 / 50 + 1 / 100 + 1 / 200);
    const { expected, least, most } = predict([phase("bytes", 70, [50, 100, 200])], {
      rehearsedBytes: 100,
      productionBytes: 200,
    });
    expect(expected).toBe(140);
    expect(least).toBeCloseTo((140 * mean) / 200);
    expect(most).toBeCloseTo((140 * mean) / 50);
  });

  it("gives a phase without parts the widest spread of the others, and says when nothing is known of any", () => {
    const sizes = { rehearsedBytes: 100, productionBytes: 100 };
    const { phases } = predict([phase("bytes", 1, [50, 200]), phase("sorting", 1), phase("not", 1)], sizes);
    expect(phases[1]!.most / phases[1]!.expected).toBeCloseTo(phases[0]!.most / phases[0]!.expected);
    expect([phases[2]!.least, phases[2]!.most]).toEqual([1, 1]);
    const guess = predict([phase("bytes", 10)], sizes);
    expect([guess.least, guess.most]).toEqual([5, 20]);
    expect(guess.restsOn).toContain("guess");
  });

  it("warns where production is far from what was rehearsed", () => {
    const far = (productionBytes: number) =>
      predict([phase("bytes", 1)], { rehearsedBytes: 100, productionBytes }).restsOn;
    expect(far(1000)).toContain("10 times what was rehearsed");
    expect(far(500)).not.toContain("times what was rehearsed");
  });

  it("keeps its expectation inside the interval, and adds up, whatever was measured", () => {
    const rate = fc.double({ min: 0.1, max: 1e9, noNaN: true });
    const any = fc.record({
      name: fc.string(),
      grows: fc.constantFrom("bytes" as const, "sorting" as const, "not" as const),
      seconds: fc.double({ min: 0, max: 1e5, noNaN: true }),
      rates: fc.array(rate, { maxLength: 6 }),
    });
    const bytes = fc.integer({ min: 4096, max: 2 ** 46 });
    fc.assert(
      fc.property(
        fc.array(any, { minLength: 1, maxLength: 7 }),
        bytes,
        bytes,
        (phases, rehearsedBytes, productionBytes) => {
          const { expected, least, most, phases: parts } = predict(phases, { rehearsedBytes, productionBytes });
          const slack = 1 + 1e-9;
          expect(least).toBeLessThanOrEqual(expected * slack);
          expect(expected).toBeLessThanOrEqual(most * slack);
          expect(parts.reduce((sum, part) => sum + part.expected, 0)).toBeCloseTo(expected, 3);
        },
      ),
    );
  });
});

describe("rates of parts", () => {
  it("come from when how many bytes were done, in parts of about equal bytes", () => {
    const marks = [0, 1, 2, 4, 6, 7].map((seconds) => ({ seconds, bytes: 100 }));
    expect(ratesOf(marks)).toEqual([100, 100, 50, 50, 100]);
  });

  it("join small pieces, put them in order, and need a beginning to count from", () => {
    const marks = [...Array(101).keys()].map((n) => ({ seconds: n / 10, bytes: 10 }));
    expect(ratesOf([...marks].reverse()).map(Math.round)).toEqual([100, 100, 100, 100, 100]);
    expect(ratesOf([{ seconds: 1, bytes: 10 }])).toEqual([]);
    expect(ratesOf([])).toEqual([]);
    const atOnce = [0, 0, 0, 2].map((seconds) => ({ seconds, bytes: 100 }));
    expect(ratesOf(atOnce)).toEqual([150]);
  });
});
