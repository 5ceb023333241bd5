/** What pgvector's send functions and bit_send give: a count and two bytes of nothing, or a length in bits; then the elements. */
import type { TargetWriter } from "./compile.ts";
import { damaged } from "./damaged.ts";

const HEADER = 4;

/** @param size bytes of an element: 4 for vector, 2 for halfvec */
export const vector =
  (name: "vector" | "halfvec", size: 2 | 4): TargetWriter =>
  (bytes, at, length, out) => {
    if (length < HEADER || length !== HEADER + bytes.readUInt16BE(at) * size) return damaged(name, length);
    out.int32(length - HEADER);
    out.copy(bytes, at + HEADER, at + length);
  };

export const bit: TargetWriter = (bytes, at, length, out) => {
  if (length < HEADER || length !== HEADER + Math.ceil(bytes.readInt32BE(at) / 8)) return damaged("bit", length);
  out.int32(length);
  out.copy(bytes, at, at + length);
};
