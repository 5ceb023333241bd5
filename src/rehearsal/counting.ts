/** What one client, or all of them together, got done: counted while it runs, added up at the end. */
import { type Histogram, latenciesOf, merged, newHistogram, record } from "./histogram.ts";
import type { OperationMeasure } from "./model.ts";

/** Plain data, so that it crosses between threads. */
export interface Count {
  readonly latencies: Histogram;
  readonly errors: Map<string, number>;
}

export const newCount = (): Count => ({ latencies: newHistogram(), errors: new Map() });

/** Adds one operation that took so many milliseconds and ended well. */
export const succeeded = ({ latencies }: Count, milliseconds: number): void => record(latencies, milliseconds);

/** Adds one that failed; the code says how. */
export const failed = ({ errors }: Count, error: unknown): void => {
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "unknown";
  errors.set(code, (errors.get(code) ?? 0) + 1);
};

/** @param seconds how long they were at it, all at the same time */
export const measureOf = (counts: readonly Count[], seconds: number): OperationMeasure => {
  const latencies = merged(counts.map((count) => count.latencies));
  const kinds = new Map<string, number>();
  for (const { errors } of counts) for (const [code, many] of errors) kinds.set(code, (kinds.get(code) ?? 0) + many);
  return {
    perSecond: seconds > 0 ? latencies.count / seconds : 0,
    latencies: latenciesOf(latencies),
    errors: [...kinds.values()].reduce((sum, many) => sum + many, 0),
    errorKinds: Object.fromEntries([...kinds].sort(([a], [b]) => a.localeCompare(b))),
  };
};
