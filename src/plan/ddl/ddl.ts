/**
 * The plan as DDL: tables before the rows, everything else after them. Prepare and finish run these very statements, and
 * `plan --sql` and the export print them, so that what a person reads is what is run.
 */
import { quoteIdentifier } from "../../target/quote.ts";
import type { Plan, PlanTable } from "../model.ts";
import { createSearchTrigger, searchTriggers } from "../search/ddl.ts";
import { createTrigger } from "../triggers/ddl.ts";
import {
  addCheckedForeignKey,
  addForeignKey,
  addKey,
  createIndex,
  createKeyIndex,
  createView,
  validateForeignKey,
} from "./finish.ts";
import { createEnum, createTable, sequenceNames } from "./tables.ts";

export type StatementKind =
  | "type"
  | "text search"
  | "table"
  | "search trigger"
  | "index"
  | "primary key"
  | "unique"
  | "foreign key"
  | "validate"
  | "view"
  | "trigger";

/** DDL without its last semicolon, and what it is about in target names. */
export interface Statement {
  readonly kind: StatementKind;
  readonly object: string;
  /** The table it belongs to; null for a view. */
  readonly table: string | null;
  readonly sql: string;
}

/** What tables are made of: the schema's own types. */
const renderTypes = (plan: Plan, schema: string): Statement[] =>
  plan.enums.map((type) => ({ kind: "type", object: type.name, table: null, sql: createEnum(type, schema) }));

/** Text search configurations and the like; they are found by the search_path. */
const renderTextSearch = ({ textSearch = [] }: Plan): Statement[] =>
  textSearch.map(({ name, statements }) => ({
    ...{ kind: "text search", object: name, table: null, sql: statements.join(";\n") },
  }));

/** The triggers that fill search columns, each with its function. */
const renderSearchTriggers = (plan: Plan, schema: string): Statement[] =>
  plan.tables.flatMap((table) =>
    searchTriggers(table).map((trigger): Statement => {
      const sql = createSearchTrigger(table, schema, trigger);
      return { kind: "search trigger", object: trigger.name, table: table.target, sql };
    }),
  );

/** CREATE TABLE for every table, in the plan's order; the schema itself is the caller's. */
export const renderTables = (plan: Plan, schema: string): Statement[] => {
  const sequences = sequenceNames(plan);
  return plan.tables.map((table) => ({
    kind: "table",
    object: table.target,
    table: table.target,
    sql: createTable(table, schema, sequences),
  }));
};

/**
 * What finish builds, in the order in which it may be run by one session: indexes (those behind keys too), primary keys,
 * uniques, foreign keys NOT VALID, their validation, views, triggers. Keys come in the order of their names. Views
 * name their tables without a schema: the session's search_path has to be `schema`.
 */
export const renderFinish = (plan: Plan, schema: string): Statement[] => [
  ...plan.tables.flatMap((table) => indexStatements(table, schema)),
  ...inNameOrder(plan.tables.flatMap((table) => primaryKeyStatements(table, schema))),
  ...inNameOrder(plan.tables.flatMap((table) => uniqueStatements(table, schema))),
  ...inNameOrder(plan.tables.flatMap((table) => foreignKeyStatements(table, schema, "foreign key", addForeignKey))),
  ...inNameOrder(plan.tables.flatMap((table) => foreignKeyStatements(table, schema, "validate", validateForeignKey))),
  ...plan.views.map(
    (view): Statement => ({ kind: "view", object: view.target, table: null, sql: createView(view, schema) }),
  ),
  ...plan.triggers.map(
    (trigger): Statement => ({
      kind: "trigger",
      object: trigger.name,
      table: trigger.table,
      sql: createTrigger(trigger, schema),
    }),
  ),
];

const indexStatements = (table: PlanTable, schema: string): Statement[] => {
  const keys =
    table.partitioning !== null ? [] : table.primaryKey === null ? table.uniques : [table.primaryKey, ...table.uniques];
  const statement = (object: string, sql: string): Statement => ({ kind: "index", object, table: table.target, sql });
  return [
    ...keys.map((key) => statement(key.name, createKeyIndex(table, schema, key))),
    ...table.indexes.map((index) => statement(index.name, createIndex(table, schema, index))),
  ];
};

const primaryKeyStatements = (table: PlanTable, schema: string): Statement[] => {
  const key = table.primaryKey;
  if (key === null) return [];
  const sql = addKey(table, schema, key, "PRIMARY KEY");
  return [{ kind: "primary key", object: key.name, table: table.target, sql }];
};

const uniqueStatements = (table: PlanTable, schema: string): Statement[] =>
  table.uniques.map((key) => ({
    kind: "unique",
    object: key.name,
    table: table.target,
    sql: addKey(table, schema, key, "UNIQUE"),
  }));

const foreignKeyStatements = (
  table: PlanTable,
  schema: string,
  kind: "foreign key" | "validate",
  render: typeof addForeignKey,
): Statement[] => {
  // A partitioned table takes them checked, in one go.
  if (table.partitioning !== null && kind === "foreign key") return [];
  const sql = table.partitioning === null ? render : addCheckedForeignKey;
  return table.foreignKeys.map((key) => ({
    kind,
    object: key.name,
    table: table.target,
    sql: sql(table, schema, key),
  }));
};

/** By code units of table and name: the same on every machine, whatever its locale. */
const inNameOrder = (statements: readonly Statement[]): Statement[] =>
  statements.toSorted((a, b) => compare(a.table ?? "", b.table ?? "") || compare(a.object, b.object));

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const SECTIONS: readonly (readonly [StatementKind, string])[] = [
  ["type", "Types"],
  ["text search", "Text search: how texts become words"],
  ["table", "Tables"],
  ["search trigger", "Search columns that triggers fill"],
  ["index", "After the rows: indexes, those behind primary keys and unique constraints among them"],
  ["primary key", "Primary keys"],
  ["unique", "Unique constraints"],
  ["foreign key", "Foreign keys, not yet checked against the rows"],
  ["validate", "Foreign keys, checked"],
  ["view", "Views"],
  ["trigger", "Triggers, when the rows are in"],
];

/** The whole DDL of the plan as a script that psql runs as it is. */
export const renderScript = (plan: Plan): string => {
  const { schema } = plan;
  const statements = [
    ...renderTypes(plan, schema),
    ...renderTextSearch(plan),
    ...renderTables(plan, schema),
    ...renderSearchTriggers(plan, schema),
    ...renderFinish(plan, schema),
  ];
  const parts = [
    [
      ...plan.extensions.map((name) => `CREATE EXTENSION IF NOT EXISTS ${quoteIdentifier(name)};`),
      `CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(schema)};`,
      `SET search_path = ${[...new Set([schema, "public"])].map(quoteIdentifier).join(", ")};`,
    ].join("\n"),
  ];
  for (const [kind, title] of SECTIONS) {
    const ofKind = statements.filter((statement) => statement.kind === kind);
    if (ofKind.length === 0) continue;
    const gap = kind === "table" || kind === "view" || kind === "trigger" ? "\n\n" : "\n";
    // The semicolon stands on a line of its own after a view: its query may end with a comment.
    const end = kind === "view" ? "\n;" : ";";
    parts.push(`-- ${title}\n${ofKind.map((statement) => statement.sql + end).join(gap)}`);
  }
  return `${parts.join("\n\n")}\n`;
};
