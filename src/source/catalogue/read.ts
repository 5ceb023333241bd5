/**
 * The catalogue: everything that a SQLite file declares. Structure comes from PRAGMAs; what they leave out, from the DDL's
 * tokens. Nothing of an application's own (functions, collations, modules) is needed to read it.
 */
import type { Database } from "better-sqlite3";
import { fold } from "../fold.ts";
import type { Catalogue, Encoding, SourceColumn, SourceTable, SourceTrigger } from "../model.ts";
import { quoteSqlite } from "../quote.ts";
import { readVectorTables, shapeOf } from "../vectors/tables.ts";
import { columnsOf, primaryKeyOf, readXinfo, rowidNameOf, type XinfoRow } from "./columns.ts";
import { foreignKeysOf, type Parent, readForeignKeyRows } from "./foreign-keys.ts";
import { readIndexes } from "./indexes.ts";
import { readKinds, type SchemaRow, type TableKind } from "./kinds.ts";
import { readSchemaText } from "./schema-text.ts";
import { readTableDdl } from "./table-ddl.ts";
import { readViews } from "./views.ts";

/** Reads the catalogue of an open database, tables in the order of their making; SQLite's own tables (sqlite_…) are left out. */
export function readCatalogue(db: Database): Catalogue {
  const tables = readTables(db);
  return {
    encoding: db.pragma("encoding", { simple: true }) as Encoding,
    userVersion: Number(db.pragma("user_version", { simple: true })),
    tables,
    text: readSchemaText(db, tables),
    views: readViews(db),
    triggers: db
      .prepare<[], SourceTrigger>(
        `SELECT name, tbl_name AS "table", sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY rowid`,
      )
      .all(),
  };
}

function readTables(db: Database): SourceTable[] {
  const schema = db
    .prepare<[], SchemaRow>(
      String.raw`SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY rowid`,
    )
    .all();
  const vectors = readVectorTables(db);
  const kinds = readKinds(db, schema, vectors);
  const xinfo = readXinfo(
    db,
    [...kinds].filter(([, { module }]) => module !== null).map(([name]) => name),
  );
  const indexes = readIndexes(db);
  const foreignKeys = readForeignKeyRows(db);
  const sequences = readSequences(db);
  const parents = new Map(schema.map(({ name }) => [fold(name), parentOf(name, xinfo.get(name) ?? [])] as const));
  return schema.map(({ name, sql }) => {
    const rows = xinfo.get(name) ?? [];
    const kind = kinds.get(name)!;
    const vector = vectors.get(name);
    if (vector !== undefined) return { ...virtualTable(db, { name, sql }, kind, rows), ...shapeOf(vector) };
    if (kind.module !== null) return virtualTable(db, { name, sql }, kind, rows);
    const ddl = readTableDdl(sql);
    const child = parents.get(fold(name))!;
    const own = indexes.get(name) ?? [];
    const hasKeyIndex = own.some(({ origin }) => origin === "pk");
    return {
      name,
      sql,
      ...kind,
      columns: columnsOf(rows, ddl, kind.strict),
      primaryKey: child.primaryKey,
      rowidAlias: kind.withoutRowid || hasKeyIndex ? null : aliasOf(rows),
      autoincrement: ddl.autoincrement,
      sequence: sequences.get(name) ?? null,
      rowidName: kind.withoutRowid ? null : rowidNameOf(rows),
      indexes: own,
      foreignKeys: foreignKeysOf(foreignKeys.get(name) ?? [], child, parents, ddl),
      checks: ddl.checks,
    };
  });
}

const parentOf = (name: string, rows: readonly XinfoRow[]): Parent => ({
  name,
  columns: rows.map((row) => row.name),
  primaryKey: primaryKeyOf(rows),
});

/** A key of one INTEGER column that SQLite made no index for is the rowid itself; `INTEGER PRIMARY KEY DESC` has an index. */
function aliasOf(rows: readonly XinfoRow[]): string | null {
  const key = rows.filter(({ pk }) => pk > 0);
  return key.length === 1 && key[0]!.type.toUpperCase() === "INTEGER" ? key[0]!.name : null;
}

/**
 * Virtual tables have neither constraints nor indexes in SQL. Those that hold rows get their rowid as a key, because
 * applications join on it.
 */
function virtualTable(db: Database, { name, sql }: SchemaRow, kind: TableKind, rows: readonly XinfoRow[]): SourceTable {
  const own = columnsOf(rows, readTableDdl(""), false);
  const isSearch = kind.module?.startsWith("fts") === true;
  const key = kind.kind !== "table" ? null : isSearch ? ROWID_COLUMN.name : (own[0]?.name ?? null);
  return {
    name,
    sql,
    ...kind,
    columns: kind.kind === "table" && isSearch ? [ROWID_COLUMN, ...own] : own,
    primaryKey: key === null ? [] : [key],
    rowidAlias: key,
    autoincrement: false,
    sequence: null,
    rowidName: hasRowid(db, name) ? "rowid" : null,
    indexes: [],
    foreignKeys: [],
    checks: [],
  };
}

/** The rowid of a full-text table, as a column. */
const ROWID_COLUMN: SourceColumn = {
  name: "rowid",
  declaredType: "INTEGER",
  affinity: "INTEGER",
  notNull: true,
  default: null,
  collation: "BINARY",
  generated: null,
};

/** Virtual tables may lack rowids, or their module. */
function hasRowid(db: Database, name: string): boolean {
  try {
    db.prepare(`SELECT rowid FROM ${quoteSqlite(name)}`);
    return true;
  } catch {
    return false;
  }
}

/** The table sqlite_sequence is there only once an AUTOINCREMENT table was made, and anyone may write into it. */
function readSequences(db: Database): ReadonlyMap<string, string> {
  const exists = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'").get() !== undefined;
  if (!exists) return new Map();
  const rows = db
    .prepare<[], { name: string; value: string }>(
      "SELECT name, CAST(seq AS TEXT) AS value FROM sqlite_sequence WHERE typeof(seq) = 'integer' AND name IS NOT NULL",
    )
    .all();
  return new Map(rows.map(({ name, value }) => [name, value]));
}
