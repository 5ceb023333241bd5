/**
 * Foreign keys as foreign_key_list gives them, each name in the spelling of the table that owns it, with the names and
 * DEFERRABLE that only the DDL has.
 */
import type { Database } from "better-sqlite3";
import { fold } from "../fold.ts";
import type { SourceForeignKey } from "../model.ts";
import type { TableDdl } from "./table-ddl.ts";

export interface ForeignKeyRow {
  readonly owner: string;
  readonly id: number;
  readonly seq: number;
  readonly parent: string;
  readonly from: string;
  /** Null where REFERENCES names no columns. */
  readonly to: string | null;
  readonly on_update: string;
  readonly on_delete: string;
}

/** A table that may be a parent. */
export interface Parent {
  readonly name: string;
  readonly columns: readonly string[];
  readonly primaryKey: readonly string[];
}

/** Rows of foreign_key_list by table name, in the order of the DDL (SQLite numbers the keys backwards). */
export const readForeignKeyRows = (db: Database): ReadonlyMap<string, readonly ForeignKeyRow[]> =>
  Map.groupBy(
    db
      .prepare<[], ForeignKeyRow>(
        `SELECT s.name AS owner, f.id, f.seq, f."table" AS parent, f."from", f."to", f.on_update, f.on_delete
           FROM sqlite_schema AS s CROSS JOIN pragma_foreign_key_list(s.name, 'main') AS f
          WHERE s.type = 'table' AND s.rootpage > 0 ORDER BY s.rowid, f.id DESC, f.seq`,
      )
      .all(),
    ({ owner }) => owner,
  );

/** @param parents by folded name */
export function foreignKeysOf(
  rows: readonly ForeignKeyRow[],
  child: Parent,
  parents: ReadonlyMap<string, Parent>,
  ddl: TableDdl,
): SourceForeignKey[] {
  const keys = [...Map.groupBy(rows, ({ id }) => id).values()];
  // Written and listed keys are one to one; where they are not, the DDL was not understood and says nothing.
  const written = ddl.foreignKeys.length === keys.length ? ddl.foreignKeys : [];
  return keys.map((parts, index) => {
    const first = parts[0]!;
    const parent = parents.get(fold(first.parent));
    return {
      columns: parts.map(({ from }) => spelling(from, child.columns) ?? from),
      parentTable: parent?.name ?? first.parent,
      parentColumns: parent === undefined ? null : parentColumns(parts, parent),
      onUpdate: first.on_update,
      onDelete: first.on_delete,
      deferred: written[index]?.deferred ?? false,
      name: written[index]?.name ?? null,
    };
  });
}

function parentColumns(parts: readonly ForeignKeyRow[], parent: Parent): readonly string[] | null {
  if (parts.every(({ to }) => to === null)) {
    return parent.primaryKey.length === parts.length ? parent.primaryKey : null;
  }
  const columns = parts.map(({ to }) => (to === null ? undefined : spelling(to, parent.columns)));
  return columns.every((column) => column !== undefined) ? columns : null;
}

const spelling = (name: string, columns: readonly string[]): string | undefined =>
  columns.find((column) => fold(column) === fold(name));
