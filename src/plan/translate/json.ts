/** SQLite's JSON functions and operators on one document (https://sqlite.org/json1.html). */
import type { FunctionCall } from "./ast.ts";
import { dynamicValue } from "./dynamic.ts";
import { jsonArray, jsonChange, jsonObject, jsonQuote } from "./json-build.ts";
import {
  asJsonb,
  documentOf,
  jsonValue,
  literalSteps,
  operatorSteps,
  type Place,
  placeOf,
  type Step,
} from "./json-path.ts";
import type { Context } from "./scope.ts";
import { requireStable } from "./spelled.ts";
import { refuse } from "./untranslatable.ts";
import { asText, bool, computed, factsOf, type Value } from "./value.ts";

/** `document -> path` (the JSON there) and `document ->> path` (its value). */
export const jsonOperator = (operator: "->" | "->>", document: Value, path: Value, context: Context): Value => {
  if (document.kind === "null") return document;
  const place = placeOf(documentOf(document, context), operatorSteps(path));
  return operator === "->" ? jsonValue(place.json) : valueAt(place);
};

const valueAt = ({ json, text }: Place): Value => dynamicValue(`NULLIF(${json}, 'null')`, text);

/** JSON functions of one row; null for any other. */
export const jsonFunction = (node: FunctionCall, values: readonly Value[], context: Context): Value | null => {
  const { name } = node;
  if (!/^json_?/.test(name)) return null;
  const [first, ...rest] = values;
  switch (name) {
    case "json_array":
      return jsonArray(values, context);
    case "json_object":
      return jsonObject(values, context);
    case "json_group_array":
    case "json_group_object":
      return refuse(`${name}() where rows are not grouped`);
  }
  if (first === undefined) return refuse(`${name}() without a document`);
  if (name === "json_valid")
    return rest.length === 0 ? jsonValid(node, first, context) : refuse("json_valid() with flags");
  if (name === "json_quote") return jsonQuote(first, context);
  if (first.kind === "null") return first;
  const at = (path: Value | undefined): Place =>
    placeOf(documentOf(first, context), path === undefined ? [] : literalSteps(path));
  switch (name) {
    case "json":
      return jsonValue(`(${asJsonb(documentOf(first, context))})`);
    case "json_extract":
      return extract(first, rest.map(literalSteps), context);
    case "json_array_length":
      return arrayLength(at(rest[0]));
    case "json_type":
      return typeAt(at(rest[0]), first, context);
    case "json_set":
    case "json_insert":
    case "json_replace":
    case "json_remove":
      return jsonChange(name, first, rest, context);
    default:
      return refuse(`${name}() has no exact equal`);
  }
};

/** One path gives what is there; several give an array of it. */
const extract = (document: Value, paths: readonly (readonly Step[])[], context: Context): Value => {
  const [only] = paths;
  if (only === undefined) return refuse("json_extract() without a path");
  const source = documentOf(document, context);
  if (paths.length > 1) {
    requireStable(context, "JSON made of values");
    const list = paths.map((path) => placeOf(source, path).json).join(", ");
    return jsonValue(`(CASE WHEN ${source.sql} IS NOT NULL THEN jsonb_build_array(${list}) END)`);
  }
  const value = valueAt(placeOf(source, only));
  return { ...value, facts: { ...value.facts!, isJson: true } };
};

/** Zero for what is no array, NULL where there is nothing. */
const arrayLength = ({ json }: Place): Value =>
  computed(
    `(CASE WHEN jsonb_typeof(${json}) = 'array' THEN jsonb_array_length(${json})::bigint WHEN ${json} IS NOT NULL THEN 0 END)`,
    "integer",
    "bigint",
  );

const typeAt = ({ json, spelling }: Place, document: Value, context: Context): Value => {
  // json keeps a number's spelling; jsonb keeps its digits, but writes exponents out.
  if (document.pg !== "json") context.notes.add("json_type() of a number with an exponent and no point is 'integer'");
  const number = `CASE WHEN ${spelling} ~ '[.eE]' THEN 'real' ELSE 'integer' END`;
  const jsonType = `jsonb_typeof(${json})`;
  const sql = `(CASE ${jsonType} WHEN 'string' THEN 'text' WHEN 'boolean' THEN ${spelling} WHEN 'number' THEN ${number} ELSE ${jsonType} END)`;
  return { ...computed(sql, "text", "text"), facts: { of: sql, jsonType } };
};

/**
 * What is in a json column is JSON. Of a text, a view asks by IS JSON (PostgreSQL 16); a check that the row depends on may as well
 * end with the error of a cast, which every server has.
 */
const jsonValid = (node: FunctionCall, value: Value, context: Context): Value => {
  const { kind, form, sql } = value;
  if (kind === "opaque" && (form?.kind === "json" || form?.kind === "json-array"))
    return computed(`(CASE WHEN ${sql} IS NOT NULL THEN true END)`, "boolean", "boolean");
  if (kind !== "text" || factsOf(value).isJson) return refuse(`json_valid() of a ${kind} value`);
  if (context.mayFail?.has(node) === true)
    return bool(`CASE WHEN ${sql} IS NOT NULL THEN ${asText(value)}::json IS NOT NULL END`);
  return context.purpose === "view"
    ? bool(`${asText(value)} IS JSON`)
    : refuse("json_valid() of a text where an invalid one must give false, which PostgreSQL 15 cannot ask");
};
