/** UPDATE and DELETE in a trigger's body. */
import { fold } from "../../source/fold.ts";
import { quoteIdentifier } from "../../target/quote.ts";
import type { Expression, FromItem } from "../translate/ast.ts";
import { conditionOf } from "../translate/evaluate.ts";
import { refuse } from "../translate/untranslatable.ts";
import { assignedSet } from "./assign.ts";
import type { DeleteStatement, UpdateStatement } from "./ast.ts";
import { isOwnRow } from "./own-row.ts";
import { relationsRead } from "./references.ts";
import { type KnownTable, plannedColumn, type TriggerScope, valuesOf, withoutRowid } from "./scope.ts";

/** One UPDATE. Gives up where a value has no equal in its column. */
export const updateSql = (statement: UpdateStatement, scope: TriggerScope): string => {
  if (statement.conflict !== "abort") return refuse(`UPDATE OR ${statement.conflict.toUpperCase()}`);
  const { table, from, name, alias } = targetOf(statement, scope);
  // The WHERE has found its rows before the first of them is changed; of one row alone there is no second.
  if (relationsRead(statement.set).has(fold(statement.table)) && !(scope.own === table && isOwnRow(statement, table)))
    return refuse(`the UPDATE of ${statement.table} reads the same table, which SQLite changes row by row meanwhile`);
  const planned = statement.set.map(({ column }) => plannedColumn(table, rowidOf(column, table)));
  const row = (node: Expression): Expression => withoutRowid(node, table, alias);
  const { sqls } = assignedSet(statement.set, planned, row, from, scope.environment);
  const set = planned.map(({ target }, at) => `${quoteIdentifier(target)} = ${sqls[at]}`);
  return `UPDATE ${name} SET ${set.join(", ")}${whereClause(statement.where, table, from, alias, scope)}`;
};

/** One DELETE. */
export const deleteSql = (statement: DeleteStatement, scope: TriggerScope): string => {
  const { table, from, name, alias } = targetOf(statement, scope);
  return `DELETE FROM ${name}${whereClause(statement.where, table, from, alias, scope)}`;
};

const rowidOf = (column: string, { source }: KnownTable): string =>
  /^(?:rowid|oid|_rowid_)$/i.test(column) && source.rowidAlias !== null ? source.rowidAlias : column;

interface ChangedTable {
  readonly table: KnownTable;
  readonly from: FromItem;
  /** Quoted, with its alias where it has one. */
  readonly name: string;
  readonly alias: string;
}

const targetOf = (
  { table: source, alias: given }: { readonly table: string; readonly alias: string | null },
  { known }: TriggerScope,
): ChangedTable => {
  const table = known.tables.get(fold(source));
  if (table === undefined) return refuse(`the table ${source} is not there in PostgreSQL`);
  const alias = given ?? source;
  const { target } = table.plan;
  return {
    table,
    alias,
    from: { from: "table", name: source, alias: given },
    name: `${quoteIdentifier(target)}${alias === target ? "" : ` AS ${quoteIdentifier(alias)}`}`,
  };
};

const whereClause = (
  where: Expression | null,
  table: KnownTable,
  from: FromItem,
  alias: string,
  { environment }: TriggerScope,
): string => {
  if (where === null) return "";
  const { context } = valuesOf([], from, environment);
  return ` WHERE ${conditionOf(withoutRowid(where, table, alias), context)}`;
};
