/**
 * Columns of a grouped SELECT that are neither grouped nor aggregated. SQLite takes them from some row of the group
 * (https://sqlite.org/lang_select.html#bareagg): exact where every row of the group has the same, or where a single min() or
 * max() says which row is meant; else there is no telling.
 */
import { fold } from "../../source/fold.ts";
import { isAggregate } from "./aggregates.ts";
import type { Expression, FromItem, FunctionCall, SelectCore } from "./ast.ts";
import { evaluate } from "./evaluate.ts";
import { orderBy } from "./ordering.ts";
import type { Level, Source } from "./relations.ts";
import type { Context } from "./scope.ts";
import { attempt } from "./untranslatable.ts";
import { columnValue, typeKept, type Value } from "./value.ts";

interface Grouped {
  readonly core: SelectCore;
  readonly sources: readonly Source[];
  /** SQL of what is grouped by. */
  readonly groups: ReadonlySet<string>;
  readonly rows: Context;
}

export interface BareColumns {
  readonly value: NonNullable<Level["bare"]>;
  /** Columns that must be added to GROUP BY; they split no group. */
  readonly added: ReadonlySet<string>;
}

/** What such columns become in this SELECT, by the column and its table; null where SQLite's choice of a row is nobody's to know. */
export const bareColumns = (grouped: Grouped): BareColumns => {
  const determined = determinedSources(grouped);
  const added = new Set<string>();
  const extreme = singleExtreme(grouped.core);
  const value = (column: Value, source: Source): Value | null => {
    if (determined.has(source)) {
      if (column.pg === "json") return { ...column, sql: `(array_agg(${column.sql}))[1]` };
      added.add(column.sql);
      return column;
    }
    return extreme === null ? null : ofExtremeRow(column, extreme, grouped.rows);
  };
  return { value, added };
};

/** The only aggregate of the SELECT, where it is min() or max(). */
const singleExtreme = ({ results, having }: SelectCore): FunctionCall | null => {
  const calls: FunctionCall[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null || "first" in node) return;
    if ("node" in node && node.node === "call" && isAggregate(node as FunctionCall)) calls.push(node as FunctionCall);
    for (const part of Object.values(node)) visit(part);
  };
  visit(results);
  visit(having);
  const [call] = calls;
  const isExtreme = calls.length === 1 && (call?.name === "min" || call?.name === "max") && call.filter === null;
  return isExtreme ? call : null;
};

const ofExtremeRow = (column: Value, { name, arguments: list }: FunctionCall, rows: Context): Value => {
  rows.doubts?.open.add(`which row a column beside ${name}() comes from where several have the same value`);
  const order = orderBy(evaluate(list[0]!, rows), { descending: name === "max", nulls: "LAST" }, rows);
  const sql = `(array_agg(${column.sql} ORDER BY ${order}))[1]`;
  return { ...column, sql, constant: undefined, moment: null, ...typeKept(column, sql) };
};

/** Relations of which each group has one row: a key of theirs is grouped by, or equal to what is. */
const determinedSources = ({ core, sources, groups, rows }: Grouped): ReadonlySet<Source> => {
  const joins = joinsOf(core.from, sources);
  const known = new Set(groups);
  const determined = new Set<Source>();
  const everywhere = joins === null ? [] : conjuncts(core.where);
  for (let before = -1; before !== determined.size; ) {
    before = determined.size;
    for (const source of sources) {
      if (determined.has(source) || !isDetermined(source, joins, everywhere, known, rows)) continue;
      determined.add(source);
      for (const column of source.columns.values()) known.add(columnValue(column, source.alias).sql);
    }
  }
  return determined;
};

type Joins = ReadonlyMap<Source, { readonly on: Expression | null; readonly outer: boolean }>;

/** How each relation is joined to those before it; null where a RIGHT or FULL JOIN makes rows of another kind. */
const joinsOf = (from: FromItem | null, sources: readonly Source[]): Joins | null => {
  const joins = new Map<Source, { on: Expression | null; outer: boolean }>();
  let next = 0;
  const visit = (item: FromItem): boolean => {
    if (item.from !== "join") {
      joins.set(sources[next++]!, { on: null, outer: false });
      return true;
    }
    if (item.kind === "RIGHT" || item.kind === "FULL" || item.right.from === "join") return false;
    if (!visit(item.left)) return false;
    joins.set(sources[next++]!, { on: item.on, outer: item.kind === "LEFT" });
    return true;
  };
  return from === null || visit(from) ? joins : null;
};

const isDetermined = (
  source: Source,
  joins: Joins | null,
  everywhere: readonly Expression[],
  known: ReadonlySet<string>,
  rows: Context,
): boolean => {
  const own = new Set([...source.columns.values()].map((column) => columnValue(column, source.alias).sql));
  const join = joins?.get(source);
  const conditions = conjuncts(join?.on ?? null);
  // An outer join finds its row or none by the whole condition.
  const usable =
    join?.outer === true &&
    !columnsIn(conditions, rows).every((sql) => sql !== null && (own.has(sql) || known.has(sql)))
      ? []
      : conditions;
  const equal = new Set([...usable, ...everywhere].flatMap((condition) => equalColumns(condition, known, rows)));
  return (source.keys ?? []).some((key) =>
    key.every((name) => {
      const column = source.columns.get(fold(name));
      if (column === undefined) return false;
      const { sql } = columnValue(column, source.alias);
      return known.has(sql) || equal.has(sql);
    }),
  );
};

const conjuncts = (node: Expression | null): Expression[] => {
  if (node === null) return [];
  return node.node === "binary" && node.operator === "and"
    ? [...conjuncts(node.left), ...conjuncts(node.right)]
    : [node];
};

/** Columns that a condition makes equal to one that is known. */
const equalColumns = (node: Expression, known: ReadonlySet<string>, rows: Context): string[] => {
  if (node.node !== "binary" || node.operator !== "=") return [];
  const [left, right] = [columnSql(node.left, rows), columnSql(node.right, rows)];
  if (left === null || right === null) return [];
  return [...(known.has(left) ? [right] : []), ...(known.has(right) ? [left] : [])];
};

const columnSql = (node: Expression, rows: Context): string | null => {
  if (node.node !== "column") return null;
  const value = attempt(() => evaluate(node, rows));
  return value.ok ? value.value.sql : null;
};

/** SQL of every column in some expressions; null for what is not understood, as within subqueries. */
const columnsIn = (nodes: readonly Expression[], rows: Context): (string | null)[] => {
  const found: (string | null)[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    if ("first" in node) found.push(null);
    else if ("node" in node && node.node === "column") found.push(columnSql(node as Expression, rows));
    else for (const part of Object.values(node)) visit(part);
  };
  visit(nodes);
  return found;
};
