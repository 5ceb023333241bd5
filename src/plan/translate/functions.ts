/** SQLite's scalar functions, each by its exact equal; an unknown one gives up by name. */
import { common } from "./arithmetic.ts";
import type { FunctionCall } from "./ast.ts";
import { comparable } from "./compare.ts";
import { dateFunction } from "./datetime.ts";
import { conditionOf, evaluate } from "./evaluate.ts";
import { format } from "./format.ts";
import { jsonFunction } from "./json.ts";
import { numberFunction } from "./number-functions.ts";
import { glob, like } from "./pattern.ts";
import type { Context } from "./scope.ts";
import { spelled } from "./spelled.ts";
import { textFunction } from "./text-functions.ts";
import { refuse } from "./untranslatable.ts";
import { computed, typeKept, type Value } from "./value.ts";

/** A function's value. Aggregates and windows are the view's. */
export const callFunction = (node: FunctionCall, context: Context): Value => {
  const { name } = node;
  if (node.star || node.distinct || node.filter !== null || node.over !== null || node.orderBy.length > 0) {
    return refuse(`${name}() is used as an aggregate`);
  }
  if (name === "iif" || name === "if") return conditional(node, context);
  const [first] = node.arguments;
  if ((name === "likelihood" || name === "likely" || name === "unlikely") && first !== undefined)
    return { ...evaluate(first, context), affinity: null };
  const values = node.arguments.map((argument) => evaluate(argument, context));
  return (
    dateFunction(name, values, context) ??
    jsonFunction(node, values, context) ??
    textFunction(name, values, context) ??
    numberFunction(name, values, context) ??
    generalFunction(name, values, context) ??
    refuse(OF_THE_CONNECTION[name] ?? `${name}() has no exact equal`)
  );
};

/** What only SQLite's own connection or library knows. */
const OF_THE_CONNECTION: Readonly<Record<string, string>> = {
  random: "random() gives another number each time, of a range that PostgreSQL's random() does not have",
  randomblob: "randomblob() gives other bytes each time; PostgreSQL has gen_random_uuid()",
  last_insert_rowid: "last_insert_rowid() is of SQLite's connection; PostgreSQL has INSERT … RETURNING",
  changes: "changes() is of SQLite's connection; PostgreSQL reports the number of rows with each statement",
  total_changes: "total_changes() is of SQLite's connection",
  load_extension: "load_extension() is of SQLite's library",
  sqlite_version: "sqlite_version() is of SQLite's library; PostgreSQL has version()",
  sqlite_source_id: "sqlite_source_id() is of SQLite's library",
  sqlite_compileoption_used: "sqlite_compileoption_used() is of SQLite's library",
  zeroblob: "zeroblob() has no equal",
  soundex: "soundex() needs the extension fuzzystrmatch, whose codes differ",
  match: "MATCH is a full-text search: see the search columns",
  snippet: "snippet() belongs to SQLite's full-text search; PostgreSQL has ts_headline()",
  highlight: "highlight() belongs to SQLite's full-text search; PostgreSQL has ts_headline()",
  bm25: "bm25() belongs to SQLite's full-text search; PostgreSQL has ts_rank()",
  raise: "RAISE() belongs to triggers",
};

/** iif(condition, value, condition, value, …, otherwise): as CASE. */
const conditional = ({ arguments: list }: FunctionCall, context: Context): Value => {
  if (list.length < 2) return refuse("iif() with one argument");
  const whens = list.filter((_, at) => at % 2 === 0 && at + 1 < list.length);
  const results = list.filter((_, at) => at % 2 === 1 || at + 1 === list.length);
  const { sqls, of } = common(
    results.map((result) => evaluate(result, context)),
    context,
  );
  const branches = whens.map((when, at) => `WHEN ${conditionOf(when, context)} THEN ${sqls[at]}`);
  return of(`(CASE ${branches.join(" ")}${list.length % 2 === 1 ? ` ELSE ${sqls.at(-1)}` : ""} END)`);
};

