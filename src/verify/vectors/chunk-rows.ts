/** Rows of a vec0 table as its chunks list them. */
import type { Database, Statement } from "better-sqlite3";
import { quoteSqlite } from "../../source/quote.ts";
import type { Vec0Column, Vec0Table } from "../../source/vectors/vec0-ddl.ts";

/** The rowid, the text that is the key where there is one, then the columns' values. */
export type VectorRow = readonly unknown[];

interface Chunk {
  readonly id: bigint;
  readonly validity: Buffer;
  readonly rowids: Buffer;
  /** Column → its part of this chunk: a blob, or one value for all of its rows. */
  readonly parts: readonly unknown[];
}

/** Bits that one vector takes, by an element's. */
const BITS = { float32: 32, int8: 8, bit: 1 } as const;

export function* chunkRows(db: Database, name: string, { key, columns }: Vec0Table): Generator<VectorRow> {
  const shadow = (suffix: string): string => `main.${quoteSqlite(`${name}_${suffix}`)}`;
  const id = db.prepare<[bigint], unknown>(`SELECT id FROM ${shadow("rowids")} WHERE rowid = ?`).pluck();
  const readers = columns.map((column) => readerOf(db, column, shadow));
  const ids = db
    .prepare<[], bigint>(`SELECT chunk_id FROM ${shadow("chunks")} ORDER BY chunk_id`)
    .pluck()
    .safeIntegers()
    .all();
  const list = db
    .prepare<[bigint], Pick<Chunk, "validity" | "rowids">>(
      `SELECT validity, rowids FROM ${shadow("chunks")} WHERE chunk_id = ?`,
    )
    .safeIntegers();
  for (const chunk of ids) {
    const { validity, rowids } = list.get(chunk)!;
    const parts = readers.map(({ part }) => part?.get(chunk));
    for (let slot = 0; slot < validity.length * 8; slot++) {
      if (((validity[Math.floor(slot / 8)]! >> (slot % 8)) & 1) === 0) continue;
      const rowid = rowids.readBigInt64LE(slot * 8);
      const values = readers.map(({ value }, at) => value(parts[at], slot, rowid));
      yield key?.type === "text" ? [rowid, id.get(rowid), ...values] : [rowid, ...values];
    }
  }
}

interface ColumnReader {
  /** What a chunk holds of the column; null where it is kept by row. */
  readonly part: Statement<[bigint], unknown> | null;
  readonly value: (part: unknown, slot: number, rowid: bigint) => unknown;
}

const readerOf = (db: Database, column: Vec0Column, shadow: (suffix: string) => string): ColumnReader => {
  const number = String(column.number).padStart(2, "0");
  const select = (what: string, table: string, where: string): Statement<[bigint], unknown> =>
    db
      .prepare<[bigint], unknown>(`SELECT ${what} FROM ${shadow(table)} WHERE ${where} = ?`)
      .pluck()
      .safeIntegers();
  switch (column.role) {
    case "partition":
      return { part: select(`partition${number}`, "chunks", "chunk_id"), value: (part) => part };
    case "auxiliary": {
      const one = select(`value${number}`, "auxiliary", "rowid");
      return { part: null, value: (_part, _slot, rowid) => one.get(rowid) };
    }
    case "vector": {
      const { element, dimensions } = column.vector!;
      const size = (dimensions * BITS[element]) >> 3;
      return {
        part: select("vectors", `vector_chunks${number}`, "_rowid_"),
        value: (part, slot) => (part as Buffer).subarray(slot * size, slot * size + size),
      };
    }
    case "metadata": {
      const long = column.type === "text" ? select("data", `metadatatext${number}`, "rowid") : null;
      return {
        part: select("data", `metadatachunks${number}`, "_rowid_"),
        value: (part, slot, rowid) => metadata(part as Buffer, slot, column.type) ?? long?.get(rowid),
      };
    }
  }
};

/** undefined for a text of more than twelve bytes, of which only the beginning is kept here. */
const metadata = (part: Buffer, slot: number, type: Vec0Column["type"]): unknown => {
  const view = new DataView(part.buffer, part.byteOffset, part.length);
  if (type === "boolean") return (view.getUint8(Math.floor(slot / 8)) & (1 << (slot % 8))) === 0 ? 0n : 1n;
  if (type === "integer") return view.getBigInt64(8 * slot, true);
  if (type === "float") return view.getFloat64(8 * slot, true);
  const length = view.getUint32(16 * slot, true);
  if (length > 12) return undefined;
  const bytes = part.subarray(16 * slot + 4, 16 * slot + 4 + length);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return bytes;
  }
};
