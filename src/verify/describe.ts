/** Canonical values as text for a person who reads a difference. Nothing is decided here. */

import type { TargetType } from "../plan/model.ts";
import { dateText, momentText, timeText } from "./describe-moments.ts";
import { vectorText } from "./describe-vectors.ts";
import type { Layout } from "./layout.ts";
import { MAX_VALUE_CHARACTERS } from "./model.ts";
import { skipColumn } from "./row-buffer.ts";
import { shorten } from "./source-values/value.ts";

/** The canonical column that begins at `at`. */
export const describe = (type: TargetType, bytes: Buffer, at: number): string => {
  const length = bytes.readInt32BE(at);
  if (length === -1) return "NULL";
  if (length === -2)
    return `${bytes.toString("utf8", at + 8, at + 8 + bytes.readInt32BE(at + 4))} (has no equal in ${type.name})`;
  return shorten(valueText(type, bytes.subarray(at + 4, at + 4 + length)));
};

const valueText = (type: TargetType, value: Buffer): string => {
  switch (type.name) {
    case "smallint":
    case "integer":
    case "bigint":
      return value.readBigInt64BE().toString();
    case "double precision":
    case "real":
      return doubleText(value.readDoubleBE());
    case "boolean":
      return value[0] === 1 ? "true" : "false";
    case "numeric":
      return decimalText(value);
    case "uuid":
      return value.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
    case "bytea":
      return `\\x${value.subarray(0, MAX_VALUE_CHARACTERS).toString("hex")}`;
    case "date":
      return dateText(value.readInt32BE());
    case "time":
      return timeText(value.readUIntBE(0, 6));
    case "timestamp":
    case "timestamptz":
      return momentText(value.readInt32BE(), value.readUIntBE(4, 6));
    case "jsonb":
      return jsonText(value, 0).text;
    case "array":
      return arrayText(type, value);
    case "vector":
    case "halfvec":
    case "bit":
      return vectorText(type.name, value);
    default:
      return value.toString("utf8", 0, MAX_VALUE_CHARACTERS * 4);
  }
};

const arrayText = ({ element }: Extract<TargetType, { name: "array" }>, value: Buffer): string => {
  const parts: string[] = [];
  for (let at = 4, left = value.readInt32BE(0); left > 0 && parts.length < MAX_VALUE_CHARACTERS; left--) {
    parts.push(describe(element, value, at));
    at = skipColumn(value, at);
  }
  return `{${parts.join(", ")}}`;
};

const doubleText = (value: number): string => (Object.is(value, -0) ? "-0.0" : String(value));

const CLASSES: Readonly<Record<number, string>> = { 2: "NaN", 3: "Infinity", 4: "-Infinity" };

const decimalText = (value: Buffer): string => {
  const special = CLASSES[value[0]!];
  if (special !== undefined) return special;
  const digits = value.toString("latin1", 5);
  if (digits === "") return "0";
  const point = value.readInt32BE(1);
  const sign = value[0] === 1 ? "-" : "";
  if (point > 50 || point < -20) return `${sign}0.${digits}e${point}`;
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return point >= digits.length
    ? sign + digits.padEnd(point, "0")
    : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
};

/** Canonical jsonb as JSON, broken off once there is enough to show. */
const jsonText = (value: Buffer, at: number): { text: string; end: number } => {
  const kind = String.fromCharCode(value[at]!);
  switch (kind) {
    case "#":
      return jsonSized(value, at + 1, decimalText);
    case '"':
      return jsonSized(value, at + 1, (bytes) => JSON.stringify(bytes.toString("utf8")));
    case "[":
    case "{":
      return jsonList(value, at + 1, kind === "{");
    default:
      return { text: kind === "t" ? "true" : kind === "f" ? "false" : "null", end: at + 1 };
  }
};

const jsonSized = (value: Buffer, at: number, render: (bytes: Buffer) => string): { text: string; end: number } => {
  const end = at + 4 + value.readInt32BE(at);
  return { text: render(value.subarray(at + 4, end)), end };
};

const jsonList = (value: Buffer, at: number, isObject: boolean): { text: string; end: number } => {
  const parts: string[] = [];
  let shown = 0;
  let end = at + 4;
  for (let left = value.readInt32BE(at); left > 0 && shown < MAX_VALUE_CHARACTERS; left--) {
    const key = isObject ? jsonSized(value, end, (bytes) => `${JSON.stringify(bytes.toString("utf8"))}: `) : null;
    const item = jsonText(value, key?.end ?? end);
    end = item.end;
    parts.push((key?.text ?? "") + item.text);
    shown += parts.at(-1)!.length;
  }
  return { text: isObject ? `{${parts.join(", ")}}` : `[${parts.join(", ")}]`, end };
};

/** `id = 5, name = x` of the key columns at the head of a canonical row. */
export const describeKey = ({ columns, keyCount }: Layout, bytes: Buffer, start: number): string => {
  const parts: string[] = [];
  let at = start;
  for (const column of columns.slice(0, keyCount)) {
    parts.push(`${column.target} = ${describe(column.type, bytes, at)}`);
    at = skipColumn(bytes, at);
  }
  return shorten(parts.join(", "));
};

/** A whole row, for tables without a key. */
export const describeRow = ({ columns }: Layout, bytes: Buffer, start: number): string => {
  const parts: string[] = [];
  let at = start;
  for (const column of columns) {
    if (parts.join(", ").length > MAX_VALUE_CHARACTERS) break;
    parts.push(`${column.target} = ${describe(column.type, bytes, at)}`);
    at = skipColumn(bytes, at);
  }
  return shorten(parts.join(", "));
};
