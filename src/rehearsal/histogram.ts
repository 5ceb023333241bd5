/**
 * Latencies of millions of operations in little memory: counts in buckets whose borders grow by one percent each, as
 * HdrHistogram and Prometheus' native histograms keep them. Histograms of several workers add up.
 */

/** Each bucket's upper border is this much above the one before it: what a percentile may be too high by. */
const GROWTH = 1.01;
const LOG_GROWTH = Math.log(GROWTH);
/** The upper border of the first bucket, in milliseconds: 0.1 µs is below what the clock resolves. */
const FIRST = 0.0001;

export interface Latencies {
  readonly count: number;
  /** Milliseconds, as all below: half of the operations took no longer. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
  readonly mean: number;
}

/** Plain data, so that it crosses between threads. */
export interface Histogram {
  /** Bucket number → operations. */
  readonly buckets: Map<number, number>;
  count: number;
  sum: number;
  max: number;
}

export const newHistogram = (): Histogram => ({ buckets: new Map(), count: 0, sum: 0, max: 0 });

/** Adds one latency. */
export const record = (histogram: Histogram, milliseconds: number): void => {
  const bucket = milliseconds <= FIRST ? 0 : Math.ceil(Math.log(milliseconds / FIRST) / LOG_GROWTH);
  histogram.buckets.set(bucket, (histogram.buckets.get(bucket) ?? 0) + 1);
  histogram.count += 1;
  histogram.sum += milliseconds;
  histogram.max = Math.max(histogram.max, milliseconds);
};

/** The sum of histograms, as if one had recorded everything. */
export const merged = (histograms: readonly Histogram[]): Histogram => {
  const all = newHistogram();
  for (const { buckets, count, sum, max } of histograms) {
    for (const [bucket, many] of buckets) all.buckets.set(bucket, (all.buckets.get(bucket) ?? 0) + many);
    all.count += count;
    all.sum += sum;
    all.max = Math.max(all.max, max);
  }
  return all;
};

/**
 * The smallest latency that at least `share` of the operations did not exceed: the nearest-rank percentile (Hyndman and Fan,
 * Sample Quantiles in Statistical Packages, 1996, definition 1), at most one percent too high for the buckets' width.
 * @param share from 0 to 1 · @returns milliseconds; 0 where nothing was recorded
 */
export const percentile = (histogram: Histogram, share: number): number => {
  const rank = Math.max(1, Math.ceil(share * histogram.count));
  let seen = 0;
  for (const [bucket, many] of [...histogram.buckets].sort(([a], [b]) => a - b)) {
    seen += many;
    if (seen >= rank) return Math.min(histogram.max, FIRST * GROWTH ** bucket);
  }
  return 0;
};

/** What a report says of them; null where nothing was recorded. */
export const latenciesOf = (histogram: Histogram): Latencies | null =>
  histogram.count === 0
    ? null
    : {
        count: histogram.count,
        p50: percentile(histogram, 0.5),
        p95: percentile(histogram, 0.95),
        p99: percentile(histogram, 0.99),
        max: histogram.max,
        mean: histogram.sum / histogram.count,
      };
