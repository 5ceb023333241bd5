/** JSON that is made of values, or of another document: jsonb in PostgreSQL, the same value as SQLite's text. */
import { quoteLiteral } from "../../target/quote.ts";
import { asJsonb, documentOf, jsonValue, literalSteps, type Step } from "./json-path.ts";
import type { Context } from "./scope.ts";
import { requireStable, spelled } from "./spelled.ts";
import { refuse } from "./untranslatable.ts";
import { asBigint, asDouble, asText, factsOf, type Value } from "./value.ts";

/** A value as an argument of jsonb_build_array(): JSON stays JSON, a text becomes a string. */
export const member = (value: Value, context: Context): string => {
  const { sql, kind, pg } = value;
  const { isJson } = factsOf(value);
  switch (kind) {
    case "null":
      return "NULL::text";
    case "integer":
    case "boolean":
      return asBigint(value);
    case "real":
      return asDouble(value);
    case "number":
      return pg === "numeric" ? `${sql}::numeric` : asDouble(value);
    case "text":
      return asText(value);
    case "dynamic": {
      const container = isJson
        ? ""
        : ` WHEN 'object' THEN to_jsonb(${sql}::text) WHEN 'array' THEN to_jsonb(${sql}::text)`;
      return `(CASE jsonb_typeof(${sql}) WHEN 'boolean' THEN to_jsonb(${sql}::boolean::integer)${container} ELSE ${sql} END)`;
    }
    case "opaque":
      return isJson ? sql : member(spelled(value, context), context);
    case "blob":
      return refuse("JSON of a BLOB");
  }
};

/** json_array(…). */
export const jsonArray = (values: readonly Value[], context: Context): Value => {
  requireStable(context, "JSON made of values");
  return jsonValue(`jsonb_build_array(${values.map((value) => member(value, context)).join(", ")})`);
};

/** json_object(name, value, …). */
export const jsonObject = (values: readonly Value[], context: Context): Value => {
  requireStable(context, "JSON made of values");
  if (values.length % 2 === 1) return refuse("json_object() with a name that has no value");
  const names = values.filter((_, at) => at % 2 === 0);
  const known = names.flatMap(({ constant }) => (typeof constant === "string" ? [constant] : []));
  if (known.length < names.length && names.length > 1) return refuse("json_object() with names that may be the same");
  if (new Set(known).size < known.length) return refuse("json_object() with one name twice");
  const parts = values.map((value, at) => (at % 2 === 0 ? nameOf(value) : member(value, context)));
  return jsonValue(`jsonb_build_object(${parts.join(", ")})`);
};

/** The name of an object's member. */
export const nameOf = (value: Value): string =>
  value.kind === "text" ? asText(value) : refuse(`a ${value.kind} value as the name of a JSON object's member`);

/** A value as jsonb, JSON's null for NULL. */
const asJson = (value: Value, context: Context): string => {
  requireStable(context, "JSON made of values");
  return `COALESCE(to_jsonb(${member(value, context)}), 'null')`;
};

/** json_quote(value). */
export const jsonQuote = (value: Value, context: Context): Value => jsonValue(asJson(value, context));

type Change = "json_set" | "json_insert" | "json_replace" | "json_remove";

/** json_set() and its kin, of members by their names. */
export const jsonChange = (name: Change, document: Value, rest: readonly Value[], context: Context): Value => {
  const start = asJsonb(documentOf(document, context));
  if (name === "json_remove")
    return jsonValue(
      rest.reduce((sql, path) => {
        const steps = literalSteps(path);
        return ifObject(sql, steps, `${sql} #- ${pathArray(steps)}`);
      }, start),
    );
  if (rest.length % 2 === 1) return refuse(`${name}() with a path that has no value`);
  let sql = start;
  for (let at = 0; at < rest.length; at += 2) {
    const steps = literalSteps(rest[at]!);
    // SQLite makes the objects in between, PostgreSQL does not.
    if (steps.length > 1 && name !== "json_replace") return refuse(`${name}() with a path of several steps`);
    const path = pathArray(steps);
    const changed = `jsonb_set(${sql}, ${path}, ${asJson(rest[at + 1]!, context)}, ${name !== "json_replace"})`;
    const isNew =
      name === "json_insert" ? `(CASE WHEN ${sql} #> ${path} IS NULL THEN ${changed} ELSE ${sql} END)` : changed;
    sql = ifObject(sql, steps, isNew);
  }
  return jsonValue(sql);
};

/** A document without an object at the place stays as it is; PostgreSQL would end with an error. */
const ifObject = (sql: string, steps: readonly Step[], changed: string): string => {
  const parent = steps.length > 1 ? `${sql} #> ${pathArray(steps.slice(0, -1))}` : sql;
  return `(CASE WHEN jsonb_typeof(${parent}) = 'object' THEN ${changed} ELSE ${sql} END)`;
};

const pathArray = (steps: readonly Step[]): string => {
  if (steps.length === 0 || steps.some((step) => typeof step === "number"))
    return refuse("a change of a JSON document by position");
  return quoteLiteral(`{${steps.map((step) => JSON.stringify(step)).join(",")}}`);
};
