/**
 * Comparisons by SQLite's rules (https://sqlite.org/datatype3.html#comparison_expressions): affinity first, then storage class, then
 * collation. Where the storage classes are known to differ PostgreSQL has no such comparison, so there is no translation.
 */
import { fold } from "../../source/fold.ts";
import { anyPair, dynamicPair, labelPair, typePair } from "./compare-classes.ts";
import { momentPair } from "./compare-moments.ts";
import { decimalOf, integerValue, numberInText, realValue, textValue } from "./literal.ts";
import type { Context } from "./scope.ts";
import { spelled } from "./spelled.ts";
import { refuse } from "./untranslatable.ts";
import { asBigint, asText, bool, isNumeric, type Value } from "./value.ts";

export type Comparison = "=" | "<>" | "<" | "<=" | ">" | ">=" | "is" | "is not";

/** Both sides in SQL, and the operator between them; `nothing`: one side is NULL, so is the result. */
export type Pair = { readonly left: string; readonly operator: Comparison; readonly right: string } | "nothing";

const SPELLED: Readonly<Record<Comparison, string>> = {
  "=": "=",
  "<>": "<>",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
  is: "IS NOT DISTINCT FROM",
  "is not": "IS DISTINCT FROM",
};

/** `left operator right` as a boolean. */
export const compare = (operator: Comparison, left: Value, right: Value, context: Context): Value => {
  if (operator === "is" || operator === "is not") {
    if (right.kind === "null") return bool(`${left.sql} IS ${operator === "is" ? "" : "NOT "}NULL`, [left]);
    if (left.kind === "null") return bool(`${right.sql} IS ${operator === "is" ? "" : "NOT "}NULL`, [right]);
  }
  const byClass = ofTwoClasses(operator, left, right);
  if (byClass !== null) return byClass;
  const pair = comparable(operator, left, right, context);
  if (pair === "nothing") return bool("NULL::boolean");
  return bool(`${pair.left} ${SPELLED[pair.operator]} ${pair.right}`, [left, right]);
};

/** A number beside a literal text that is none: numbers come before texts, whatever their values. */
const ofTwoClasses = (operator: Comparison, left: Value, right: Value): Value | null => {
  const [number, text] = isNumeric(left) ? [left, right] : [right, left];
  if (!isNumeric(number) || text.kind !== "text" || typeof text.constant !== "string" || text.affinity !== null)
    return null;
  const converts = NUMERIC.has(String(number.affinity)) && numberInText(text.constant) !== null;
  if (converts || number.affinity === "TEXT" || number.affinity === "unknown" || number.constant !== undefined)
    return null;
  const truth = { "=": false, "<>": true, is: false, "is not": true, "<": number === left, "<=": number === left };
  const holds = operator === ">" || operator === ">=" ? number === right : truth[operator];
  if (operator === "is" || operator === "is not") return bool(String(holds));
  return bool(`CASE WHEN ${number.sql} IS NOT NULL THEN ${holds} END`, [left, right]);
};

/** The two sides as PostgreSQL may compare them. */
export const comparable = (operator: Comparison, left: Value, right: Value, context: Context): Pair => {
  if (left.kind === "null" || right.kind === "null") return "nothing";
  if (left.kind === "dynamic" || right.kind === "dynamic") return dynamicPair(operator, left, right, context);
  if (left.kind === "opaque" || right.kind === "opaque") {
    const pair =
      labelPair(operator, left, right) ?? momentPair(operator, left, right) ?? anyPair(operator, left, right);
    return pair ?? comparable(operator, spelled(left, context), spelled(right, context), context);
  }
  const named = typePair(operator, left, right);
  if (named !== null) return named;
  const [a, b] = withAffinity(left, right);
  if (isNumeric(a) && isNumeric(b)) return numericPair(operator, a, b, context);
  if (a.kind === "text" && b.kind === "text") return textPair(operator, a, b, collationOf(left, right));
  if (a.kind === "blob" && b.kind === "blob") return { left: a.sql, operator, right: b.sql };
  return refuse(`${nameOf(a)} is compared with ${nameOf(b)}`);
};

const nameOf = ({ kind, pg, constant }: Value): string =>
  constant !== undefined ? `the literal ${String(constant)}` : kind === "opaque" ? `a ${pg} value` : `${kind} value`;

const NUMERIC = new Set(["INTEGER", "REAL", "NUMERIC"]);

/** Applies the affinity of one side to the other where that changes anything. */
const withAffinity = (left: Value, right: Value): readonly [Value, Value] => {
  if (isNumeric(left) && right.kind === "text") {
    const text = textBesideNumber(right, left);
    return text === null ? [left, numericAffinity(left, right)] : [text, right];
  }
  if (isNumeric(right) && left.kind === "text") {
    const text = textBesideNumber(left, right);
    return text === null ? [numericAffinity(right, left), right] : [left, text];
  }
  return [keepsText(left, right), keepsText(right, left)];
};

