/**
 * The proof's own reader of the snapshot: rows in blocks, as canonical bytes. The driver turns invalid text into U+FFFD without
 * a word, so a block whose bytes show one is read again with every text as the bytes that are stored; UTF-16
 * files are never read in any other way.
 */
import type Database from "better-sqlite3";
import type { PlanTable, Policies } from "../plan/model.ts";
import type { Encoding } from "../source/model.ts";
import type { KeptRows } from "./kept-rows.ts";
import type { Layout } from "./layout.ts";
import type { RowBuffer } from "./row-buffer.ts";
import { type KeyBounds, RowQueries } from "./source-queries.ts";
import { sourceWriter } from "./source-values/compile.ts";
import type { SourceValue, SourceWriter } from "./source-values/value.ts";

const REPLACEMENT = Buffer.from("\uFFFD");
const LEAST_KEY = -(2n ** 63n);

/** A block by the bytes it usually holds and by what it may hold if all its rows were as long as the longest. */
const USUAL_BYTES = 512 * 1024;
const MOST_BYTES = 64 << 20;
const MOST_ROWS = 500;

export interface SourceSettings {
  readonly table: PlanTable;
  readonly layout: Layout;
  readonly policies: Policies;
  readonly encoding: Encoding;
  readonly kept: KeptRows;
  /** Whether each row's rowid or place is to be kept as its label. */
  readonly labels: boolean;
}

export class SourceRows {
  /** Rows read, and of these: those that the ledger lists as rejected, and those expected with a change. */
  read = 0;
  rejected = 0;
  cleaned = 0;
  readonly #settings: SourceSettings;
  readonly #queries: RowQueries;
  readonly #writers: readonly SourceWriter[];
  readonly #keyAt: readonly number[];
  readonly #names: readonly string[];
  readonly #perBlock: number | null;
  #bounds: KeyBounds | null = { from: LEAST_KEY, after: false, to: null };
  #iterator: Iterator<SourceValue[]> | null = null;
  #scansExactly: boolean;

  constructor(db: Database.Database, settings: SourceSettings) {
    const { table, layout, policies, encoding, kept } = settings;
    this.#settings = settings;
    this.#queries = new RowQueries(db, table, layout, encoding);
    this.#writers = layout.columns.map((column) => sourceWriter(column, policies, encoding));
    this.#scansExactly = this.#queries.exact;
    this.#names = layout.columns.map(({ source }) => source);
    this.#keyAt = kept.keys.map((name) => this.#names.indexOf(name));
    this.#perBlock = rowsPerBlock(table);
  }

  /** Restricts the rows to keys of a range; only before the first block. */
  within(from: bigint, to: bigint | null): this {
    this.#bounds = { from, after: false, to };
    return this;
  }

