/** Aggregates and window functions, as far as they compute the same. */
import { common, operand as numberOperand } from "./arithmetic.ts";
import type { Expression, FunctionCall } from "./ast.ts";
import { collated } from "./compare.ts";
import { evaluate } from "./evaluate.ts";
import { member, nameOf } from "./json-build.ts";
import { jsonValue } from "./json-path.ts";
import { textValue } from "./literal.ts";
import { groupable, orderBy } from "./ordering.ts";
import type { Context } from "./scope.ts";
import { asInteger, ordersAlike, spelled } from "./spelled.ts";
import { refuse } from "./untranslatable.ts";
import { asBigint, asDouble, asText, computed, isNumeric, type Value } from "./value.ts";

const AGGREGATES = new Set(
  "count sum total avg min max group_concat string_agg json_group_array json_group_object".split(" "),
);

/** Whether a call aggregates rows where no OVER follows; min() and max() do with one argument. */
export const isAggregate = ({ name, arguments: list, over }: FunctionCall): boolean =>
  over === null && isAggregateName(name, list.length);

const isAggregateName = (name: string, count: number): boolean =>
  AGGREGATES.has(name) && (count === 1 || !(name === "min" || name === "max"));

/** Whether an aggregate is anywhere in the tree, subqueries left out. */
export const holdsAggregate = (node: unknown): boolean => {
  if (typeof node !== "object" || node === null || "first" in node) return false;
  if ("node" in node && node.node === "call" && isAggregate(node as FunctionCall)) return true;
  return Object.values(node).some(holdsAggregate);
};

/** What comes after the arguments' closing parenthesis: FILTER and OVER. */
type Tail = string;

/** An aggregate's value, or a window function's. `context` is the one of its arguments. */
export const aggregate = (node: FunctionCall, tail: Tail, context: Context): Value => {
  const { name, arguments: list } = node;
  if (node.orderBy.length > 0 && !/^(?:group_concat|string_agg|json_group_array)$/.test(name)) {
    return refuse(`ORDER BY in ${name}()`);
  }
  const values = list.map((argument) => evaluate(argument, context));
  if (!isAggregateName(name, list.length)) return windowFunction(name, values, tail, context);
  if (name === "count") return count(node, values, tail);
  if (name === "group_concat" || name === "string_agg") return concatenated(node, values, tail, context);
  if (name === "json_group_array") return jsonGroup(node, values, tail, context);
  if (name === "json_group_object") return jsonGroupObject(values, tail, context);
  const [value] = values;
  if (value === undefined || values.length > 1) return refuse(`${name}() of several values`);
  if (name === "min" || name === "max") return extreme(name, value, tail, context);
  return summed(name, value, node.distinct ? "DISTINCT " : "", tail, context);
};

const count = (node: FunctionCall, values: readonly Value[], tail: Tail): Value => {
  const [value] = values;
  if (node.star || value === undefined) return computed(`count(*)${tail}`, "integer", "bigint");
  if (!node.distinct) return computed(`count(${value.sql})${tail}`, "integer", "bigint");
  return computed(`count(DISTINCT ${groupable(value).sql})${tail}`, "integer", "bigint");
};

const summed = (name: string, operand: Value, distinct: string, tail: Tail, context: Context): Value => {
  const value = asInteger(numberOperand(operand, context));
  if (!isNumeric(value)) return refuse(`${name}() of a ${value.kind} value`);
  const whole = value.kind === "integer";
  const sql = whole ? asBigint(value) : asDouble(value);
  if (!whole)
    context.notes.add(`${name}() of REAL values may differ in the last digits: SQLite compensates rounding errors`);
  const sum = `sum(${distinct}${sql})${tail}`;
  // SQLite divides two doubles; PostgreSQL's avg() of integers would be a decimal.
  if (name === "avg") {
    return computed(`(${sum}::double precision / count(${distinct}${sql})${tail})`, "real", "double precision");
  }
  if (name === "total") return computed(`COALESCE(${sum}::double precision, 0)`, "real", "double precision");
  return whole ? computed(`${sum}::bigint`, "integer", "bigint") : computed(sum, value.kind, "double precision");
};

const extreme = (name: "min" | "max", operand: Value, tail: Tail, context: Context): Value => {
  if (operand.kind === "dynamic") return refuse(`${name}() of JSON values of any storage class; CAST says which`);
  const direct = operand.kind === "opaque" && operand.form !== null && ordersAlike(operand.form);
  // min(uuid) and min(boolean) are not in every PostgreSQL that is a target.
  const value =
    direct && /^(?:date|time|timestamp|timestamptz)$/.test(operand.pg) ? operand : asInteger(spelled(operand, context));
  if (value.kind === "blob" || value.kind === "null") return refuse(`${name}() of a ${value.kind} value`);
  const folds = value.kind === "text" && value.collation !== null && value.collation.name !== "BINARY";
  if (folds) return refuse(`${name}() of text under the collation ${value.collation?.name}`);
  const sql = value.kind === "text" ? collated(value, "BINARY", true) : value.sql;
  return { ...value, sql: `${name}(${sql})${tail}`, affinity: operand.affinity, constant: undefined, moment: null };
};

