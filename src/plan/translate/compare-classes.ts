/** Comparisons of values whose storage class is known row by row only (JSON's, mixed columns'), and of enums. */
import { type Comparison, collationOf, comparable, type Pair, textPair } from "./compare.ts";
import { asDynamicText, besideText, dynamicNumeric } from "./dynamic.ts";
import { textValue } from "./literal.ts";
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

/** What stands in a JSON document beside a number, a text or another such value. */
export const dynamicPair = (operator: Comparison, left: Value, right: Value, context: Context): Pair =>
  inOrder(operator, left, isDynamic, right, (comparison, value, other) => {
    if (other.kind === "dynamic") {
      if (!isEquality(comparison)) return refuse("two JSON values are compared by their order");
      context.notes.add("JSON's true is not the number 1 where two JSON values are compared");
      return { left: value.sql, operator: comparison, right: other.sql };
    }
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
