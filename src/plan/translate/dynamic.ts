/**
 * What stands at a path of a JSON document: SQLite gives it the storage class that it has there, row by row. In PostgreSQL it is a
 * jsonb without JSON's null, and each use says what it makes of numbers, truth, strings and the rest.
 */
import { isNumberText, numberPrefix } from "./real-text.ts";
import type { Context } from "./scope.ts";
import { refuse } from "./untranslatable.ts";
import { type Constant, computed, factsOf, type Value } from "./value.ts";

const SPELLING =
  "a JSON object or array, or a JSON number with a fraction, is spelled as PostgreSQL spells it where it is used as text";

/** @param sql jsonb, NULL in place of JSON's null @param text the same as `->>` gives it */
export const dynamicValue = (sql: string, text: string): Value => ({
  ...computed(sql, "dynamic", "jsonb"),
  facts: { of: sql, text },
});

/** Strings and numbers by their characters, JSON's booleans by those PostgreSQL has for them. */
const plainText = (value: Value): string => factsOf(value).text ?? `(${value.sql} #>> '{}')`;

/** As an element of an index: the text that queries in PostgreSQL ask for, by `->>`. */
export const dynamicElement = plainText;

/** Its text: truth is 1 or 0 in SQLite. */
export const dynamicText = (value: Value): string =>
  `(CASE jsonb_typeof(${value.sql}) WHEN 'boolean' THEN ${value.sql}::boolean::integer::text ELSE ${plainText(value)} END)`;

/** As a text that other text functions take. */
export const asDynamicText = (value: Value, context: Context): Value => {
  context.notes.add(SPELLING);
  const text = computed(dynamicText(value), "text", "text", [value]);
  return { ...text, collation: value.collation };
};

const byType = ({ sql }: Value, cases: Readonly<Record<string, string>>): string =>
  `(CASE jsonb_typeof(${sql}) ${Object.entries(cases)
    .map(([type, then]) => `WHEN '${type}' THEN ${then}`)
    .join(" ")} END)`;

/**
 * A numeric that compares with numbers as the value does in SQLite, where every text is greater than every number: NaN, which is
 * greater than all others. `reads`: strings that look like numbers count as such (beside a column of numeric affinity).
 */
export const dynamicNumeric = (value: Value, reads: boolean): string => {
  const text = plainText(value);
  return byType(value, {
    number: `${value.sql}::numeric`,
    boolean: `${value.sql}::boolean::integer::numeric`,
    string: reads ? `CASE WHEN ${isNumberText(text)} THEN ${text}::numeric ELSE 'NaN' END` : "'NaN'",
    array: "'NaN'",
    object: "'NaN'",
  });
};

/** As arithmetic takes it: a text by the number that it begins with. */
export const dynamicNumber = (value: Value): Value =>
  computed(
    byType(value, {
      number: `${value.sql}::double precision`,
      boolean: `${value.sql}::boolean::integer::double precision`,
      string: numberPrefix(plainText(value)),
      array: "0",
      object: "0",
    }),
    "number",
    "double precision",
    [value],
  );

/** As a condition. */
export const dynamicTruth = (value: Value): string =>
  byType(value, {
    number: `${value.sql}::numeric <> 0`,
    boolean: `${value.sql}::boolean`,
    string: `${numberPrefix(plainText(value))} <> 0`,
    array: "false",
    object: "false",
  });

/** As one side of a comparison with a literal text; every number is less than every text. */
export const besideText = (value: Value, literal: Exclude<Constant, null>, ordered: boolean): string => {
  const text = String(literal);
  if (/^[[{]/.test(text)) return refuse("a JSON value is compared with the text of an object or array");
  const neverMet = !ordered && !/^(?:true|false|[+-]?[0-9.])/.test(text);
  if (neverMet) return plainText(value);
  if (text === "") return refuse("a JSON value is compared by order with the empty text");
  return `(CASE WHEN jsonb_typeof(${value.sql}) IN ('number', 'boolean') THEN '' ELSE ${plainText(value)} END)`;
};

/** ORDER BY: numbers before texts, each in their own order. */
export const dynamicOrder = (value: Value): readonly [string, string] => [
  dynamicNumeric(value, false),
  `(CASE WHEN jsonb_typeof(${value.sql}) IN ('number', 'boolean') THEN NULL ELSE ${plainText(value)} END) COLLATE "C"`,
];

/**
 * As the value of a column of that type: what the type cannot hold ends with an error, never with another value.
 * @param type PostgreSQL's name of it
 */
export const dynamicAs = (value: Value, type: string): string => `${dynamicText(value)}::${type}`;