const concatenated = (node: FunctionCall, values: readonly Value[], tail: Tail, context: Context): Value => {
  const [value, separator = textValue(",")] = values;
  if (value === undefined || node.star) return refuse("group_concat() without a value");
  if (typeof separator.constant !== "string") return refuse("group_concat() with a separator that is no literal");
  const order = node.orderBy.map((term) => orderBy(evaluate(term.expression, context), term, context));
  if (order.length > 0 && node.distinct) return refuse("group_concat(DISTINCT … ORDER BY …)");
  if (order.length === 0) {
    context.notes.add("the order within group_concat() is not defined in either database");
    context.doubts?.open.add("the order within group_concat()");
  }
  const ordered = order.length > 0 ? ` ORDER BY ${order.join(", ")}` : "";
  const text = asText(spelled(node.distinct ? groupable(value) : value, context), context);
  return computed(
    `string_agg(${node.distinct ? "DISTINCT " : ""}${text}, ${separator.sql}${ordered})${tail}`,
    "text",
    "text",
  );
};

/** json_group_array(): an empty array where there is no row. */
const jsonGroup = (node: FunctionCall, [value]: readonly Value[], tail: Tail, context: Context): Value => {
  if (value === undefined || node.star) return refuse("json_group_array() without a value");
  const order = node.orderBy.map((term) => orderBy(evaluate(term.expression, context), term, context));
  if (order.length > 0 && node.distinct) return refuse("json_group_array(DISTINCT … ORDER BY …)");
  if (order.length === 0) context.doubts?.open.add("the order within json_group_array()");
  const element = member(node.distinct ? groupable(value) : value, context);
  const ordered = order.length > 0 ? ` ORDER BY ${order.join(", ")}` : "";
  return jsonValue(`COALESCE(jsonb_agg(${node.distinct ? "DISTINCT " : ""}${element}${ordered})${tail}, '[]')`);
};

const jsonGroupObject = ([name, value]: readonly Value[], tail: Tail, context: Context): Value => {
  if (name === undefined || value === undefined) return refuse("json_group_object() without a name and a value");
  context.notes.add("of several members of one name in json_group_object() PostgreSQL keeps the last");
  const key = nameOf(spelled(name, context));
  return jsonValue(`COALESCE(jsonb_object_agg(${key}, ${member(value, context)})${tail}, '{}')`);
};

/** Functions that only exist over a window. */
const windowFunction = (name: string, values: readonly Value[], tail: Tail, context: Context): Value => {
  const [first, second, third] = values;
  switch (`${name}/${values.length}`) {
    case "row_number/0":
    case "rank/0":
    case "dense_rank/0":
      return computed(`${name}()${tail}`, "integer", "bigint");
    case "percent_rank/0":
    case "cume_dist/0":
      return computed(`${name}()${tail}`, "real", "double precision");
    case "ntile/1":
      return computed(`(ntile(${position(first!)})${tail})::bigint`, "integer", "bigint");
    case "first_value/1":
    case "last_value/1":
    case "lag/1":
    case "lead/1":
      return passed(first!, `${name}(${typed(first!)})${tail}`);
    case "nth_value/2":
    case "lag/2":
    case "lead/2":
      return passed(first!, `${name}(${typed(first!)}, ${position(second!)})${tail}`);
    case "lag/3":
    case "lead/3": {
      const { sqls, of } = common([first!, third!], context);
      return of(`${name}(${sqls[0]}, ${position(second!)}, ${sqls[1]})${tail}`);
    }
    default:
      return refuse(`${name}() over a window has no exact equal`);
  }
};

const passed = (value: Value, sql: string): Value => ({
  ...value,
  sql,
  affinity: null,
  constant: undefined,
  moment: null,
});

const typed = (value: Value): string => (value.pg === "unknown" ? asText(value) : value.sql);

const position = ({ constant }: Value): string =>
  typeof constant === "bigint" && constant > 0n && constant < 2147483648n
    ? String(constant)
    : refuse("a distance in a window that is no literal");

/** Whether an expression is one plain column. */
export const isColumn = (node: Expression): node is Extract<Expression, { node: "column" }> => node.node === "column";
