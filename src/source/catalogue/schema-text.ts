/**
 * The schema as SQLite itself keeps it: the text of every object, and what the header says, so that a file with the very same
 * schema can be made again.
 */
import type { Database } from "better-sqlite3";
import { fold } from "../fold.ts";
import type { SchemaObject, SchemaText, SourceTable } from "../model.ts";

/** Reads the texts in the order of their making. Left out: what SQLite and virtual tables make by themselves. */
export const readSchemaText = (db: Database, tables: readonly SourceTable[]): SchemaText => {
  const shadows = new Set(tables.filter(({ kind }) => kind === "shadow").map(({ name }) => fold(name)));
  const objects = db
    .prepare<[], SchemaObject>(
      String.raw`SELECT type, name, tbl_name AS "table", sql FROM sqlite_schema
       WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY rowid`,
    )
    .all();
  return {
    objects: objects.filter(({ table }) => !shadows.has(fold(table))),
    userVersion: pragma(db, "user_version"),
    applicationId: pragma(db, "application_id"),
    pageSize: pragma(db, "page_size"),
    autoVacuum: pragma(db, "auto_vacuum"),
    analyzed: db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_stat1'").get() !== undefined,
  };
};

const pragma = (db: Database, name: string): number => Number(db.pragma(name, { simple: true }));