  /** Appends the next rows to `out`, all but the rejected ones; false once there are no more. A block may add nothing. */
  next(out: RowBuffer): boolean {
    if (!this.#queries.byKey) return this.#nextOfScan(out);
    if (this.#bounds === null) return false;
    return this.#perBlock === null
      ? this.#nextLongRows(out, this.#bounds)
      : this.#nextBlock(out, this.#bounds, this.#perBlock);
  }

  /** Ends whatever is still open in the driver. */
  close(): void {
    this.#iterator?.return?.();
    this.#iterator = null;
  }

  #nextBlock(out: RowBuffer, bounds: KeyBounds, limit: number): boolean {
    const rows = this.#queries.block(bounds, limit);
    this.#append(rows, out, () => this.#queries.exactBlock(bounds, limit));
    const last = rows.at(-1);
    this.#bounds =
      last === undefined || rows.length < limit ? null : { ...bounds, from: this.#queries.keyOf(last), after: true };
    return this.#bounds !== null;
  }

  /** Rows so long that a block of them could not be held: one at a time, until enough bytes are written. */
  #nextLongRows(out: RowBuffer, bounds: KeyBounds): boolean {
    this.#iterator ??= this.#queries.iterate(bounds);
    const begin = out.length;
    while (out.length - begin < USUAL_BYTES) {
      const { value, done } = this.#iterator.next();
      if (done) {
        this.#bounds = null;
        return false;
      }
      const key = this.#queries.keyOf(value);
      this.#append([value], out, () => this.#queries.exactBlock({ from: key, after: false, to: key }, 1));
    }
    return true;
  }

  /** A scan cannot ask for some of its rows again: from the first block that needs it on, everything is read exactly. */
  #nextOfScan(out: RowBuffer): boolean {
    const { length, count } = out;
    const { read, rejected, cleaned } = this;
    this.#iterator ??= this.#queries.scan(this.#scansExactly, read);
    out.refused = false;
    const more = this.#takeScanned(this.#iterator, out);
    if (this.#scansExactly || !isDoubtful(out, length)) return more;
    this.close();
    this.#scansExactly = true;
    out.rewind(count, length);
    Object.assign(this, { read, rejected, cleaned });
    return this.#nextOfScan(out);
  }

  #takeScanned(iterator: Iterator<SourceValue[]>, out: RowBuffer): boolean {
    const begin = out.length;
    for (let rows = 0; rows < MOST_ROWS && out.length - begin < USUAL_BYTES; rows++) {
      const { value, done } = iterator.next();
      if (done) return false;
      this.#write(value, out);
    }
    return true;
  }

  #append(rows: readonly SourceValue[][], out: RowBuffer, exactly: () => readonly SourceValue[][]): void {
    const { length, count } = out;
    const { read, rejected, cleaned } = this;
    out.refused = false;
    for (const row of rows) this.#write(row, out);
    if (this.#queries.exact) return;
    if (!isDoubtful(out, length)) return;
    out.rewind(count, length);
    Object.assign(this, { read, rejected, cleaned });
    for (const row of exactly()) this.#write(row, out);
  }

  #write(row: readonly SourceValue[], out: RowBuffer): void {
    this.read++;
    const { kept, layout, labels } = this.#settings;
    const { hidden } = this.#queries;
    let cleared: ReadonlySet<string> | null = null;
    if (!kept.isEmpty) {
      const identities = kept.identities(
        this.#rowid(row),
        this.#keyAt.map((at) => row[at + hidden]!),
        this.read,
      );
      if (kept.isRejected(identities)) {
        this.rejected++;
        return;
      }
      cleared = kept.clearedColumns(identities);
    }
    out.cleaned = cleared !== null;
    out.starts.push(out.length);
    const { length } = this.#writers;
    for (let at = 0; at < length; at++) {
      const isCleared = cleared?.has(this.#names[at]!) ?? false;
      this.#writers[at]!(isCleared ? null : row[at + hidden]!, out);
      if (at + 1 === layout.keyCount) out.keyEnds.push(out.length);
    }
    if (layout.keyCount === 0) out.keyEnds.push(out.length);
    if (labels) out.labels.push(this.#label(row));
    if (out.cleaned) this.cleaned++;
  }

  #rowid(row: readonly SourceValue[]): bigint | null {
    return this.#settings.table.read.by === "rowid" ? this.#queries.keyOf(row) : null;
  }

  #label(row: readonly SourceValue[]): string {
    const rowid = this.#rowid(row);
    return rowid === null ? `row ${this.read} of the scan` : `rowid ${rowid}`;
  }
}

/** Whether what was written from `start` on may be the driver's word for invalid text, or has no equal as it was read. */
const isDoubtful = (out: RowBuffer, start: number): boolean =>
  out.refused || out.bytes.subarray(start, out.length).indexOf(REPLACEMENT) >= 0;

/** Rows per block; null where a block of the longest rows would not fit into memory. */
const rowsPerBlock = ({ rows, bytes, maxRowBytes }: PlanTable): number | null => {
  const average = Math.max(1, rows === 0 ? 0 : bytes / rows);
  const usual = Math.max(1, Math.min(MOST_ROWS, Math.floor(USUAL_BYTES / average)));
  return usual * maxRowBytes <= MOST_BYTES ? usual : null;
};
