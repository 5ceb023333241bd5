/** One SELECT … FROM … WHERE … GROUP BY … HAVING: its results as values, and its SQL once their types are settled. */
import { fold } from "../../source/fold.ts";
import { quoteIdentifier } from "../../target/quote.ts";
import { aggregate, holdsAggregate, isAggregate, isColumn } from "./aggregates.ts";
import type { Expression, FunctionCall, ResultColumn, Select, SelectCore } from "./ast.ts";
import { bareColumns } from "./bare-columns.ts";
import { condition } from "./condition.ts";
import { conditionOf, evaluate } from "./evaluate.ts";
import { fromClause } from "./from.ts";
import { groupable, overClause } from "./ordering.ts";
import { findColumn, type Level, type Relation, type Source } from "./relations.ts";
import type { Context, Doubts } from "./scope.ts";
import { attempt, refuse } from "./untranslatable.ts";
import { columnValue, typeKept, type Value } from "./value.ts";

/** What a SELECT needs from around it. */
export interface Environment {
  readonly relation: (name: string) => Relation;
  /** The SELECTs around, nearest first. */
  readonly outer: readonly Level[];
  readonly notes: Set<string>;
  readonly doubts?: Doubts | undefined;
  /** Names of columns that the whole SELECT uses, in lower case; null or absent: all that there are. */
  readonly names?: ReadonlySet<string> | null;
  readonly select: (
    select: Select,
    outer: readonly Level[],
  ) => {
    readonly sql: string;
    readonly relation: Relation;
    readonly values: readonly Value[];
    readonly single: boolean;
  };
}

export interface Output {
  /** SQLite's name for the column. */
  readonly name: string;
  readonly value: Value;
}

export interface Core {
  readonly outputs: readonly Output[];
  readonly distinct: boolean;
  /** Exactly one row: an aggregate without groups. */
  readonly single: boolean;
  /** The SQL with these expressions as results, `AS` their names. */
  readonly print: (results: readonly string[], names: readonly string[]) => string;
  /** An expression of ORDER BY, which sees results by their aliases. */
  readonly order: (node: Expression) => Value;
  readonly context: Context;
}

/** Translates one SELECT without its ORDER BY. */
export const selectCore = (core: SelectCore, environment: Environment): Core => {
  const from = core.from === null ? { sources: [], sql: null } : fromClause(core.from, fromHooks(environment));
  const level: Level = { sources: from.sources, allowed: null };
  const rows = rowContext(core, level, environment);
  const groups = core.groupBy.map((node) => groupTerm(node, core, rows));
  const isGrouped = groups.length > 0 || holdsAggregate(core.results) || core.having !== null;
  const allowed = isGrouped ? new Set(groups.map(({ sql }) => sql)) : null;
  const bare = allowed === null ? null : bareColumns({ core, sources: from.sources, groups: allowed, rows });
  const seen = bare === null ? level : { ...level, bare: bare.value };
  const results = resultContext(core, seen, allowed, rows, environment);
  // Results do not see the aliases of each other: what no column is called is a text there, if it is in double quotes.
  const unnamed = { ...core, results: [] };
  const own = resultContext(unnamed, seen, allowed, rowContext(unnamed, level, environment), environment);
  const outputs = core.results.flatMap((result) => outputsOf(result, from.sources, own));
  const where = core.where === null ? "" : ` WHERE ${conditionOf(core.where, rows)}`;
  const having = core.having === null ? "" : ` HAVING ${condition(evaluate(core.having, results), results)}`;
  if (core.distinct) for (const { value } of outputs) groupable(value);
  // Known only when every result and every term of ORDER BY has been translated.
  const groupBy = (): string => {
    const all = [...new Set([...groups.map(({ sql }) => sql), ...(bare?.added ?? [])])];
    return groups.length === 0 ? "" : ` GROUP BY ${all.join(", ")}`;
  };
  return {
    outputs,
    distinct: core.distinct,
    single: isGrouped && groups.length === 0,
    order: (node) => evaluate(node, results),
    context: results,
    print: (sqls, names) => {
      const list = sqls.map((sql, at) => `${sql} AS ${quoteIdentifier(names[at]!)}`).join(", ");
      return `SELECT ${core.distinct ? "DISTINCT " : ""}${list}${from.sql === null ? "" : ` FROM ${from.sql}`}${where}${groupBy()}${having}`;
    },
  };
};

const fromHooks = (environment: Environment) => {
  const context = baseContext([], environment, null);
  return {
    relation: environment.relation,
    // A subquery in FROM sees the SELECTs around, but not its neighbours.
    derived: (select: Select) => environment.select(select, environment.outer),
    condition: (node: Expression, level: Level, all: readonly Source[]) => {
      const ahead: Level = { sources: all, allowed: new Set(level.sources.flatMap(columnsOf)) };
      return conditionOf(node, baseContext([ahead, ...environment.outer], environment, null));
    },
    value: (node: Expression, level: Level, all: readonly Source[]) => {
      const ahead: Level = { sources: all, allowed: new Set(level.sources.flatMap(columnsOf)) };
      return evaluate(node, baseContext([ahead, ...environment.outer], environment, null));
    },
    names: environment.names ?? null,
    context,
  };
};

