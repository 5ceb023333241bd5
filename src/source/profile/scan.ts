/** Takes the blocks of one table and counts: per column what it holds, per table rows, bytes and slice borders. */
import type { Database, Statement } from "better-sqlite3";
import type { ColumnProfile, Encoding } from "../model.ts";
import { quoteSqlite } from "../quote.ts";
import { type Cell, ColumnTally } from "./column.ts";
import { type DecodeText, textDecoder } from "./decode.ts";
import { keyCell, keyIsFirst, type Reading } from "./reading.ts";
import { measured, measureText } from "./texts.ts";

/** Thrown where a text needs a second look and its row cannot be addressed: the table has to be read with stored text. */
export class NeedsStoredText extends Error {}

export class TableScan {
  rows = 0;
  bytes = 0;
  maxRowBytes = 0;
  readonly borders: string[] = [];
  readonly #db: Database;
  readonly #reading: Reading;
  readonly #keyAt: number;
  readonly #sliceBytes: number;
  readonly #decode: DecodeText;
  readonly #tallies: readonly ColumnTally[];
  readonly #rereads = new Map<number, Statement>();
  #block: Cell[][] = [];
  #row = 0;
  #rowBytes = new Float64Array(0);
  #sinceBorder = 0;
  #lastKey = "";

  constructor(db: Database, reading: Reading, encoding: Encoding, sliceBytes: number) {
    this.#db = db;
    this.#reading = reading;
    this.#keyAt = keyCell(reading);
    this.#sliceBytes = sliceBytes;
    this.#decode = textDecoder(encoding);
    const keyOf = () => this.#keyOf(this.#row);
    this.#tallies = reading.columns.map((column) => new ColumnTally(column, keyOf));
  }

  add(block: Cell[][]): void {
    this.#block = block;
    if (this.#rowBytes.length < block.length) this.#rowBytes = new Float64Array(block.length);
    this.#rowBytes.fill(0);
    const first = keyIsFirst(this.#reading) ? 1 : 0;
    this.#tallies.forEach((tally, i) => {
      if (this.#reading.storedText) this.#addStoredColumn(tally, first + 2 * i);
      else this.#addColumn(tally, first + i, i);
    });
    this.#addRows();
    this.#block = [];
  }

  columns(): Record<string, ColumnProfile> {
    return Object.fromEntries(this.#reading.columns.map(({ name }, i) => [name, this.#tallies[i]!.profile()]));
  }

  /** Column by column: one tally's code and data stay hot for a whole block. */
  #addColumn(tally: ColumnTally, at: number, column: number): void {
    const block = this.#block;
    const rowBytes = this.#rowBytes;
    for (let row = 0; row < block.length; row++) {
      const cell = block[row]![at]!;
      this.#row = row;
      if (typeof cell === "string") {
        measureText(cell);
        if (measured.hasReplacement) rowBytes[row]! += this.#reread(tally, column);
        else {
          rowBytes[row]! += measured.utf8Bytes;
          tally.addMeasuredText(cell);
        }
      } else rowBytes[row]! += addOther(tally, cell);
    }
  }

  #addStoredColumn(tally: ColumnTally, at: number): void {
    const block = this.#block;
    for (let row = 0; row < block.length; row++) {
      this.#row = row;
      const cells = block[row]!;
      const cell = cells[at + 1] as Exclude<Cell, string>;
      this.#rowBytes[row]! +=
        cells[at] === 1n ? tally.addStoredText(cell as Buffer, this.#decode(cell as Buffer)) : addOther(tally, cell);
    }
  }

  /** U+FFFD may be the text's own or the driver's word for broken bytes: only the stored bytes tell. */
  #reread(tally: ColumnTally, column: number): number {
    const { key, table, columns } = this.#reading;
    if (key === null) throw new NeedsStoredText();
    let statement = this.#rereads.get(column);
    if (!statement) {
      const name = quoteSqlite(columns[column]?.name ?? "");
      statement = this.#db
        .prepare(`SELECT CAST(${name} AS BLOB) FROM ${quoteSqlite(table.name)} WHERE ${key} = ?`)
        .pluck(true);
      this.#rereads.set(column, statement);
    }
    const stored = statement.get(this.#block[this.#row]?.[this.#keyAt]) as Buffer;
    return tally.addStoredText(stored, this.#decode(stored));
  }

  #addRows(): void {
    for (let row = 0; row < this.#block.length; row++) {
      const bytes = this.#rowBytes[row]!;
      // A border is set when a next row is there, so that no slice is empty.
      if (this.#sinceBorder >= this.#sliceBytes && this.#reading.key !== null) {
        this.borders.push(row > 0 ? this.#keyOf(row - 1) : this.#lastKey);
        this.#sinceBorder = 0;
      }
      this.#sinceBorder += bytes;
      this.bytes += bytes;
      if (bytes > this.maxRowBytes) this.maxRowBytes = bytes;
    }
    this.#lastKey = this.#keyOf(this.#block.length - 1);
    this.rows += this.#block.length;
  }

  /** The key of a row of the block at hand, or its position in the table where it has none. */
  #keyOf(row: number): string {
    return this.#reading.key === null ? `#${this.rows + row + 1}` : String(this.#block[row]?.[this.#keyAt]);
  }
}

const addOther = (tally: ColumnTally, cell: Exclude<Cell, string>): number => {
  if (cell === null) {
    tally.addNull();
    return 0;
  }
  if (typeof cell === "bigint") return tally.addInteger(cell);
  return typeof cell === "number" ? tally.addReal(cell) : tally.addBlob(cell);
};
