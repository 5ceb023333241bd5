/**
 * Reads the rows of a slice in blocks by key (`key BETWEEN ? AND ? ORDER BY key LIMIT n`), never by arithmetic on keys: ids may
 * have any gaps. Tables without such a key are read by one iterator.
 */
import type Database from "better-sqlite3";
import type { PlanTable } from "../../plan/model.ts";
import type { Encoding } from "../../source/model.ts";
import { InvalidText, type SqliteValue } from "../encode/reject.ts";
import { ONE_BY_ONE_BYTES, rowsPerBlock } from "./block-size.ts";
import { byKey, byScan, keyExpression, type RowShape, rowShape } from "./select.ts";
import { textRestorer } from "./stored-text.ts";

export type Row = readonly SqliteValue[];

/** Keys of a slice, both ends included. */
export interface KeyRange {
  readonly from: bigint;
  readonly to: bigint;
}

export const FIRST_KEY = -(2n ** 63n);
export const LAST_KEY = 2n ** 63n - 1n;

/** Some rows in order. Each way of reading them may be used once, `careful` after `rows`. */
export interface Block {
  readonly rows: Iterable<Row>;
  /**
   * The rows seen so far again: texts decoded fatally from the stored bytes. At least what was taken of
   * `rows`, at most all.
   */
  readonly careful: () => Iterable<Row>;
}

type Statement = Database.Statement<unknown[], unknown[]>;

/** One table of one snapshot. Close it (or end its generators) before the database is closed. */
export class TableReader {
  readonly shape: RowShape;
  /** True where `rows` are already decoded fatally: every text of a UTF-16 file. */
  readonly alwaysCareful: boolean;
  readonly #db: Database.Database;
  readonly #table: PlanTable;
  readonly #restore: (row: unknown[]) => Row;
  readonly #perBlock: number | null;

  /** @param batchSize the most rows a block may have, where the user names one */
  constructor(db: Database.Database, table: PlanTable, encoding: Encoding, batchSize?: number) {
    this.#db = db;
    this.#table = table;
    this.shape = rowShape(table);
    this.alwaysCareful = encoding !== "UTF-8";
    this.#restore = textRestorer(encoding, this.shape.width);
    this.#perBlock = rowsPerBlock(table, batchSize);
  }

  /** The key of a row; null for a scan. */
  keyOf(row: Row): bigint | null {
    return this.shape.keyAt < 0 ? null : (row[this.shape.keyAt] as bigint);
  }

  /** @param range the slice's keys; not looked at for a scan, which has one slice only */
  blocks(range: KeyRange): Generator<Block, void, undefined> {
    if (keyExpression(this.#table) === null) return this.#scanned();
    return this.#perBlock === null ? this.#oneByOne(range) : this.#inBlocks(range, this.#perBlock);
  }

  *#inBlocks({ from, to }: KeyRange, perBlock: number): Generator<Block, void, undefined> {
    const select = byKey(this.#table, this.alwaysCareful);
    const statement = this.#prepare(`${select} LIMIT ?`);
    for (let next = from; next <= to; ) {
      const read = statement.all(next, to, perBlock);
      if (read.length === 0) return;
      const rows = this.alwaysCareful ? read.map(this.#restore) : (read as Row[]);
      const first = this.keyOf(rows[0]!)!;
      const last = this.keyOf(rows.at(-1)!)!;
      yield { rows, careful: () => this.#carefully({ from: first, to: last }) };
      if (read.length < perBlock) return;
      next = last + 1n;
    }
  }

  /** A few rows are very long: never more than one of them at a time beside the encoded bytes. */
  *#oneByOne({ from, to }: KeyRange): Generator<Block, void, undefined> {
    const iterator = this.#iterate(byKey(this.#table, this.alwaysCareful), this.alwaysCareful, from, to);
    try {
      for (let more = true; more; ) {
        const block = new Taken(iterator, (row) => this.keyOf(row));
        yield {
          rows: block,
          careful: () =>
            block.first === null || block.last === null ? [] : this.#carefully({ from: block.first, to: block.last }),
        };
        more = block.count > 0;
      }
    } finally {
      iterator.return();
    }
  }

  /**
   * Once a block has to be read carefully, the rest of the table is too: a scan cannot name a block's rows again but by
   * position.
   */
  *#scanned(): Generator<Block, void, undefined> {
    let iterator = this.#iterate(byScan(this.#table, this.alwaysCareful), this.alwaysCareful, 0n);
    let position = 0;
    try {
      for (let more = true; more; ) {
        const block = new Taken(iterator, noKey);
        const careful = (): Iterable<Row> => {
          iterator.return();
          iterator = this.#iterate(byScan(this.#table, true), true, BigInt(position));
          return new Taken(iterator, noKey, block.count);
        };
        yield { rows: block, careful };
        more = block.count > 0;
        position += block.count;
      }
    } finally {
      iterator.return();
    }
  }

  *#carefully({ from, to }: KeyRange): Generator<Row, void, undefined> {
    yield* this.#iterate(byKey(this.#table, true), true, from, to);
  }

  *#iterate(sql: string, careful: boolean, ...parameters: bigint[]): Generator<Row, void, undefined> {
    for (const row of this.#prepare(sql).iterate(...parameters)) yield careful ? this.#restore(row) : (row as Row);
  }

  /** INTEGER always as bigint: a number would not tell 1 from 1.0, nor 2^53 from its neighbour, and is no faster. */
  #prepare(sql: string): Statement {
    return this.#db.prepare<unknown[], unknown[]>(sql).raw(true).safeIntegers(true);
  }
}

/** Takes rows from an iterator until they hold enough bytes, or until there are `most` of them. */
class Taken implements Iterable<Row> {
  first: bigint | null = null;
  last: bigint | null = null;
  count = 0;
  readonly #from: Iterator<Row>;
  readonly #keyOf: (row: Row) => bigint | null;
  readonly #most: number;

  constructor(from: Iterator<Row>, keyOf: (row: Row) => bigint | null, most = Number.POSITIVE_INFINITY) {
    this.#from = from;
    this.#keyOf = keyOf;
    this.#most = most;
  }

  *[Symbol.iterator](): Generator<Row, void, undefined> {
    const enough = this.#most === Number.POSITIVE_INFINITY ? ONE_BY_ONE_BYTES : Number.POSITIVE_INFINITY;
    for (let bytes = 0; bytes < enough && this.count < this.#most; ) {
      const { value, done } = this.#from.next();
      if (done) return;
      this.last = this.#keyOf(value);
      this.first ??= this.last;
      this.count += 1;
      bytes += sizeOf(value);
      yield value;
    }
  }
}

const noKey = (): null => null;

const sizeOf = (row: Row): number => {
  let bytes = 0;
  for (const value of row) {
    if (typeof value === "string") bytes += value.length;
    else if (value instanceof InvalidText) bytes += value.bytes.length;
    else bytes += Buffer.isBuffer(value) ? value.length : 8;
  }
  return bytes;
};
