/** Rows of a vss0 table as its faiss indexes list them: flat vectors, then the rowid of each. */
import type { Database } from "better-sqlite3";
import { quoteSqlite } from "../../source/quote.ts";
import type { VectorRow } from "./chunk-rows.ts";

/** Of the outer index (an id map) and of the inner one (flat), each: kind, dimensions, count, filler, trained, metric. */
const HEADER = 37;

/** By the rowids of the first column's index; a row that another one lacks has no vector there. */
export function* indexRows(db: Database, name: string, columns: number): Generator<VectorRow> {
  const read = db
    .prepare<[number], Buffer>(`SELECT idx FROM main.${quoteSqlite(`${name}_index`)} WHERE rowid = ?`)
    .pluck();
  const indexes = Array.from({ length: columns }, (_, at) => vectorsByRowid(read.get(at)!));
  for (const rowid of indexes[0]!.keys()) yield [rowid, ...indexes.map((index) => index.get(rowid) ?? null)];
}

const vectorsByRowid = (bytes: Buffer): ReadonlyMap<bigint, Buffer> => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const size = view.getInt32(HEADER + 4, true) * 4;
  const first = 2 * HEADER + 8;
  const count = Number(view.getBigUint64(first - 8, true)) / (size / 4);
  // The ids stand at the end, without anything behind them.
  const ids = bytes.length - count * 8;
  return new Map(
    Array.from({ length: count }, (_, at) => [
      view.getBigInt64(ids + at * 8, true),
      bytes.subarray(first + at * size, first + (at + 1) * size),
    ]),
  );
};
