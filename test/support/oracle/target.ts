/** The oracle's reader of PostgreSQL: types from the catalogue, every value as text that SQL itself has made. */
import type { Client } from "pg";
import { isArrayType } from "./arrays.ts";

export interface TargetColumn {
  readonly name: string;
  /** pg_type.typname, e.g. `int8`, `float8`, `varchar`; `enum` for each enum. */
  readonly type: string;
  readonly notNull: boolean;
  /** Computed by PostgreSQL, so not part of what was copied. */
  readonly generated: boolean;
}

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Each type as a text that shows all of it, whatever the session's settings. */
const shown = (column: string, type: string): string => {
  switch (type) {
    case "float8":
      return `encode(float8send(${column}), 'hex')`;
    case "text":
    case "varchar":
    case "json":
      return `encode(convert_to(${column}::text, 'UTF8'), 'hex')`;
    case "enum":
      return `encode(convert_to(${column}::text, 'UTF8'), 'hex')`;
    case "bytea":
      return `encode(${column}, 'hex')`;
    case "date":
    case "time":
    case "timestamp":
    case "timestamptz":
      return `trunc(extract(epoch FROM ${column}) * 1000000)::text`;
    default:
      return isArrayType(type) ? `array_to_json(${column})::text` : `${column}::text`;
  }
};

/** Columns of a table in their order; null where there is no such table. */
export const targetColumns = async (client: Client, schema: string, table: string): Promise<TargetColumn[] | null> => {
  const { rows } = await client.query<{ name: string | null; type: string; notNull: boolean; generated: boolean }>(
    `SELECT a.attname AS name, CASE t.typtype WHEN 'e' THEN 'enum' ELSE t.typname END AS type, a.attnotnull AS "notNull", a.attgenerated <> '' AS generated FROM pg_class c
     LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     LEFT JOIN pg_type t ON t.oid = a.atttypid
     WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1) AND c.relname = $2 AND c.relkind IN ('r', 'p')
     ORDER BY a.attnum`,
    [schema, table],
  );
  if (rows.length === 0) return null;
  return rows.flatMap(({ name, ...rest }) => (name === null ? [] : [{ name, ...rest }]));
};

/** Rows of the columns, in no order. */
export async function* targetRows(
  client: Client,
  schema: string,
  table: string,
  columns: readonly TargetColumn[],
): AsyncGenerator<(string | null)[]> {
  // An array and not a row: a result has at most 1,664 columns, and none at all is fine too.
  const values = columns.map(({ name, type }) => shown(quote(name), type)).join(", ");
  await client.query("BEGIN READ ONLY");
  await client.query(`DECLARE oracle CURSOR FOR SELECT ARRAY[${values}]::text[] FROM ${quote(schema)}.${quote(table)}`);
  try {
    for (;;) {
      const { rows } = await client.query({ text: "FETCH 500 FROM oracle", rowMode: "array" });
      if (rows.length === 0) return;
      for (const [row] of rows as [(string | null)[]][]) yield row;
    }
  } finally {
    await client.query("ROLLBACK");
  }
}
