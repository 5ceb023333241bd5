/** Documents and the places in them that a literal path names, as both databases find them. */
import { quoteLiteral } from "../../target/quote.ts";
import type { Context } from "./scope.ts";
import { requireStable } from "./spelled.ts";
import { refuse } from "./untranslatable.ts";
import { computed, factsOf, type Value } from "./value.ts";

/** A member's name, or a position: from the end where it is negative. */
export type Step = string | number;

/** What stands at a place: as jsonb (SQL NULL where there is nothing), its text, and its text as it is spelled in the document. */
export interface Place {
  readonly json: string;
  readonly text: string;
  readonly spelling: string;
}

export interface Document {
  readonly sql: string;
  readonly pg: "json" | "jsonb";
}

/** A value as a JSON document; gives up where its text may be no JSON, or JSON that jsonb would change. */
export const documentOf = (value: Value, context: Context): Document => {
  const { sql, pg, form, kind, constant } = value;
  if (kind === "opaque" && form?.kind === "json") return { sql, pg: pg === "json" ? "json" : "jsonb" };
  if (kind === "opaque" && form?.kind === "json-array") {
    requireStable(context, "the JSON of an array");
    return { sql: `to_jsonb(${sql})`, pg: "jsonb" };
  }
  if (kind === "dynamic") {
    context.notes.add("a string within a JSON document is not read as a document again");
    return { sql, pg: "jsonb" };
  }
  if (kind === "text" && typeof constant === "string" && isJson(constant)) return { sql: `${sql}::jsonb`, pg: "jsonb" };
  if (kind === "text" && factsOf(value).isDocument === true) return { sql: `${sql}::jsonb`, pg: "jsonb" };
  return refuse(
    kind === "text"
      ? "JSON functions on a text whose values are not all JSON that jsonb keeps whole"
      : `JSON functions on a ${kind === "opaque" ? pg : kind} value`,
  );
};

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** The document as jsonb. */
export const asJsonb = ({ sql, pg }: Document): string => (pg === "json" ? `${sql}::jsonb` : sql);

/** `$.name`, `$."any name"`, `$[0]`, `$[#-1]`, one behind the other. Null for any other path. */
const pathSteps = (path: string): readonly Step[] | null => {
  if (!path.startsWith("$")) return null;
  const steps: Step[] = [];
  const part = /\.([A-Za-z_][A-Za-z0-9_]*)|\."([^"\\]*)"|\[(\d{1,9})\]|\[#-([1-9]\d{0,8})\]/y;
  for (let at = 1; at < path.length; at = part.lastIndex) {
    part.lastIndex = at;
    const found = part.exec(path);
    if (found === null) return null;
    const [, bare, quoted, index, fromEnd] = found;
    steps.push(bare ?? quoted ?? (index !== undefined ? Number(index) : -Number(fromEnd)));
  }
  return steps;
};

/** The steps of a literal path argument. */
export const literalSteps = ({ constant }: Value): readonly Step[] =>
  (typeof constant === "string" ? pathSteps(constant) : null) ??
  refuse("a JSON path that is not literal names and positions");

/** What follows `->` and `->>`: a path, the name of a member whatever its characters, or a position. */
export const operatorSteps = (path: Value): readonly Step[] => {
  const { constant } = path;
  if (typeof constant === "bigint") return [Number(constant)];
  return typeof constant === "string" && !constant.startsWith("$") ? [constant] : literalSteps(path);
};

/**
 * Where the steps lead. Names go by `->`, which finds them in objects alone; positions by a path in strict mode, because
 * `->` with a number takes a scalar for an array of itself.
 */
export const placeOf = (document: Document, steps: readonly Step[]): Place => {
  if (steps.length === 0) {
    const json = asJsonb(document);
    return { json, text: `(${json} #>> '{}')`, spelling: `(${document.sql} #>> '{}')` };
  }
  if (steps.some((step) => typeof step === "number")) {
    const path = `strict $${steps.map(pathStep).join("")}`;
    const json = `jsonb_path_query_first(${asJsonb(document)}, ${quoteLiteral(path)}, '{}', true)`;
    const text = `(${json} #>> '{}')`;
    return { json, text, spelling: text };
  }
  const names = steps.map((step) => quoteLiteral(String(step)));
  const last = names.pop()!;
  const parent = [document.sql, ...names].join(" -> ");
  const json = `(${parent} -> ${last})`;
  const text = `(${parent} ->> ${last})`;
  if (document.pg === "jsonb") return { json, text, spelling: text };
  // json keeps exponents, which no reader of whole numbers expects.
  return { json: `${json}::jsonb`, text: `(${json}::jsonb #>> '{}')`, spelling: text };
};

const pathStep = (step: Step): string => {
  if (typeof step === "string") return `.${JSON.stringify(step)}`;
  return step >= 0 ? `[${step}]` : step === -1 ? "[last]" : `[last - ${-step - 1}]`;
};

/** JSON as SQLite's JSON functions hand it on: text there, jsonb here. */
export const jsonValue = (sql: string): Value => ({
  ...computed(sql, "opaque", "jsonb"),
  form: { kind: "json", numbers: false },
  facts: { of: sql, isJson: true },
});
