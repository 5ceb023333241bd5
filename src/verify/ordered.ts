/** Both sides in the order of one integer key: block against block by bytes, row by row only where a block differs. */
import { type Differences, rowAt } from "./differences.ts";
import type { RowBuffer } from "./row-buffer.ts";
import { RowBuffer as Rows } from "./row-buffer.ts";
import type { SourceRows } from "./source-rows.ts";

export class OrderedComparison {
  readonly #source: SourceRows;
  readonly #differences: Differences;
  readonly #expected = new Rows();
  #next = 0;
  #more = true;

  constructor(source: SourceRows, differences: Differences) {
    this.#source = source;
    this.#differences = differences;
  }

  /** Compares all rows of `found`, which continue those of the call before. */
  take(found: RowBuffer): void {
    for (let at = 0; at < found.count; ) {
      if (!this.#fill()) {
        for (; at < found.count; at++) this.#differences.unexpected(rowAt(found, at));
        return;
      }
      const rows = Math.min(found.count - at, this.#expected.count - this.#next);
      if (this.#sameBytes(found, at, rows)) {
        at += rows;
        this.#next += rows;
      } else at = this.#rowByRow(found, at);
    }
  }

  /** To be called when the target has no more rows. */
  finish(): void {
    while (this.#fill())
      for (; this.#next < this.#expected.count; this.#next++)
        this.#differences.missing(rowAt(this.#expected, this.#next));
  }

  /** Sees to it that there is an expected row; false where there are no more. */
  #fill(): boolean {
    while (this.#next === this.#expected.count) {
      this.#expected.clear();
      this.#next = 0;
      if (!this.#more) return false;
      this.#more = this.#source.next(this.#expected);
    }
    return true;
  }

  #sameBytes(found: RowBuffer, at: number, rows: number): boolean {
    const expected = this.#expected;
    const left = expected.starts[this.#next]!;
    const leftEnd = expected.end(this.#next + rows - 1);
    const right = found.starts[at]!;
    const rightEnd = found.end(at + rows - 1);
    // Equal bytes are equal rows: every row is made of the same columns, and each column says how long it is.
    return (
      leftEnd - left === rightEnd - right && expected.bytes.compare(found.bytes, right, rightEnd, left, leftEnd) === 0
    );
  }

  /** Merges by key until one side's window is used up; gives the next row of `found`. */
  #rowByRow(found: RowBuffer, from: number): number {
    let at = from;
    const expected = this.#expected;
    while (at < found.count && this.#next < expected.count) {
      const order = compareKeys(expected, this.#next, found, at);
      if (order < 0) this.#differences.missing(rowAt(expected, this.#next++));
      else if (order > 0) this.#differences.unexpected(rowAt(found, at++));
      else {
        if (!this.#sameBytes(found, at, 1)) this.#differences.changed(rowAt(expected, this.#next), rowAt(found, at));
        this.#next++;
        at++;
      }
    }
    return at;
  }
}

/**
 * Two canonical 64-bit keys. A key that is none (NULL, or without an equal) comes first: its row can only be missing or
 * unexpected.
 */
const compareKeys = (left: RowBuffer, leftRow: number, right: RowBuffer, rightRow: number): number => {
  const a = left.starts[leftRow]!;
  const b = right.starts[rightRow]!;
  if (left.bytes.readInt32BE(a) !== 8) return -1;
  if (right.bytes.readInt32BE(b) !== 8) return 1;
  const high = left.bytes.readInt32BE(a + 4) - right.bytes.readInt32BE(b + 4);
  return high === 0 ? left.bytes.readUInt32BE(a + 8) - right.bytes.readUInt32BE(b + 8) : high;
};
