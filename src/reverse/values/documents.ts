/** JSON and vectors back: what the server prints of them, or the packed numbers that they were. */
import type { SourceForm, TargetType } from "../../plan/model.ts";
import { spelledInteger } from "./decimals.ts";
import { Misfit, type Renderer } from "./model.ts";

/**
 * json and jsonb as the server prints them: json as it was stored, jsonb with its own order and spaces.
 * @param numbers numbers alone were INTEGER or REAL in this column
 */
export const json =
  (numbers: boolean): Renderer =>
  (value) => {
    const text = String(value);
    if (!numbers || !/^-?\d/.test(text)) return text;
    return spelledInteger(text) ?? Number(text);
  };

/** A vector as a JSON list of numbers: what pgvector prints is one. */
export const jsonVector: Renderer = (value) => String(value);

type Packed = Extract<SourceForm, { kind: "packed-vector" }>["element"];

/** A vector, or an array of its numbers, as numbers of one size, little-endian, one behind the other. */
export const packedVector =
  (element: Packed, type: TargetType): Renderer =>
  (value) => {
    if (type.name === "bit") return packedBits([...String(value)].map(Number));
    const printed = JSON.parse(String(value)) as readonly (number | null | string)[];
    // JSON has no word for NaN and the infinities: the server writes them as texts.
    const numbers = printed.map((number) => (number === null ? null : Number(number)));
    if (!numbers.every((number) => number !== null)) return new Misfit("a vector with an element that is NULL");
    switch (element) {
      case "float32":
        return Buffer.from(Float32Array.from(numbers).buffer);
      case "float64":
        return Buffer.from(Float64Array.from(numbers).buffer);
      case "int8":
        return numbers.every((number) => Number.isInteger(number) && number >= -128 && number <= 127)
          ? Buffer.from(Int8Array.from(numbers).buffer)
          : new Misfit("a vector with elements that are no 8-bit integers");
      case "bit":
        return numbers.every((number) => number === 0 || number === 1)
          ? packedBits(numbers)
          : new Misfit("a vector with elements that are no bits");
    }
  };

/** Eight a byte, the first in its lowest bit, as sqlite-vec has them. */
const packedBits = (bits: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(Math.ceil(bits.length / 8));
  for (const [at, bit] of bits.entries()) bytes[at >> 3]! |= bit << (at & 7);
  return bytes;
};
