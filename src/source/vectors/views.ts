/**
 * Shows vector tables as rows to one connection: a temporary view over the shadow tables, in front of the virtual table of the
 * same name, which SQLite cannot open without its extension. `SELECT … FROM "items" WHERE rowid BETWEEN ? AND ?` reads it as any
 * other table, by the key of `_rowids`.
 */
import Database from "better-sqlite3";
import { refusal } from "../../errors.ts";
import { quoteSqlite } from "../quote.ts";
import { ELSEWHERE, holdsMetadata, metadataAt } from "./metadata.ts";
import { readVectorTables } from "./tables.ts";
import type { Vec0Column, Vec0Table, VectorElement } from "./vec0-ddl.ts";
import type { Vss0Column } from "./vss0-ddl.ts";
import { readFlatIndex } from "./vss0-index.ts";

/** Chunks of vectors kept at hand: rows of several partitions come from several chunks in turn. */
const CACHE_BYTES = 64 * 2 ** 20;

/** To be called before the connection is told `query_only`. Does nothing for a file without vector tables. */
export const showVectorTables = (db: Database.Database, path: string): void => {
  const chunks = new Chunks(path);
  for (const table of readVectorTables(db).values())
    db.exec(
      table.module === "vec0"
        ? vec0View(db, table.name, table.definition, chunks)
        : vss0View(db, table.name, table.columns, chunks),
    );
};

/** Large values of the file, read by a connection of their own: that of a query may not be used inside one of its functions. */
class Chunks {
  readonly #path: string;
  readonly #kept = new Map<string, Buffer>();
  #bytes = 0;

  constructor(path: string) {
    this.#path = path;
  }

  get(table: string, column: string, rowid: number): Buffer {
    const key = `${rowid} ${table}`;
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    const chunk = this.#read(table, column, rowid);
    this.#kept.set(key, chunk);
    this.#bytes += chunk.length;
    for (const [oldest, { length }] of this.#kept) {
      if (this.#bytes <= CACHE_BYTES || oldest === key) break;
      this.#kept.delete(oldest);
      this.#bytes -= length;
    }
    return chunk;
  }

  #read(table: string, column: string, rowid: number): Buffer {
    const db = new Database(this.#path, { readonly: true, fileMustExist: true });
    try {
      const sql = `SELECT ${column} FROM ${quoteSqlite(table)} WHERE _rowid_ = ?`;
      const chunk = db.prepare<[number], Buffer>(sql).pluck().get(rowid);
      if (Buffer.isBuffer(chunk)) return chunk;
    } finally {
      db.close();
    }
    throw damaged(table, `has no chunk ${rowid}, which a row of the vector table lies in`);
  }
}

const damaged = (table: string, what: string) =>
  refusal({
    code: "TABLE_UNREADABLE",
    message: `The table ${table} ${what}.`,
    remedy: "Repair the vector table in the source, or leave it out with `skip: true` for it in landbridge.yaml.",
  });

let functions = 0;

/** A function of SQL for one column; its name is of no use to anybody else. */
const define = <T extends number | bigint>(
  db: Database.Database,
  value: (...position: T[]) => unknown,
  safeIntegers: boolean,
): string => {
  const name = `landbridge_vector_${functions++}`;
  const options = { deterministic: true, varargs: true, safeIntegers };
  db.function(name, options, value as (...parameters: unknown[]) => unknown);
  return name;
};

const view = (name: string, columns: readonly string[], from: string): string =>
  `CREATE TEMP VIEW ${quoteSqlite(name)} AS SELECT ${columns.join(", ")} FROM ${from}`;

const shadow = (name: string, suffix: string): string => `main.${quoteSqlite(`${name}_${suffix}`)}`;

const BYTES: Readonly<Record<VectorElement, number>> = { float32: 4, int8: 1, bit: 1 / 8 };

const vec0View = (db: Database.Database, name: string, { key, columns }: Vec0Table, chunks: Chunks): string => {
  const values = columns.map((column) => `${vec0Value(db, name, column, chunks)} AS ${quoteSqlite(column.name)}`);
  const keys = key === null ? [] : [`${key.type === "text" ? "r.id" : "r.rowid"} AS ${quoteSqlite(key.name)}`];
  const auxiliary = columns.some(({ role }) => role === "auxiliary");
  const from = [
    `${shadow(name, "rowids")} AS r LEFT JOIN ${shadow(name, "chunks")} AS c ON c.chunk_id = r.chunk_id`,
    ...(auxiliary ? [`LEFT JOIN ${shadow(name, "auxiliary")} AS a ON a.rowid = r.rowid`] : []),
  ].join(" ");
  return view(name, ["r.rowid AS rowid", ...keys, ...values], from);
};

const vec0Value = (db: Database.Database, name: string, column: Vec0Column, chunks: Chunks): string => {
  const digits = String(column.number).padStart(2, "0");
  const position = "(r.chunk_id, r.chunk_offset)";
  switch (column.role) {
    case "partition":
      return `c.partition${digits}`;
    case "auxiliary":
      return `a.value${digits}`;
    case "vector": {
      const bytes = Math.floor(column.vector!.dimensions * BYTES[column.vector!.element]);
      const table = `${name}_vector_chunks${digits}`;
      const slice = (chunk: number, at: number): Buffer => {
        const vectors = chunks.get(table, "vectors", chunk);
        if ((at + 1) * bytes > vectors.length) throw damaged(table, `ends before position ${at} of chunk ${chunk}`);
        return vectors.subarray(at * bytes, (at + 1) * bytes);
      };
      return define(db, slice, false) + position;
    }
    case "metadata": {
      const table = `${name}_metadatachunks${digits}`;
      const value = (chunk: number, at: number): unknown => {
        const values = chunks.get(table, "data", chunk);
        if (!holdsMetadata(values, at, column.type))
          throw damaged(table, `ends before position ${at} of chunk ${chunk}`);
        const found = metadataAt(values, at, column.type);
        return found === ELSEWHERE ? null : found;
      };
      const call = define(db, value, false) + position;
      if (column.type !== "text") return call;
      return `coalesce(${call}, (SELECT t.data FROM ${shadow(name, `metadatatext${digits}`)} AS t WHERE t.rowid = r.rowid))`;
    }
  }
};

/** `_data` has the rowids; the vector of each is where the index's own list has the same one. */
const vss0View = (db: Database.Database, name: string, columns: readonly Vss0Column[], chunks: Chunks): string => {
  const table = `${name}_index`;
  const values = columns.map((column, at) => {
    const bytes = column.vector.dimensions * 4;
    let found: { readonly vectors: Buffer; readonly places: ReadonlyMap<bigint, number> } | null = null;
    const vector = (rowid: bigint): Buffer | null => {
      found ??= placesOf(chunks.get(table, "idx", at), table);
      const place = found.places.get(rowid);
      return place === undefined ? null : found.vectors.subarray(place * bytes, (place + 1) * bytes);
    };
    return `${define(db, vector, true)}(d.rowid) AS ${quoteSqlite(column.name)}`;
  });
  return view(name, ["d.rowid AS rowid", ...values], `${shadow(name, "data")} AS d`);
};

const placesOf = (index: Buffer, table: string) => {
  const flat = readFlatIndex(index);
  if (flat === null) throw damaged(table, "holds an index that is not understood");
  const places = new Map<bigint, number>();
  for (let at = 0; at < flat.count; at++) places.set(index.readBigInt64LE(flat.idsAt + at * 8), at);
  return { vectors: index.subarray(flat.vectorsAt, flat.idsAt - 8), places };
};
