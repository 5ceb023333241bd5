/**
 * Vectors: packed numbers in a BLOB, or a JSON array of numbers → vector, halfvec and bit as pgvector's receive functions and
 * varbit_recv read them, or a plain array where there is no pgvector.
 */
import type { SourceForm, TargetType } from "../../plan/model.ts";
import type { CopyBuffer } from "./buffer.ts";
import { halfBits } from "./half.ts";
import { type FieldEncoder, type Outcome, Problem, type SqliteValue, storageClass } from "./reject.ts";

type PackedElement = Extract<SourceForm, { kind: "packed-vector" }>["element"];

/** Elements of one vector, read one by one: nothing is allocated for them. */
interface Elements {
  readonly count: number;
  readonly at: (index: number) => number;
}

type Write = (elements: Elements, out: CopyBuffer) => Outcome;

/** @throws Error for a type that no vector becomes: a plan that contradicts itself */
export const packedVectorEncoder = (element: PackedElement, type: TargetType): FieldEncoder => {
  if (type.name === "bit") return bitEncoder(element, type.length);
  const size = ELEMENT_BYTES[element];
  const expected = "dimensions" in type ? type.dimensions : null;
  const copiesBits = element === "float32" && (type.name === "vector" || isArrayOf(type, "real"));
  const write = copiesBits ? null : writer(type);
  const header = headerOf(type);
  return (value, out) => {
    if (!Buffer.isBuffer(value)) return wrongClass(value);
    const count = value.length / size;
    if (!Number.isInteger(count) || (expected !== null && count !== expected))
      return wrongLength(`${value.length} bytes`, expected === null ? null : `${expected * size}`);
    if (write !== null) return write({ count, at: READERS[element](value) }, out);
    return copyFloats(value, count, { header, isVector: type.name === "vector" }, out);
  };
};

/** Each number as the nearest that the target's elements hold. */
export const jsonVectorEncoder = (type: TargetType): FieldEncoder => {
  const write = writer(type);
  const expected = "dimensions" in type ? type.dimensions : null;
  return (value, out) => {
    if (typeof value !== "string") return wrongClass(value);
    const numbers = numbersOf(value);
    if (numbers === null) return new Problem("NOT_A_VECTOR", "a text that is not a JSON array of numbers");
    if (expected !== null && numbers.length !== expected)
      return wrongLength(`${numbers.length} elements`, String(expected));
    return write({ count: numbers.length, at: (index) => numbers[index]! }, out);
  };
};

const ELEMENT_BYTES: Readonly<Record<PackedElement, number>> = { float32: 4, float64: 8, int8: 1, bit: 1 };

const viewOf = (bytes: Buffer): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

const READERS: Readonly<Record<PackedElement, (bytes: Buffer) => (index: number) => number>> = {
  float32: (bytes) => {
    const view = viewOf(bytes);
    return (index) => view.getFloat32(index * 4, true);
  },
  float64: (bytes) => {
    const view = viewOf(bytes);
    return (index) => view.getFloat64(index * 8, true);
  },
  int8: (bytes) => (index) => bytes.readInt8(index),
  bit: (bytes) => (index) => (bytes[index >> 3]! >> (index & 7)) & 1,
};

const isArrayOf = (type: TargetType, element: string): boolean =>
  type.name === "array" && type.element.name === element;

const numbersOf = (text: string): number[] | null => {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((one) => typeof one === "number") ? value : null;
  } catch {
    return null;
  }
};

/** Numbers of pg_type, which never change. */
const OIDS: Partial<Record<string, number>> = { smallint: 21, real: 700, "double precision": 701 };

/** What stands before the elements: their count and two bytes of nothing, or an array's dimensions. */
const headerOf = (type: TargetType): ((count: number, out: CopyBuffer) => void) => {
  if (type.name !== "array")
    return (count, out) => {
      out.writeInt16(count);
      out.writeInt16(0);
    };
  const oid = OIDS[type.element.name];
  if (oid === undefined) throw new Error(`a vector cannot become ${type.element.name}[]`);
  return (count, out) => {
    out.writeInt32(count === 0 ? 0 : 1);
    out.writeInt32(0);
    out.writeInt32(oid);
    if (count === 0) return;
    out.writeInt32(count);
    out.writeInt32(1);
  };
};

/** Room for a header of either kind, its length, and elements with lengths of their own. */
const HEADER_ROOM = 32;
const ELEMENT_ROOM = 12;

