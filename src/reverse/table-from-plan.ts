/** A table by the plan alone, for plans that do not keep the SQLite schema's own words: names, types and keys. */
import type { PlanTable } from "../plan/model.ts";
import { quoteSqlite } from "../source/quote.ts";
import type { TableStatements } from "./model.ts";

const list = (names: readonly string[]): string => `(${names.map(quoteSqlite).join(", ")})`;

/** What a module of its own understands is no type of SQLite: without one, a column keeps what it is given. */
const plainType = (declared: string): string => (/^[\w ]*(?:\([\d, ]*\))?$/.test(declared) ? declared : "");

/** Uniqueness, NOT NULL and the primary key come along; defaults and checks were SQLite's words, which nobody has kept. */
export const tableFromPlan = (table: PlanTable): TableStatements => {
  const { read, keyColumns, columns } = table;
  const alias = read.by === "rowid" ? read.alias : null;
  const sourceOf = new Map(columns.map(({ source, target }) => [target, source]));
  const spelled = (targets: readonly string[]): string => list(targets.map((name) => sourceOf.get(name) ?? name));
  const elements = [
    ...columns.map(({ source, declared, notNull }) =>
      source === alias
        ? `${quoteSqlite(source)} INTEGER PRIMARY KEY`
        : `${quoteSqlite(source)} ${plainType(declared)}${notNull ? " NOT NULL" : ""}`,
    ),
    ...(alias === null && keyColumns.length > 0 ? [`PRIMARY KEY ${list(keyColumns)}`] : []),
    ...table.uniques.map((key) => `UNIQUE ${spelled(key.columns)}`),
  ];
  const withoutRowid = read.by === "rowid" || keyColumns.length === 0 ? "" : " WITHOUT ROWID";
  return {
    table: `CREATE TABLE ${quoteSqlite(table.source)} (\n  ${elements.join(",\n  ")}\n)${withoutRowid}`,
    after: [],
  };
};
