/** Canonical vectors as text for a person who reads a difference. */
import { MAX_VALUE_CHARACTERS } from "./model.ts";

/** `[0.25, -1, …]`, or the bits of a bit string. */
export const vectorText = (name: "vector" | "halfvec" | "bit", value: Buffer): string => {
  if (name === "bit")
    return [...value.subarray(4, 4 + MAX_VALUE_CHARACTERS)]
      .map((byte) => byte.toString(2).padStart(8, "0"))
      .join("")
      .slice(0, value.readInt32BE(0));
  const size = name === "vector" ? 4 : 2;
  const count = Math.min(MAX_VALUE_CHARACTERS, value.length / size);
  const read = size === 4 ? (at: number) => value.readFloatBE(at) : (at: number) => halfValue(value.readUInt16BE(at));
  return `[${Array.from({ length: count }, (_, index) => read(index * size)).join(", ")}]`;
};

const halfValue = (bits: number): number => {
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  const magnitude = exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25);
  return bits >= 0x8000 ? -magnitude : magnitude;
};