const columnsOf = ({ alias, columns }: Source): string[] =>
  [...columns.values()].map((column) => columnValue(column, alias).sql);

/** A context of rows: no aggregates, no aliases. */
const baseContext = (
  levels: readonly Level[],
  environment: Environment,
  known: NonNullable<Context["view"]>["known"] | null,
): Context => ({
  purpose: "view",
  notes: environment.notes,
  ...(environment.doubts === undefined ? {} : { doubts: environment.doubts }),
  column: (table, name) => findColumn(levels, table, name),
  view: {
    known: known ?? (() => null),
    call: (node) =>
      isAggregate(node)
        ? refuse(`${node.name}() where rows are not yet grouped`)
        : node.over === null
          ? null
          : refuse("a window function where there are no windows"),
    subquery: (select, as) => subquery(select, as, levels, environment),
    exists: (select) => environment.select(select, levels).sql,
  },
});

const subquery = (select: Select, as: "one" | "list", levels: readonly Level[], environment: Environment): Value => {
  const { sql, values, single } = environment.select(select, levels);
  const [value] = values;
  if (value === undefined || values.length !== 1) return refuse("a subquery of several columns is used as a value");
  // SQLite takes the first row of several, PostgreSQL refuses them.
  const limited = as === "list" || single ? `(${sql})` : `(${sql} LIMIT 1)`;
  return { ...value, sql: limited, constant: undefined, moment: null, collation: null, ...typeKept(value, limited) };
};

/** The context of WHERE, GROUP BY and aggregates' arguments: rows; a name that no column has may be a result's alias. */
const rowContext = (core: SelectCore, level: Level, environment: Environment): Context => {
  const levels = [level, ...environment.outer];
  const plain = baseContext(levels, environment, null);
  return baseContext(levels, environment, (node) => aliased(node, core, levels, plain));
};

const aliased = (node: Expression, core: SelectCore, levels: readonly Level[], context: Context): Value | null => {
  if (!isColumn(node) || node.table !== null || findColumn(levels, null, node.name) !== null) return null;
  const result = core.results.find(
    (candidate) =>
      !candidate.star &&
      candidate.alias !== null &&
      candidate.alias !== undefined &&
      fold(candidate.alias) === fold(node.name),
  );
  return result === undefined || result.star ? null : evaluate(result.expression, context);
};

const groupTerm = (node: Expression, core: SelectCore, rows: Context): Value => {
  const ordinal = node.node === "literal" && node.literal.kind === "integer" ? Number(node.literal.value) : null;
  const result = ordinal === null ? null : core.results[ordinal - 1];
  if (
    ordinal !== null &&
    (result === undefined || result?.star || core.results.slice(0, ordinal).some(({ star }) => star))
  ) {
    return refuse("GROUP BY names a position behind a *");
  }
  const value = groupable(evaluate(result != null && !result.star ? result.expression : node, rows));
  return value.constant === undefined ? value : refuse("GROUP BY a constant");
};

/** The context of results (without aliases), HAVING and ORDER BY: of a grouped SELECT, only groups and aggregates are left of the rows. */
const resultContext = (
  core: SelectCore,
  level: Level,
  allowed: ReadonlySet<string> | null,
  rows: Context,
  environment: Environment,
): Context => {
  const levels = [level, ...environment.outer];
  const visible: readonly Level[] = [{ ...level, allowed }, ...environment.outer];
  const known = (node: Expression, context: Context): Value | null => {
    const alias = aliased(node, core, levels, context);
    if (alias !== null || allowed === null || holdsAggregate(node)) return alias;
    const value = attempt(() => evaluate(node, rows));
    return value.ok && allowed.has(value.value.sql) ? groupable(value.value) : null;
  };
  const base = baseContext(visible, environment, known);
  const call = (node: FunctionCall, context: Context): Value | null => {
    if (node.over === null && !isAggregate(node)) return null;
    // Arguments of an aggregate are rows; those of a window function over groups are groups.
    const inner = node.over === null ? rows : context;
    const filter = node.filter === null ? "" : ` FILTER (WHERE ${conditionOf(node.filter, inner)})`;
    const over = node.over === null ? "" : overClause(node.over, core.windows, context);
    return aggregate(node, `${filter}${over}`, inner);
  };
  return { ...base, view: { ...base.view!, call } };
};

const outputsOf = (result: ResultColumn, sources: readonly Source[], context: Context): Output[] => {
  if (!result.star) {
    const value = evaluate(result.expression, context);
    const name = result.alias ?? (isColumn(result.expression) ? result.expression.name : result.source);
    return [{ name, value }];
  }
  const chosen =
    result.table === null
      ? sources
      : sources.filter(({ alias }) => result.table !== null && fold(alias) === fold(result.table));
  if (chosen.length === 0) refuse(`${result.table ?? ""}* without a table`);
  return chosen.flatMap((source) =>
    [...source.columns.entries()]
      .filter(([key]) => result.table !== null || !source.merged.has(key))
      .map(([key, column]) => {
        const node: Expression = { node: "column", table: source.alias, name: key, quoted: null };
        return { name: column.target, value: evaluate(node, context) };
      }),
  );
};
