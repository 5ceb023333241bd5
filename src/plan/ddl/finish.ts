/**
 * What is built once the rows are in: indexes, keys, foreign keys and views, each as one statement that can be repeated
 * alone.
 */
import { qualified, quoteIdentifier } from "../../target/quote.ts";
import type { PlanForeignKey, PlanIndex, PlanKey, PlanTable, PlanView } from "../model.ts";

const columnList = (columns: readonly string[]): string => `(${columns.map(quoteIdentifier).join(", ")})`;

export const createIndex = (table: PlanTable, schema: string, index: PlanIndex): string =>
  `CREATE ${index.unique ? "UNIQUE " : ""}INDEX ${quoteIdentifier(index.name)} ON ${qualified(schema, table.target)} ` +
  `USING ${index.method} (${index.elements.join(", ")})${index.options === null ? "" : ` WITH (${index.options})`}` +
  (index.where === null ? "" : ` WHERE ${index.where}`);

/** The index that a primary key or unique constraint of the same name will take over; built in parallel with all others. */
export const createKeyIndex = (table: PlanTable, schema: string, key: PlanKey): string =>
  `CREATE UNIQUE INDEX ${quoteIdentifier(key.name)} ON ${qualified(schema, table.target)} ${columnList(key.columns)}`;

/**
 * Turns the finished unique index into the constraint: short, because nothing is built or read again. A partitioned table
 * takes no index as its key, so there the key is built here.
 */
export const addKey = (table: PlanTable, schema: string, key: PlanKey, kind: "PRIMARY KEY" | "UNIQUE"): string => {
  const name = quoteIdentifier(key.name);
  const from = table.partitioning === null ? `USING INDEX ${name}` : columnList(key.columns);
  return `ALTER TABLE ${qualified(schema, table.target)} ADD CONSTRAINT ${name} ${kind} ${from}`;
};

/** NOT VALID: takes its locks for a moment only; the rows are checked by `validateForeignKey`, which lets readers pass. */
export const addForeignKey = (table: PlanTable, schema: string, key: PlanForeignKey): string => {
  if (key.definition !== undefined)
    return `ALTER TABLE ${qualified(schema, table.target)} ADD CONSTRAINT ${quoteIdentifier(key.name)} ${key.definition} NOT VALID`;
  return `${addCheckedForeignKey(table, schema, key)} NOT VALID`;
};

/** The key in one go. Below PostgreSQL 18 a partitioned table takes its foreign keys in no other way. */
export const addCheckedForeignKey = (table: PlanTable, schema: string, key: PlanForeignKey): string =>
  [
    `ALTER TABLE ${qualified(schema, table.target)} ADD CONSTRAINT ${quoteIdentifier(key.name)}`,
    `FOREIGN KEY ${columnList(key.columns)} REFERENCES ${qualified(schema, key.parent)} ${columnList(key.parentColumns)}`,
    ...(key.onUpdate === "NO ACTION" ? [] : [`ON UPDATE ${key.onUpdate}`]),
    ...(key.onDelete === "NO ACTION" ? [] : [`ON DELETE ${key.onDelete}`]),
    ...(key.deferred ? ["DEFERRABLE INITIALLY DEFERRED"] : []),
  ].join(" ");

export const validateForeignKey = (table: PlanTable, schema: string, key: PlanForeignKey): string =>
  `ALTER TABLE ${qualified(schema, table.target)} VALIDATE CONSTRAINT ${quoteIdentifier(key.name)}`;

export const createView = (view: PlanView, schema: string): string => {
  const columns = view.columns.length === 0 ? "" : ` ${columnList(view.columns)}`;
  return `CREATE VIEW ${qualified(schema, view.target)}${columns} AS\n${view.query}`;
};