const generalFunction = (name: string, values: readonly Value[], context: Context): Value | null => {
  switch (`${name}/${values.length}`) {
    case "ifnull/2":
      return coalesce(values, context);
    case "nullif/2":
      return nullIf(values[0]!, values[1]!, context);
    case "typeof/1":
      return typeOf(values[0]!, context);
    case "like/2":
      return like(values[1]!, values[0]!, null, false, context);
    case "like/3":
      return like(values[1]!, values[0]!, values[2]!, false, context);
    case "glob/2":
      return glob(values[1]!, values[0]!, false, context);
  }
  if (name === "coalesce" && values.length > 1) return coalesce(values, context);
  if (name === "printf" || name === "format") return format(values, context);
  if ((name === "min" || name === "max") && values.length > 1) return extreme(name, values, context);
  return null;
};

const coalesce = (values: readonly Value[], context: Context): Value => {
  const { sqls, of } = common(values, context);
  return of(`COALESCE(${sqls.join(", ")})`);
};

/** nullif() compares without affinities, by the collation of the first. */
const nullIf = (left: Value, right: Value, context: Context): Value => {
  if (left.kind === "null") return left;
  if (right.kind === "null") return { ...left, affinity: null };
  const pair = comparable("=", { ...left, affinity: null }, { ...right, affinity: null, collation: null }, context);
  if (pair === "nothing") return left;
  const result = {
    ...left,
    affinity: null,
    constant: undefined,
    moment: null,
    collation: left.collation?.explicit ? left.collation : null,
  };
  const plain = pair.left === left.sql;
  const sql = plain
    ? `NULLIF(${left.sql}, ${pair.right})`
    : `(CASE WHEN ${pair.left} = ${pair.right} THEN NULL ELSE ${left.sql} END)`;
  return { ...result, sql, ...typeKept(left, sql) };
};

/** The name of the storage class, where the column's form leaves but one. */
const typeOf = (value: Value, context: Context): Value => {
  if (value.kind === "dynamic") return typeOfDynamic(value, context);
  const { kind, sql } =
    value.kind === "opaque" && value.form?.kind !== "epoch"
      ? { ...value, kind: storedAs(value) }
      : spelled(value, context);
  const name = kind === "boolean" ? "integer" : kind;
  if (name === "number" || name === "opaque")
    return refuse("typeof() of a column that may hold several storage classes");
  if (name === "null") return computed("'null'", "text", "unknown");
  return computed(`(CASE WHEN ${sql} IS NULL THEN 'null' ELSE '${name}' END)`, "text", "text");
};

const typeOfDynamic = ({ sql }: Value, context: Context): Value => {
  context.notes.add("typeof() of a JSON number with an exponent and no point is 'integer'");
  const number = `CASE WHEN ${sql}::text ~ '[.e]' THEN 'real' ELSE 'integer' END`;
  const type = `CASE jsonb_typeof(${sql}) WHEN 'boolean' THEN 'integer' WHEN 'number' THEN ${number} ELSE 'text' END`;
  return computed(`(CASE WHEN ${sql} IS NULL THEN 'null' ELSE ${type} END)`, "text", "text");
};

const storedAs = ({ form }: Value): Value["kind"] => {
  switch (form?.kind) {
    case "iso-date":
    case "iso-time":
    case "iso-datetime":
    case "boolean-text":
      return "text";
    case "uuid":
      return form.spelling === "blob" ? "blob" : "text";
    case "json":
      return form.numbers ? "opaque" : "text";
    default:
      return "opaque";
  }
};

/** min() and max() of several values: NULL if any is NULL, unlike LEAST and GREATEST; text by the bytes. */
const extreme = (name: "min" | "max", values: readonly Value[], context: Context): Value => {
  const { sqls, of } = common(values, context);
  const result = of("");
  const collation = values.find((value) => value.collation !== null)?.collation?.name ?? "BINARY";
  if (result.kind === "opaque") return refuse(`${name}() of ${result.pg} values`);
  if (result.kind === "text" && collation !== "BINARY")
    return refuse(`${name}() of text under the collation ${collation}`);
  // Equal values of different storage classes: which one is taken differs.
  if (result.kind === "number") return refuse(`${name}() of INTEGER and REAL values`);
  const ordered = result.kind === "text" ? sqls.map((sql) => `${sql} COLLATE "C"`) : sqls;
  const anyNull = sqls.map((sql) => `${sql} IS NULL`).join(" OR ");
  return of(
    `(CASE WHEN ${anyNull} THEN NULL ELSE ${name === "min" ? "LEAST" : "GREATEST"}(${ordered.join(", ")}) END)`,
  );
};
