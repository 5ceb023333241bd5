/**
 * CREATE TABLE as the rows need it: types, NOT NULL and CHECK at once, because the profile has proven them and adding them
 * later would scan every table again; no keys and no indexes, which are cheaper after the rows.
 */
import { qualified, quoteIdentifier, quoteLiteral } from "../../target/quote.ts";
import type { Plan, PlanAddedColumn, PlanColumn, PlanEnum, PlanTable } from "../model.ts";
import { cutToBytes, MAX_NAME_BYTES } from "../names.ts";
import { renderType } from "./type.ts";

/** Names of identity sequences by table and column (target names). */
export type SequenceNames = ReadonlyMap<string, ReadonlyMap<string, string>>;

/**
 * Gives each identity column's sequence a name that nothing else in the plan has. Left to itself PostgreSQL takes
 * `table_column_seq`, and the table or index of that very name, which comes later, could not be made.
 */
export const sequenceNames = (plan: Plan): SequenceNames => {
  const taken = new Set(relationNames(plan));
  const names = new Map<string, Map<string, string>>();
  for (const table of plan.tables) {
    for (const column of table.columns) {
      if (column.identity === null) continue;
      const name = freeName(`${table.target}_${column.target}`, taken);
      taken.add(name);
      const ofTable = names.get(table.target) ?? new Map<string, string>();
      names.set(table.target, ofTable.set(column.target, name));
    }
  }
  return names;
};

/** Tables, views and indexes share one namespace in PostgreSQL; the indexes behind keys are part of it. */
export const relationNames = (plan: Plan): string[] => [
  ...plan.views.map((view) => view.target),
  ...plan.tables.flatMap((table) => [
    table.target,
    ...(table.partitioning?.partitions ?? []).map(({ name }) => name),
    ...(table.primaryKey === null ? [] : [table.primaryKey.name]),
    ...table.uniques.map((key) => key.name),
    ...table.indexes.map((index) => index.name),
  ]),
];

const freeName = (stem: string, taken: ReadonlySet<string>): string => {
  for (let number = 0; ; number++) {
    const suffix = number === 0 ? "_seq" : `_seq${number}`;
    const name = cutToBytes(stem, MAX_NAME_BYTES - suffix.length) + suffix;
    if (!taken.has(name)) return name;
  }
};

/** A type of the schema's own. */
export const createEnum = ({ name, labels }: PlanEnum, schema: string): string =>
  `CREATE TYPE ${qualified(schema, name)} AS ENUM (${labels.map(quoteLiteral).join(", ")})`;

/** The whole table, its partitions behind it. */
export const createTable = (table: PlanTable, schema: string, sequences: SequenceNames): string =>
  tableWith(table, schema, sequences, [
    ...table.columns.map((column) => [column, true] as const),
    ...table.added.map(addedDefinition),
    ...table.checks.map((check) => `CONSTRAINT ${quoteIdentifier(check.name)} CHECK (${check.expression})`),
  ]);

/** The table without the parts that hold translated expressions and can be added one by one: defaults and checks. */
export const createBareTable = (table: PlanTable, schema: string, sequences: SequenceNames): string =>
  tableWith(table, schema, sequences, [
    ...table.columns.map((column) => [column, false] as const),
    // The user's own SQL: rows cannot do without it, so it is tried with the table or not at all.
    ...table.added.map(addedDefinition),
  ]);

/** Adds one CHECK to a table that is there. */
export const addCheck = (table: PlanTable, schema: string, check: PlanTable["checks"][number]): string =>
  `ALTER TABLE ${qualified(schema, table.target)} ADD CONSTRAINT ${quoteIdentifier(check.name)} CHECK (${check.expression})`;

/** Sets one column's default in a table that is there. */
export const setDefault = (table: PlanTable, schema: string, column: PlanColumn): string =>
  `ALTER TABLE ${qualified(schema, table.target)} ALTER COLUMN ${quoteIdentifier(column.target)} SET DEFAULT ${column.default}`;

type Element = string | readonly [column: PlanColumn, withDefault: boolean];

const tableWith = (
  table: PlanTable,
  schema: string,
  sequences: SequenceNames,
  elements: readonly Element[],
): string => {
  const lines = elements.map((element) => {
    if (typeof element === "string") return element;
    const [column, withDefault] = element;
    const sequence = sequences.get(table.target)?.get(column.target);
    return columnDefinition(column, withDefault, {
      name: sequence === undefined ? null : qualified(schema, sequence),
      identity: table.partitioning === null,
    });
  });
  const body = lines.length === 0 ? "" : `\n  ${lines.join(",\n  ")}\n`;
  const parent = qualified(schema, table.target);
  if (table.partitioning === null) return `CREATE TABLE ${parent} (${body})`;
  const { by, partitions } = table.partitioning;
  const owned = [...(sequences.get(table.target) ?? [])].map(
    ([column, name]) => [qualified(schema, name), `${parent}.${quoteIdentifier(column)}`] as const,
  );
  return [
    ...owned.map(([name]) => `CREATE SEQUENCE ${name}`),
    `CREATE TABLE ${parent} (${body}) PARTITION BY ${by}`,
    ...partitions.map(({ name, bounds }) => `CREATE TABLE ${qualified(schema, name)} PARTITION OF ${parent} ${bounds}`),
    ...owned.map(([name, column]) => `ALTER SEQUENCE ${name} OWNED BY ${column}`),
  ].join(";\n");
};

const addedDefinition = (column: PlanAddedColumn): string =>
  [
    quoteIdentifier(column.target),
    column.type,
    ...(column.generated === null ? [] : [`GENERATED ALWAYS AS (${column.generated}) STORED`]),
    ...(column.default === null ? [] : [`DEFAULT ${column.default}`]),
    ...(column.notNull ? ["NOT NULL"] : []),
  ].join(" ");

/** `identity`: as GENERATED AS IDENTITY, which partitioned tables know from PostgreSQL 17 on; else by a default. */
interface Numbering {
  readonly name: string | null;
  readonly identity: boolean;
}

const columnDefinition = (column: PlanColumn, withDefault: boolean, { name, identity }: Numbering): string => {
  const parts = [quoteIdentifier(column.target), renderType(column.type)];
  // STORED is always written: PostgreSQL 18 would take VIRTUAL, which cannot be indexed, and 15 to 17 know no other.
  if (column.generated !== null) parts.push(`GENERATED ALWAYS AS (${column.generated}) STORED`);
  else if (name !== null && identity) parts.push(`GENERATED BY DEFAULT AS IDENTITY (SEQUENCE NAME ${name})`);
  else if (name !== null) parts.push(`DEFAULT nextval(${quoteLiteral(name)})`);
  else if (withDefault && column.default !== null) parts.push(`DEFAULT ${column.default}`);
  if (column.notNull) parts.push("NOT NULL");
  return parts.join(" ");
};
