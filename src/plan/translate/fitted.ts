/** A computed value in the type of the column that stores it, as SQLite would store it there. */
import { shortestDecimal } from "../../source/shapes/decimal.ts";
import { quoteLiteral } from "../../target/quote.ts";
import type { SourceForm, TargetType } from "../model.ts";
import { arrayLiteral } from "./array-literal.ts";
import { dynamicAs, dynamicText } from "./dynamic.ts";
import { booleanWord, literalIn, numberInText, textValue } from "./literal.ts";
import type { Context } from "./scope.ts";
import { spelled } from "./spelled.ts";
import { refuse } from "./untranslatable.ts";
import { asBigint, asDouble, asText, type Constant, isNumeric, isOfType, type Value } from "./value.ts";

/** SQL of the column's type that has this value. Gives up where the value may not be one of the column's form. */
export const fitted = (value: Value, type: TargetType, form: SourceForm, context: Context): string => {
  if (value.kind === "null") return "NULL";
  if (value.constant !== undefined && value.constant !== null) return constantIn(value.constant, type, form);
  const moment = [value, value.moment].find((other) => other != null && other.kind === "opaque") ?? null;
  if (moment !== null && sameType(moment, type, form)) return moment.sql;
  if (value.kind === "dynamic") return dynamicFitted(value, type, form);
  if (value.form?.kind === "any" && value.pg === "text" && type.name === "text" && form.kind === "text")
    return value.sql;
  const plain = spelled(value, context);
  switch (type.name) {
    case "smallint":
    case "integer":
    case "bigint":
      return plain.kind === "integer" || plain.kind === "boolean"
        ? cast(asBigint(plain), "bigint", type.name)
        : mismatch(plain, type);
    case "double precision":
      return isNumeric(plain) ? asDouble(plain) : mismatch(plain, type);
    case "numeric":
      if (plain.kind === "integer" || plain.kind === "boolean") return `${asBigint(plain)}::numeric`;
      return plain.pg === "numeric" ? plain.sql : mismatch(plain, type);
    case "boolean":
      return plain.kind === "boolean" && form.kind === "boolean-integer" ? plain.sql : mismatch(plain, type);
    case "text":
    case "varchar":
      return form.kind === "text" ? asText(plain) : mismatch(plain, type);
    case "bytea":
      return plain.kind === "blob" && form.kind === "blob" ? plain.sql : mismatch(plain, type);
    default:
      return mismatch(plain, type);
  }
};

/** What stands in a JSON document, in a column whose affinity has made one storage class of it. */
const dynamicFitted = (value: Value, type: TargetType, form: SourceForm): string => {
  switch (`${type.name}/${form.kind}`) {
    case "text/text":
      return dynamicText(value);
    case "bigint/integer":
    case "integer/integer":
    case "smallint/integer":
    case "double precision/real":
    case "boolean/boolean-integer":
      return dynamicAs(value, type.name);
    case "numeric/decimal":
      // A scale would round without a word.
      return type.name === "numeric" && type.precision === undefined
        ? dynamicAs(value, "numeric")
        : mismatch(value, type);
    default:
      return refuse(`a JSON value for a ${type.name} column`);
  }
};

const cast = (sql: string, from: string, to: string): string => (from === to ? sql : `${sql}::${to}`);

const mismatch = ({ kind }: Value, { name }: TargetType): never => refuse(`a ${kind} value for a ${name} column`);

const sameType = (moment: Value, type: TargetType, form: SourceForm): boolean => {
  // A mixed column's own affinity may still turn texts into numbers, or numbers into texts.
  if (moment.form === null || moment.form.kind === "any" || !isOfType(moment, type) || moment.form.kind !== form.kind)
    return false;
  return JSON.stringify(Object.entries(moment.form).sort()) === JSON.stringify(Object.entries(form).sort());
};

/** A known value as a literal of the column's type, after the affinity that the column's form implies. */
const constantIn = (constant: Exclude<Constant, null>, type: TargetType, form: SourceForm): string => {
  const literal = literalIn(constant, type, form) ?? plainLiteral(constant, type, form);
  return (
    literal ??
    refuse(
      `${typeof constant === "string" ? quoteLiteral(constant) : constant} is no value of this ${type.name} column`,
    )
  );
};

const plainLiteral = (constant: Exclude<Constant, null>, type: TargetType, form: SourceForm): string | null => {
  switch (type.name) {
    case "smallint":
    case "integer":
    case "bigint":
      return wholeLiteral(constant, type.name);
    case "double precision": {
      const number = typeof constant === "string" ? numberInText(constant) : constant;
      if (number === null) return null;
      return Number.isFinite(Number(number)) ? shortestDecimal(Number(number)) : quoteLiteral(String(number));
    }
    case "numeric":
      return numericLiteral(constant, type);
    case "boolean":
      return booleanLiteral(constant, form);
    case "text":
    case "varchar":
      return textLiteral(constant, type);
    case "enum":
      return typeof constant === "string" && type.labels.includes(constant) ? quoteLiteral(constant) : null;
    case "array":
      return typeof constant === "string" ? arrayLiteral(constant, type) : null;
    case "bytea":
      return null;
    default: {
      // An epoch column has numeric affinity: '0' is 0.
      const number = typeof constant === "string" && form.kind === "epoch" ? numberInText(constant) : null;
      return number === null ? null : literalIn(number, type, form);
    }
  }
};

const LIMITS = { smallint: 1n << 15n, integer: 1n << 31n, bigint: 1n << 63n } as const;

const wholeLiteral = (constant: Exclude<Constant, null>, name: keyof typeof LIMITS): string | null => {
  const read = typeof constant === "string" ? numberInText(constant) : constant;
  // INTEGER affinity takes a REAL without a fraction for the integer it is.
  const number = typeof read === "number" && Number.isSafeInteger(read) ? BigInt(read) : read;
  if (typeof number !== "bigint" || number >= LIMITS[name] || number < -LIMITS[name]) return null;
  return number === -LIMITS.bigint ? `'${number}'::bigint` : String(number);
};

const numericLiteral = (
  constant: Exclude<Constant, null>,
  type: Extract<TargetType, { name: "numeric" }>,
): string | null => {
  const number = typeof constant === "string" ? numberInText(constant) : constant;
  if (number === null || !Number.isFinite(Number(number))) return null;
  const digits = typeof number === "bigint" ? String(number) : shortestDecimal(number);
  const [whole = "", fraction = ""] = digits.replace("-", "").split(".");
  const { precision, scale = 0 } = type;
  const fits =
    precision === undefined || (fraction.length <= scale && whole.replace(/^0+/, "").length <= precision - scale);
  return fits ? digits : null;
};

const booleanLiteral = (constant: Exclude<Constant, null>, form: SourceForm): string | null => {
  const word =
    typeof constant === "string" ? booleanWord(constant) : constant === 1n ? true : constant === 0n ? false : null;
  return word === null || (form.kind !== "boolean-integer" && form.kind !== "boolean-text") ? null : String(word);
};

const textLiteral = (constant: Exclude<Constant, null>, type: TargetType): string | null => {
  if (typeof constant === "number") return null;
  const text = String(constant);
  if (type.name === "varchar" && [...text].length > type.length) return null;
  return textValue(text).sql;
};
