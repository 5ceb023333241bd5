/** JSON texts, and numbers that stand for JSON numbers → json, jsonb. jsonb takes only what it keeps as a value. */
import { inspectJson } from "../../source/shapes/json.ts";
import { numberText } from "./mixed.ts";
import {
  CLEANED,
  type FieldEncoder,
  InvalidText,
  type Outcome,
  Problem,
  type SqliteValue,
  storageClass,
} from "./reject.ts";
import { readableText, type TextRules } from "./texts.ts";

/** The first byte of jsonb's binary format. */
const JSONB_VERSION = 1;

/**
 * @param numbers whether INTEGER and REAL storage belong to the form @param notNull forbids the policy that turns what does
 * not parse into NULL
 */
export const jsonEncoder = (
  type: "json" | "jsonb",
  numbers: boolean,
  notNull: boolean,
  rules: TextRules,
): FieldEncoder => {
  const check = type === "json" ? notJson : notJsonb;
  const nullsInvalid = rules.policies.invalidJson === "null" && !notNull;
  // The policy is about texts: bytes and infinities in such a column are somebody's data, and are rejected.
  const refuse = (value: SqliteValue, problem: Problem, out: Parameters<FieldEncoder>[1]): Outcome => {
    if (problem.code !== "NOT_JSON" || !nullsInvalid || !isText(value)) return problem;
    out.reserve(4);
    out.writeInt32(-1);
    return CLEANED;
  };
  return (value, out) => {
    const text = documentText(value, numbers, rules);
    if (typeof text !== "string") return refuse(value, text, out);
    const problem = check(text);
    if (problem !== null) return refuse(value, problem, out);
    if (type === "json") out.writeTextField(text);
    else writeJsonb(text, out);
    return typeof value === "string"
      ? text === value
        ? null
        : CLEANED
      : value instanceof InvalidText
        ? CLEANED
        : null;
  };
};

const isText = (value: SqliteValue): value is string | InvalidText =>
  typeof value === "string" || value instanceof InvalidText;

const documentText = (value: SqliteValue, numbers: boolean, rules: TextRules): string | Problem => {
  if (isText(value)) return readableText(value, rules);
  const isNumber = typeof value === "bigint" || (typeof value === "number" && Number.isFinite(value));
  return numbers && isNumber
    ? numberText(value)
    : new Problem("NOT_JSON", `a ${storageClass(value)} value that is not JSON`);
};

const notJson = (text: string): Problem | null =>
  inspectJson(text) === null ? new Problem("NOT_JSON", "text that is not JSON") : null;

const notJsonb = (text: string): Problem | null => {
  const seen = inspectJson(text);
  if (seen === null) return new Problem("NOT_JSON", "text that is not JSON");
  return seen.jsonbSafe
    ? null
    : new Problem("NOT_JSONB", "JSON that jsonb would change or refuse (duplicate keys, odd numbers or escapes)");
};

const writeJsonb = (text: string, out: Parameters<FieldEncoder>[1]): void => {
  out.reserve(5);
  const at = out.length;
  out.writeInt32(0);
  out.writeByte(JSONB_VERSION);
  out.writeText(text);
  out.setInt32(at, out.length - at - 4);
};
