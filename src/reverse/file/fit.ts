/** Fits what was planned to the file that has been made: which of its columns take a value, of which affinity. */
import type { Database } from "better-sqlite3";
import type { FindingList } from "../../plan/findings.ts";
import type { PlanTable } from "../../plan/model.ts";
import { readCatalogue } from "../../source/catalogue/read.ts";
import { fold } from "../../source/fold.ts";
import type { Affinity, SourceTable } from "../../source/model.ts";
import type { BackColumn, BackPlan, BackTable } from "../model.ts";

export interface FittedTable extends BackTable {
  readonly columns: readonly FittedColumn[];
  /** SQL of the rowid where no column stands for it: rows without a key of their own are numbered anew. */
  readonly rowid: string | null;
}

export interface FittedColumn extends BackColumn {
  readonly affinity: Affinity;
}

/** Tables that the file has, each with the columns that can be written. */
export const fitTables = (db: Database, { tables }: BackPlan, findings: FindingList): FittedTable[] => {
  const made = new Map(readCatalogue(db).tables.map((table) => [fold(table.name), table]));
  return tables.flatMap((table): FittedTable[] => {
    const there = made.get(fold(table.planned.source));
    return there === undefined ? [] : [fitted(table, there, findings)];
  });
};

const fitted = (table: BackTable, there: SourceTable, findings: FindingList): FittedTable => {
  const known = new Map(there.columns.map((column) => [fold(column.name), column]));
  const columns = table.columns.flatMap((column): FittedColumn[] => {
    const found = known.get(fold(column.column.source));
    if (found === undefined) return [];
    if (found.generated === null) return [{ ...column, affinity: found.affinity }];
    if (column.column.generated === null) tellOfComputed(table.planned, column.column.source, findings);
    return [];
  });
  tellOfLeftOut(table.planned.source, there, new Set(table.columns.map(({ column }) => fold(column.source))), findings);
  const hasOwnKey = there.rowidAlias !== null || there.module !== null;
  return { ...table, columns, rowid: hasOwnKey ? null : there.rowidName };
};

/** Columns that have never been in PostgreSQL: the file's own words make them, and nothing is there to fill them with. */
const tellOfLeftOut = (name: string, there: SourceTable, carried: ReadonlySet<string>, findings: FindingList): void => {
  const missing = new Set(
    findings.all.flatMap(({ code, where }) => (code === "REVERSE_COLUMN_MISSING" ? [where] : [])),
  );
  for (const column of there.columns) {
    const where = `${name}.${column.name}`;
    if (column.generated !== null || carried.has(fold(column.name)) || missing.has(where)) continue;
    findings.add(
      "REVERSE_COLUMN_EMPTY",
      "warning",
      where,
      column.name === there.rowidAlias
        ? "a column that the load left out: it is made, and its rows are numbered anew"
        : `a column that the load left out: it is made, and ${column.default === null ? "empty" : `has its default in every row: ${column.default}`}`,
      "Copy its values from the snapshot of the load where they are wanted.",
    );
  }
};

/** PostgreSQL holds plain values there, which nobody has computed since the load. */
const tellOfComputed = (table: PlanTable, column: string, findings: FindingList): void =>
  findings.add(
    "REVERSE_GENERATED_RECOMPUTED",
    "info",
    `${table.source}.${column}`,
    "generated in SQLite, and a plain column in PostgreSQL: the file computes it, what PostgreSQL holds is not read",
    "Nothing, unless somebody has written other values to it there.",
  );

/** What the proof compares: the columns that came back, and those that both sides compute. */
export const provenTable = ({ planned, columns }: FittedTable): PlanTable => {
  const written = new Set(columns.map(({ column }) => column));
  return { ...planned, columns: planned.columns.filter((column) => written.has(column) || column.generated !== null) };
};
