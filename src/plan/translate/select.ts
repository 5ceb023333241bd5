/** A whole SELECT: WITH, the arms of UNION and its kin with one type per column, ORDER BY and LIMIT. */
import { fold } from "../../source/fold.ts";
import { quoteIdentifier } from "../../target/quote.ts";
import { isName } from "../names.ts";
import { common } from "./arithmetic.ts";
import type { Expression, OrderingTerm, Select, SelectCore } from "./ast.ts";
import { type Resolver, withClause } from "./common-tables.ts";
import { dynamicText } from "./dynamic.ts";
import { groupable, orderBy } from "./ordering.ts";
import type { Level, Relation } from "./relations.ts";
import { formOf, isApproximate, typeOf } from "./result-types.ts";
import type { ScopeColumn } from "./scope.ts";
import { type Core, type Environment, selectCore } from "./select-core.ts";
import { refuse } from "./untranslatable.ts";
import { asBigint, asText, computed, typeKept, type Value } from "./value.ts";

export interface Selected {
  readonly sql: string;
  readonly relation: Relation;
  readonly values: readonly Value[];
  /** Never more than one row. */
  readonly single: boolean;
}

/** Translates a SELECT; `names` are the names of its columns where they are given (a view's, a common table's). */
export const translateSelect = (
  select: Select,
  resolver: Resolver,
  outer: readonly Level[] = [],
  names: readonly string[] | null = null,
  isView = false,
): Selected => {
  const { clause, resolver: inner } = withClause(select.with, resolver, outer);
  const environment: Environment = {
    ...inner,
    outer,
    names: namesIn(select),
    select: (subselect, levels) => translateSelect(subselect, inner, levels),
  };
  const arms = armsOf(select).map(({ operator, core }) => ({ operator, core: selectCore(core, environment) }));
  const [first] = arms;
  if (first === undefined) return refuse("an empty SELECT");
  const columns = columnNames(names ?? first.core.outputs.map(({ name }) => name), first.core.outputs.length);
  const merged = mergeArms(arms, isView);
  const ordering = orderTerms(
    select.orderBy,
    arms.map(({ core }) => core),
    merged.values,
    columns,
  );
  const body = arms.reduce((sql, { operator, core }, at) => {
    const printed = core.print(merged.sqls[at]!, columns);
    if (operator === null) return printed;
    // INTERSECT binds tighter in PostgreSQL; in SQLite all bind from the left.
    return `${operator === "INTERSECT" && at > 1 ? `(${sql})` : sql} ${operator} ${printed}`;
  }, "");
  const ordered = ordering === null ? body : ordering(body);
  const limit = limitClause(select.limit, select.offset);
  if (limit.sql !== "") resolver.doubts?.open.add("which rows a LIMIT takes of several in the same place");
  const sql = `${clause}${ordered}${limit.sql}`;
  const single = limit.one || (arms.length === 1 && first.core.single);
  return {
    sql,
    relation: { target: "", columns: relationColumns(columns, merged.values) },
    values: merged.values,
    single,
  };
};

type Operator = Select["rest"][number]["operator"] | null;

/** VALUES rows are arms of UNION ALL. */
const armsOf = (select: Select): { operator: Operator; core: SelectCore }[] =>
  [{ operator: null as Operator, core: select.first }, ...select.rest].flatMap(({ operator, core }) => {
    if (core.values === null) return [{ operator, core }];
    return core.values.map((row, at) => ({
      operator: at === 0 ? operator : ("UNION ALL" as const),
      core: {
        ...core,
        values: null,
        results: row.map((expression, index) => ({
          star: false as const,
          expression,
          alias: `column${index + 1}`,
          source: "",
        })),
      },
    }));
  });

/** SQLite makes doubled names unique itself where it can be asked; PostgreSQL cuts names at 63 bytes. */
const columnNames = (names: readonly string[], count: number): readonly string[] => {
  if (names.length !== count) return refuse(`${names.length} names for ${count} columns`);
  const taken = new Set<string>();
  return names.map((name) => {
    let unique = name;
    for (let at = 1; taken.has(fold(unique)); at++) unique = `${name}:${at}`;
    taken.add(fold(unique));
    return isName(unique)
      ? unique
      : refuse(`a column's name is empty or longer than 63 bytes: ${unique.slice(0, 40)}…`);
  });
};

/** One type per column over all arms, and each arm's expressions in it. */
const mergeArms = (
  arms: readonly { operator: Operator; core: Core }[],
  isView: boolean,
): { sqls: string[][]; values: Value[] } => {
  const [first, ...rest] = arms.map(({ core }) => core);
  const width = first!.outputs.length;
  if (rest.some(({ outputs }) => outputs.length !== width))
    return refuse("arms of a compound SELECT have different columns");
  const compares = arms.some(({ operator }) => operator !== null && operator !== "UNION ALL");
  const sqls = arms.map(() => [] as string[]);
  const values: Value[] = [];
  for (let at = 0; at < width; at++) {
    const cells = arms.map(({ core }) => shownIn(core.outputs[at]!.value, isView));
    const value = rest.length === 0 ? cells[0]! : unified(cells, first!, compares);
    const rendered = rest.length === 0 ? cells.map(standing) : common(cells.map(settled), first!.context).sqls;
    rendered.forEach((sql, arm) => void sqls[arm]!.push(sql === "NULL" ? "NULL::text" : sql));
    values.push({ ...value, constant: undefined, moment: null });
  }
  return { sqls, values };
};

