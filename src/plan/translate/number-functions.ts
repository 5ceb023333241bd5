/** Functions on numbers, as far as both compute the very same value. */
import type { Context } from "./scope.ts";
import { asInteger, spelled } from "./spelled.ts";
import { refuse } from "./untranslatable.ts";
import { asBigint, asDouble, computed, isNumeric, type Value } from "./value.ts";

/** Number functions; null for any other. */
export const numberFunction = (name: string, values: readonly Value[], context: Context): Value | null => {
  const [first] = values;
  if (first === undefined || !["abs", "round", "floor", "ceil", "ceiling", "trunc", "sign"].includes(name)) return null;
  const value = asInteger(spelled(first, context));
  if (!isNumeric(value)) return refuse(`${name}() of a ${value.kind} value`);
  const whole = value.kind === "integer";
  if (name === "round") return round(value, values[1], whole);
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

/** Half away from zero, always REAL; PostgreSQL's round() of a double goes to the even neighbour. */
const round = (value: Value, digits: Value | undefined, whole: boolean): Value => {
  const count = digits === undefined ? 0n : digits.constant;
  if (typeof count !== "bigint") return refuse("round() to a number of digits that is no literal");
  const x = asDouble(value);
  if (whole) return computed(`(${x})`, "real", "double precision");
  if (count > 0n) return refuse("round() to digits depends on SQLite's own decimal rendering");
  // Beyond 2^52 every double is whole.
  return computed(
    `(CASE WHEN abs(${x}) >= 4503599627370496 THEN ${x} ELSE trunc(${x} + sign(${x}) * 0.5) END)`,
    "real",
    "double precision",
  );
};
