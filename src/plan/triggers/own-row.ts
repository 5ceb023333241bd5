/**
 * A trigger that updates the very row it runs for (`UPDATE t SET updated_at = … WHERE id = NEW.id`) as PostgreSQL writes it: a
 * BEFORE trigger that sets NEW's columns. Only where nobody can tell: no other trigger hears of the second update in SQLite, or
 * sees the column a step earlier here. Everything else stays an UPDATE behind the row.
 */
import { fold } from "../../source/fold.ts";
import { quoteIdentifier } from "../../target/quote.ts";
import type { Expression, Select } from "../translate/ast.ts";
import { conditionOf } from "../translate/evaluate.ts";
import { assignedSet } from "./assign.ts";
import type { Statement, Trigger, UpdateStatement } from "./ast.ts";
import type { Firing } from "./firing.ts";
import { indented } from "./raise.ts";
import { contents, holdsSubquery, raises, readable, rowColumns } from "./references.ts";
import { type KnownTable, plannedColumn, ROWIDS, type TriggerScope, valuesOf } from "./scope.ts";
import { unwrapped } from "./spelling.ts";

/** The lines that set NEW's columns; null where the trigger has another form. */
export const ownRowLines = (trigger: Trigger, scope: TriggerScope, firing: Firing): readonly string[] | null => {
  const { own } = scope;
  const [statement, ...more] = readable(trigger);
  if (own === null || trigger.timing !== "AFTER" || trigger.event === "DELETE" || more.length > 0) return null;
  if (statement?.statement !== "update" || statement.conflict !== "abort" || statement.where === null) return null;
  if (fold(statement.table) !== fold(trigger.table)) return null;
  const alias = statement.alias ?? statement.table;
  const address = addressOf(conjuncts(statement.where), own, alias);
  const set = new Set(statement.set.map(({ column }) => fold(column)));
  if (address === null || holdsSubquery(contents(trigger)) || !isUnseen(trigger, set, firing)) return null;
  // A row may not leave its partition before it is written.
  if (isSearched(own, set) || own.plan.partitioning !== null) return null;
  const row = (node: Expression): Expression => onRow(node, own, alias);
  if (readsGenerated([trigger.when, statement.set.map(({ value }) => row(value)), address.rest.map(row)], own))
    return null;
  const { context } = valuesOf([], null, scope.environment);
  const conditions = [
    ...(address.byOld ? address.key.map((name) => sameKey(plannedColumn(own, name).target)) : []),
    ...address.rest.map((node) => conditionOf(row(node), context)),
  ];
  const assignments = assignmentLines(statement, own, row, scope);
  const [only, ...others] = conditions;
  return only === undefined
    ? assignments
    : [
        `IF ${others.length === 0 ? unwrapped(only) : conditions.join(" AND ")} THEN`,
        ...indented(assignments),
        "END IF;",
      ];
};

/** Whether a statement changes nothing but the row that the trigger runs for. */
export const isOwnRow = (statement: Statement, own: KnownTable): boolean =>
  statement.statement === "update" &&
  statement.where !== null &&
  addressOf(conjuncts(statement.where), own, statement.alias ?? statement.table) !== null;

const sameKey = (column: string): string => `"new".${quoteIdentifier(column)} = "old".${quoteIdentifier(column)}`;

const conjuncts = (node: Expression): readonly Expression[] =>
  node.node === "binary" && node.operator === "and" ? [...conjuncts(node.left), ...conjuncts(node.right)] : [node];

interface Address {
  readonly key: readonly string[];
  /** The row is named by OLD's key: it is another one, or none, where the update has changed the key. */
  readonly byOld: boolean;
  /** What the WHERE asks besides. */
  readonly rest: readonly Expression[];
}

/** The row itself by its whole key; null where the WHERE may mean others. */
const addressOf = (parts: readonly Expression[], own: KnownTable, alias: string): Address | null => {
  const found = parts.map((part) => keyEquality(part, alias));
  const names = found.flatMap((equality) => (equality === null ? [] : [keyName(equality.column, own)]));
  const key = keyOf(own, names);
  if (key === null) return null;
  const isKey = (at: number): boolean => found[at] != null && key.includes(keyName(found[at].column, own));
  return {
    key,
    byOld: found.some((equality, at) => isKey(at) && equality!.row === "old"),
    rest: parts.filter((_, at) => !isKey(at)),
  };
};

const keyEquality = (node: Expression, alias: string): { column: string; row: "new" | "old" } | null => {
  if (node.node !== "binary" || (node.operator !== "=" && node.operator !== "is")) return null;
  for (const [mine, theirs] of [
    [node.left, node.right],
    [node.right, node.left],
  ] as const) {
    if (mine.node !== "column" || theirs.node !== "column" || theirs.table === null) continue;
    const row = fold(theirs.table);
    const isMine = mine.table === null || fold(mine.table) === fold(alias);
    const sameColumn = fold(mine.name) === fold(theirs.name);
    if (isMine && sameColumn && (row === "new" || row === "old")) return { column: mine.name, row };
  }
  return null;
};

