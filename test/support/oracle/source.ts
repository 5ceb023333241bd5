/** The oracle's reader of SQLite: every value as its storage class and its stored bytes, nothing decoded by the driver. */
import Database from "better-sqlite3";
import { load as loadVectors } from "sqlite-vec";

export type Stored =
  | { readonly is: "null" }
  | { readonly is: "integer"; readonly value: bigint }
  | { readonly is: "real"; readonly value: number }
  | { readonly is: "text" | "blob"; readonly bytes: Buffer };

export interface SourceFile {
  readonly encoding: "utf-8" | "utf-16le" | "utf-16be";
  /** Tables and virtual tables, without SQLite's own and without shadow tables. */
  readonly tables: readonly string[];
  columns(table: string): readonly string[];
  /** Rows of the named columns, in the table's own order. `rowid` as a name that no column has is the rowid. */
  rows(table: string, columns: readonly string[]): Iterable<readonly Stored[]>;
  close(): void;
}

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;
/** SQLite gives at most 2,000 columns a query; each value takes two. */
const CHUNK = 500;

/** Opens a file for reading; a WAL beside it is read too. */
export const openSource = (path: string): SourceFile => {
  const db = new Database(path, { readonly: true });
  loadVectors(db);
  const encoding = String(db.pragma("encoding", { simple: true })).toLowerCase() as SourceFile["encoding"];
  const list = db.pragma("table_list") as { schema: string; name: string; type: string }[];
  const kinds = new Map(list.filter(({ schema }) => schema === "main").map(({ name, type }) => [name, type]));
  // sqlite-vec does not tell SQLite of its chunks.
  const isChunks = (name: string): boolean => /_vector_chunks\d\d$/.test(name);
  const tables = [...kinds].filter(
    ([name, type]) => /^(table|virtual)$/.test(type) && !/^sqlite_/i.test(name) && !isChunks(name),
  );
  const chunkRows = (table: string, columns: readonly string[]): IterableIterator<unknown[]> => {
    const values = columns.flatMap((name) => {
      const column = quote(name);
      return [
        `typeof(${column})`,
        `CASE typeof(${column}) WHEN 'text' THEN CAST(${column} AS BLOB) ELSE ${column} END`,
      ];
    });
    const whole = kinds.get(table) === "virtual" ? "" : " NOT INDEXED";
    return db
      .prepare<[], unknown[]>(`SELECT ${values.join(", ")} FROM ${quote(table)}${whole}`)
      .raw(true)
      .safeIntegers(true)
      .iterate();
  };
  return {
    encoding,
    tables: tables.map(([name]) => name),
    columns: (table) =>
      (db.prepare("SELECT name, hidden FROM pragma_table_xinfo(?)").all(table) as { name: string; hidden: number }[])
        .filter(({ hidden }) => hidden !== 1)
        .map(({ name }) => name),
    rows: function* (table, columns) {
      if (columns.length <= CHUNK) {
        for (const row of chunkRows(table, columns)) yield storedRow(row);
        return;
      }
      // better-sqlite3 runs one iterator at a time: tables this wide are small enough to be kept.
      const parts: (readonly Stored[])[][] = [];
      for (let at = 0; at < columns.length; at += CHUNK)
        parts.push([...chunkRows(table, columns.slice(at, at + CHUNK))].map(storedRow));
      for (let i = 0; i < (parts[0]?.length ?? 0); i++) yield parts.flatMap((part) => part[i] ?? []);
    },
    close: () => void db.close(),
  };
};

const storedRow = (row: readonly unknown[]): Stored[] => {
  const stored: Stored[] = [];
  for (let i = 0; i < row.length; i += 2) stored.push(storedValue(String(row[i]), row[i + 1]));
  return stored;
};

const storedValue = (is: string, value: unknown): Stored => {
  if (is === "integer") return { is, value: value as bigint };
  if (is === "real") return { is, value: Number(value) };
  if (is === "text" || is === "blob") return { is, bytes: value as Buffer };
  return { is: "null" };
};
