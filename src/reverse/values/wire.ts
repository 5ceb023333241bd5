/**
 * How each type is read from the server: what is selected, and how its binary form is decoded. Types without a decoder here
 * come as the text that the server itself makes of them.
 */
import type { TargetType } from "../../plan/model.ts";
import type { Wire } from "./model.ts";

export interface WireReader {
  /** SQL for the SELECT list. @param column quoted */
  readonly select: (column: string) => string;
  readonly decode: (bytes: Buffer, at: number, length: number) => Wire;
}

/** From 1970-01-01 to 2000-01-01, where PostgreSQL begins to count. */
const DAYS_TO_2000 = 10_957;
const MICROS_PER_DAY = 86_400_000_000;

const plainly = (column: string): string => column;
const asText = (column: string): string => `(${column})::text`;
const asJsonText = (column: string): string => `pg_catalog.to_json(${column})::text`;

const text: WireReader["decode"] = (bytes, at, length) => bytes.toString("utf8", at, at + length);
const raw: WireReader["decode"] = (bytes, at, length) => bytes.subarray(at, at + length);

const integer: WireReader["decode"] = (bytes, at, length) => {
  if (length === 8) return bytes.readBigInt64BE(at);
  return BigInt(length === 4 ? bytes.readInt32BE(at) : bytes.readInt16BE(at));
};

const float: WireReader["decode"] = (bytes, at, length) =>
  length === 8 ? bytes.readDoubleBE(at) : bytes.readFloatBE(at);

const days: WireReader["decode"] = (bytes, at) => {
  const count = bytes.readInt32BE(at);
  if (count === 0x7fff_ffff) return "infinity";
  return count === -0x8000_0000 ? "-infinity" : { days: count + DAYS_TO_2000, micros: 0 };
};

const timeOfDay: WireReader["decode"] = (bytes, at) => ({ days: 0, micros: Number(bytes.readBigInt64BE(at)) });

const timestamp: WireReader["decode"] = (bytes, at) => {
  const micros = bytes.readBigInt64BE(at);
  if (micros === 0x7fff_ffff_ffff_ffffn) return "infinity";
  if (micros === -0x8000_0000_0000_0000n) return "-infinity";
  const perDay = BigInt(MICROS_PER_DAY);
  const within = ((micros % perDay) + perDay) % perDay;
  return { days: Number((micros - within) / perDay) + DAYS_TO_2000, micros: Number(within) };
};

/** The reader of a type. */
export const wireReader = (type: TargetType): WireReader => {
  switch (type.name) {
    case "smallint":
    case "integer":
    case "bigint":
      return { select: plainly, decode: integer };
    case "double precision":
    case "real":
      return { select: plainly, decode: float };
    case "boolean":
      return { select: plainly, decode: (bytes, at) => bytes[at] !== 0 };
    case "bytea":
    case "uuid":
      return { select: plainly, decode: raw };
    case "date":
      return { select: plainly, decode: days };
    case "time":
      return { select: plainly, decode: timeOfDay };
    case "timestamp":
    case "timestamptz":
      return { select: plainly, decode: timestamp };
    case "array":
      return { select: asJsonText, decode: text };
    case "text":
    case "varchar":
    case "json":
      return { select: plainly, decode: text };
    default:
      return { select: asText, decode: text };
  }
};
