/**
 * The vector tables of a file that can be read as rows: sqlite-vec's vec0 and sqlite-vss's vss0, from their shadow tables.
 * Neither extension is needed, so a file is read the same way on every platform (docs/decisions/0013-vector-tables.md).
 */
import type { Database } from "better-sqlite3";
import { virtualModule } from "../catalogue/table-ddl.ts";
import { fold } from "../fold.ts";
import type { SourceColumn } from "../model.ts";
import { LONGEST_VALUE } from "../profile/survey.ts";
import { quoteSqlite } from "../quote.ts";
import { readVec0, type Vec0Column, type Vec0Table, type VectorDeclaration } from "./vec0-ddl.ts";
import { readVss0, type Vss0Column } from "./vss0-ddl.ts";
import { INDEX_HEADER, readFlatIndex } from "./vss0-index.ts";

export type VectorTable =
  | { readonly module: "vec0"; readonly name: string; readonly definition: Vec0Table }
  | { readonly module: "vss0"; readonly name: string; readonly columns: readonly Vss0Column[] };

/** Vector tables whose shadow tables are there and understood, by name. */
export const readVectorTables = (db: Database): ReadonlyMap<string, VectorTable> => {
  const virtual = db
    .prepare<[], { name: string; sql: string }>(
      "SELECT name, sql FROM main.sqlite_schema WHERE type = 'table' AND rootpage = 0",
    )
    .all()
    .filter(({ sql }) => /\b(vec0|vss0)\b/i.test(sql));
  if (virtual.length === 0) return new Map();
  const names = new Set(
    db.prepare<[], string>("SELECT name FROM main.sqlite_schema WHERE type = 'table'").pluck().all().map(fold),
  );
  return new Map(
    virtual.flatMap(({ name, sql }): [string, VectorTable][] => {
      const table = virtualModule(sql) === "vec0" ? vec0Table(name, sql, names) : vss0Table(db, name, sql, names);
      return table === null ? [] : [[name, table]];
    }),
  );
};

const vec0Table = (name: string, sql: string, names: ReadonlySet<string>): VectorTable | null => {
  const definition = readVec0(sql);
  const shadows = definition === null ? [] : ["rowids", "chunks", ...definition.columns.flatMap(shadowsOf)];
  return definition !== null && shadows.every((shadow) => names.has(fold(`${name}_${shadow}`)))
    ? { module: "vec0", name, definition }
    : null;
};

/** Names of the shadow tables that hold a column, without the table's. */
const shadowsOf = ({ role, number, type }: Vec0Column): string[] => {
  const digits = String(number).padStart(2, "0");
  if (role === "vector") return [`vector_chunks${digits}`];
  if (role === "auxiliary") return ["auxiliary"];
  if (role === "partition") return [];
  return [`metadatachunks${digits}`, ...(type === "text" ? [`metadatatext${digits}`] : [])];
};

/** Only where every index is one that keeps its vectors as they are. */
const vss0Table = (db: Database, name: string, sql: string, names: ReadonlySet<string>): VectorTable | null => {
  const columns = virtualModule(sql) === "vss0" ? readVss0(sql) : null;
  if (columns === null || !names.has(fold(`${name}_index`)) || !names.has(fold(`${name}_data`))) return null;
  if (!hasColumn(db, `${name}_index`, "idx")) return null;
  const indexes = db
    .prepare<[], { header: Buffer | null; length: number }>(
      `SELECT substr(idx, 1, ${INDEX_HEADER}) AS header, octet_length(idx) AS length FROM main.${quoteSqlite(`${name}_index`)}
       WHERE octet_length(idx) < ${LONGEST_VALUE} ORDER BY rowid`,
    )
    .all();
  const fits =
    indexes.length === columns.length &&
    indexes.every(
      ({ header, length }, at) =>
        header !== null && readFlatIndex(header, length)?.dimensions === columns[at]!.vector.dimensions,
    );
  return fits ? { module: "vss0", name, columns } : null;
};

/** A table of that name need not be the extension's. */
const hasColumn = (db: Database, table: string, column: string): boolean =>
  db.prepare("SELECT 1 FROM pragma_table_info(?, 'main') WHERE name = ?").get(table, column) !== undefined;

/** What the catalogue says of a vector table, as of a table with a rowid. */
export interface VectorTableShape {
  readonly columns: readonly SourceColumn[];
  readonly primaryKey: readonly string[];
  /** The column that is the rowid. */
  readonly rowidAlias: string | null;
}

/** Columns in the order of the definition, the key first. */
export const shapeOf = (table: VectorTable): VectorTableShape => {
  if (table.module === "vss0")
    return {
      columns: [keyColumn("rowid", "INTEGER"), ...table.columns.map((column) => valueColumn(column))],
      primaryKey: ["rowid"],
      rowidAlias: "rowid",
    };
  const { key, columns } = table.definition;
  const name = key?.name ?? "rowid";
  const isText = key?.type === "text";
  return {
    columns: [keyColumn(name, isText ? "TEXT" : "INTEGER"), ...columns.map(valueColumn)],
    primaryKey: [name],
    rowidAlias: isText ? null : name,
  };
};

const keyColumn = (name: string, type: "INTEGER" | "TEXT"): SourceColumn => ({
  ...{ name, declaredType: type, affinity: type, notNull: true },
  ...{ default: null, collation: "BINARY", generated: null },
});

const valueColumn = (column: {
  readonly name: string;
  readonly declared: string;
  readonly vector: VectorDeclaration | null;
  readonly type?: Vec0Column["type"];
}): SourceColumn => ({
  name: column.name,
  declaredType: column.vector === null ? column.declared : declaredVector(column.vector),
  affinity: column.vector !== null ? "BLOB" : AFFINITIES[column.type ?? "blob"],
  ...{ notNull: false, default: null, collation: "BINARY", generated: null },
});

const AFFINITIES = { boolean: "NUMERIC", integer: "INTEGER", float: "REAL", text: "TEXT", blob: "BLOB" } as const;

/** One spelling for all that mean the same. */
const declaredVector = ({ element, dimensions, metric }: VectorDeclaration): string =>
  `${element === "float32" ? "float" : element}[${dimensions}]${metric === null ? "" : ` distance_metric=${metric}`}`;
