/** Numbers: arithmetic and bits as SQLite's storage classes have them, and the common type of several values. */

import { dynamicNumber, dynamicText } from "./dynamic.ts";
import { integerValue, literalIn, realValue } from "./literal.ts";
import { IN_DOUBLES, numberPrefix, prefixOf } from "./real-text.ts";
import type { Context } from "./scope.ts";
import { asInteger, spelled } from "./spelled.ts";
import { refuse } from "./untranslatable.ts";
import {
  asBigint,
  asDouble,
  asText,
  computed,
  factsOf,
  isNumeric,
  sameSpelling,
  typeKept,
  type Value,
} from "./value.ts";

type ArithmeticOperator = "+" | "-" | "*" | "/" | "%";

/** `left operator right` on numbers; SQLite's NULL for a division by zero and for what is no number is kept. */
export const arithmetic = (operator: ArithmeticOperator, left: Value, right: Value, context: Context): Value => {
  const a = operand(left, context);
  const b = operand(right, context);
  const operands = [left, right];
  if (a.kind === "null" || b.kind === "null") return computed("NULL::bigint", "integer", "bigint", operands);
  if (a.kind === "integer" && b.kind === "integer") {
    const divides = operator === "/" || operator === "%";
    const divisor = divides && (b.constant === undefined || b.constant === 0n) ? `NULLIF(${asBigint(b)}, 0)` : b.sql;
    // One bigint makes the result one; a literal beside it may stay as it is.
    const first = b.pg === "bigint" && !divisor.startsWith("NULLIF") ? a.sql : asBigint(a);
    return computed(`(${first} ${operator} ${divisor})`, "integer", "bigint", operands);
  }
  if (operator === "%") return refuse("% on REAL values");
  return realArithmetic(operator, a, b, operands, context);
};

const realArithmetic = (
  operator: Exclude<ArithmeticOperator, "%">,
  a: Value,
  b: Value,
  operands: readonly Value[],
  context: Context,
): Value => {
  const isReal = a.kind === "real" || b.kind === "real";
  if (operator === "/" && !isReal)
    return refuse("the division's result depends on whether each row holds INTEGER or REAL");
  if (!isReal) context.notes.add("numbers are computed in double precision, as SQLite computes REAL");
  const divisor = operator === "/" && !isFiniteConstant(b) ? `NULLIF(${asDouble(b)}, 0)` : asDouble(b);
  const sql = `(${asDouble(a)} ${operator} ${divisor})`;
  // Infinities can only make NaN, which is NULL in SQLite, where both sides vary (or one is zero or infinite).
  const safe = isFiniteConstant(a) || isFiniteConstant(b);
  const exact = safe ? sql : `NULLIF(${sql}, 'NaN'::double precision)`;
  return computed(exact, isReal ? "real" : "number", "double precision", operands);
};

const isFiniteConstant = ({ constant }: Value): boolean =>
  constant !== undefined && constant !== null && Number.isFinite(Number(constant)) && Number(constant) !== 0;

/** What arithmetic takes: numbers, and of a text the one that it begins with. */
export const operand = (value: Value, context: Context): Value => {
  if (value.kind === "dynamic") {
    context.notes.add(IN_DOUBLES);
    return dynamicNumber(value);
  }
  const { integer } = factsOf(value);
  if (integer !== undefined) return computed(integer, "integer", "bigint", [value]);
  const number = asInteger(spelled(value, context));
  if (isNumeric(number) || number.kind === "null") return number;
  if (number.kind !== "text") return refuse(`arithmetic on a ${number.kind} value`);
  const prefix = typeof number.constant === "string" ? prefixOf(number.constant) : null;
  if (prefix !== null) return typeof prefix === "bigint" ? integerValue(prefix) : realValue(prefix);
  if (context.purpose !== "view") return refuse("arithmetic on a text value, which PostgreSQL would round beyond 2^53");
  context.notes.add(IN_DOUBLES);
  return computed(numberPrefix(asText(number)), "number", "double precision", [value]);
};

/** The sign before a value; literals keep being literals. */
export const negate = (value: Value, context: Context): Value => {
  const number = operand(value, context);
  if (typeof number.constant === "bigint") return integerValue(-number.constant);
  if (typeof number.constant === "number") return realValue(-number.constant);
  if (number.kind === "null") return number;
  const sql = number.kind === "integer" ? asBigint(number) : asDouble(number);
  return computed(`(- ${sql})`, number.kind, number.kind === "integer" ? "bigint" : "double precision", [value]);
};

/** Bits of 64-bit integers. PostgreSQL takes a shift modulo 64 where SQLite does not, so only literal distances cross. */
export const bits = (operator: "&" | "|" | "<<" | ">>", left: Value, right: Value, context: Context): Value => {
  const a = wholeOperand(left, context);
  const b = wholeOperand(right, context);
  if (operator === "&" || operator === "|") {
    return computed(`(${asBigint(a)} ${operator} ${asBigint(b)})`, "integer", "bigint", [left, right]);
  }
  const distance = typeof b.constant === "bigint" && b.constant >= 0n && b.constant < 64n ? b.constant : null;
  if (distance === null) return refuse("a shift by a distance that is not a literal of 0 to 63");
  return computed(`(${asBigint(a)} ${operator} ${distance})`, "integer", "bigint", [left, right]);
};

/** `~value`. */
export const invertBits = (value: Value, context: Context): Value =>
  computed(`(~ ${asBigint(wholeOperand(value, context))})`, "integer", "bigint", [value]);

