/**
 * How long production will stand still, from what the rehearsal took. A phase that reads or writes rows grows with the bytes,
 * one that sorts (indexes) with bytes times their logarithm, and the rest does not grow. How far the single parts of the work
 * were from their mean is what the interval is made of.
 */
import type { PredictedPhase, Prediction } from "./model.ts";

export interface MeasuredPhase {
  readonly name: string;
  readonly seconds: number;
  readonly grows: "bytes" | "sorting" | "not";
  /** Bytes per second of parts of this phase; fewer than two say nothing of its spread. */
  readonly rates: readonly number[];
}

/** Where no phase was long enough to be looked at in parts: half to twice, and the report says that it is a guess. */
const GUESS = { least: 0.5, most: 2 };

/**
 * `expected = Σ seconds × growth`, where growth is f = production / rehearsed bytes, or f × log(production) / log(rehearsed) for
 * what sorts. The interval multiplies each growing phase by mean rate / fastest part and mean rate / slowest part; a phase
 * without parts of its own takes the widest of the others.
 */
export const predict = (
  phases: readonly MeasuredPhase[],
  { rehearsedBytes, productionBytes }: { readonly rehearsedBytes: number; readonly productionBytes: number },
): Prediction => {
  const spreads = phases.flatMap((phase) => spreadOf(phase) ?? []);
  const widest =
    spreads.length === 0
      ? GUESS
      : {
          least: Math.min(...spreads.map(({ least }) => least)),
          most: Math.max(...spreads.map(({ most }) => most)),
        };
  const predicted = phases.map((phase): PredictedPhase => {
    const expected = phase.seconds * growthOf(phase, rehearsedBytes, productionBytes);
    if (phase.grows === "not") return { name: phase.name, expected, least: expected, most: expected };
    const { least, most } = spreadOf(phase) ?? widest;
    return { name: phase.name, expected, least: expected * least, most: expected * most };
  });
  const sum = (of: (phase: PredictedPhase) => number): number => predicted.reduce((all, each) => all + of(each), 0);
  return {
    rehearsedBytes,
    productionBytes,
    expected: sum(({ expected }) => expected),
    least: sum(({ least }) => least),
    most: sum(({ most }) => most),
    phases: predicted,
    restsOn: basis(spreads.length, productionBytes / rehearsedBytes),
  };
};

interface Spread {
  readonly least: number;
  readonly most: number;
}

/** How much faster than its mean rate the fastest part was, and how much slower the slowest; null for fewer than two parts. */
const spreadOf = ({ rates }: MeasuredPhase): Spread | null => {
  const positive = rates.filter((rate) => rate > 0 && Number.isFinite(rate));
  if (positive.length < 2) return null;
  // Parts of equal bytes: their mean rate is the harmonic one.
  const mean = positive.length / positive.reduce((sum, rate) => sum + 1 / rate, 0);
  return { least: mean / Math.max(...positive), most: mean / Math.min(...positive) };
};

const growthOf = ({ grows }: MeasuredPhase, rehearsed: number, production: number): number => {
  if (grows === "not") return 1;
  const factor = production / rehearsed;
  // Two bytes and less have no logarithm to divide by, and such a file none to sort either.
  return grows === "bytes" || rehearsed <= 2 || production <= 2
    ? factor
    : factor * (Math.log(production) / Math.log(rehearsed));
};

const basis = (measured: number, factor: number): string => {
  const parts =
    measured === 0
      ? "No phase took long enough to be measured in parts, so the interval is a guess (half to twice)."
      : `The interval comes from the fastest and slowest parts of ${measured} of the phases.`;
  const far = factor >= 10 || factor <= 0.1;
  return far
    ? `${parts} Production is ${factor >= 1 ? factor.toFixed(0) : factor.toFixed(2)} times what was rehearsed: rehearse with a file of its own size before relying on this.`
    : parts;
};

/** A moment at which so many bytes of a phase were done. */
export interface Mark {
  readonly seconds: number;
  readonly bytes: number;
}

/** Parts that a phase is looked at in. */
const PARTS = 5;

/**
 * Rates of parts of about equal bytes, in bytes per second.
 * @param marks in any order; `bytes` is what was done since the mark before
 */
export const ratesOf = (marks: readonly Mark[]): readonly number[] => {
  const ordered = [...marks].sort((a, b) => a.seconds - b.seconds);
  const [start, ...rest] = ordered;
  if (start === undefined) return [];
  const total = rest.reduce((sum, { bytes }) => sum + bytes, 0);
  const rates: number[] = [];
  let since = start.seconds;
  let bytes = 0;
  for (const mark of rest) {
    bytes += mark.bytes;
    if (bytes < total / PARTS || mark.seconds <= since) continue;
    rates.push(bytes / (mark.seconds - since));
    since = mark.seconds;
    bytes = 0;
  }
  return rates;
};
