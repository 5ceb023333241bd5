/** Comparisons of columns that PostgreSQL spells otherwise (dates, uuid, boolean words) without going through their texts. */
import { readIsoDate, readIsoDateTime } from "../../source/shapes/datetime.ts";
import type { TargetType } from "../model.ts";
import type { Comparison, Pair } from "./compare.ts";
import { literalIn, numberInText } from "./literal.ts";
import { equalsAlike, ordersAlike } from "./spelled.ts";
import { sameSpelling, type Value } from "./value.ts";

const SWAPPED: Readonly<Record<Comparison, Comparison>> = {
  "=": "=",
  "<>": "<>",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
  is: "is",
  "is not": "is not",
};

const isEquality = (operator: Comparison): boolean => ["=", "<>", "is", "is not"].includes(operator);

/** The pair in the columns' own type; null where only the texts can be compared. */
export const momentPair = (operator: Comparison, left: Value, right: Value): Pair | null => {
  if (left.kind !== "opaque") {
    const swapped = momentPair(SWAPPED[operator], right, left);
    if (swapped === null || swapped === "nothing") return swapped;
    return { left: swapped.right, operator: SWAPPED[swapped.operator], right: swapped.left };
  }
  const { form } = left;
  if (form === null || foldsCase(left) || foldsCase(right)) return null;
  if (!(isEquality(operator) ? equalsAlike(form) : ordersAlike(form))) return null;
  const same = [right, right.moment].find((other) => other != null && sameSpelling(other, left));
  if (same != null) return { left: left.sql, operator, right: same.sql };
  const { constant } = right;
  if (constant === undefined || constant === null) return null;
  // Beside a column of numeric affinity such a literal would be a number first.
  if (typeof constant === "string" && left.affinity !== "TEXT" && numberInText(constant) !== null) return null;
  // TEXT affinity makes a text of a number, which is then no epoch.
  if (typeof constant !== "string" && left.affinity === "TEXT") return null;
  const literal = literalIn(constant, typeNamed(left.pg), form);
  if (literal !== null) return { left: left.sql, operator, right: literal };
  return typeof constant === "string" ? longerOrShorter(operator, left, constant) : null;
};

/** A collation that folds changes which texts are equal; none of the spellings needs it, so the texts are asked. */
const foldsCase = ({ collation }: Value): boolean => collation !== null && collation.name !== "BINARY";

const typeNamed = (name: string): TargetType => ({ name }) as TargetType;

/**
 * A day beside a moment, and a moment beside a day: a text sorts before every longer one that begins with it. So a moment is never
 * equal to a bare day and sorts after it; a day never equals a moment and sorts before those of its own day.
 */
const longerOrShorter = (operator: Comparison, column: Value, text: string): Pair | null => {
  const kind = column.form?.kind;
  const zoned = column.pg === "timestamptz" ? " 00:00:00+00" : "";
  if (kind === "iso-datetime" && readIsoDate(text) !== null) {
    const day = `'${text}${zoned}'::${column.pg}`;
    if (operator === ">" || operator === ">=") return { left: column.sql, operator: ">=", right: day };
    if (operator === "<" || operator === "<=") return { left: column.sql, operator: "<", right: day };
  }
  if (kind === "iso-date" && readIsoDateTime(text) !== null) {
    const day = `'${text.slice(0, 10)}'::date`;
    if (operator === ">" || operator === ">=") return { left: column.sql, operator: ">", right: day };
    if (operator === "<" || operator === "<=") return { left: column.sql, operator: "<=", right: day };
  }
  return null;
};