/** What a view shows of a value that may be of any storage class: its text. Within a SELECT it stays what it is. */
const shownIn = (value: Value, isView: boolean): Value =>
  value.kind === "dynamic" && isView
    ? { ...computed(dynamicText(value), "opaque", "text"), form: { kind: "any" } }
    : value;

const unified = (cells: readonly Value[], first: Core, compares: boolean): Value => {
  const kinds = new Set(cells.map(({ kind, pg }) => `${kind} ${kind === "opaque" ? pg : ""}`));
  if (compares) {
    cells.forEach(groupable);
    if (kinds.size > 1) return refuse("arms of a compound SELECT have different types in one column");
  }
  const { of } = common(cells.map(settled), first.context);
  const [{ affinity, collation }] = cells as readonly [Value, ...Value[]];
  const same = cells.every((cell) => cell.affinity === affinity);
  return { ...of(""), affinity: same ? affinity : "unknown", collation };
};

/** A result that stands alone: literals get the type that they have in SQLite. */
const standing = (value: Value): string => {
  if (value.kind === "null") return "NULL::text";
  if (value.constant === undefined) return value.sql;
  return value.kind === "integer" ? asBigint(value) : value.kind === "text" ? asText(value) : value.sql;
};

/** A result beside others: integers of every width are bigint, varchar is text. */
const settled = (value: Value): Value => {
  if (value.kind === "integer") return { ...value, sql: asBigint(value), pg: "bigint" };
  return value.kind === "text" ? { ...value, sql: asText(value), pg: "text" } : value;
};

const relationColumns = (names: readonly string[], values: readonly Value[]): ReadonlyMap<string, ScopeColumn> =>
  new Map(names.map((name, at) => [fold(name), scopeColumn(name, values[at]!)]));

const scopeColumn = (name: string, value: Value): ScopeColumn => {
  const { kind, affinity, collation } = value;
  const known = affinity === "unknown" ? {} : { affinity };
  return {
    target: name,
    type: typeOf(value),
    form: formOf(value),
    ...(isApproximate(value) ? { isApproximate: true } : {}),
    collation: collation?.name ?? "BINARY",
    kind: kind === "null" ? "text" : kind,
    ...known,
  };
};

/** What puts ORDER BY behind a body; null without terms. */
const orderTerms = (
  terms: readonly OrderingTerm[],
  cores: readonly Core[],
  values: readonly Value[],
  names: readonly string[],
): ((body: string) => string) | null => {
  if (terms.length === 0) return null;
  const [core] = cores;
  const simple = cores.length === 1 && !core!.distinct;
  const sorted = terms.map((term) => {
    const at = outputAt(term.expression, cores, names);
    if (simple)
      return orderBy(at === null ? core!.order(term.expression) : core!.outputs[at]!.value, term, core!.context);
    // Of a compound or DISTINCT only the results can be sorted by, and by their bytes only from outside.
    if (at === null) return refuse("ORDER BY something that is no result of a compound or DISTINCT SELECT");
    const value = values[at]!;
    const sql = `"ordered".${quoteIdentifier(names[at]!)}`;
    return orderBy({ ...value, sql, ...typeKept(value, sql) }, term, core!.context);
  });
  const by = ` ORDER BY ${sorted.join(", ")}`;
  return (body) => (simple ? `${body}${by}` : `SELECT * FROM (${body}) AS "ordered"${by}`);
};

/** The result that a term of ORDER BY names: by position, by alias, or by being the same expression. */
const outputAt = (node: Expression, cores: readonly Core[], names: readonly string[]): number | null => {
  if (node.node === "literal" && node.literal.kind === "integer") {
    const at = Number(node.literal.value) - 1;
    return at >= 0 && at < names.length ? at : refuse("ORDER BY names a position that is not there");
  }
  if (node.node === "column" && node.table === null) {
    for (const { outputs } of cores) {
      const at = outputs.findIndex(({ name }) => fold(name) === fold(node.name));
      if (at >= 0) return at;
    }
  }
  if (cores.length > 1) return null;
  const { sql } = cores[0]!.order(node);
  const at = cores[0]!.outputs.findIndex(({ value }) => value.sql === sql);
  return at < 0 ? null : at;
};

/** Names of columns anywhere in a SELECT; null where a * takes them all. */
const namesIn = (select: Select): ReadonlySet<string> | null => {
  const names = new Set<string>();
  let all = false;
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    if ("star" in node && node.star === true && !("node" in node)) all = true;
    if ("node" in node && node.node === "column" && "name" in node) names.add(fold(String(node.name)));
    for (const part of Object.values(node)) visit(part);
  };
  visit(select);
  return all ? null : names;
};

const limitClause = (limit: Expression | null, offset: Expression | null): { sql: string; one: boolean } => {
  const [count, skipped] = [wholeNumber(limit), wholeNumber(offset)];
  // A negative LIMIT is none, a negative OFFSET is zero.
  const limited = count !== null && count >= 0n ? ` LIMIT ${count}` : "";
  const moved = skipped !== null && skipped > 0n ? ` OFFSET ${skipped}` : "";
  return { sql: `${limited}${moved}`, one: limited !== "" && count! <= 1n };
};

const wholeNumber = (node: Expression | null): bigint | null => {
  if (node === null) return null;
  if (node.node === "literal" && node.literal.kind === "integer") return node.literal.value;
  const negative = node.node === "unary" && node.operator === "-" ? wholeNumber(node.operand) : null;
  return negative === null ? refuse("LIMIT or OFFSET that is no literal") : -negative;
};
