/** What the target's catalogue says of a table: which columns there are, of which types, and whether a key is indexed. */
import type { Client } from "pg";
import type { PlanTable, PlanView, TargetType } from "../plan/model.ts";

export interface FoundColumn {
  readonly name: string;
  /** As format_type prints it without modifiers, e.g. "character varying". */
  readonly type: string;
  readonly notNull: boolean;
  readonly identity: boolean;
  readonly generated: boolean;
  readonly hasDefault: boolean;
}

export type FoundColumns = ReadonlyMap<string, FoundColumn>;

/** Columns by name; null where there is no such table. */
export const foundColumns = async (client: Client, schema: string, table: string): Promise<FoundColumns | null> =>
  (await columnsByTable(client, schema, table)).get(table) ?? null;

/** All tables of a schema with their columns, by name: one question instead of thousands. */
export const foundTables = (client: Client, schema: string): Promise<ReadonlyMap<string, FoundColumns>> =>
  columnsByTable(client, schema, null);

const columnsByTable = async (
  client: Client,
  schema: string,
  only: string | null,
): Promise<ReadonlyMap<string, FoundColumns>> => {
  const { rows } = await client.query<FoundColumn & { table: string }>({
    // Asked once a table: by name it is planned once a session.
    name: "landbridge_columns",
    text: `SELECT c.relname AS "table", a.attname AS name, pg_catalog.format_type(a.atttypid, NULL) AS type, a.attnotnull AS "notNull",
            a.attidentity <> '' AS identity, a.attgenerated <> '' AS generated, a.atthasdef AS "hasDefault"
     FROM pg_catalog.pg_class c
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE n.nspname = $1 AND ($2::name IS NULL OR c.relname = $2) AND c.relkind IN ('r', 'p')`,
    values: [schema, only],
  });
  const tables = new Map<string, Map<string, FoundColumn>>();
  for (const { table, ...column } of rows) {
    const columns = tables.get(table) ?? new Map<string, FoundColumn>();
    tables.set(table, columns);
    // A table may have no column at all.
    if (column.name !== null) columns.set(column.name, column);
  }
  return tables;
};

/** Tables with the columns that a whole, valid index begins with, so that rows come in their order without being sorted. */
export type IndexedColumns = ReadonlyMap<string, readonly string[]>;

/** Asked of the whole schema at once. */
export const indexedColumns = async (client: Client, schema: string): Promise<IndexedColumns> => {
  const { rows } = await client.query<{ table: string; columns: string[] }>(
    `SELECT c.relname AS "table", array_agg(a.attname::text) AS columns FROM pg_catalog.pg_index i
     JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
     JOIN pg_catalog.pg_am m ON m.oid = (SELECT relam FROM pg_catalog.pg_class WHERE oid = i.indexrelid)
     WHERE n.nspname = $1 AND m.amname = 'btree' AND i.indisvalid AND i.indisready AND i.indpred IS NULL
     GROUP BY c.relname`,
    [schema],
  );
  return new Map(rows.map(({ table, columns }) => [table, columns]));
};

const SERVER_NAMES: Partial<Record<TargetType["name"], string>> = {
  varchar: "character varying",
  time: "time without time zone",
  timestamp: "timestamp without time zone",
  timestamptz: "timestamp with time zone",
};

const serverName = (type: TargetType): string => {
  if (type.name === "enum") return type.type;
  if (type.name === "array") return `${serverName(type.element)}[]`;
  return SERVER_NAMES[type.name] ?? type.name;
};

/** Without modifiers, quotes, and without a schema, which is printed or not by the search_path. */
const bareType = (type: string): string =>
  type
    .replace(/\(\d+(,-?\d+)?\)/, "")
    .replace(/^("(?:[^"]|"")*"|[^".]*)\./, "")
    .replace(/^"((?:[^"]|"")*)"/, (_, name: string) => name.replaceAll('""', '"'));

/** Why a view's columns cannot be read by the plan; null where they can. Computed doubles are read as such, whatever they are. */
export const viewMismatch = async (client: Client, schema: string, view: PlanView): Promise<string | null> => {
  const { rows } = await client.query<{ name: string; type: string }>(
    `SELECT a.attname AS name, pg_catalog.format_type(a.atttypid, NULL) AS type FROM pg_catalog.pg_class c
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind = 'v'`,
    [schema, view.target],
  );
  const types = new Map(rows.map(({ name, type }) => [name, bareType(type)]));
  for (const [at, name] of view.columns.entries()) {
    const { type, approximate } = view.results[at]!;
    const found = types.get(name) ?? "missing";
    // Texts are read alike, with and without a length.
    const isText = type.name === "text" && found === "character varying";
    if (approximate || isText || found === viewType(type)) continue;
    return `its column ${name} is ${found} in PostgreSQL`;
  }
  return null;
};

/** An array is known by its elements; one that the plan knows nothing of matches no column. */
const viewType = (type: TargetType): string =>
  type.name === "array" && type.element === undefined ? "unknown" : serverName(type);

export interface ColumnMismatch {
  readonly column: string;
  readonly planned: string;
  readonly found: string;
}

/** Columns that are not there, or whose type is another than planned: their bytes cannot be read by the plan. */
export const mismatchedColumns = (table: PlanTable, found: ReadonlyMap<string, FoundColumn>): ColumnMismatch[] =>
  table.columns.flatMap(({ target, type, existingType }) => {
    const planned = existingType === undefined ? serverName(type) : bareType(existingType);
    const actual = found.get(target)?.type ?? "missing";
    return actual === planned || bareType(actual) === planned ? [] : [{ column: target, planned, found: actual }];
  });