const wholeOperand = (value: Value, context: Context): Value => {
  const number = operand(value, context);
  return number.kind === "integer" ? number : refuse("bits of a value that is no INTEGER");
};

export interface Common {
  readonly sqls: readonly string[];
  /** A value of the common type, to be completed with its SQL. */
  readonly of: (sql: string) => Value;
}

/**
 * The one type that several values have (branches of CASE, arguments of coalesce, arms of UNION), with each value in it.
 * Gives up where SQLite would have different storage classes that no PostgreSQL type holds exactly.
 */
export const common = (values: readonly Value[], context: Context): Common => {
  const present = values.filter(({ kind }) => kind !== "null");
  const first = present[0];
  if (first === undefined)
    return { sqls: values.map(() => "NULL"), of: (sql) => ({ ...values[0]!, sql, constant: undefined }) };
  const opaque = present.find(({ kind }) => kind === "opaque");
  if (opaque?.form?.kind === "any" && opaque.pg === "text") return anyClass(values, context);
  if (opaque !== undefined) {
    const alike = values.map((value) => inSpelling(value, opaque));
    if (alike.every((sql) => sql !== null))
      return {
        sqls: alike,
        of: (sql) => ({ ...opaque, sql, affinity: null, collation: null, ...typeKept(opaque, sql) }),
      };
    return common(
      values.map((value) => spelled(value, context)),
      context,
    );
  }
  const kinds = new Set(present.map(({ kind }) => kind));
  const as = (kind: Value["kind"], pg: string, render: (value: Value) => string): Common => ({
    sqls: values.map((value) => (value.kind === "null" ? "NULL" : render(value))),
    of: (sql) => computed(sql, kind, pg, values),
  });
  if (kinds.size === 1 && kinds.has("boolean")) return as("boolean", "boolean", ({ sql }) => sql);
  if (kinds.size === 1 && kinds.has("text")) return as("text", "text", ({ sql }) => sql);
  if (kinds.size === 1 && kinds.has("blob")) return as("blob", "bytea", ({ sql }) => sql);
  if (kinds.size === 1 && kinds.has("dynamic")) return as("dynamic", "jsonb", ({ sql }) => sql);
  if (!present.every(isNumeric)) return anyClass(values, context);
  if ([...kinds].every((kind) => kind === "integer" || kind === "boolean")) return as("integer", "bigint", asBigint);
  if (kinds.size === 1 && kinds.has("real")) return as("real", "double precision", asDouble);
  return mixedNumbers(present, as);
};

/**
 * Texts beside numbers, as a column of several storage classes has them: text, integers by their digits. For results that nothing
 * is computed from.
 */
const anyClass = (values: readonly Value[], context: Context): Common => {
  const render = (value: Value): string => {
    if (value.kind === "null") return "NULL";
    if (value.kind === "opaque" && value.form?.kind === "any" && value.pg === "text") return value.sql;
    return value.kind === "dynamic" ? dynamicText(value) : asText(spelled(value, context), context);
  };
  const kinds = [...new Set(values.map(({ kind }) => kind))].filter((kind) => kind !== "null");
  if (context.purpose !== "view" && !kinds.every((kind) => kind === "text" || kind === "dynamic"))
    return refuse(`${kinds.join(" and ")} values are mixed in one result`);
  if (kinds.includes("blob")) return refuse("BLOBs and other values are mixed in one result");
  return {
    sqls: values.map(render),
    of: (sql) => ({ ...computed(sql, "opaque", "text", values), form: { kind: "any" } }),
  };
};

type As = (kind: Value["kind"], pg: string, render: (value: Value) => string) => Common;

/**
 * INTEGER and REAL in one result: numeric where no varying double is among them, else double precision where no integer is
 * rounded.
 */
const mixedNumbers = (present: readonly Value[], as: As): Common => {
  const varying = present.filter(({ constant }) => constant === undefined);
  if (varying.every(({ pg }) => pg !== "double precision")) {
    return as("number", "numeric", (value) =>
      value.constant === undefined ? `${asNumber(value)}::numeric` : String(value.constant),
    );
  }
  if (varying.some(({ kind }) => kind === "integer")) return refuse("INTEGER and REAL columns are mixed in one result");
  return as("number", "double precision", asDouble);
};

const asNumber = (value: Value): string => (value.kind === "boolean" ? asBigint(value) : value.sql);

const inSpelling = (value: Value, opaque: Value): string | null => {
  if (value.kind === "null") return "NULL";
  if (value.kind === "opaque") return sameSpelling(value, opaque) ? value.sql : null;
  if (value.moment !== null && sameSpelling(value.moment, opaque)) return value.moment.sql;
  if (value.constant === undefined || value.constant === null || opaque.form === null) return null;
  // What comes out must be of the column's storage class too.
  if (
    opaque.form.kind === "epoch" &&
    typeof value.constant !== (opaque.form.storage === "integer" ? "bigint" : "number")
  ) {
    return null;
  }
  return literalIn(value.constant, { name: opaque.pg } as Parameters<typeof literalIn>[1], opaque.form);
};

/** `left || right`: texts and integers. */
export const concatenate = (left: Value, right: Value, context: Context): Value => {
  const [a, b] = [spelled(left, context), spelled(right, context)];
  return computed(`(${textOperand(a, context)} || ${textOperand(b, context)})`, "text", "text", [left, right]);
};

const textOperand = (value: Value, context: Context): string =>
  value.pg === "unknown" && value.kind === "text" ? value.sql : asText(value, context);
