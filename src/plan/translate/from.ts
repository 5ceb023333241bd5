/** FROM: tables, views, common tables, subqueries and joins. A comma is a join like any other, as it is in SQLite. */
import { fold } from "../../source/fold.ts";
import { quoteIdentifier } from "../../target/quote.ts";
import type { Expression, FromItem, Select } from "./ast.ts";
import { compare } from "./compare.ts";
import { EACH_COLUMNS, jsonEach } from "./json-each.ts";
import type { Level, Relation, Source } from "./relations.ts";
import type { Context } from "./scope.ts";
import { refuse } from "./untranslatable.ts";
import { columnValue, type Value } from "./value.ts";

export interface FromHooks {
  readonly relation: (name: string) => Relation;
  readonly derived: (select: Select) => { readonly sql: string; readonly relation: Relation };
  /** A condition in a context that sees these relations. */
  readonly condition: (
    node: NonNullable<Extract<FromItem, { from: "join" }>["on"]>,
    level: Level,
    all: readonly Source[],
  ) => string;
  /** A value in such a context. */
  readonly value: (node: Expression, level: Level, all: readonly Source[]) => Value;
  /** Names of columns that the SELECT uses, in lower case; null: all that there are. */
  readonly names: ReadonlySet<string> | null;
  readonly context: Context;
}

interface Planned {
  readonly sources: readonly Source[];
  /** The SQL, once every relation of the clause is known: SQLite lets ON look ahead, PostgreSQL does not. */
  readonly print: (all: readonly Source[]) => string;
}

/** The relations of a FROM clause and its SQL. */
export const fromClause = (
  item: FromItem,
  hooks: FromHooks,
): { readonly sources: readonly Source[]; readonly sql: string } => {
  const { sources, print } = planned(item, hooks, { count: 0 }, []);
  const aliases = sources.map(({ alias }) => fold(alias));
  if (new Set(aliases).size < aliases.length) refuse("two relations have one name in FROM");
  return { sources, sql: print(sources) };
};

/** Subqueries without an alias are numbered within their FROM. */
interface Unnamed {
  count: number;
}

/** @param ahead the relations to the left, which a function may take its arguments from */
const planned = (item: FromItem, hooks: FromHooks, unnamed: Unnamed, ahead: readonly Source[]): Planned => {
  switch (item.from) {
    case "table": {
      const { target, columns, rowid, keys } = hooks.relation(item.name);
      const alias = item.alias ?? item.name;
      const as = alias === target ? "" : ` AS ${quoteIdentifier(alias)}`;
      const source: Source = { alias, columns, rowid, keys, merged: new Set() };
      return { sources: [source], print: () => `${quoteIdentifier(target)}${as}` };
    }
    case "function":
      return tableFunction(item, hooks, ahead);
    case "select": {
      const { sql, relation } = hooks.derived(item.select);
      const alias = item.alias ?? `subquery ${++unnamed.count}`;
      const source: Source = { alias, columns: relation.columns, merged: new Set() };
      return { sources: [source], print: () => `(${sql}) AS ${quoteIdentifier(alias)}` };
    }
    case "join":
      return join(item, hooks, unnamed, ahead);
  }
};

const tableFunction = (
  { name, arguments: list, alias: given }: Extract<FromItem, { from: "function" }>,
  hooks: FromHooks,
  ahead: readonly Source[],
): Planned => {
  if (name !== "json_each" || list.length === 0 || list.length > 2)
    return refuse(`the table-valued function ${name}() has no exact equal`);
  const alias = given ?? name;
  const print = (all: readonly Source[]): string => {
    const values = list.map((node) => hooks.value(node, { sources: ahead, allowed: null }, all));
    return `LATERAL (${jsonEach(values, hooks.names, hooks.context)}) AS ${quoteIdentifier(alias)}`;
  };
  return { sources: [{ alias, columns: EACH_COLUMNS, merged: new Set() }], print };
};

const join = (
  item: Extract<FromItem, { from: "join" }>,
  hooks: FromHooks,
  unnamed: Unnamed,
  ahead: readonly Source[],
): Planned => {
  const left = planned(item.left, hooks, unnamed, ahead);
  const right = planned(item.right, hooks, unnamed, [...ahead, ...left.sources]);
  const sources = [...left.sources, ...right.sources];
  const equalities = mergedColumns(item, left.sources, right.sources, hooks.context);
  const print = (all: readonly Source[]): string => {
    const nested = item.right.from === "join" ? `(${right.print(all)})` : right.print(all);
    const on = item.on === null ? equalities : hooks.condition(item.on, { sources, allowed: null }, all);
    if (on === null && (item.kind === "CROSS" || item.kind === "INNER"))
      return `${left.print(all)} CROSS JOIN ${nested}`;
    if (item.kind === "FULL" && (item.on?.node !== "binary" || item.on.operator !== "=")) {
      refuse("a FULL JOIN on something else than one equality");
    }
    const kind = item.kind === "CROSS" || item.kind === "INNER" ? "JOIN" : `${item.kind} JOIN`;
    return `${left.print(all)} ${kind} ${nested} ON ${on ?? "true"}`;
  };
  return { sources, print };
};

/** USING and NATURAL as an ON clause; null where there is none. An unqualified name then means the left column. */
const mergedColumns = (
  item: Extract<FromItem, { from: "join" }>,
  left: readonly Source[],
  right: readonly Source[],
  context: Context,
): string | null => {
  const names = item.using?.map((name) => fold(name)) ?? (item.natural ? sharedNames(left, right) : []);
  if (names.length === 0) return null;
  if (item.kind === "RIGHT" || item.kind === "FULL") refuse(`${item.kind} JOIN with merged columns`);
  const conditions = names.map((name) => {
    const from = left.find((source) => source.columns.has(name) && !source.merged.has(name));
    const to = right.find((source) => source.columns.has(name) && !source.merged.has(name));
    if (from === undefined || to === undefined) return refuse(`there is no column ${name} on both sides of a join`);
    to.merged.add(name);
    const [a, b] = [columnValue(from.columns.get(name)!, from.alias), columnValue(to.columns.get(name)!, to.alias)];
    return compare("=", a, b, context).sql;
  });
  return conditions.join(" AND ");
};

const sharedNames = (left: readonly Source[], right: readonly Source[]): string[] => {
  const known = new Set(left.flatMap(({ columns }) => [...columns.keys()]));
  return [...new Set(right.flatMap(({ columns }) => [...columns.keys()]))].filter((name) => known.has(name));
};
