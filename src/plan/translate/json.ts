/** JSON: only what is the same for every document, which is whether a path leads to a value and whether it is a given text. */
import { quoteLiteral } from "../../target/quote.ts";
import { refuse } from "./untranslatable.ts";
import { computed, type Value } from "./value.ts";

/** `document -> path` and `document ->> path`. */
export const jsonOperator = (document: Value, path: Value): Value => extract(document, path, false);

/** json_extract(document, path) with one literal path. */
export const jsonExtract = (values: readonly Value[]): Value =>
  values.length === 2 ? extract(values[0]!, values[1]!, true) : refuse("json_extract() of several paths");

/** What is there may be of any storage class, so it can only be asked for NULL: of form `any`, which nothing else takes. */
const extract = (document: Value, path: Value, needsDollar: boolean): Value => {
  if (document.kind !== "opaque" || document.form?.kind !== "json")
    return refuse("JSON functions on a column that is not JSON in PostgreSQL");
  const steps = typeof path.constant === "string" ? stepsOf(path.constant, needsDollar) : null;
  if (steps === null) return refuse("a JSON path that is not literal names and positions");
  const value = computed(`(${document.sql} #>> ${quoteLiteral(`{${steps.join(",")}}`)})`, "opaque", "json value");
  return { ...value, form: { kind: "any" } };
};

/** `$.name.name` as an array of names. Positions differ where the document has an object of that key, so they do not cross. */
const stepsOf = (path: string, needsDollar: boolean): string[] | null => {
  if (!needsDollar && /^[A-Za-z_][A-Za-z0-9_]*$/.test(path)) return [path];
  return /^\$(?:\.[A-Za-z_][A-Za-z0-9_]*)+$/.test(path) ? path.slice(2).split(".") : null;
};

/** json_valid(document): what is in a json column is valid; text columns would need IS JSON, which PostgreSQL 15 has not. */
export const jsonValid = (value: Value): Value => {
  if (value.kind === "opaque" && value.form?.kind === "json") {
    return computed(`(CASE WHEN ${value.sql} IS NOT NULL THEN true END)`, "boolean", "boolean");
  }
  return refuse("json_valid() on a column that is not JSON in PostgreSQL");
};
