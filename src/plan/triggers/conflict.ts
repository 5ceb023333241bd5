/** What an INSERT does with rows in its way: OR IGNORE, OR REPLACE and ON CONFLICT, where ON CONFLICT of PostgreSQL is the same. */
import { fold } from "../../source/fold.ts";
import { quoteIdentifier } from "../../target/quote.ts";
import type { Expression, FromItem } from "../translate/ast.ts";
import { conditionOf } from "../translate/evaluate.ts";
import type { Source } from "../translate/relations.ts";
import { refuse } from "../translate/untranslatable.ts";
import { assignedSet } from "./assign.ts";
import type { InsertStatement, Upsert } from "./ast.ts";
import type { Target } from "./insert.ts";
import { type KnownTable, neverNull, plannedColumn, type TriggerScope } from "./scope.ts";

/** What stands behind the rows, with a space before it; "" for nothing. */
export const conflictClause = (
  statement: InsertStatement,
  table: KnownTable,
  targets: readonly Target[],
  scope: TriggerScope,
): string => {
  const { conflict, upsert } = statement;
  if (upsert !== null)
    return conflict === "abort"
      ? upsertClause(statement, upsert, table, scope)
      : refuse("INSERT OR … with ON CONFLICT");
  switch (conflict) {
    case "abort":
      return "";
    case "ignore":
      return ignored(table, targets, scope);
    case "replace":
      return replaced(table, targets, scope);
    default:
      return refuse(`INSERT OR ${conflict.toUpperCase()}`);
  }
};

/** DO NOTHING passes over rows in the way, but not over NULL in a NOT NULL column or a CHECK, as OR IGNORE does. */
const ignored = (table: KnownTable, targets: readonly Target[], scope: TriggerScope): string => {
  const { source, plan } = table;
  if (source.checks.length > 0) refuse(`INSERT OR IGNORE passes over what a CHECK of ${source.name} refuses`);
  for (const column of source.columns) {
    const inKey = source.withoutRowid && source.primaryKey.some((name) => fold(name) === fold(column.name));
    if (!column.notNull && !inKey) continue;
    const planned = plannedColumn(table, column.name);
    const target = targets.find((candidate) => candidate.column === planned);
    const filled =
      target === undefined
        ? planned.identity !== null || planned.default !== null
        : (target.given?.every((node) => neverNull(node, scope) || isNow(node)) ?? false);
    if (!filled) refuse(`INSERT OR IGNORE passes over NULL in ${source.name}.${column.name}, which is NOT NULL`);
  }
  const planned = uniqueKeys(table).length;
  const declared = source.indexes.filter(({ unique, origin }) => unique && origin !== "pk").length;
  if (planned < declared + (source.primaryKey.length > 0 ? 1 : 0))
    refuse(`not every unique key of ${plan.target} has crossed as such`);
  return " ON CONFLICT DO NOTHING";
};

const isNow = (node: Expression): boolean => node.node === "literal" && node.literal.kind === "now";

/** Columns of each key by which a row can be in the way; partial and expression indexes have none. */
const uniqueKeys = ({ plan }: KnownTable): readonly (readonly string[] | null)[] => {
  const plain = (elements: readonly string[]): readonly string[] | null => {
    const names = elements.map(
      (element) => plan.columns.find(({ target }) => element === quoteIdentifier(target))?.target,
    );
    return names.every((name) => name !== undefined) ? names : null;
  };
  return [
    ...(plan.primaryKey === null ? [] : [plan.primaryKey.columns]),
    ...plan.uniques.map(({ columns }) => columns),
    ...plan.indexes
      .filter(({ unique }) => unique)
      .map(({ elements, where }) => (where === null ? plain(elements) : null)),
  ];
};

/**
 * OR REPLACE removes the row in the way and inserts the new one. The same as an update of every column, where one key alone can
 * be in the way and nobody hears of the removal.
 */
const replaced = (table: KnownTable, targets: readonly Target[], scope: TriggerScope): string => {
  const { source, plan } = table;
  if (
    [...scope.known.tables.values()].some((child) =>
      child.source.foreignKeys.some((key) => fold(key.parentTable) === fold(source.name)),
    )
  )
    refuse(`INSERT OR REPLACE removes rows of ${source.name}, which foreign keys refer to`);
  const generated = plan.columns.filter(({ identity }) => identity !== null).map(({ target }) => target);
  const isFresh = (name: string): boolean =>
    generated.includes(name) && !targets.some(({ column }) => column.target === name);
  const keys = uniqueKeys(table).filter((key) => key === null || !key.some(isFresh));
  const [key] = keys;
  if (keys.length !== 1 || key == null)
    return refuse(`INSERT OR REPLACE where ${source.name} has not one plain unique key`);
  const columns = plan.columns.filter(({ target, generated: by }) => by === null && !key.includes(target));
  if (columns.length === 0) return ` ON CONFLICT (${key.map(quoteIdentifier).join(", ")}) DO NOTHING`;
  const set = columns.map(({ target }) => `${quoteIdentifier(target)} = EXCLUDED.${quoteIdentifier(target)}`);
  return ` ON CONFLICT (${key.map(quoteIdentifier).join(", ")}) DO UPDATE SET ${set.join(", ")}`;
};

const upsertClause = (
  { table: name, alias }: InsertStatement,
  { target, update }: Upsert,
  table: KnownTable,
  scope: TriggerScope,
): string => {
  const key = target === null ? null : target.map((column) => plannedColumn(table, column).target);
  if (key !== null && !uniqueKeys(table).some((other) => other !== null && sameSet(other, key)))
    return refuse(`ON CONFLICT names columns that are no unique key in PostgreSQL`);
  const at = key === null ? "" : ` (${key.map(quoteIdentifier).join(", ")})`;
  if (update === null) return ` ON CONFLICT${at} DO NOTHING`;
  if (key === null) return refuse("ON CONFLICT DO UPDATE without a key");
  const { columns } = table.relation;
  const excluded: Source = { alias: "excluded", columns, merged: new Set(columns.keys()) };
  const environment = {
    ...scope.environment,
    outer: [{ sources: [excluded], allowed: null }, ...scope.environment.outer],
  };
  const from: FromItem = { from: "table", name, alias };
  const planned = update.set.map(({ column }) => plannedColumn(table, column));
  const { sqls, context } = assignedSet(update.set, planned, (node) => node, from, environment);
  const set = planned.map(({ target: name }, place) => `${quoteIdentifier(name)} = ${sqls[place]}`);
  const where = update.where === null ? "" : ` WHERE ${conditionOf(update.where, context)}`;
  return ` ON CONFLICT${at} DO UPDATE SET ${set.join(", ")}${where}`;
};

const sameSet = (left: readonly string[], right: readonly string[]): boolean =>
  left.length === right.length && left.every((name) => right.includes(name));
