/**
 * Tables that the two sides cannot put into one order: as multisets of 128-bit row hashes, summed per bucket. Equal multisets
 * give equal sums; that unequal ones do as well has the odds of a collision of 128 bits. Memory depends on the number of buckets alone.
 */
import { hash } from "node:crypto";
import type { RowBuffer } from "./row-buffer.ts";

const MOST_BUCKETS = 65_536;
const FEWEST_BUCKETS = 64;
/** Few enough rows a bucket that a single damaged row can be taken apart by reading a handful. */
const ROWS_PER_BUCKET = 32;

export class Buckets {
  readonly size: number;
  /** Rows expected minus rows found, and the sums of their hashes likewise, four words of 32 bits a bucket. */
  readonly #counts: Float64Array;
  readonly #sums: Uint32Array;
  readonly #rows: Float64Array;

  /** @param rows about how many rows there are */
  constructor(rows: number) {
    this.size = FEWEST_BUCKETS;
    while (this.size < MOST_BUCKETS && this.size * ROWS_PER_BUCKET < rows) this.size *= 2;
    this.#counts = new Float64Array(this.size);
    this.#rows = new Float64Array(this.size);
    this.#sums = new Uint32Array(this.size * 4);
  }

  /** Counts all rows of one side in. */
  add(rows: RowBuffer, side: "expected" | "found"): void {
    for (let row = 0; row < rows.count; row++) {
      const start = rows.starts[row]!;
      const end = rows.end(row);
      const keyEnd = rows.keyEnds[row]!;
      const digest = md5(rows.bytes, start, end);
      const bucket = bucketOf(rows.bytes, start, keyEnd, this.size);
      this.#rows[bucket]! += 1;
      this.#counts[bucket]! += side === "expected" ? 1 : -1;
      this.#accumulate(bucket * 4, digest, side);
    }
  }

  /**
   * The buckets whose rows differ, with the number of rows (of both sides) that lie in them and the difference of their
   * counts.
   */
  differing(): { bucket: number; rows: number; excess: number }[] {
    const differing = [];
    for (let bucket = 0; bucket < this.size; bucket++) {
      const sum = this.#sums.subarray(bucket * 4, bucket * 4 + 4);
      if (this.#counts[bucket] === 0 && sum.every((word) => word === 0)) continue;
      differing.push({ bucket, rows: this.#rows[bucket]!, excess: this.#counts[bucket]! });
    }
    return differing;
  }

  /** Adds or subtracts 128 bits, modulo 2^128, from the lowest word up. */
  #accumulate(at: number, digest: string, side: "expected" | "found"): void {
    let carry = 0;
    for (let word = 3; word >= 0; word--) {
      const value = wordOf(digest, word) + carry;
      const sum = this.#sums[at + word]! + (side === "expected" ? value : -value);
      this.#sums[at + word] = sum;
      carry = side === "expected" ? (sum > 0xffff_ffff ? 1 : 0) : sum < 0 ? 1 : 0;
    }
  }
}

/** One character a byte: a third of the time of a Buffer, and there are millions of them. */
const md5 = (bytes: Buffer, start: number, end: number): string => hash("md5", bytes.subarray(start, end), "binary");

const wordOf = (digest: string, word: number): number =>
  ((digest.charCodeAt(word * 4) << 24) |
    (digest.charCodeAt(word * 4 + 1) << 16) |
    (digest.charCodeAt(word * 4 + 2) << 8) |
    digest.charCodeAt(word * 4 + 3)) >>>
  0;

/** By FNV-1a over the key: it only spreads rows over the buckets, and must put both sides' rows into the same one. */
export const bucketOf = (bytes: Buffer, start: number, end: number, size: number): number => {
  let mixed = 0x811c9dc5;
  for (let at = start; at < end; at++) mixed = Math.imul(mixed ^ bytes[at]!, 0x01000193);
  return ((mixed ^ (mixed >>> 16)) >>> 0) % size;
};
