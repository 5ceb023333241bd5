/** What PostgreSQL sends for integers, doubles, booleans and numeric, as canonical columns. */
import type { TargetWriter } from "./compile.ts";
import { damaged } from "./damaged.ts";

/** int2, int4, int8: sign-extended to eight bytes. */
export const integer =
  (size: 2 | 4 | 8): TargetWriter =>
  (bytes, at, length, out) => {
    if (length !== size) return damaged("integer", length);
    out.int32(8);
    const fill = bytes[at]! >= 0x80 ? 0xff : 0;
    for (let missing = size; missing < 8; missing++) out.byte(fill);
    out.copy(bytes, at, at + size);
  };

const NAN = Buffer.from("7ff8000000000000", "hex");

/** float8: its bits, but every NaN alike. */
export const double: TargetWriter = (bytes, at, length, out) => {
  if (length !== 8) return damaged("double precision", length);
  out.int32(8);
  const mayBeNaN = (bytes[at]! & 0x7f) === 0x7f && bytes[at + 1]! >= 0xf0;
  if (mayBeNaN && Number.isNaN(bytes.readDoubleBE(at))) out.copy(NAN, 0, 8);
  else out.copy(bytes, at, at + 8);
};

/** float4, as the double of the same value. */
export const real: TargetWriter = (bytes, at, length, out) => {
  if (length !== 4) return damaged("real", length);
  const value = bytes.readFloatBE(at);
  out.int32(8);
  if (Number.isNaN(value)) return out.copy(NAN, 0, 8);
  out.reserve(8);
  out.bytes.writeDoubleBE(value, out.length);
  out.length += 8;
};

export const boolean: TargetWriter = (bytes, at, length, out) => {
  if (length !== 1) return damaged("boolean", length);
  out.int32(1);
  out.byte(bytes[at] === 0 ? 0 : 1);
};

/**
 * numeric: groups of four decimal digits, the first of which counts 10,000 to the power `weight`. The scale that is only shown
 * (1.0 beside 1.00) is not part of the value.
 */
export const numeric: TargetWriter = (bytes, at, length, out) => {
  if (length < 8) return damaged("numeric", length);
  const groups = bytes.readInt16BE(at);
  const weight = bytes.readInt16BE(at + 2);
  const sign = bytes.readUInt16BE(at + 4);
  if (length !== 8 + groups * 2) return damaged("numeric", length);
  const column = out.length;
  out.int32(0);
  out.byte(numericClass(sign));
  const exponentAt = out.length;
  out.int32(0);
  const first = out.length;
  let leading = 0;
  for (let group = 0; group < groups; group++) {
    const value = bytes.readUInt16BE(at + 8 + group * 2);
    for (let power = 1000; power >= 1; power /= 10) {
      const digit = Math.trunc(value / power) % 10;
      if (digit === 0 && out.length === first) leading++;
      else out.byte(48 + digit);
    }
  }
  while (out.length > first && out.bytes[out.length - 1] === 48) out.length--;
  if (out.length > first) out.patchInt32(exponentAt, (weight + 1) * 4 - leading);
  else if (sign === 0x4000) out.bytes[column + 4] = 0;
  out.patchInt32(column, out.length - column - 4);
};

const numericClass = (sign: number): number => {
  switch (sign) {
    case 0:
      return 0;
    case 0x4000:
      return 1;
    case 0xd000:
      return 3;
    case 0xf000:
      return 4;
    default:
      return 2;
  }
};