const writer = (type: TargetType): Write => {
  const header = headerOf(type);
  const one = elementWriter(type);
  return ({ count, at }, out) => {
    const start = out.length;
    out.reserve(HEADER_ROOM + count * ELEMENT_ROOM);
    out.writeInt32(0);
    header(count, out);
    for (let index = 0; index < count; index++) {
      const problem = one(at(index), out);
      if (problem !== null) return problem;
    }
    out.setInt32(start, out.length - start - 4);
    return null;
  };
};

/** @throws Error for a type that no vector becomes */
const elementWriter = (type: TargetType): ((value: number, out: CopyBuffer) => Problem | null) => {
  switch (type.name) {
    case "vector":
      return (value, out) => {
        const rounded = Math.fround(value);
        if (!Number.isFinite(rounded)) return notFinite(value);
        out.writeReal(rounded);
        return null;
      };
    case "halfvec":
      return (value, out) => {
        const bits = halfBits(value);
        if (bits === null) return notFinite(value);
        out.writeInt16(bits);
        return null;
      };
    case "array":
      return arrayElement(type.element.name);
    default:
      throw new Error(`a vector cannot become ${type.name}`);
  }
};

const arrayElement = (name: string): ((value: number, out: CopyBuffer) => null) => {
  if (name === "smallint")
    return (value, out) => {
      out.writeInt32(2);
      out.writeInt16(value);
      return null;
    };
  if (name === "real")
    return (value, out) => {
      out.writeInt32(4);
      out.writeReal(value);
      return null;
    };
  return (value, out) => {
    out.writeInt32(8);
    out.writeDouble(value);
    return null;
  };
};

const notFinite = (value: number): Problem =>
  Number.isFinite(value)
    ? new Problem("OUT_OF_RANGE", "a vector with an element beyond the range of the target's")
    : new Problem("NOT_A_VECTOR", "a vector with an element that is NaN or infinite, which pgvector does not hold");

const wrongClass = (value: SqliteValue): Problem =>
  new Problem("WRONG_STORAGE_CLASS", `a ${storageClass(value)} value in a column of vectors`);

const wrongLength = (found: string, expected: string | null): Problem =>
  new Problem("NOT_A_VECTOR", `a value of ${found}${expected === null ? "" : `, where each vector has ${expected}`}`);

interface Layout {
  readonly header: (count: number, out: CopyBuffer) => void;
  readonly isVector: boolean;
}

/** float32 as it is, bit by bit, with its four bytes turned around. */
const copyFloats = (value: Buffer, count: number, { header, isVector }: Layout, out: CopyBuffer): Outcome => {
  const start = out.length;
  out.reserve(HEADER_ROOM + count * (isVector ? 4 : 8));
  out.writeInt32(0);
  header(count, out);
  const { bytes } = out;
  let to = out.length;
  for (let at = 0; at < value.length; at += 4) {
    if (isVector && (value[at + 3]! & 0x7f) === 0x7f && value[at + 2]! >= 0x80) return notFinite(Number.NaN);
    if (!isVector) {
      bytes[to] = bytes[to + 1] = bytes[to + 2] = 0;
      bytes[to + 3] = 4;
      to += 4;
    }
    bytes[to] = value[at + 3]!;
    bytes[to + 1] = value[at + 2]!;
    bytes[to + 2] = value[at + 1]!;
    bytes[to + 3] = value[at]!;
    to += 4;
  }
  out.length = to;
  out.setInt32(start, to - start - 4);
  return null;
};

/** sqlite-vec's first element is the lowest bit of the first byte, PostgreSQL's the highest: elements keep their positions. */
const bitEncoder = (element: PackedElement, length: number): FieldEncoder => {
  if (element !== "bit") throw new Error(`${element} cannot become bits`);
  const size = Math.ceil(length / 8);
  return (value, out) => {
    if (!Buffer.isBuffer(value)) return wrongClass(value);
    if (value.length !== size) return wrongLength(`${value.length} bytes`, String(size));
    out.reserve(8 + size);
    out.writeInt32(4 + size);
    out.writeInt32(length);
    for (const byte of value) out.writeByte(REVERSED[byte]!);
    return null;
  };
};

const REVERSED: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => {
  let reversed = 0;
  for (let bit = 0; bit < 8; bit++) if (byte & (1 << bit)) reversed |= 0x80 >> bit;
  return reversed;
});
