/** Functions on numbers, as far as both compute the very same value. */
import { operand } from "./arithmetic.ts";
import type { Context } from "./scope.ts";
import { asInteger, requireStable, spelled } from "./spelled.ts";
import { refuse } from "./untranslatable.ts";
import { asBigint, asDouble, computed, isNumeric, type Value } from "./value.ts";

const OWN_LIBRARY = "is computed by each database's own mathematics library: the last digit may differ";

/** Number functions; null for any other. */
export const numberFunction = (name: string, values: readonly Value[], context: Context): Value | null => {
  const [first] = values;
  if (name === "pi" && first === undefined) return computed("pi()", "real", "double precision");
  if (first !== undefined && TRANSCENDENTAL.has(name)) return transcendental(name, values, context);
  if (first === undefined || !["abs", "round", "floor", "ceil", "ceiling", "trunc", "sign"].includes(name)) return null;
  const value = number(first, context);
  if (value === null) return refuse(`${name}() of a ${first.kind} value`);
  const whole = value.kind === "integer";
  if (name === "round") return round(value, values[1], whole, context);
  if (values.length > 1) return null;
  if (name === "sign")
    return computed(`sign(${whole ? `${asBigint(value)}::numeric` : asDouble(value)})::bigint`, "integer", "bigint");
  if (name === "abs") {
    return whole
      ? computed(`abs(${asBigint(value)})`, "integer", "bigint")
      : computed(`abs(${asDouble(value)})`, value.kind, "double precision");
  }
  if (whole) return computed(`(${asBigint(value)})`, "integer", "bigint");
  return computed(`${name}(${asDouble(value)})`, value.kind, "double precision");
};

/** abs() and round() read a text as arithmetic does; the others give NULL for one, which no value here is known to be. */
const number = (value: Value, context: Context): Value | null => {
  if (value.kind === "dynamic") return operand(value, context);
  const plain = asInteger(spelled(value, context));
  return isNumeric(plain) ? plain : null;
};

/** PostgreSQL's SQL of each, and for which x SQLite has a value; elsewhere SQLite has NULL and PostgreSQL an error. */
const TRANSCENDENTAL: ReadonlyMap<string, (x: string, y: string) => string> = new Map([
  ["sqrt", (x: string) => `CASE WHEN ${x} >= 0 THEN sqrt(${x}) END`],
  ["exp", (x: string) => `exp(${x})`],
  ["ln", (x: string) => `CASE WHEN ${x} > 0 THEN ln(${x}) END`],
  ["log", (x: string) => `CASE WHEN ${x} > 0 THEN log(${x}) END`],
  ["log10", (x: string) => `CASE WHEN ${x} > 0 THEN log(${x}) END`],
  ["log2", (x: string) => `CASE WHEN ${x} > 0 THEN ln(${x}) / ln(2::double precision) END`],
  ["pow", (x: string, y: string) => `power(${x}, ${y})`],
  ["power", (x: string, y: string) => `power(${x}, ${y})`],
  ["radians", (x: string) => `radians(${x})`],
  ["degrees", (x: string) => `degrees(${x})`],
  ...["sin", "cos", "tan", "atan", "sinh", "cosh", "tanh", "asinh"].map(
    (name) => [name, (x: string) => `${name}(${x})`] as const,
  ),
  ...["asin", "acos"].map((name) => [name, (x: string) => `CASE WHEN abs(${x}) <= 1 THEN ${name}(${x}) END`] as const),
  ["atan2", (x: string, y: string) => `atan2(${x}, ${y})`],
]);

const transcendental = (name: string, values: readonly Value[], context: Context): Value => {
  const two = name === "pow" || name === "power" || name === "atan2";
  if (values.length !== (two ? 2 : 1)) return refuse(`${name}() of ${values.length} values`);
  const [x, y = ""] = values.map((value) => {
    const plain = number(value, context);
    return plain === null ? refuse(`${name}() of a ${value.kind} value`) : asDouble(plain);
  });
  // A square root is exact in every library.
  if (name !== "sqrt") {
    if (context.purpose !== "view") return refuse(`${name}() ${OWN_LIBRARY}`);
    context.notes.add(`${name}() ${OWN_LIBRARY}`);
  }
  return computed(`(${TRANSCENDENTAL.get(name)!(x!, y)})`, "real", "double precision");
};

/**
 * A double rounded to a fixed number of digits, as text: SQLite rounds the double's exact decimal value, and away from zero where
 * that lies just in the middle. PostgreSQL's to_char() does the first but goes to the even digit from the middle, which only
 * doubles that are whole multiples of 2^-(digits+1) can be: those are rounded as numeric.
 */
export const fixedText = (x: string, digits: number, pattern: string, context: Context): string => {
  requireStable(context, "a number written with fixed digits");
  const scaled = `${x} * ${2 ** (digits + 1)}`;
  const middle = `abs(${x}) < 1e14 AND ${scaled} = trunc(${scaled})`;
  return `(CASE WHEN ${middle} THEN to_char(round(${x}::numeric, ${digits}), ${pattern}) ELSE to_char(${x}, ${pattern}) END)`;
};

/** to_char()'s pattern for that many digits after the point. */
export const fixedPattern = (digits: number, grouped: boolean): string =>
  `'FM${grouped ? "999,999,999,999,990" : "999999999999990"}${digits > 0 ? `.${"0".repeat(digits)}` : ""}'`;

/** Half away from zero, always REAL; PostgreSQL's round() of a double goes to the even neighbour. */
const round = (value: Value, digits: Value | undefined, whole: boolean, context: Context): Value => {
  const count = digits === undefined ? 0n : digits.constant;
  if (typeof count !== "bigint") return refuse("round() to a number of digits that is no literal");
  const x = asDouble(value);
  if (whole) return computed(`(${x})`, "real", "double precision");
  if (count > 0n) {
    if (count > 9n) return refuse("round() to more than nine digits");
    context.notes.add("round() of numbers of 15 digits and more may differ in the last one");
    return computed(
      `${fixedText(x, Number(count), fixedPattern(Number(count), false), context)}::double precision`,
      "real",
      "double precision",
    );
  }
  // Beyond 2^52 every double is whole.
  return computed(
    `(CASE WHEN abs(${x}) >= 4503599627370496 THEN ${x} ELSE trunc(${x} + sign(${x}) * 0.5) END)`,
    "real",
    "double precision",
  );
};
