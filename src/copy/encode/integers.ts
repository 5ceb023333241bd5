/** INTEGER storage → smallint, integer, bigint; INTEGER and REAL storage → double precision. */
import type { CopyBuffer } from "./buffer.ts";
import { type FieldEncoder, Problem, type SqliteValue, storageClass } from "./reject.ts";

const RANGES = {
  smallint: { size: 2, max: 32_767 },
  integer: { size: 4, max: 2_147_483_647 },
} as const;

const notAnInteger = (value: SqliteValue): Problem =>
  new Problem("NOT_AN_INTEGER", `a ${storageClass(value)} value in a column of integers`);

/** smallint and integer: their whole range is within JavaScript's exact numbers. */
export const smallIntegerEncoder = (type: "smallint" | "integer"): FieldEncoder => {
  const { size, max } = RANGES[type];
  return (value, out) => {
    if (typeof value !== "bigint") return notAnInteger(value);
    const integer = Number(value);
    if (integer > max || integer < -max - 1) return new Problem("OUT_OF_RANGE", `an integer that ${type} cannot hold`);
    out.writeInt32(size);
    if (size === 2) out.writeInt16(integer);
    else out.writeInt32(integer);
    return null;
  };
};

export const bigintEncoder: FieldEncoder = (value, out) => {
  if (typeof value !== "bigint") return notAnInteger(value);
  out.writeInt32(8);
  out.writeInt64(value);
  return null;
};

/** Eight bytes as SQLite stores them; an INTEGER only where a double holds it exactly. */
export const doubleEncoder: FieldEncoder = (value, out) => {
  if (typeof value === "number") return writeDouble(value, out);
  if (typeof value !== "bigint")
    return new Problem("NOT_A_NUMBER", `a ${storageClass(value)} value in a column of numbers`);
  const double = Number(value);
  if (BigInt(double) !== value)
    return new Problem("OUT_OF_RANGE", "an integer that double precision cannot hold exactly");
  return writeDouble(double, out);
};

/** Four bytes: only numbers that they hold exactly, because the others would lose digits without a word. */
export const realEncoder: FieldEncoder = (value, out) => {
  if (typeof value !== "number" && typeof value !== "bigint")
    return new Problem("NOT_A_NUMBER", `a ${storageClass(value)} value in a column of numbers`);
  const real = Math.fround(Number(value));
  if (typeof value === "bigint" ? !Number.isFinite(real) || BigInt(real) !== value : real !== value)
    return new Problem("OUT_OF_RANGE", "a number that real cannot hold exactly");
  out.writeInt32(4);
  out.writeReal(real);
  return null;
};

const writeDouble = (value: number, out: CopyBuffer): null => {
  out.writeInt32(8);
  out.writeDouble(value);
  return null;
};
