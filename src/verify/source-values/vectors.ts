/**
 * Packed and JSON vectors as canonical vectors, bits and arrays. Elements are rounded here by integer arithmetic on the bits of the
 * double, not by the machine's own conversion, which the copy uses.
 */
import type { SourceForm, TargetType } from "../../plan/model.ts";
import { refuse, type SourceValue, type SourceWriter } from "./value.ts";

type Packed = Extract<SourceForm, { kind: "packed-vector" }>["element"];

/** BLOB: numbers of one size, little-endian. */
export const packedVector = (element: Packed, type: TargetType): SourceWriter => {
  if (type.name === "bit") return element === "bit" ? bits(type.length) : refuse;
  if (type.name === "vector" && element === "float32") return singles(type.dimensions);
  if (element === "bit") return refuse;
  const read = ELEMENTS[element];
  return elements(type, (value) => {
    if (!Buffer.isBuffer(value) || value.length % read.bytes !== 0) return null;
    const view = new DataView(value.buffer, value.byteOffset, value.length);
    const numbers: number[] = [];
    for (let at = 0; at < value.length; at += read.bytes) numbers.push(read.at(view, at));
    return numbers;
  });
};

/** TEXT: a JSON array of numbers. */
export const jsonVector = (type: TargetType): SourceWriter =>
  elements(type, (value) => {
    if (typeof value !== "string") return null;
    try {
      const parsed: unknown = JSON.parse(value);
      return Array.isArray(parsed) && parsed.every(isNumber) ? parsed : null;
    } catch {
      return null;
    }
  });

const isNumber = (value: unknown): value is number => typeof value === "number";

const ELEMENTS = {
  float32: { bytes: 4, at: (view: DataView, at: number) => view.getFloat32(at, true) },
  float64: { bytes: 8, at: (view: DataView, at: number) => view.getFloat64(at, true) },
  int8: { bytes: 1, at: (view: DataView, at: number) => view.getInt8(at) },
} as const;

const elements = (type: TargetType, read: (value: SourceValue) => readonly number[] | null): SourceWriter => {
  switch (type.name) {
    case "vector":
      return vectorOf(type.dimensions, SINGLE, read);
    case "halfvec":
      return vectorOf(type.dimensions, HALF, read);
    case "array":
      return arrayOf(type.element.name, read);
    default:
      return refuse;
  }
};

/** A binary format of IEEE 754. */
interface Format {
  readonly bytes: 2 | 4;
  readonly fraction: number;
  /** The greatest exponent, which is also the bias. */
  readonly bias: number;
}

const SINGLE: Format = { bytes: 4, fraction: 23, bias: 127 };
const HALF: Format = { bytes: 2, fraction: 10, bias: 15 };

const vectorOf =
  (dimensions: number, format: Format, read: (value: SourceValue) => readonly number[] | null): SourceWriter =>
  (value, out) => {
    const numbers = read(value);
    if (numbers?.length !== dimensions) return refuse(value, out);
    const start = out.length;
    out.int32(dimensions * format.bytes);
    out.reserve(dimensions * format.bytes);
    for (const number of numbers) {
      const bits = roundedBits(number, format);
      if (bits === null) {
        out.length = start;
        return refuse(value, out);
      }
      if (format.bytes === 4) out.bytes.writeUInt32BE(bits, out.length);
      else out.bytes.writeUInt16BE(bits, out.length);
      out.length += format.bytes;
    }
  };

const double = new DataView(new ArrayBuffer(8));

/** 2 ** -unit for the units of either format, from the least of a single on. */
const LEAST_UNIT = 149;
const UNITS_IN_ONE: readonly number[] = Array.from({ length: 2 * LEAST_UNIT }, (_, index) => 2 ** (LEAST_UNIT - index));

/** The bits of the nearest number of a smaller format, ties to even; null where that is no finite one. */
const roundedBits = (value: number, { bytes, fraction, bias }: Format): number | null => {
  double.setFloat64(0, value);
  const high = double.getUint32(0);
  const exponent = ((high >>> 20) & 0x7ff) - 1023;
  const sign = high >>> 31 === 0 ? 0 : bytes === 4 ? 0x8000_0000 : 0x8000;
  if (exponent > bias) return null;
  // The significand as a whole number of units of the last place that the format has at this size.
  const unit = Math.max(exponent, 1 - bias) - fraction;
  const scaled = Math.abs(value) * UNITS_IN_ONE[unit + LEAST_UNIT]!;
  const below = Math.floor(scaled);
  const rest = scaled - below;
  const whole = rest > 0.5 || (rest === 0.5 && below % 2 === 1) ? below + 1 : below;
  const one = 1 << fraction;
  const magnitude = exponent < 1 - bias ? whole : whole + (exponent + bias - 1) * one;
  return magnitude >= (2 * bias + 1) * one ? null : sign + magnitude;
};

/** float32 as it is: nothing to round, only the order of the bytes. */
const singles =
  (dimensions: number): SourceWriter =>
  (value, out) => {
    if (!Buffer.isBuffer(value) || value.length !== dimensions * 4) return refuse(value, out);
    const start = out.length;
    out.int32(value.length);
    out.reserve(value.length);
    out.bytes.set(value, out.length);
    out.bytes.subarray(out.length, out.length + value.length).swap32();
    out.length += value.length;
    for (let at = start + 4; at < out.length; at += 4) {
      if ((out.bytes.readUInt16BE(at) & 0x7f80) !== 0x7f80) continue;
      out.length = start;
      return refuse(value, out);
    }
  };

const arrayOf =
  (element: string, read: (value: SourceValue) => readonly number[] | null): SourceWriter =>
  (value, out) => {
    const numbers = read(value);
    if (numbers === null) return refuse(value, out);
    out.int32(4 + numbers.length * 12);
    out.int32(numbers.length);
    for (const number of numbers) {
      out.int32(8);
      out.reserve(8);
      if (element === "smallint") out.bytes.writeBigInt64BE(BigInt(number), out.length);
      else out.bytes.writeDoubleBE(number, out.length);
      out.length += 8;
    }
  };

/** Element i is bit i of the bytes, counted from the lowest of each; it goes where PostgreSQL counts from the highest. */
const bits =
  (length: number): SourceWriter =>
  (value, out) => {
    if (!Buffer.isBuffer(value) || value.length !== (length + 7) >> 3) return refuse(value, out);
    out.int32(4 + value.length);
    out.int32(length);
    const start = out.length;
    for (let at = 0; at < value.length; at++) out.byte(0);
    for (let index = 0; index < value.length * 8; index++)
      if ((value[Math.floor(index / 8)]! >> (index % 8)) & 1)
        out.bytes[start + (index >> 3)]! |= 1 << (7 - (index % 8));
  };
