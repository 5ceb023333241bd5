/** Literals: as PostgreSQL has them by themselves, and as a column's type has them by that column's spelling. */
import { BOOLEAN_PAIRS } from "../../source/shapes/boolean.ts";
import { daysOfDate } from "../../source/shapes/calendar.ts";
import { fitsSpelling, readIsoDate, readIsoDateTime, readIsoTime, renderIso } from "../../source/shapes/datetime.ts";
import { shortestDecimal } from "../../source/shapes/decimal.ts";
import { readEpoch } from "../../source/shapes/epoch.ts";
import { inspectJson } from "../../source/shapes/json.ts";
import { readUuid } from "../../source/shapes/uuid.ts";
import { quoteLiteral } from "../../target/quote.ts";
import type { SourceForm, TargetType } from "../model.ts";
import type { Literal } from "./ast.ts";
import { refuse } from "./untranslatable.ts";
import { type Constant, computed, type Value } from "./value.ts";

const MAX = (1n << 63n) - 1n;

/** A literal as a value; CURRENT_TIMESTAMP and its kin are functions, not literals. */
export const literalValue = (literal: Exclude<Literal, { kind: "now" }>): Value => {
  switch (literal.kind) {
    case "null":
      return { ...computed("NULL", "null", "unknown"), constant: null };
    case "integer":
      return integerValue(literal.value);
    case "real":
      return realValue(literal.value);
    case "text":
      return textValue(literal.value);
    case "blob":
      return computed(`'\\x${literal.value}'::bytea`, "blob", "bytea");
  }
};

/** Beyond 64 bits SQLite reads REAL. */
export const integerValue = (value: bigint): Value => {
  if (value > MAX || value < -MAX - 1n) return realValue(Number(value));
  const small = value >= -2147483648n && value <= 2147483647n;
  const digits = value < 0n ? `(${value})` : `${value}`;
  const sql = value === -MAX - 1n ? `${digits}::bigint` : digits;
  return { ...computed(sql, "integer", small ? "integer" : "bigint"), constant: value };
};

export const realValue = (value: number): Value => {
  const sql = `${Number.isFinite(value) ? decimalOf(value) : quoteLiteral(String(value))}::double precision`;
  return { ...computed(sql, "real", "double precision"), constant: value };
};

/** The shortest decimal of a finite double, in parentheses where negative. */
export const decimalOf = (value: number): string => {
  const digits = Object.is(value, -0) ? "'-0'" : shortestDecimal(value);
  return digits.startsWith("-") ? `(${digits})` : digits;
};

export const textValue = (value: string): Value => {
  if (value.includes("\0")) refuse("a text literal holds a NUL character");
  return { ...computed(quoteLiteral(value), "text", "unknown"), constant: value };
};

/** What SQLite's NUMERIC affinity makes of a text: a number where the whole text is one (ASCII space around it allowed). */
export const numberInText = (text: string): bigint | number | null => {
  const trimmed = text.replace(/^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g, "");
  if (!/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(trimmed)) return null;
  const whole = /^[+-]?\d+$/.test(trimmed) ? BigInt(trimmed.replace("+", "")) : null;
  if (whole !== null && whole <= MAX && whole >= -MAX - 1n) return whole;
  const real = Number(trimmed);
  return Number.isSafeInteger(real) ? BigInt(real) : real;
};

/**
 * The literal of a type that is the same as this constant in a column of that form; null where the constant is not of the
 * form.
 */
export const literalIn = (constant: Exclude<Constant, null>, type: TargetType, form: SourceForm): string | null => {
  switch (form.kind) {
    case "boolean-integer":
      return type.name !== "boolean" ? null : constant === 0n ? "false" : constant === 1n ? "true" : null;
    case "boolean-text":
      return constant === form.false ? "false" : constant === form.true ? "true" : null;
    case "epoch":
      return epochLiteral(constant, type, form);
    case "iso-date":
    case "iso-time":
    case "iso-datetime":
      return typeof constant === "string" ? isoLiteral(constant, type, form) : null;
    case "uuid":
      return typeof constant === "string" ? uuidLiteral(constant, form.spelling) : null;
    case "uuid-mixed":
      return typeof constant === "string" && readUuid(constant) !== null
        ? `${quoteLiteral(constant.replace(/^urn:uuid:/i, ""))}::uuid`
        : null;
    case "json":
      return typeof constant === "string" ? jsonLiteral(constant, type) : null;
    default:
      return null;
  }
};

type IsoColumn = Extract<SourceForm, { kind: "iso-date" | "iso-time" | "iso-datetime" }>;

const isoLiteral = (text: string, type: TargetType, form: IsoColumn): string | null => {
  const typed = `${quoteLiteral(form.kind === "iso-date" ? text : withoutZone(text))}::${type.name}`;
  if (form.kind === "iso-date") return type.name === "date" && readIsoDate(text) !== null ? typed : null;
  if (form.kind === "iso-time") {
    const read = readIsoTime(text);
    return read !== null && fitsSpelling(read.spelling, form) ? typed : null;
  }
  const read = readIsoDateTime(text);
  if (read === null || !fitsSpelling(read.spelling, form)) return null;
  return type.name === "timestamptz" ? `'${withoutZone(text)}+00'::timestamptz` : typed;
};

/** `time` and `timestamp` know no zone; every zone in a form means UTC. */
const withoutZone = (text: string): string => text.replace(/(?:Z|\+00:00|\+00| UTC)$/, "");

const epochLiteral = (
  constant: Exclude<Constant, null>,
  type: TargetType,
  form: Extract<SourceForm, { kind: "epoch" }>,
): string | null => {
  if (typeof constant === "string" || (type.name !== "timestamp" && type.name !== "timestamptz")) return null;
  const instant = readEpoch(constant, form.unit);
  if (instant === null || instant.days < daysOfDate(1, 1, 1) || instant.days > daysOfDate(9999, 12, 31)) return null;
  const text = renderIso(instant.days, instant.micros, {
    separator: " ",
    seconds: true,
    fraction: "trimmed",
    zone: "",
  });
  return type.name === "timestamptz" ? `'${text}+00'::timestamptz` : `'${text}'::timestamp`;
};

const UUID_SPELLINGS = {
  lower: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  upper: /^[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}$/,
  "hex-lower": /^[0-9a-f]{32}$/,
  "hex-upper": /^[0-9A-F]{32}$/,
} as const;

const uuidLiteral = (text: string, spelling: "lower" | "upper" | "hex-lower" | "hex-upper" | "blob"): string | null =>
  spelling !== "blob" && UUID_SPELLINGS[spelling].test(text) ? `${quoteLiteral(text)}::uuid` : null;

const jsonLiteral = (text: string, type: TargetType): string | null => {
  const facts = inspectJson(text);
  if (facts === null || (type.name === "jsonb" && !facts.jsonbSafe)) return null;
  return type.name === "json" || type.name === "jsonb" ? `${quoteLiteral(text)}::${type.name}` : null;
};

/** The boolean that a word means by common usage ('true', 't', 'yes' …), null for any other text. */
export const booleanWord = (text: string): boolean | null => {
  const word = text.toLowerCase();
  for (const [no, yes] of BOOLEAN_PAIRS) {
    if (word === no.toLowerCase()) return false;
    if (word === yes.toLowerCase()) return true;
  }
  return null;
};
