/** INSERT in a trigger's body. */
import { fold } from "../../source/fold.ts";
import { quoteIdentifier, quoteLiteral } from "../../target/quote.ts";
import type { PlanColumn } from "../model.ts";
import type { Expression, ResultColumn, Select, SelectCore } from "../translate/ast.ts";
import type { Context } from "../translate/scope.ts";
import { selectCore } from "../translate/select-core.ts";
import { refuse } from "../translate/untranslatable.ts";
import { columnValue, type Value } from "../translate/value.ts";
import { asStored, assigned } from "./assign.ts";
import type { InsertStatement } from "./ast.ts";
import { conflictClause } from "./conflict.ts";
import { type KnownTable, neverNull, plannedColumn, type TriggerScope, valuesOf } from "./scope.ts";

/** A column of the statement and the expressions that may be given to it, where each can be seen. */
export interface Target {
  readonly column: PlanColumn;
  readonly given: readonly Expression[] | null;
}

/** One INSERT. Gives up where the table has not crossed or a value has no equal in its column. */
export const insertSql = (statement: InsertStatement, scope: TriggerScope): string => {
  const table = scope.known.tables.get(fold(statement.table));
  if (table === undefined) return refuse(`the table ${statement.table} is not there in PostgreSQL`);
  const columns =
    statement.columns ?? table.source.columns.filter(({ generated }) => generated === null).map(({ name }) => name);
  const planned = columns.map((name) => plannedColumn(table, name));
  const into: Into = { table, columns: statement.source === null ? [] : planned, scope };
  const { targets, rows } = sourceOf(statement.source, into);
  const kept = targets.filter(({ column }, at) => !isNextId(column, rows.values(at)));
  const indexes = kept.map((target) => targets.indexOf(target));
  leavesDefaults(table, kept);
  const names = kept.map(({ column }) => quoteIdentifier(column.target)).join(", ");
  const alias = statement.upsert?.update == null ? "" : aliasOf(statement.alias ?? statement.table, table);
  const head = `INSERT INTO ${quoteIdentifier(table.plan.target)}${alias}`;
  const body = kept.length === 0 ? " DEFAULT VALUES" : ` (${names}) ${rows.print(indexes)}`;
  if (kept.length === 0 && rows.count !== 1) refuse("several rows of nothing but defaults");
  return `${head}${body}${conflictClause(statement, table, kept, scope)}`;
};

const aliasOf = (name: string, { plan }: KnownTable): string =>
  name === plan.target ? "" : ` AS ${quoteIdentifier(name)}`;

interface Into {
  readonly table: KnownTable;
  /** Those that the statement gives values to. */
  readonly columns: readonly PlanColumn[];
  readonly scope: TriggerScope;
}

/** The rows of an INSERT as far as they are settled: all cells but their columns' places. */
interface Rows {
  /** null: as many as a SELECT gives. */
  readonly count: number | null;
  readonly values: (at: number) => readonly Value[];
  /** VALUES or SELECT with the columns of these places. */
  readonly print: (places: readonly number[]) => string;
}

const NONE: Rows = { count: 1, values: () => [], print: () => "" };

const sourceOf = (source: Select | null, into: Into): { targets: readonly Target[]; rows: Rows } => {
  if (source === null) return { targets: [], rows: NONE };
  const { first, rest, with: tables, orderBy, limit } = source;
  const isPlain = rest.length === 0 && tables.length === 0 && orderBy.length === 0 && limit === null;
  if (isPlain && first.values !== null) return fromValues(first.values, into);
  if (isPlain && !first.distinct && first.results.every(({ star }) => !star)) return fromCore(first, into);
  return fromSelect(source, into);
};

const sameWidth = (given: number, columns: readonly PlanColumn[]): void => {
  if (given !== columns.length) refuse(`${given} values for ${columns.length} columns`);
};

