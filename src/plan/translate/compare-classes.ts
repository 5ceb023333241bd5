/** Comparisons of values whose storage class is known row by row only (JSON's, mixed columns'), and of enums. */
import { type Comparison, collationOf, comparable, type Pair, textPair } from "./compare.ts";
import { asDynamicText, besideText, dynamicNumeric } from "./dynamic.ts";
import { decimalOf, textValue } from "./literal.ts";
import type { Context } from "./scope.ts";
import { refuse } from "./untranslatable.ts";
import { computed, factsOf, isNumeric, type Value } from "./value.ts";

const SWAPPED: Readonly<Record<Comparison, Comparison>> = {
  "=": "=",
  "<>": "<>",
  is: "is",
  "is not": "is not",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};

const isEquality = (operator: Comparison): boolean => operator === SWAPPED[operator];

/** `given` with its sides in the order in which they are given. */
const inOrder = (
  operator: Comparison,
  left: Value,
  isFirst: (value: Value) => boolean,
  right: Value,
  given: (operator: Comparison, first: Value, second: Value) => Pair | null,
): Pair | null => {
  if (isFirst(left)) return given(operator, left, right);
  const pair = given(SWAPPED[operator], right, left);
  return pair === null || pair === "nothing"
    ? pair
    : { left: pair.right, operator: SWAPPED[pair.operator], right: pair.left };
};

const isDynamic = ({ kind }: Value): boolean => kind === "dynamic";

/** A literal number as jsonb, which equals the same number however it is written; null for anything else. */
const jsonLiteral = ({ constant, affinity }: Value): string | null =>
  affinity === null && (typeof constant === "bigint" || (typeof constant === "number" && Number.isFinite(constant)))
    ? `'${typeof constant === "bigint" ? constant : decimalOf(constant).replace(/[()']/g, "")}'::jsonb`
    : null;

const isTruthNumber = ({ constant }: Value): boolean => Number(constant) === 0 || Number(constant) === 1;

/** JSON's true and false are the numbers 1 and 0. */
const withNumbers = ({ sql }: Value): string =>
  `(CASE ${sql} WHEN 'true' THEN '1' WHEN 'false' THEN '0' ELSE ${sql} END)`;

/** What stands in a JSON document beside a number, a text or another such value. */
export const dynamicPair = (operator: Comparison, left: Value, right: Value, context: Context): Pair =>
  inOrder(operator, left, isDynamic, right, (comparison, value, other) => {
    if (other.kind === "dynamic") {
      if (!isEquality(comparison)) return refuse("two JSON values are compared by their order");
      context.notes.add("JSON's true is not the number 1 where two JSON values are compared");
      return { left: value.sql, operator: comparison, right: other.sql };
    }
    const literal = isEquality(comparison) ? jsonLiteral(other) : null;
    if (literal !== null)
      return { left: isTruthNumber(other) ? withNumbers(value) : value.sql, operator: comparison, right: literal };
    if (isNumeric(other)) {
      const reads = other.affinity !== null && other.affinity !== "BLOB";
      const number = computed(dynamicNumeric(value, reads), "number", "numeric");
      return comparable(comparison, number, other, context);
    }
    if (other.kind === "text" && typeof other.constant === "string" && other.affinity === null) {
      const text = computed(besideText(value, other.constant, !isEquality(comparison)), "text", "text");
      return textPair(comparison, text, other, collationOf(value, other));
    }
    // A column's affinity makes texts of numbers; of another text nobody knows whether it is one.
    return comparable(comparison, { ...asDynamicText(value, context), affinity: "TEXT" }, other, context);
  })!;

/** A text of any storage class beside a literal that only a text can equal. */
export const anyPair = (operator: Comparison, left: Value, right: Value): Pair | null =>
  inOrder(
    operator,
    left,
    ({ form }) => form?.kind === "any",
    right,
    (comparison, value, { constant, collation }) => {
      const isPlain = value.kind === "opaque" && value.pg === "text" && value.form?.kind === "any";
      if (!isPlain || !isEquality(comparison) || collation !== null || (value.collation?.name ?? "BINARY") !== "BINARY")
        return null;
      if (typeof constant !== "string" || /^[[{+\-.0-9]|^-?Inf/.test(constant.trim())) return null;
      return { left: value.sql, operator: comparison, right: textValue(constant).sql };
    },
  );

/** json_type() beside the name of a container, which is called alike in PostgreSQL. */
export const typePair = (operator: Comparison, left: Value, right: Value): Pair | null =>
  inOrder(
    operator,
    left,
    (value) => factsOf(value).jsonType !== undefined,
    right,
    (comparison, value, { constant }) => {
      const { jsonType } = factsOf(value);
      const isContainer = constant === "object" || constant === "array";
      return jsonType === undefined || !isContainer || !isEquality(comparison)
        ? null
        : { left: jsonType, operator: comparison, right: `'${constant}'` };
    },
  );

/** An enum beside one of its labels. */
export const labelPair = (operator: Comparison, left: Value, right: Value): Pair | null =>
  inOrder(
    operator,
    left,
    (value) => factsOf(value).labels !== undefined,
    right,
    (comparison, value, { constant, collation }) => {
      const labels = factsOf(value).labels;
      const known = labels !== undefined && typeof constant === "string" && labels.includes(constant);
      if (!known || !isEquality(comparison) || collation !== null || (value.collation?.name ?? "BINARY") !== "BINARY")
        return null;
      return { left: value.sql, operator: comparison, right: textValue(constant).sql };
    },
  );
