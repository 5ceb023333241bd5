/** JSON, arrays and vectors back: what the server prints of them, or the packed numbers that they were. */
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

/** An array of one dimension as JSON; null elements stay null. */
export const jsonArray: Renderer = (value) => {
  const text = String(value);
  const parsed: unknown = JSON.parse(text);
  if (!Array.isArray(parsed) || parsed.some((element) => Array.isArray(element)))
    return new Misfit("an array of several dimensions in a column of JSON lists");
  return text;
};

/** A vector as a JSON list of numbers: what pgvector prints is one. */
export const jsonVector: Renderer = (value) => String(value);

type Packed = Extract<SourceForm, { kind: "packed-vector" }>["element"];

/** A vector as numbers of one size, little-endian, one behind the other. */
export const packedVector =
  (element: Packed, type: TargetType): Renderer =>
  (value) => {
    if (element === "bit" || type.name === "bit") return packedBits(String(value));
    const numbers = JSON.parse(String(value)) as readonly (number | null | string)[];
    if (!numbers.every((number) => typeof number === "number"))
      return new Misfit("a vector with elements that are no numbers");
    switch (element) {
      case "float32":
        return Buffer.from(Float32Array.from(numbers).buffer);
      case "float64":
        return Buffer.from(Float64Array.from(numbers).buffer);
      case "int8":
        return numbers.every((number) => Number.isInteger(number) && number >= -128 && number <= 127)
          ? Buffer.from(Int8Array.from(numbers).buffer)
          : new Misfit("a vector with elements that are no 8-bit integers");
    }
  };

/** Eight a byte, the first in its highest bit, as PostgreSQL's own bit strings are. */
const packedBits = (text: string): Buffer | Misfit => {
  if (text.length % 8 !== 0) return new Misfit("a bit string that does not fill its last byte");
  return Buffer.from(text.match(/.{8}/g)?.map((eight) => Number.parseInt(eight, 2)) ?? []);
};