const fromValues = (
  rows: readonly (readonly Expression[])[],
  into: Into,
): { targets: readonly Target[]; rows: Rows } => {
  const { columns, scope } = into;
  for (const row of rows) sameWidth(row.length, columns);
  const cells = rows.map((row) => ({
    row,
    ...valuesOf(
      row.map((node, at) => asStored(node, columns[at]!.declared)),
      null,
      scope.environment,
    ),
  }));
  return {
    targets: columns.map((column, at) => ({ column, given: rows.map((row) => row[at]!) })),
    rows: {
      count: rows.length,
      values: (at) => cells.map(({ values }) => values[at]!),
      print: (places) =>
        `VALUES ${cells
          .map(({ row, values, context }) =>
            places.map((at) => cell(values[at]!, row[at]!, columns[at]!, context, into)),
          )
          .map((row) => `(${row.join(", ")})`)
          .join(", ")}`,
    },
  };
};

/** A SELECT without a compound, an order or a star: its results become the columns' types where they stand. */
const fromCore = (core: SelectCore, into: Into): { targets: readonly Target[]; rows: Rows } => {
  const { columns, scope } = into;
  const results = core.results.map((result, at) =>
    result.star ? result : { ...result, expression: asStored(result.expression, columns[at]?.declared ?? "") },
  );
  const { outputs, print, context } = selectCore({ ...core, results }, scope.environment);
  sameWidth(outputs.length, columns);
  const values = outputs.map(({ value }) => value);
  return {
    targets: columns.map((column, at) => {
      const node = expressionOf(core.results[at]);
      return { column, given: node === null ? null : [node] };
    }),
    rows: {
      count: null,
      values: (at) => [values[at]!],
      print: (places) =>
        print(
          places.map((at) => cell(values[at]!, expressionOf(core.results[at]), columns[at]!, context, into)),
          places.map((at) => columns[at]!.target),
        ),
    },
  };
};

const expressionOf = (result: ResultColumn | undefined): Expression | null =>
  result === undefined || result.star ? null : result.expression;

/** Any other SELECT: its results are put into the columns' types around it. */
const fromSelect = (select: Select, into: Into): { targets: readonly Target[]; rows: Rows } => {
  const { columns } = into;
  const { environment } = into.scope;
  const { sql, relation } = environment.select(select, environment.outer);
  const found = [...relation.columns.values()];
  sameWidth(found.length, columns);
  const values = found.map((column) => columnValue(column, "given"));
  const { context } = valuesOf([], null, environment);
  return {
    targets: columns.map((column) => ({ column, given: null })),
    rows: {
      count: null,
      values: (at) => [values[at]!],
      print: (places) =>
        `SELECT ${places.map((at) => cell(values[at]!, null, columns[at]!, context, into)).join(", ")} FROM (${sql}) AS "given"`,
    },
  };
};

/** NULL for an INTEGER PRIMARY KEY asks for the next id, which PostgreSQL gives where the column is left out. */
const isNextId = (column: PlanColumn, values: readonly Value[]): boolean =>
  column.identity !== null && values.every(({ kind }) => kind === "null");

/** A value in its column's type; one that may ask for the next id gets it from the column's sequence. */
const cell = (value: Value, node: Expression | null, column: PlanColumn, context: Context, into: Into): string => {
  const sql = assigned(value, node, column, context);
  if (column.identity === null || (node !== null && neverNull(node, into.scope))) return sql;
  const { plan } = into.table;
  if (plan.partitioning !== null) return refuse(`${column.source} may be NULL, for which SQLite takes the next id`);
  const owner = quoteLiteral(quoteIdentifier(plan.target));
  return `COALESCE(${sql}, nextval(pg_get_serial_sequence(${owner}, ${quoteLiteral(column.target)})))`;
};

/** Columns that the statement leaves out take their default, if that has crossed. */
const leavesDefaults = ({ source, plan }: KnownTable, targets: readonly Target[]): void => {
  for (const column of plan.columns) {
    if (targets.some((target) => target.column === column) || column.identity !== null) continue;
    const original = source.columns.find(({ name }) => fold(name) === fold(column.source));
    if (original === undefined) continue;
    const hadDefault = original.default !== null && original.default.toUpperCase() !== "NULL";
    if (hadDefault && column.default === null) refuse(`the default of ${source.name}.${column.source} has not crossed`);
    const isRowid = source.rowidAlias !== null && fold(source.rowidAlias) === fold(column.source);
    if (isRowid) refuse(`${source.name}.${column.source} gives no next id in PostgreSQL`);
    if (original.generated !== null && column.generated === null)
      refuse(`the generated column ${source.name}.${column.source} is a plain one in PostgreSQL`);
  }
};
