/**
 * Blocks of rows → bytes of COPY, and the rows that stay behind. A block is encoded as the driver hands it out; where U+FFFD
 * turns up in it, or a row does not fit, it is read once more carefully, so that what is written or kept is what is stored.
 */

import type { CopyBuffer } from "./encode/buffer.ts";
import type { RowEncoder } from "./encode/compile.ts";
import { CLEANED, type Reject } from "./encode/reject.ts";
import type { Keeper, KeptRow } from "./kept-row.ts";
import type { Block, Row, TableReader } from "./rows/reader.ts";

/** What the driver writes for bytes that it cannot decode, and what a genuine U+FFFD is stored as. */
const REPLACEMENT_BYTES = Buffer.from([0xef, 0xbf, 0xbd]);

/** What a kept row takes beside its original, roughly. */
const ROW_OVERHEAD = 200;

export interface Counts {
  read: number;
  written: number;
  rejected: number;
  cleaned: number;
}

/** Rows of a slice that the server has refused by themselves, by their position in the slice. */
export type Refused = ReadonlyMap<number, Reject>;

/** Where each written row of a block ends in the buffer, and which row of the slice it is: what bisecting needs. */
export interface RowEnds {
  readonly ends: number[];
  readonly ordinals: number[];
}

/** Encodes one slice from its first row to its last. */
export class SliceEncoder {
  readonly counts: Counts = { read: 0, written: 0, rejected: 0, cleaned: 0 };
  /** Rows kept since somebody took them away. */
  kept: KeptRow[] = [];
  /** Their size in characters, roughly. */
  keptSize = 0;
  /** Rows that the blocks had so far: oversize rows are counted, but no block has them. */
  #ordinal = 0;
  readonly #reader: TableReader;
  readonly #encoder: RowEncoder;
  readonly #keep: Keeper;
  readonly #refused: Refused;

  constructor(reader: TableReader, encoder: RowEncoder, keep: Keeper, refused: Refused = new Map()) {
    this.#reader = reader;
    this.#encoder = encoder;
    this.#keep = keep;
    this.#refused = refused;
  }

  /** Appends a block's rows to the buffer; what must stay behind is kept. @param rowEnds empty arrays to fill */
  encode(block: Block, out: CopyBuffer, rowEnds?: RowEnds): void {
    const start = out.length;
    if (this.#reader.alwaysCareful) {
      this.#encodeCarefully(block.rows, out, rowEnds);
      return;
    }
    const seen = this.#encodePlainly(block.rows, out, rowEnds);
    if (seen !== null && out.bytes.subarray(start, out.length).indexOf(REPLACEMENT_BYTES) < 0) {
      this.#ordinal += seen;
      this.counts.read += seen;
      this.counts.written += seen;
      return;
    }
    out.length = start;
    if (rowEnds) rowEnds.ends.length = rowEnds.ordinals.length = 0;
    this.#encodeCarefully(block.careful(), out, rowEnds);
  }

  /** The usual case: nothing to look at twice. null as soon as there is. */
  #encodePlainly(rows: Iterable<Row>, out: CopyBuffer, rowEnds: RowEnds | undefined): number | null {
    const refused = this.#refused.size > 0;
    let seen = 0;
    for (const row of rows) {
      if (refused && this.#refused.has(this.#ordinal + seen)) return null;
      if (this.#encoder.encode(row, out) !== null) return null;
      if (rowEnds) noteEnd(rowEnds, out.length, this.#ordinal + seen);
      seen += 1;
    }
    return seen;
  }

  #encodeCarefully(rows: Iterable<Row>, out: CopyBuffer, rowEnds: RowEnds | undefined): void {
    const { counts } = this;
    for (const row of rows) {
      const ordinal = this.#ordinal++;
      counts.read += 1;
      const outcome = this.#refused.get(ordinal) ?? this.#encoder.encode(row, out);
      if (outcome !== null && outcome !== CLEANED) {
        this.#keepRow(this.#keep(row, { key: this.#reader.keyOf(row), ordinal }, outcome));
        continue;
      }
      counts.written += 1;
      if (outcome === CLEANED) counts.cleaned += 1;
      if (rowEnds) noteEnd(rowEnds, out.length, ordinal);
    }
  }

  /** A row that no block query may touch. */
  keepUnread(kept: KeptRow): void {
    this.counts.read += 1;
    this.#keepRow(kept);
  }

  #keepRow(kept: KeptRow): void {
    this.counts.rejected += 1;
    this.kept.push(kept);
    this.keptSize += kept.original.length + ROW_OVERHEAD;
  }
}

const noteEnd = ({ ends, ordinals }: RowEnds, end: number, ordinal: number): void => {
  ends.push(end);
  ordinals.push(ordinal);
};
