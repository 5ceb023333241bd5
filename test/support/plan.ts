/** Hand-made plans: name what a test is about, everything else has the plainest value. */
import type {
  Plan,
  PlanColumn,
  PlanForeignKey,
  PlanIndex,
  PlanKey,
  PlanTable,
  PlanView,
  TargetType,
} from "../../src/plan/model.ts";

type Given<T, Required extends keyof T> = Partial<T> & Pick<T, Required>;

export type GivenColumn = Given<PlanColumn, "target">;
export type GivenTable = Omit<Given<PlanTable, "target">, "columns"> & { readonly columns: readonly GivenColumn[] };

/** A column; `bigint` and INTEGER storage unless told, and the form follows the type where it is not given. */
export const columnOf = (given: GivenColumn): PlanColumn => {
  const type: TargetType = given.type ?? { name: "bigint" };
  return {
    source: given.target,
    declared: type.name.toUpperCase(),
    type,
    form: plainForm(type),
    notNull: false,
    default: null,
    identity: null,
    generated: null,
    numbersAreSafe: false,
    reason: "as the test says",
    ...given,
  };
};

const plainForm = (type: TargetType): PlanColumn["form"] => {
  switch (type.name) {
    case "double precision":
      return { kind: "real" };
    case "numeric":
      return { kind: "decimal" };
    case "text":
    case "varchar":
      return { kind: "text" };
    case "bytea":
      return { kind: "blob" };
    case "boolean":
      return { kind: "boolean-integer" };
    case "uuid":
      return { kind: "uuid", spelling: "lower" };
    case "date":
      return { kind: "iso-date" };
    default:
      return { kind: "integer" };
  }
};

/** A table; its key columns are the primary key's sources unless told. */
export const tableOf = (given: GivenTable): PlanTable => {
  const columns = given.columns.map(columnOf);
  const key = given.primaryKey ?? null;
  return {
    source: given.target,
    read: { by: "scan" },
    rows: 0,
    bytes: 0,
    maxRowBytes: 0,
    mode: "whole",
    borders: [],
    oversize: [],
    added: [],
    partitioning: null,
    primaryKey: null,
    uniques: [],
    checks: [],
    indexes: [],
    foreignKeys: [],
    keyColumns: (key?.columns ?? []).map((name) => columns.find((column) => column.target === name)?.source ?? name),
    ...given,
    columns,
  };
};

export interface GivenPlan extends Omit<Partial<Plan>, "tables"> {
  readonly tables: readonly GivenTable[];
}

export const planOf = (given: GivenPlan): Plan => ({
  version: 2,
  landbridge: "0.0.0",
  source: { sha256: "0".repeat(64), bytes: 0, encoding: "UTF-8" },
  schema: "app",
  policies: { nul: "reject", invalidText: "reject", invalidJson: "reject", orphans: "keep" },
  extensions: [],
  enums: [],
  views: [],
  triggers: [],
  findings: [],
  skipped: [],
  ...given,
  tables: given.tables.map(tableOf),
});

export const keyOf = (name: string, ...columns: string[]): PlanKey => ({ name, columns });

export const foreignKeyOf = (given: Given<PlanForeignKey, "name" | "columns" | "parent">): PlanForeignKey => ({
  parentColumns: ["id"],
  onUpdate: "NO ACTION",
  onDelete: "NO ACTION",
  deferred: false,
  ...given,
});

export const indexOf = (given: Given<PlanIndex, "name" | "elements">): PlanIndex => ({
  source: given.name,
  unique: false,
  method: "btree",
  where: null,
  options: null,
  ...given,
});

export const viewOf = (given: Given<PlanView, "target" | "query">): PlanView => ({
  source: given.target,
  columns: [],
  results: [],
  reads: [],
  volatile: [],
  open: [],
  ...given,
});
