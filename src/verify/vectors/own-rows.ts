/**
 * The proof's own reading of a vector table: chunk by chunk, by the chunks' own lists of rowids, into a temporary table of the same
 * name. The copy goes the other way, from each rowid to its place in a chunk: where the two lists or what lies
 * behind them disagree, rows differ.
 */
import type { Database } from "better-sqlite3";
import { quoteSqlite } from "../../source/quote.ts";
import { readVectorTables } from "../../source/vectors/tables.ts";
import { chunkRows, type VectorRow } from "./chunk-rows.ts";
import { indexRows } from "./index-rows.ts";

/**
 * While `action` runs, `FROM "name"` reads what this file has found, where the table is a vector table.
 * @param db read-only, for rows of the snapshot
 */
export const withOwnVectorRows = async <T>(db: Database, name: string, action: () => Promise<T>): Promise<T> => {
  const table = readVectorTables(db).get(name);
  if (table === undefined) return action();
  const quoted = quoteSqlite(name);
  const view = db
    .prepare<[string], string>("SELECT sql FROM temp.sqlite_schema WHERE type = 'view' AND name = ?")
    .pluck()
    .get(name);
  temporarily(db, () => {
    if (view !== undefined) db.exec(`DROP VIEW temp.${quoted}`);
    if (table.module === "vec0") {
      const { key, columns } = table.definition;
      const names = columns.map((column) => quoteSqlite(column.name));
      const isText = key?.type === "text";
      const rowid = isText || key === null ? "rowid" : quoteSqlite(key.name);
      const keys = isText ? [rowid, quoteSqlite(key.name)] : [rowid];
      const definitions = isText ? keys.slice(1) : [`${rowid} INTEGER PRIMARY KEY`];
      db.exec(`CREATE TABLE temp.${quoted} (${[...definitions, ...names].join(", ")})`);
      fill(db, quoted, [...keys, ...names], chunkRows(db, name, table.definition));
    } else {
      const names = table.columns.map((column) => quoteSqlite(column.name));
      db.exec(`CREATE TABLE temp.${quoted} (rowid INTEGER PRIMARY KEY, ${names.join(", ")})`);
      fill(db, quoted, ["rowid", ...names], indexRows(db, name, names.length));
    }
  });
  try {
    return await action();
  } finally {
    temporarily(db, () => {
      db.exec(`DROP TABLE temp.${quoted}`);
      if (view !== undefined) db.exec(view.replace(/^CREATE VIEW/i, "CREATE TEMP VIEW"));
    });
  }
};

/** Every row by its rowid, which is a column of its own or stands before them. */
const fill = (db: Database, quoted: string, names: readonly string[], rows: Iterable<VectorRow>): void => {
  const places = names.map(() => "?").join(", ");
  const insert = db.prepare(`INSERT INTO temp.${quoted} (${names.join(", ")}) VALUES (${places})`);
  for (const row of rows) insert.run(...row);
};

/** The connection may not write: only its own temporary tables, and only here. */
const temporarily = (db: Database, action: () => void): void => {
  db.pragma("query_only = OFF");
  try {
    db.transaction(action)();
  } finally {
    db.pragma("query_only = ON");
  }
};
