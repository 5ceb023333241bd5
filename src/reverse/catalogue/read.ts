/** What the target's catalogue says of a schema's tables, as far as SQLite can hold it. Partitions belong to their table. */
import type { Client } from "pg";

export interface CatalogueTable {
  readonly name: string;
  /** Its rows are those of its partitions; any other table's rows are its own alone. */
  readonly partitioned: boolean;
  readonly columns: readonly CatalogueColumn[];
  readonly keys: readonly CatalogueKey[];
  readonly foreignKeys: readonly CatalogueForeignKey[];
  readonly indexes: readonly CatalogueIndex[];
  readonly checks: readonly string[];
}

export interface CatalogueColumn {
  readonly name: string;
  /** As format_type prints it, with its modifier: of a domain, the type beneath. */
  readonly type: string;
  /** Without a modifier, and the column's own (a domain's name): what the proof compares with. */
  readonly bare: string;
  readonly kind: "base" | "enum" | "array" | "other";
  readonly notNull: boolean;
  readonly identity: boolean;
  readonly generated: boolean;
  /** pg_get_expr of a default (or of the generation), null for none. */
  readonly expression: string | null;
}

export interface CatalogueKey {
  readonly primary: boolean;
  readonly columns: readonly string[];
}

export interface CatalogueForeignKey {
  readonly name: string;
  readonly columns: readonly string[];
  /** null where the parent is in another schema. */
  readonly parent: string | null;
  readonly parentColumns: readonly string[];
  readonly onUpdate: string;
  readonly onDelete: string;
  readonly deferred: boolean;
}

export interface CatalogueIndex {
  readonly name: string;
  readonly unique: boolean;
  /** Plain columns of a btree without WHERE; null for any other index. */
  readonly columns: readonly { readonly name: string; readonly descending: boolean }[] | null;
  readonly definition: string;
}

const OF_SCHEMA = `c.relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = $1)
  AND c.relkind IN ('r', 'p', 'f') AND NOT c.relispartition
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')`;

/** Tables by name, in the order of their names. */
export const readCatalogueTables = async (
  client: Client,
  schema: string,
): Promise<ReadonlyMap<string, CatalogueTable>> => {
  const { rows } = await client.query<{ name: string; partitioned: boolean }>(
    `SELECT c.relname AS name, c.relkind = 'p' AS partitioned FROM pg_catalog.pg_class c WHERE ${OF_SCHEMA} ORDER BY c.relname COLLATE "C"`,
    [schema],
  );
  const columns = byTable(await readColumns(client, schema));
  const keys = byTable(await readKeys(client, schema));
  const foreignKeys = byTable(await readForeignKeys(client, schema));
  const indexes = byTable(await readIndexes(client, schema));
  const checks = byTable(await readChecks(client, schema));
  return new Map(
    rows.map(({ name, partitioned }) => [
      name,
      {
        name,
        partitioned,
        columns: columns.get(name) ?? [],
        keys: keys.get(name) ?? [],
        foreignKeys: foreignKeys.get(name) ?? [],
        indexes: indexes.get(name) ?? [],
        checks: (checks.get(name) ?? []).map(({ definition }) => definition),
      },
    ]),
  );
};

/** Names of what SQLite gets nothing of: views, materialized views, functions and triggers of the schema. */
export const readOtherObjects = async (client: Client, schema: string): Promise<string[]> => {
  const { rows } = await client.query<{ name: string }>(
    `SELECT CASE c.relkind WHEN 'm' THEN 'materialized view ' ELSE 'view ' END || c.relname AS name FROM pg_catalog.pg_class c
     WHERE c.relnamespace = $1::regnamespace AND c.relkind IN ('v', 'm')
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
     UNION ALL
     SELECT 'trigger ' || t.tgname || ' on ' || c.relname FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
     WHERE c.relnamespace = $1::regnamespace AND NOT t.tgisinternal AND NOT c.relispartition
     ORDER BY 1`,
    [quoted(schema)],
  );
  return rows.map(({ name }) => name);
};

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

type OfTable = { readonly table: string };

const byTable = <T extends OfTable>(rows: readonly T[]): ReadonlyMap<string, T[]> =>
  Map.groupBy(rows, (row) => row.table);