/** A number beside a text column of TEXT affinity: an INTEGER becomes its digits, a REAL has no known text. */
const textBesideNumber = (text: Value, number: Value): Value | null => {
  if (text.affinity !== "TEXT" || (number.affinity !== null && number.affinity !== "BLOB")) return null;
  if (typeof number.constant === "bigint")
    return { ...textValue(String(number.constant)), collation: number.collation };
  return number.kind === "integer" ? { ...number, sql: asText(number), kind: "text", pg: "text" } : null;
};

/** A number beside a text: the number's affinity makes a number of the text, or the text's makes a text of the number. */
const numericAffinity = (number: Value, text: Value): Value => {
  if (!NUMERIC.has(String(number.affinity))) return refuse("a number without an affinity is compared with a text");
  const converted = typeof text.constant === "string" ? numberInText(text.constant) : null;
  if (converted === null) return refuse(`${nameOf(text)} beside a number is not one`);
  return typeof converted === "bigint" ? integerValue(converted) : realValue(converted);
};

/** Beside a column of numeric affinity a text that looks like a number becomes one, and then equals no text. */
const keepsText = (value: Value, other: Value): Value => {
  if (value.kind !== "text" || other.kind !== "text") return value;
  const certain = other.affinity === "TEXT" || other.affinity === null || other.affinity === "BLOB";
  if (certain || neverNumber(value)) return value;
  return refuse("a text that may look like a number is compared with a column of numeric affinity");
};

/** Dates, dashed UUIDs and the like; and what a column of numeric affinity still holds as text. */
const neverNumber = ({ constant, form, moment, affinity }: Value): boolean => {
  if (typeof constant === "string") return numberInText(constant) === null;
  if (NUMERIC.has(String(affinity)) || moment !== null) return true;
  return (
    form !== null && (form.kind.startsWith("iso-") || (form.kind === "uuid" && /^(?:lower|upper)$/.test(form.spelling)))
  );
};

const ROUNDED = "an INTEGER and a REAL are compared as double precision: integers beyond 2^53 are rounded";

/** Constants stand as exact decimals, so that neither side is rounded; a boolean column meets 0 and 1 as false and true. */
const numericPair = (operator: Comparison, left: Value, right: Value, context: Context): Pair => {
  const truth = ({ constant }: Value): string | null => (constant === 0n ? "false" : constant === 1n ? "true" : null);
  if (left.kind === "boolean" && right.kind === "boolean") return { left: left.sql, operator, right: right.sql };
  if (left.kind === "boolean" && truth(right) !== null) return { left: left.sql, operator, right: truth(right)! };
  if (right.kind === "boolean" && truth(left) !== null) return { left: truth(left)!, operator, right: right.sql };
  const mixed =
    (left.pg === "double precision" && right.kind === "integer") ||
    (right.pg === "double precision" && left.kind === "integer");
  if (mixed && left.constant === undefined && right.constant === undefined) {
    // SQLite compares the two exactly. A constraint may not differ for any value; a view says that it may.
    if (context.purpose !== "view")
      return refuse("an INTEGER is compared with a REAL, which PostgreSQL rounds beyond 2^53");
    context.notes.add(ROUNDED);
  }
  return { left: bareNumber(left), operator, right: bareNumber(right) };
};

const bareNumber = (value: Value): string => {
  if (value.kind === "boolean") return typeof value.constant === "bigint" ? String(value.constant) : asBigint(value);
  return typeof value.constant === "number" && Number.isFinite(value.constant) ? decimalOf(value.constant) : value.sql;
};

/** An explicit COLLATE wins, the left one first; then the left column's, then the right column's. */
export const collationOf = (left: Value, right: Value): string => {
  if (left.collation?.explicit) return left.collation.name;
  if (right.collation?.explicit) return right.collation.name;
  return left.collation?.name ?? right.collation?.name ?? "BINARY";
};

export const textPair = (operator: Comparison, left: Value, right: Value, collation: string): Pair => {
  const ordered = operator !== "=" && operator !== "<>" && operator !== "is" && operator !== "is not";
  return { left: collated(left, collation, ordered), operator, right: collated(right, collation, ordered) };
};

/** A text as its collation compares it: byte by byte in order, after folding ASCII letters or cutting spaces. */
export const collated = (value: Value, collation: string, ordered: boolean): string => {
  const { sql, constant } = value;
  switch (collation) {
    case "BINARY":
      return ordered ? `(${sql} COLLATE "C")` : sql;
    case "NOCASE":
      return typeof constant === "string" ? textValue(fold(constant)).sql : `lower(${asText(value)} COLLATE "C")`;
    case "RTRIM": {
      const trimmed =
        typeof constant === "string" ? textValue(constant.replace(/ +$/, "")).sql : `rtrim(${asText(value)}, ' ')`;
      return ordered ? `(${trimmed} COLLATE "C")` : trimmed;
    }
    default:
      return refuse(`the collation ${collation} is the application's own`);
  }
};
