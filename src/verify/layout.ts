/** In which order a table's columns stand in its canonical rows, which of them name a row, and how the two sides are compared. */
import type { PlanColumn, PlanTable } from "../plan/model.ts";

export interface Layout {
  /** Key columns first. */
  readonly columns: readonly PlanColumn[];
  /** How many of them are the key; 0 where only the whole row names itself. */
  readonly keyCount: number;
  readonly how: "ordered" | "buckets";
}

/** The column whose integers both sides can put into the same order; null where there is none. */
export const integerKey = ({ read, columns }: PlanTable): PlanColumn | null => {
  const name = read.by === "rowid" ? read.alias : read.by === "integer-key" ? read.column : null;
  const column = columns.find(({ source }) => source === name);
  const isInteger =
    column?.type.name === "bigint" || column?.type.name === "integer" || column?.type.name === "smallint";
  return column !== undefined && isInteger && column.form.kind === "integer" ? column : null;
};

/** @param isIndexed whether the target can hand out rows in the order of `integerKey` without sorting them */
export const layoutOf = (table: PlanTable, isIndexed: boolean): Layout => {
  const ordering = isIndexed ? integerKey(table) : null;
  const keys = ordering === null ? namedKey(table) : [ordering];
  return {
    columns: [...keys, ...table.columns.filter((column) => !keys.includes(column))],
    keyCount: keys.length,
    how: ordering === null ? "buckets" : "ordered",
  };
};

const namedKey = ({ keyColumns, columns }: PlanTable): PlanColumn[] => {
  const named = keyColumns.map((name) => columns.find(({ source }) => source === name));
  return named.every((column) => column !== undefined) ? named : [];
};
