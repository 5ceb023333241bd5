/** What a trigger's expressions may refer to: NEW, OLD and the tables and views that have crossed. */
import { fold } from "../../source/fold.ts";
import type { SourceTable } from "../../source/model.ts";
import type { PlanColumn, PlanTable } from "../model.ts";
import { holdsAggregate } from "../translate/aggregates.ts";
import { EMPTY_CORE, type Expression, type FromItem, type Select } from "../translate/ast.ts";
import type { Level, Relation, Source } from "../translate/relations.ts";
import type { Context, ScopeColumn } from "../translate/scope.ts";
import { translateSelect } from "../translate/select.ts";
import { type Environment, selectCore } from "../translate/select-core.ts";
import { refuse } from "../translate/untranslatable.ts";
import type { Value } from "../translate/value.ts";
import type { Trigger } from "./ast.ts";

/** A table that has crossed, from all sides. */
export interface KnownTable {
  readonly source: SourceTable;
  readonly plan: PlanTable;
  readonly relation: Relation;
}

/** Everything that has crossed, by lower-cased source name. */
export interface Known {
  readonly tables: ReadonlyMap<string, KnownTable>;
  readonly views: ReadonlyMap<string, Relation>;
}

export interface TriggerScope {
  readonly trigger: Trigger;
  /** The table that it is on; null for a view. */
  readonly own: KnownTable | null;
  readonly known: Known;
  readonly environment: Environment;
}

/** A scope for one trigger. Gives up where its table or view has not crossed. */
export const scopeOf = (trigger: Trigger, known: Known, notes: Set<string>): TriggerScope => {
  const own = known.tables.get(fold(trigger.table)) ?? null;
  const row = own === null ? known.views.get(fold(trigger.table)) : own.relation;
  if (row === undefined) return refuse(`${trigger.table} is not there in PostgreSQL`);
  const columns = own === null ? row.columns : withRowid(own);
  const sources = (trigger.event === "INSERT" ? ["new"] : trigger.event === "DELETE" ? ["old"] : ["new", "old"]).map(
    // Columns of NEW and OLD answer to their qualified names only, as merged ones do.
    (alias): Source => ({ alias, columns, merged: new Set(columns.keys()) }),
  );
  return { trigger, own, known, environment: environmentOf(known, [{ sources, allowed: null }], notes) };
};

const environmentOf = (known: Known, outer: readonly Level[], notes: Set<string>): Environment => {
  const relation = (name: string): Relation => {
    const found = known.tables.get(fold(name))?.relation ?? known.views.get(fold(name));
    if (found === undefined) return refuse(`the table or view ${name} is not there in PostgreSQL`);
    return found.target.startsWith("pg_")
      ? refuse(`${name} may be hidden by a relation of PostgreSQL's catalogue`)
      : found;
  };
  const resolver = { relation, notes };
  return { ...resolver, outer, select: (select: Select, levels) => translateSelect(select, resolver, levels) };
};

/** The rowid's three names where a column is the rowid itself. */
const withRowid = ({ source, relation }: KnownTable): ReadonlyMap<string, ScopeColumn> => {
  const alias = source.rowidAlias === null ? undefined : relation.columns.get(fold(source.rowidAlias));
  if (alias === undefined) return relation.columns;
  return new Map([...ROWIDS.map((name) => [name, alias] as const), ...relation.columns]);
};

export const ROWIDS = ["rowid", "oid", "_rowid_"] as const;

/** `rowid` of a table as the column that is the rowid itself, outside of subqueries. */
export const withoutRowid = (node: Expression, { source }: KnownTable, alias: string): Expression => {
  const { rowidAlias } = source;
  const isRowid = (name: string): boolean =>
    ROWIDS.some((word) => word === fold(name)) && !source.columns.some((column) => fold(column.name) === fold(name));
  const replaced = (part: unknown): unknown => {
    if (typeof part !== "object" || part === null) return part;
    if (Array.isArray(part)) return part.map(replaced);
    if ("first" in part && "rest" in part) return part;
    const { node: kind, table, name } = part as { node?: unknown; table?: unknown; name?: unknown };
    if (kind === "column" && isRowid(String(name)) && (table === null || fold(String(table)) === fold(alias)))
      return { ...part, name: rowidAlias ?? name };
    return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, replaced(value)]));
  };
  return replaced(node) as Expression;
};

/** The values of expressions beside each other, which see the rows of `from` where there are any, and a context for more. */
export const valuesOf = (
  expressions: readonly Expression[],
  from: FromItem | null,
  environment: Environment,
): { readonly values: readonly Value[]; readonly context: Context } => {
  if (expressions.some(holdsAggregate)) return refuse("an aggregate where there are no rows");
  const results = expressions.map((expression) => ({ star: false as const, expression, alias: null, source: "value" }));
  const { outputs, context } = selectCore({ ...EMPTY_CORE, results, from }, environment);
  return { values: outputs.map(({ value }) => value), context };
};

/** A planned column by its source name; gives up where it has not crossed. */
export const plannedColumn = ({ source, plan }: KnownTable, name: string): PlanColumn =>
  plan.columns.find((column) => fold(column.source) === fold(name)) ??
  refuse(`there is no column ${source.name}.${name}`);

/** Whether an expression is a column of NEW or OLD, or a literal, that is never NULL. */
export const neverNull = (node: Expression, { own }: TriggerScope): boolean => {
  if (node.node === "literal") return node.literal.kind !== "null";
  if (node.node !== "column" || node.table === null || own === null || !/^(?:new|old)$/i.test(node.table)) return false;
  const { rowidAlias } = own.source;
  const isRowid = ROWIDS.some((word) => word === fold(node.name)) && rowidAlias !== null;
  const column = own.plan.columns.find(({ source }) => fold(source) === fold(isRowid ? rowidAlias : node.name));
  return column !== undefined && (column.notNull || column.identity !== null);
};
