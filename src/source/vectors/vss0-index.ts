/**
 * A faiss index as sqlite-vss 0.1 keeps it in `_index`: an id map over vectors that lie flat, one behind the other (faiss,
 * index_write.cpp: write_index of IndexIDMap and IndexFlat). Other kinds of index keep vectors that are shortened or grouped.
 */
import type { DistanceMetric } from "./vec0-ddl.ts";

export interface FlatIndex {
  readonly dimensions: number;
  readonly metric: DistanceMetric;
  readonly count: number;
  /** Where the vectors begin in the bytes, four bytes an element, little-endian. */
  readonly vectorsAt: number;
  /** Where the rowids begin, eight bytes each, in the order of the vectors. */
  readonly idsAt: number;
}

/** Name, dimensions, count, two words of no meaning, whether it is trained, metric. */
const HEADER = 4 + 4 + 8 + 8 + 8 + 1 + 4;
const ID_MAPS: readonly string[] = ["IxMp", "IxM2"];
const FLAT: readonly string[] = ["IxFl", "IxF2", "IxFI"];
const METRICS: readonly DistanceMetric[] = ["ip", "l2", "l1"];

/** So many bytes tell what an index is. */
export const INDEX_HEADER = 2 * HEADER + 8;

/**
 * @param bytes the index, or its first INDEX_HEADER bytes
 * @param length of the whole index
 * @returns null for an index of another kind, or one that does not end where it should
 */
export const readFlatIndex = (bytes: Buffer, length: number = bytes.length): FlatIndex | null => {
  const inner = HEADER;
  if (bytes.length < INDEX_HEADER) return null;
  const metric = METRICS[bytes.readInt32LE(HEADER - 4)];
  const dimensions = bytes.readInt32LE(4);
  const count = Number(bytes.readBigInt64LE(8));
  const isKnown = ID_MAPS.includes(nameAt(bytes, 0)) && FLAT.includes(nameAt(bytes, inner));
  if (!isKnown || metric === undefined || metric === "l1") return null;
  const vectorsAt = inner + HEADER + 8;
  const elements = Number(bytes.readBigInt64LE(vectorsAt - 8));
  const idsAt = vectorsAt + elements * 4 + 8;
  if (elements !== count * dimensions || idsAt + count * 8 !== length) return null;
  return { dimensions, metric, count, vectorsAt, idsAt };
};

const nameAt = (bytes: Buffer, at: number): string => bytes.toString("latin1", at, at + 4);
