/** The second look at buckets that differ: their rows are held, paired and compared to the column, within a bounded memory. */
import { type Buckets, bucketOf } from "./buckets.ts";
import { type Differences, type RowAt, rowAt } from "./differences.ts";
import type { RowBuffer } from "./row-buffer.ts";

/** What is held at most; buckets beyond it are counted without being taken apart. */
const MOST_BYTES = 64 << 20;
const MOST_ROWS = 200_000;

interface HeldRow extends RowAt {
  readonly key: string;
}

interface HeldBucket {
  readonly expected: HeldRow[];
  readonly found: HeldRow[];
  readonly excess: number;
  bytes: number;
}

export class DifferingRows {
  readonly #size: number;
  readonly #held = new Map<number, HeldBucket>();
  readonly #dropped: number[] = [];
  #bytes = 0;

  constructor(buckets: Buckets) {
    this.#size = buckets.size;
    let rows = 0;
    for (const differing of buckets.differing()) {
      rows += differing.rows;
      if (rows > MOST_ROWS && this.#held.size > 0) this.#dropped.push(differing.excess);
      else this.#held.set(differing.bucket, { expected: [], found: [], excess: differing.excess, bytes: 0 });
    }
  }

  get none(): boolean {
    return this.#held.size === 0;
  }

  /** Holds those rows that lie in a differing bucket. */
  add(rows: RowBuffer, side: "expected" | "found"): void {
    for (let row = 0; row < rows.count; row++) {
      const start = rows.starts[row]!;
      const keyEnd = rows.keyEnds[row]!;
      const number = bucketOf(rows.bytes, start, keyEnd, this.#size);
      const bucket = this.#held.get(number);
      if (bucket === undefined) continue;
      const { label } = rowAt(rows, row);
      const bytes = Buffer.from(rows.row(row));
      bucket[side].push({
        bytes,
        start: 0,
        label,
        key: bytes.toString("latin1", 0, keyEnd - start),
      });
      bucket.bytes += bytes.length;
      this.#bytes += bytes.length;
      if (this.#bytes > MOST_BYTES && this.#held.size > 1) this.#drop(number, bucket);
    }
  }

  report(differences: Differences): void {
    for (const bucket of this.#held.values()) compareBucket(bucket, differences);
    for (const excess of this.#dropped) {
      differences.rows += Math.max(1, Math.abs(excess));
      differences.isAtLeast = true;
    }
  }

  #drop(number: number, bucket: HeldBucket): void {
    this.#held.delete(number);
    this.#dropped.push(bucket.excess);
    this.#bytes -= bucket.bytes;
  }
}

/** Equal rows cancel out, as often as they occur; what is left is paired by key. */
const compareBucket = ({ expected, found }: HeldBucket, differences: Differences): void => {
  const left = byKey(found);
  const unmatched: HeldRow[] = [];
  for (const row of expected) {
    const candidates = left.get(row.key);
    const same = candidates?.findIndex(({ bytes }) => bytes.equals(row.bytes)) ?? -1;
    if (same < 0) unmatched.push(row);
    else candidates!.splice(same, 1);
  }
  for (const row of unmatched) {
    const other = left.get(row.key)?.shift();
    if (other === undefined) differences.missing(row);
    else differences.changed(row, other);
  }
  for (const rows of left.values()) for (const row of rows) differences.unexpected(row);
};

const byKey = (rows: readonly HeldRow[]): Map<string, HeldRow[]> => {
  const map = new Map<string, HeldRow[]>();
  for (const row of rows) {
    const same = map.get(row.key);
    if (same === undefined) map.set(row.key, [row]);
    else same.push(row);
  }
  return map;
};
