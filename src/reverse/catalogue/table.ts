/** A table of the target that no plan knows, as a table of the new file. */
import type { FindingList } from "../../plan/findings.ts";
import type { PlanTable, ReadKey } from "../../plan/model.ts";
import { quoteSqlite } from "../../source/quote.ts";
import type { BackTable } from "../model.ts";
import { relationOf } from "../relation.ts";
import { distinctNames, isSearchColumn, type NewColumn, newColumn } from "./columns.ts";
import { sqliteDefault } from "./default.ts";
import type { CatalogueColumn, CatalogueTable } from "./read.ts";

/** Names of tables in the target → in the file. */
export type TableNames = ReadonlyMap<string, string>;

/** @param names of all tables, for its foreign keys */
export const newTable = (
  found: CatalogueTable,
  schema: string,
  names: TableNames,
  findings: FindingList,
): BackTable => {
  const source = names.get(found.name) ?? found.name;
  const carried = found.columns.filter((column) => !isSearchColumn(column));
  const spelled = distinctNames(carried.map(({ name }) => name));
  const columns = carried.map((column) => newColumn(column, spelled.get(column.name) ?? column.name));
  tellOfColumns(found, source, columns, findings);
  const key = found.keys.find(({ primary }) => primary)?.columns ?? [];
  const alias = rowidAlias(key, columns);
  const keyNames = key.map((name) => spelled.get(name) ?? name);
  const planned: PlanTable = {
    source,
    target: found.name,
    read: readKey(alias, columns),
    ...{ rows: 0, bytes: 0, maxRowBytes: 0, mode: "whole", borders: [], oversize: [] },
    columns: columns.map(({ column }) => column),
    added: [],
    partitioning: null,
    primaryKey: key.length === 0 ? null : { name: `${found.name}_pkey`, columns: key },
    ...{ uniques: [], checks: [], indexes: [], foreignKeys: [] },
    keyColumns: keyNames,
  };
  return {
    planned,
    relation: relationOf(schema, found),
    columns,
    statements: {
      table: createTable(source, columns, { found, alias, keyNames, spelled, names, findings }),
      after: found.indexes.flatMap((index) => indexStatement(source, index, spelled, findings)),
    },
    additions: [],
  };
};

const rowidAlias = (key: readonly string[], columns: readonly NewColumn[]): NewColumn | null => {
  const column = columns.find(({ column: { target } }) => key.length === 1 && key[0] === target);
  return column?.back.form.kind === "integer" ? column : null;
};

/** By a spelling of rowid that no column has taken. */
const readKey = (alias: NewColumn | null, columns: readonly NewColumn[]): ReadKey => {
  const taken = new Set(columns.map(({ column: { source } }) => source.toLowerCase()));
  const name = (["rowid", "_rowid_", "oid"] as const).find((word) => !taken.has(word));
  return name === undefined ? { by: "scan" } : { by: "rowid", name, alias: alias?.column.source ?? null };
};

const tellOfColumns = (
  { columns: all }: CatalogueTable,
  source: string,
  columns: readonly NewColumn[],
  findings: FindingList,
): void => {
  for (const column of all.filter(isSearchColumn)) tellOfSearch(source, column, findings);
  for (const { column } of columns)
    if (column.source !== column.target)
      findings.add(
        "REVERSE_NAME_CHANGED",
        "warning",
        `${source}.${column.source}`,
        `the column "${column.target}" differs from another one by the case of its letters alone, which SQLite does not tell apart`,
        "Name it in the application as it stands in the file, or rename it in PostgreSQL first.",
      );
  for (const column of all.filter(({ generated }) => generated))
    findings.add(
      "REVERSE_GENERATED_AS_VALUES",
      "info",
      `${source}.${column.name}`,
      `generated in PostgreSQL as ${column.expression}; its values are there, the expression is not`,
      "Add the expression in SQLite's words where the application relies on it.",
    );
};

/** A tsvector column is an index over others. */
export const tellOfSearch = (table: string, { name }: CatalogueColumn, findings: FindingList): void =>
  findings.add(
    "REVERSE_SEARCH_COLUMN_LEFT",
    "info",
    `${table}.${name}`,
    "a search column (tsvector), made of other columns: SQLite has no such type",
    "A full-text table of the original file is filled again; where there was none, make an FTS5 table.",
  );

