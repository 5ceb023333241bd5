/** Reads an application's tables from the catalogue: everything that fitting a plan to them, and restoring them, has to know. */
import type { Client } from "pg";
import { foldScaffolding } from "./fold-scaffolding.ts";
import type { ExistingColumn, ExistingConstraint, ExistingIndex, ExistingTable, ExistingTrigger } from "./model.ts";
import { COLUMNS, CONSTRAINTS, INDEXES, TABLES, TRIGGERS } from "./read-sql.ts";
import { baseTypes, type FoundType } from "./read-types.ts";

/** A column with what its type comes down to: domains are resolved. */
export interface FoundColumn extends ExistingColumn {
  readonly base: FoundType;
}

export interface FoundTable extends Omit<ExistingTable, "columns"> {
  readonly columns: readonly FoundColumn[];
  readonly owner: string;
  /** Whether this session may change the table itself. */
  readonly owned: boolean;
  /** Row security or a rewrite rule stands between an INSERT and the table. */
  readonly hindrance: "row security" | "a rule" | null;
}

/**
 * Every table of the schema, by name, but those that an extension has brought, and partitions, which belong to their table. What a
 * run that was broken off has set aside is part of the answer, so that it is the same before, during and after a load.
 */
export const readExisting = async (client: Client, schema: string): Promise<readonly FoundTable[]> => {
  await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  try {
    await client.query("SELECT set_config('search_path', '', true)");
    const ask = async <Row extends Owned>(sql: string) => groupByTable((await client.query<Row>(sql, [schema])).rows);
    const tables = await client.query<TableRow>(TABLES, [schema]);
    const columns = await ask<Owned & ColumnRow>(COLUMNS);
    const constraints = await ask<Owned & ExistingConstraint>(CONSTRAINTS);
    const indexes = await ask<Owned & ExistingIndex>(INDEXES);
    const triggers = await ask<Owned & ExistingTrigger & TriggerRow>(TRIGGERS);
    const typeOf = await baseTypes(client, schema);
    const found = tables.rows.map(
      ({ rules, ...table }): FoundTable => ({
        ...table,
        hindrance: table.hindrance ?? (rules ? "a rule" : null),
        columns: (columns.get(table.name) ?? []).map(({ typeId, modifier, ...column }) => ({
          ...column,
          base: typeOf(typeId, modifier),
        })),
        constraints: constraints.get(table.name) ?? [],
        indexes: indexes.get(table.name) ?? [],
        triggers: (triggers.get(table.name) ?? []).map((trigger) => triggerOf(trigger, columns.get(table.name) ?? [])),
      }),
    );
    return await foldScaffolding(client, schema, found);
  } finally {
    await client.query("ROLLBACK").catch(() => undefined);
  }
};

interface Owned {
  /** The root of partitions. */
  readonly table: string;
}

interface TableRow extends Pick<FoundTable, "name" | "partitioned" | "owner" | "owned" | "hindrance"> {
  readonly rules: boolean;
}

interface ColumnRow extends ExistingColumn {
  readonly typeId: number;
  readonly modifier: number;
}

interface TriggerRow {
  readonly before: boolean;
  readonly onUpdate: boolean;
  /** Names of UPDATE OF. */
  readonly columns: readonly string[];
  readonly called: string;
  readonly code: string;
  /** The trigger's arguments. */
  readonly given: string;
}

const groupByTable = <Row extends Owned>(rows: readonly Row[]): ReadonlyMap<string, Omit<Row, "table">[]> => {
  const tables = new Map<string, Omit<Row, "table">[]>();
  for (const { table, ...row } of rows) {
    const known = tables.get(table);
    if (known === undefined) tables.set(table, [row]);
    else known.push(row);
  }
  return tables;
};

const triggerOf = (
  { before, onUpdate, columns, called, code, given, ...trigger }: Omit<ExistingTrigger & TriggerRow, "table">,
  all: readonly Pick<ColumnRow, "name" | "type" | "generated">[],
): ExistingTrigger => {
  const searched = all.filter(({ type, generated }) => type === "tsvector" && generated === null);
  const computed = searched.filter(({ name }) => computes({ called, code, given }, name)).map(({ name }) => name);
  return {
    ...trigger,
    search: before && computed.length > 0 ? { columns: computed, on: onUpdate ? columns : null } : null,
  };
};

/** tsvector_update_trigger is told its column; any other function has to name the one that it sets. */
const computes = ({ called, code, given }: Pick<TriggerRow, "called" | "code" | "given">, column: string): boolean =>
  called.startsWith("tsvector_update_trigger")
    ? given.split("\\000")[0] === column
    : code.toLowerCase().includes(column.toLowerCase());
