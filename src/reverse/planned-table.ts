/** A table of the stored plan, as the target has it today: columns may have gone, come, or changed their type. */
import { renderType } from "../plan/ddl/type.ts";
import type { FindingList } from "../plan/findings.ts";
import type { PlanColumn, PlanTable, TargetType } from "../plan/model.ts";
import { quoteSqlite } from "../source/quote.ts";
import { distinctNames, isSearchColumn, newColumn, ROWID_NAMES } from "./catalogue/columns.ts";
import type { CatalogueColumn, CatalogueTable } from "./catalogue/read.ts";
import { tellOfSearch } from "./catalogue/table.ts";
import { backType } from "./catalogue/types.ts";
import type { BackColumn, BackTable } from "./model.ts";
import { relationOf } from "./relation.ts";
import { tableFromPlan } from "./table-from-plan.ts";

export const plannedTable = (
  table: PlanTable,
  found: CatalogueTable,
  schema: string,
  findings: FindingList,
): BackTable => {
  const there = new Map(found.columns.map((column) => [column.name, column]));
  const known = table.columns.flatMap((column) => plannedColumn(table, column, there.get(column.target), findings));
  const added = addedColumns(table, found, findings);
  const columns = [...known, ...added];
  return {
    planned: { ...table, columns: columns.map(({ column }) => column), added: [], partitioning: null },
    relation: relationOf(schema, found),
    columns,
    statements: tableFromPlan(table),
    additions: added.map(
      ({ column }) =>
        `ALTER TABLE ${quoteSqlite(table.source)} ADD COLUMN ${quoteSqlite(column.source)} ${column.declared}`,
    ),
  };
};

const plannedColumn = (
  table: PlanTable,
  column: PlanColumn,
  there: CatalogueColumn | undefined,
  findings: FindingList,
): BackColumn[] => {
  const where = `${table.source}.${column.source}`;
  if (there === undefined) {
    findings.add(
      "REVERSE_COLUMN_MISSING",
      "error",
      where,
      `the load made column "${column.target}" of it, which is no longer there: it stays empty in the file`,
      "Restore the column in PostgreSQL where its values are wanted, and run reverse again.",
    );
    return [];
  }
  const wanted = familyOf(column.type);
  const back = backType(there);
  // Of a type that no plan of ours makes, the plan's own word is what is known.
  if (back.asText || wanted === familyOf(back.type)) return [{ column: withType(column, there), select: null }];
  findings.add(
    "REVERSE_TYPE_CHANGED",
    "warning",
    where,
    `${renderType(column.type)} was planned, and it is ${there.type} now: its values are spelled as SQLite's nearest type has them`,
    "Look whether the application reads them so.",
  );
  const changed: PlanColumn = {
    ...column,
    type: back.type,
    form: back.form,
    existingType: there.bare,
    generated: null,
  };
  return [{ column: changed, select: null }];
};

/** The proof looks for the type that is there; the form stays the plan's. */
const withType = (column: PlanColumn, there: CatalogueColumn): PlanColumn => {
  const { type } = backType(there);
  const isSized = column.type.name === "smallint" || column.type.name === "integer" || column.type.name === "bigint";
  const resized = isSized && familyOf(type) === "integer" ? { type } : {};
  const isFloat = column.type.name === "real" || column.type.name === "double precision";
  return {
    ...column,
    ...resized,
    ...(isFloat && familyOf(type) === "float" ? { type } : {}),
    existingType: there.bare,
  };
};

/** Types whose values are spelled alike. */
const familyOf = ({ name }: TargetType): string => {
  switch (name) {
    case "smallint":
    case "integer":
    case "bigint":
      return "integer";
    case "real":
    case "double precision":
      return "float";
    case "text":
    case "varchar":
    case "char":
    case "citext":
    case "enum":
      return "text";
    default:
      return name;
  }
};

/** Columns that the source does not have: what the load added as values, and what has come since. Computed ones stay behind. */
const addedColumns = (table: PlanTable, found: CatalogueTable, findings: FindingList): BackColumn[] => {
  const known = new Set(table.columns.map(({ target }) => target));
  const others = found.columns.filter(({ name }) => !known.has(name));
  const carried = others.filter((column) => !isSearchColumn(column) && !column.generated);
  for (const column of others) {
    if (isSearchColumn(column)) tellOfSearch(table.source, column, findings);
    else if (column.generated) tellOfGenerated(table.source, column, findings);
  }
  const names = distinctNames(
    carried.map(({ name }) => name),
    [...table.columns.map(({ source }) => source), ...ROWID_NAMES],
  );
  return carried.map((column) => {
    const source = names.get(column.name) ?? column.name;
    findings.add(
      "REVERSE_COLUMN_ADDED",
      "info",
      `${table.source}.${source}`,
      source === column.name
        ? "a column of PostgreSQL alone, added to the table in the file"
        : `the column "${column.name}" of PostgreSQL alone, added to the table in the file under a name that SQLite takes there`,
      "Nothing, if the application expects it; drop it from the file otherwise.",
    );
    const added = newColumn(column, source);
    return { column: { ...added.column, notNull: false }, select: added.select };
  });
};

const tellOfGenerated = (table: string, { name, expression }: CatalogueColumn, findings: FindingList): void =>
  findings.add(
    "REVERSE_GENERATED_LEFT",
    "info",
    `${table}.${name}`,
    `computed in PostgreSQL as ${expression}; the original table has no such column`,
    "Add it in SQLite's words where the application relies on it.",
  );
