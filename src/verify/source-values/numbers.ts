/** SQLite integers and reals as canonical integers, doubles and booleans. */
import type { RowBuffer } from "../row-buffer.ts";
import { refuse, type SourceValue, type SourceWriter } from "./value.ts";

/** INTEGER → smallint, integer, bigint. */
export const integer: SourceWriter = (value, out) => {
  if (typeof value === "bigint") {
    out.int32(8);
    writeBigint(value, out);
  } else if (typeof value === "number" && Number.isSafeInteger(value) && !Object.is(value, -0)) {
    out.int32(8);
    // Two's complement of a number below 2^53 in two halves; Math.floor keeps the sign in the upper one.
    out.int32(Math.floor(value / 0x1_0000_0000));
    out.int32(value >>> 0);
  } else refuse(value, out);
};

const writeBigint = (value: bigint, out: RowBuffer): void => {
  out.reserve(8);
  out.bytes.writeBigInt64BE(value, out.length);
  out.length += 8;
};

/** INTEGER or REAL → double precision; an integer that a double cannot hold exactly has no equal. */
export const real: SourceWriter = (value, out) => {
  if (typeof value === "number") writeDouble(value, out);
  else if (typeof value === "bigint" && BigInt(Number(value)) === value) writeDouble(Number(value), out);
  else refuse(value, out);
};

/** INTEGER or REAL → real, by the double that it is: four bytes have to hold every digit. */
export const fourBytes: SourceWriter = (value, out) => {
  const number = typeof value === "bigint" ? Number(value) : value;
  const isExact = typeof number === "number" && Math.fround(number) === number;
  if (isExact && (typeof value === "number" || value === BigInt(number))) writeDouble(number, out);
  else refuse(value, out);
};

const writeDouble = (value: number, out: RowBuffer): void => {
  out.int32(8);
  out.reserve(8);
  out.bytes.writeDoubleBE(value, out.length);
  out.length += 8;
};

/** INTEGER 0 and 1 → boolean. */
export const booleanInteger: SourceWriter = (value, out) => {
  const truth = truthOf(value);
  if (truth === null) return refuse(value, out);
  out.int32(1);
  out.byte(truth);
};

const truthOf = (value: SourceValue): 0 | 1 | null => {
  if (value === 1n || value === 1) return 1;
  return value === 0n || Object.is(value, 0) ? 0 : null;
};

const TRUE = /^(?:true|True|TRUE|t|T|yes|y|Y|on|1)$/;
const FALSE = /^(?:false|False|FALSE|f|F|no|n|N|off|0)$/;

/** INTEGER 0 and 1 and the usual words → boolean. */
export const booleanMixed: SourceWriter = (value, out) => {
  if (typeof value !== "string") return booleanInteger(value, out);
  if ((!TRUE.test(value) && !FALSE.test(value)) || value.endsWith("\n")) return refuse(value, out);
  out.int32(1);
  out.byte(TRUE.test(value) ? 1 : 0);
};

/** Exactly two texts → boolean. */
export const booleanText =
  (spelling: { readonly false: string; readonly true: string }): SourceWriter =>
  (value, out) => {
    if (value !== spelling.true && value !== spelling.false) return refuse(value, out);
    out.int32(1);
    out.byte(value === spelling.true ? 1 : 0);
  };
