/** `type: vector(768)`, `halfvec(768)` and `bit(1024)` in landbridge.yaml. */
import type { ColumnProfile } from "../../source/model.ts";
import type { SourceForm, TargetType } from "../model.ts";
import { MOST_DIMENSIONS } from "./limits.ts";

/** @returns null for another type, or a size that no vector has */
export const parseVectorType = (name: string, sizes: readonly number[]): TargetType | null => {
  const [size] = sizes;
  if (sizes.length !== 1 || size === undefined || !Number.isInteger(size) || size < 1) return null;
  if (name === "bit") return { name, length: size };
  return (name === "vector" || name === "halfvec") && size <= MOST_DIMENSIONS ? { name, dimensions: size } : null;
};

/** What most values are: texts are JSON; of BLOBs the length tells the size of their elements. */
export const vectorForm = (
  type: Extract<TargetType, { name: "vector" | "halfvec" | "bit" }>,
  { texts, blobs, vectors, maxBlobBytes }: ColumnProfile,
): SourceForm => {
  if (type.name === "bit") return { kind: "packed-vector", element: "bit" };
  if (texts > blobs) return { kind: "json-vector" };
  const bytes = vectors?.blobLengths[0]?.length ?? maxBlobBytes;
  const sizes: Readonly<Record<number, "int8" | "float64">> = { 1: "int8", 8: "float64" };
  return { kind: "packed-vector", element: sizes[bytes / type.dimensions] ?? "float32" };
};

/** An array of numbers out of a column of BLOBs: packed numbers of the array's own size. Null where there are more texts. */
export const packedArrayForm = (element: string, { texts, blobs }: ColumnProfile): SourceForm | null => {
  const packed = { real: "float32", "double precision": "float64", smallint: "int8" } as const;
  return blobs > texts && Object.hasOwn(packed, element)
    ? { kind: "packed-vector", element: packed[element as keyof typeof packed] }
    : null;
};
