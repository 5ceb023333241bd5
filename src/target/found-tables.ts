/** The tables that a schema already holds, and whether one of them is the table that the plan means. */
import type { Client } from "pg";
import { refusal } from "../errors.ts";
import { bareCatalogueType, catalogueType } from "../plan/ddl/type.ts";
import type { PlanColumn, PlanTable } from "../plan/model.ts";

export interface FoundTable {
  readonly columns: ReadonlyMap<string, FoundColumn>;
  readonly checks: ReadonlySet<string>;
}

interface FoundColumn {
  /** As format_type prints it. */
  readonly type: string;
  readonly notNull: boolean;
  readonly identity: boolean;
  readonly generated: boolean;
  readonly hasDefault: boolean;
}

export const NOTHING_YET: FoundTable = { columns: new Map(), checks: new Set() };

interface ColumnRow extends FoundColumn {
  readonly table: string;
  /** Null for a table without columns. */
  readonly name: string | null;
}

/** Every ordinary table of the schema with its columns and checks, in two round trips however many there are. */
export const readTables = async (client: Client, schema: string): Promise<ReadonlyMap<string, FoundTable>> => {
  const columns = await client.query<ColumnRow>(
    `SELECT c.relname AS "table", a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
            a.attnotnull AS "notNull", a.attidentity <> '' AS identity, a.attgenerated <> '' AS generated,
            a.atthasdef AND a.attgenerated = '' AS "hasDefault"
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE n.nspname = $1 AND c.relkind IN ('r', 'p')`,
    [schema],
  );
  const checks = await client.query<{ table: string; name: string }>(
    `SELECT c.relname AS "table", k.conname AS name
     FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND k.contype = 'c'`,
    [schema],
  );
  const tables = new Map<string, { columns: Map<string, FoundColumn>; checks: Set<string> }>();
  for (const { table, name, ...column } of columns.rows) {
    const found = tables.get(table) ?? { columns: new Map(), checks: new Set() };
    tables.set(table, found);
    if (name !== null) found.columns.set(name, column);
  }
  for (const { table, name } of checks.rows) tables.get(table)?.checks.add(name);
  return tables;
};

/**
 * CREATE TABLE IF NOT EXISTS would take any table of that name; this one takes only the planned columns.
 * @throws LandbridgeError TABLE_DIFFERS (refused) that names every difference
 */
export const assertPlanned = (table: PlanTable, schema: string, found: FoundTable): void => {
  const planned = new Set([...table.columns, ...table.added].map(({ target }) => target));
  const differences = [
    ...table.columns.flatMap((column) => differenceOf(table, column, found.columns.get(column.target))),
    ...table.added.filter(({ target }) => !found.columns.has(target)).map(({ target }) => `${target} is missing`),
    ...[...found.columns.keys()].filter((name) => !planned.has(name)).map((name) => `${name} is not in the plan`),
  ];
  if (differences.length === 0) return;
  throw refusal({
    code: "TABLE_DIFFERS",
    message: `Table ${table.target} in schema ${schema} is not the planned one: ${differences.join("; ")}`,
    remedy: "Choose another schema with --schema, or drop the table if nobody needs it.",
  });
};

const differenceOf = (table: PlanTable, column: PlanColumn, found: FoundColumn | undefined): string[] => {
  if (found === undefined) return [`${column.target} is missing`];
  const wanted = catalogueType(column.type);
  const differences: string[] = [];
  if (bareCatalogueType(found.type) !== wanted)
    differences.push(`${column.target} is ${found.type}, planned ${wanted}`);
  // The other way round is no difference: a primary key that is there already makes its columns NOT NULL.
  if ((column.notNull || column.identity !== null) && !found.notNull)
    differences.push(`${column.target} lacks NOT NULL`);
  // In a partitioned table a sequence by default stands for it.
  const identity = column.identity !== null && table.partitioning === null;
  if (identity !== found.identity) differences.push(`${column.target} is ${found.identity ? "" : "not "}an identity`);
  if ((column.generated !== null) !== found.generated)
    differences.push(`${column.target} is ${found.generated ? "" : "not "}generated`);
  return differences;
};