interface TableParts {
  readonly found: CatalogueTable;
  readonly alias: NewColumn | null;
  readonly keyNames: readonly string[];
  readonly spelled: ReadonlyMap<string, string>;
  readonly names: TableNames;
  readonly findings: FindingList;
}

const list = (names: readonly string[]): string => `(${names.map(quoteSqlite).join(", ")})`;

const createTable = (source: string, columns: readonly NewColumn[], parts: TableParts): string => {
  const { found, alias, keyNames, spelled, findings } = parts;
  const spell = (names: readonly string[]): string => list(names.map((name) => spelled.get(name) ?? name));
  const uniques = found.keys.filter((key) => !key.primary && key.columns.every((name) => spelled.has(name)));
  for (const definition of found.checks) leftOut(source, "CHECK", definition, findings);
  const elements = [
    ...columns.map((column) => columnDefinition(source, column, column === alias, found, findings)),
    ...(alias === null && keyNames.length > 0 ? [`PRIMARY KEY ${list(keyNames)}`] : []),
    ...uniques.map((key) => `UNIQUE ${spell(key.columns)}`),
    ...found.foreignKeys.flatMap((key) => foreignKey(source, key, spell, parts)),
  ];
  // SQLite has no table without a column.
  return `CREATE TABLE ${quoteSqlite(source)} (\n  ${elements.length === 0 ? '"-" TEXT' : elements.join(",\n  ")}\n)`;
};

/** The definition of one column of a new table. */
const columnDefinition = (
  table: string,
  { column, back }: NewColumn,
  isAlias: boolean,
  found: CatalogueTable,
  findings: FindingList,
): string => {
  const name = quoteSqlite(column.source);
  if (isAlias) return `${name} INTEGER PRIMARY KEY`;
  const origin = found.columns.find((each) => each.name === column.target);
  const wanted = origin === undefined || origin.identity || origin.generated ? null : origin.expression;
  const default_ = wanted === null ? null : sqliteDefault(wanted, back);
  if (wanted !== null && default_ === null) leftOut(`${table}.${column.source}`, "DEFAULT", wanted, findings);
  return [
    name,
    back.declared,
    ...(default_ === null ? [] : [`DEFAULT ${default_}`]),
    ...(column.notNull ? ["NOT NULL"] : []),
  ].join(" ");
};

const foreignKey = (
  source: string,
  key: CatalogueTable["foreignKeys"][number],
  spell: (names: readonly string[]) => string,
  { names, findings }: TableParts,
): string[] => {
  const parent = key.parent === null ? undefined : names.get(key.parent);
  if (parent === undefined) {
    leftOut(source, "FOREIGN KEY", `${key.name} ${list(key.columns)}, to another schema`, findings);
    return [];
  }
  const action = (word: string, value: string): string[] => (value === "NO ACTION" ? [] : [`${word} ${value}`]);
  return [
    [
      `FOREIGN KEY ${spell(key.columns)} REFERENCES ${quoteSqlite(parent)} ${list(key.parentColumns)}`,
      ...action("ON UPDATE", key.onUpdate),
      ...action("ON DELETE", key.onDelete),
      ...(key.deferred ? ["DEFERRABLE INITIALLY DEFERRED"] : []),
    ].join(" "),
  ];
};

const indexStatement = (
  source: string,
  { name, unique, columns, definition }: CatalogueTable["indexes"][number],
  spelled: ReadonlyMap<string, string>,
  findings: FindingList,
): string[] => {
  if (columns === null || columns.some((column) => !spelled.has(column.name))) {
    leftOut(source, "INDEX", definition, findings);
    return [];
  }
  const elements = columns.map(
    (column) => `${quoteSqlite(spelled.get(column.name) ?? column.name)}${column.descending ? " DESC" : ""}`,
  );
  return [
    `CREATE ${unique ? "UNIQUE " : ""}INDEX ${quoteSqlite(name)} ON ${quoteSqlite(source)} (${elements.join(", ")})`,
  ];
};

const leftOut = (where: string, what: string, definition: string, findings: FindingList): void =>
  findings.add(
    "REVERSE_CONSTRAINT_LEFT",
    "warning",
    where,
    `${what} is not translated back; it is: ${definition}`,
    "Write it in SQLite's words where the application relies on it.",
  );
