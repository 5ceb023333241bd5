/** json_each() in FROM: the members of an array or object, or a scalar alone, one a row. */
import { quoteIdentifier } from "../../target/quote.ts";
import { asJsonb, documentOf, literalSteps, placeOf } from "./json-path.ts";
import type { Context, ScopeColumn } from "./scope.ts";
import { refuse } from "./untranslatable.ts";
import type { Value } from "./value.ts";

const dynamic = (target: string): [string, ScopeColumn] => [
  target,
  {
    target,
    type: { name: "jsonb" },
    form: { kind: "json", numbers: true },
    collation: "BINARY",
    affinity: null,
    kind: "dynamic",
  },
];

/** The columns that cross; `id`, `parent`, `fullkey` and `path` are places in SQLite's own representation. */
export const EACH_COLUMNS: ReadonlyMap<string, ScopeColumn> = new Map([
  dynamic("key"),
  dynamic("value"),
  dynamic("atom"),
  ["type", { target: "type", type: { name: "text" }, form: { kind: "text" }, collation: "BINARY", affinity: null }],
]);

const VALUE = `NULLIF("each"."element", 'null')`;

/** SQL of each column. @param key SQL of the key */
const columnSql = (name: string, key: string): string => {
  switch (name) {
    case "key":
      return key;
    case "value":
      return VALUE;
    case "atom":
      return `CASE WHEN jsonb_typeof("each"."element") NOT IN ('array', 'object') THEN ${VALUE} END`;
    default:
      return (
        `CASE jsonb_typeof("each"."element") WHEN 'string' THEN 'text' WHEN 'boolean' THEN "each"."element"::text` +
        ` WHEN 'number' THEN CASE WHEN "each"."element"::text ~ '[.e]' THEN 'real' ELSE 'integer' END` +
        ` ELSE jsonb_typeof("each"."element") END`
      );
  }
};

/**
 * A SELECT of the columns that are used. Each arm sees the document only where it is of its type: a set of NULL is empty.
 * @param names lower-cased names of columns that are used; null for all
 */
export const jsonEach = (
  [document, path]: readonly Value[],
  names: ReadonlySet<string> | null,
  context: Context,
): string => {
  if (document === undefined) return refuse("json_each() without a document");
  const source = documentOf(document, context);
  const json = path === undefined ? asJsonb(source) : placeOf(source, literalSteps(path)).json;
  const used = [...EACH_COLUMNS.keys()].filter((name) => names === null || names.has(name));
  const list = (key: string): string =>
    (used.length === 0 ? ["value"] : used)
      .map((name) => `${columnSql(name, key)} AS ${quoteIdentifier(name)}`)
      .join(", ");
  const members =
    `SELECT ${list(`to_jsonb("each"."place" - 1)`)} FROM jsonb_array_elements(CASE jsonb_typeof(${json}) WHEN 'array' THEN ${json} END)` +
    ` WITH ORDINALITY AS "each" ("element", "place")`;
  if (document.form?.kind === "json-array" && path === undefined) return members;
  return (
    `${members} UNION ALL SELECT ${list(`to_jsonb("each"."name")`)}` +
    ` FROM jsonb_each(CASE jsonb_typeof(${json}) WHEN 'object' THEN ${json} END) AS "each" ("name", "element")` +
    ` UNION ALL SELECT ${list("NULL::jsonb")} FROM (SELECT ${json} AS "element") AS "each"` +
    ` WHERE jsonb_typeof("each"."element") NOT IN ('array', 'object')`
  );
};