const readColumns = async (client: Client, schema: string): Promise<(CatalogueColumn & OfTable)[]> => {
  const { rows } = await client.query<CatalogueColumn & OfTable>(
    `SELECT c.relname AS "table", a.attname AS name,
       CASE WHEN t.typtype = 'd' THEN pg_catalog.format_type(t.typbasetype, t.typtypmod) ELSE pg_catalog.format_type(a.atttypid, a.atttypmod) END AS type,
       pg_catalog.format_type(a.atttypid, NULL) AS bare,
       CASE WHEN coalesce(b.typtype, t.typtype) = 'e' THEN 'enum' WHEN coalesce(b.typelem, t.typelem) <> 0 AND coalesce(b.typlen, t.typlen) = -1
         THEN 'array' WHEN coalesce(b.typtype, t.typtype) = 'b' THEN 'base' ELSE 'other' END AS kind,
       a.attnotnull AS "notNull", a.attidentity <> '' OR pg_catalog.pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%' IS TRUE AS identity,
       a.attgenerated <> '' AS generated, pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS expression
     FROM pg_catalog.pg_class c
     JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
     LEFT JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype AND t.typtype = 'd'
     LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
     WHERE ${OF_SCHEMA} ORDER BY a.attnum`,
    [schema],
  );
  return rows;
};

const COLUMNS_OF = (relation: string, numbers: string): string =>
  `(SELECT array_agg(a.attname::text ORDER BY n.at) FROM unnest(${numbers}) WITH ORDINALITY AS n(number, at)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = ${relation} AND a.attnum = n.number)`;

const readKeys = async (client: Client, schema: string): Promise<(CatalogueKey & OfTable)[]> => {
  const { rows } = await client.query<CatalogueKey & OfTable>(
    `SELECT c.relname AS "table", k.contype = 'p' AS "primary", ${COLUMNS_OF("c.oid", "k.conkey")} AS columns
     FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
     WHERE ${OF_SCHEMA} AND k.contype IN ('p', 'u') ORDER BY k.contype, k.conname COLLATE "C"`,
    [schema],
  );
  return rows;
};

const ACTION = (column: string): string =>
  `CASE ${column} WHEN 'a' THEN 'NO ACTION' WHEN 'r' THEN 'RESTRICT' WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' ELSE 'SET DEFAULT' END`;

const readForeignKeys = async (client: Client, schema: string): Promise<(CatalogueForeignKey & OfTable)[]> => {
  const { rows } = await client.query<CatalogueForeignKey & OfTable>(
    `SELECT c.relname AS "table", k.conname AS name, ${COLUMNS_OF("c.oid", "k.conkey")} AS columns,
       CASE WHEN p.relnamespace = c.relnamespace THEN p.relname END AS parent, ${COLUMNS_OF("p.oid", "k.confkey")} AS "parentColumns",
       ${ACTION("k.confupdtype")} AS "onUpdate", ${ACTION("k.confdeltype")} AS "onDelete", k.condeferred AS deferred
     FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_class p ON p.oid = k.confrelid
     WHERE ${OF_SCHEMA} AND k.contype = 'f' AND k.conparentid = 0 ORDER BY k.conname COLLATE "C"`,
    [schema],
  );
  return rows;
};

const readIndexes = async (client: Client, schema: string): Promise<(CatalogueIndex & OfTable)[]> => {
  const { rows } = await client.query<CatalogueIndex & OfTable>(
    `SELECT c.relname AS "table", x.relname AS name, i.indisunique AS "unique", pg_catalog.pg_get_indexdef(i.indexrelid) AS definition,
       CASE WHEN m.amname = 'btree' AND i.indpred IS NULL AND i.indexprs IS NULL AND i.indnkeyatts = i.indnatts THEN
         (SELECT json_agg(json_build_object('name', a.attname, 'descending', i.indoption[n.at - 1] & 1 = 1) ORDER BY n.at)
          FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS n(number, at)
          JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = n.number) END AS columns
     FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indrelid JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
     JOIN pg_catalog.pg_am m ON m.oid = x.relam
     WHERE ${OF_SCHEMA} AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
     ORDER BY x.relname COLLATE "C"`,
    [schema],
  );
  return rows;
};

const readChecks = async (client: Client, schema: string): Promise<(OfTable & { definition: string })[]> => {
  const { rows } = await client.query<OfTable & { definition: string }>(
    `SELECT c.relname AS "table", pg_catalog.pg_get_constraintdef(k.oid) AS definition
     FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
     WHERE ${OF_SCHEMA} AND k.contype IN ('c', 'x') ORDER BY k.conname COLLATE "C"`,
    [schema],
  );
  return rows;
};
