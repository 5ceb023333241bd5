/** Columns as table_xinfo gives them, in one query for all ordinary tables: a file may have thousands. */
import type { Database } from "better-sqlite3";
import { fold } from "../fold.ts";
import type { SourceColumn } from "../model.ts";
import { sqliteCode } from "../refusals.ts";
import { affinityOf } from "./affinity.ts";
import type { TableDdl } from "./table-ddl.ts";

export interface XinfoRow {
  readonly owner: string;
  readonly name: string;
  readonly type: string;
  readonly notnull: number;
  readonly dflt_value: string | null;
  /** 1-based position in the primary key, 0 outside it. */
  readonly pk: number;
  /** 0: plain, 1: a virtual table's hidden column, 2: virtual generated, 3: stored generated. */
  readonly hidden: number;
}

/** Rows of table_xinfo by table name. A virtual table whose module is missing has none. */
export function readXinfo(db: Database, virtual: readonly string[]): ReadonlyMap<string, readonly XinfoRow[]> {
  const rows = db
    .prepare<[], XinfoRow>(
      `SELECT s.name AS owner, x.name, x.type, x."notnull", x.dflt_value, x.pk, x.hidden
         FROM sqlite_schema AS s CROSS JOIN pragma_table_xinfo(s.name, 'main') AS x
        WHERE s.type = 'table' AND s.rootpage > 0 ORDER BY s.rowid, x.cid`,
    )
    .all();
  const one = db.prepare<[string], Omit<XinfoRow, "owner">>(
    `SELECT name, type, "notnull", dflt_value, pk, hidden FROM pragma_table_xinfo(?, 'main') ORDER BY cid`,
  );
  for (const owner of virtual) {
    try {
      rows.push(...one.all(owner).map((row) => ({ owner, ...row })));
    } catch (error) {
      // no such module, or one that cannot start: the table is known by its name and SQL alone.
      if (sqliteCode(error) === "") throw error;
    }
  }
  return Map.groupBy(rows, ({ owner }) => owner);
}

/** The columns of a table; a virtual table's hidden ones are left out. */
export const columnsOf = (rows: readonly XinfoRow[], ddl: TableDdl, strict: boolean): SourceColumn[] =>
  rows
    .filter(({ hidden }) => hidden !== 1)
    .map((row) => ({
      name: row.name,
      declaredType: row.type,
      affinity: affinityOf(row.type, strict),
      notNull: row.notnull === 1,
      default: row.dflt_value,
      collation: ddl.collations.get(fold(row.name)) ?? "BINARY",
      generated:
        row.hidden < 2 ? null : { expression: ddl.generated.get(fold(row.name)) ?? "", stored: row.hidden === 3 },
    }));

/** Columns of the declared primary key, in key order. */
export const primaryKeyOf = (rows: readonly XinfoRow[]): string[] =>
  rows
    .filter(({ pk }) => pk > 0)
    .sort((a, b) => a.pk - b.pk)
    .map(({ name }) => name);

const ROWID_NAMES = ["rowid", "_rowid_", "oid"] as const;

/** A spelling of the rowid that means it: a column of that name would be read instead. */
export const rowidNameOf = (rows: readonly XinfoRow[]): (typeof ROWID_NAMES)[number] | null =>
  ROWID_NAMES.find((name) => !rows.some((row) => fold(row.name) === name)) ?? null;