const keyName = (column: string, { source }: KnownTable): string => {
  const isRowid =
    ROWIDS.some((word) => word === fold(column)) && !source.columns.some(({ name }) => fold(name) === fold(column));
  return isRowid ? fold(source.rowidAlias ?? "rowid") : fold(column);
};

/** The columns of a key that these names make up: the rowid, or a primary key that is never NULL. */
const keyOf = ({ source, plan }: KnownTable, names: readonly string[]): readonly string[] | null => {
  const rowid = fold(source.rowidAlias ?? "rowid");
  if (!source.withoutRowid && names.includes(rowid)) return [rowid];
  const key = source.primaryKey.map(fold);
  const isKept = (name: string): boolean =>
    plan.columns.some((column) => fold(column.source) === name && column.notNull);
  return key.length > 0 && key.every((name) => names.includes(name) && isKept(name)) ? key : null;
};

/** The table's own columns as NEW's: behind the change they are the same. Other words stay for the translator to decide. */
const onRow = (node: Expression, { source }: KnownTable, alias: string): Expression => {
  const names = new Set([...ROWIDS, ...source.columns.map(({ name }) => fold(name))]);
  const mapped = (part: unknown): unknown => {
    if (typeof part !== "object" || part === null) return part;
    if (Array.isArray(part)) return part.map(mapped);
    const { node: kind, table, name } = part as { node?: unknown; table?: unknown; name?: unknown };
    const isOwn =
      kind === "column" && (table === null ? names.has(fold(String(name))) : fold(String(table)) === fold(alias));
    if (isOwn) return { ...part, table: "new" };
    return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, mapped(value)]));
  };
  return mapped(node) as Expression;
};

/** Whether a trigger of a search column reads one of the columns: which of the two comes first is up to their names. */
const isSearched = ({ plan }: KnownTable, set: ReadonlySet<string>): boolean =>
  (plan.searches ?? []).some(
    ({ kind, parts }) => kind === "trigger" && parts.some(({ source }) => set.has(fold(source))),
  );

/** Generated columns have their values behind the row only. */
const readsGenerated = (nodes: unknown, { source }: KnownTable): boolean => {
  const read = rowColumns(nodes, "new");
  return source.columns.some(({ name, generated }) => generated !== null && read.has(fold(name)));
};

/** Whether no other trigger can tell that the row is changed once instead of twice, and before instead of after. */
const isUnseen = (trigger: Trigger, set: ReadonlySet<string>, firing: Firing): boolean => {
  const inner = { table: fold(trigger.table), event: "UPDATE", columns: set, replaces: false } as const;
  const hears = firing.by(inner).some((other) => other !== trigger && !isRepeatable(other, trigger, set));
  const sees = firing
    .besides(trigger)
    .some((other) => [...rowColumns(contents(other), "new")].some((name) => set.has(name)) || !isReadable(other));
  return !hears && !sees;
};

const isReadable = ({ when, statements }: Trigger): boolean =>
  (when === null || when.ok) && statements.every(({ ok }) => ok);

/** A check of NEW's other columns alone, which has passed once and would pass again. */
const isRepeatable = (other: Trigger, trigger: Trigger, set: ReadonlySet<string>): boolean => {
  const parts = contents(other);
  return (
    trigger.event === "UPDATE" &&
    other.of === null &&
    isReadable(other) &&
    readable(other).every((statement) => statement.statement === "select" && readsNothing(statement.select)) &&
    !(other.when?.ok && holdsSubquery(other.when.value)) &&
    !raises(parts, "IGNORE") &&
    rowColumns(parts, "old").size === 0 &&
    ![...rowColumns(parts, "new")].some((name) => set.has(name))
  );
};

const readsNothing = ({ with: tables, first, rest }: Select): boolean =>
  tables.length === 0 && rest.length === 0 && first.from === null && !holdsSubquery(first);

const assignmentLines = (
  { set }: UpdateStatement,
  own: KnownTable,
  row: (node: Expression) => Expression,
  { environment }: TriggerScope,
): readonly string[] => {
  const columns = set.map(({ column }) => plannedColumn(own, column));
  const { sqls, nodes } = assignedSet(set, columns, row, null, environment);
  const targets = columns.map(({ target }) => `"new".${quoteIdentifier(target)}`);
  const names = new Set(set.map(({ column }) => fold(column)));
  const independent = set.length === 1 || ![...rowColumns(nodes, "new")].some((name) => names.has(name));
  // Assignments are made one after the other; SQLite computes all of them from the row as it was.
  return independent
    ? targets.map((target, at) => `${target} := ${sqls[at]};`)
    : [`SELECT ${sqls.join(", ")} INTO ${targets.join(", ")};`];
};
