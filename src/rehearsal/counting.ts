/** What one client, or all of them together, got done: counted while it runs, added up at the end. */
import { type Histogram, latenciesOf, merged, newHistogram, record } from "./histogram.ts";
import type { OperationMeasure } from "./model.ts";

/** Plain data, so that it crosses between threads. */
export interface Count {
  readonly latencies: Histogram;
  /** Operations that ended before the time was over: the rate is theirs, latencies are everybody's. */
  inTime: number;
  readonly errors: Map<string, number>;
}

export const newCount = (): Count => ({ latencies: newHistogram(), inTime: 0, errors: new Map() });

/** Adds one operation that ended well. @param began @param end of the whole time, both of `performance.now()` */
export const succeeded = (count: Count, began: number, end: number): void => {
  const now = performance.now();
  record(count.latencies, now - began);
  if (now <= end) count.inTime += 1;
};

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
    perSecond: counts.reduce((sum, { inTime }) => sum + inTime, 0) / seconds,
    latencies: latenciesOf(latencies),
    errors: [...kinds.values()].reduce((sum, many) => sum + many, 0),
    errorKinds: Object.fromEntries([...kinds].sort(([a], [b]) => a.localeCompare(b))),
  };
};
