/**
 * Whether a column's BLOBs are packed floating-point numbers and its texts JSON arrays of them: embeddings. A column is looked at
 * no further once its first values are something else, so that others cost next to nothing.
 */
import type { VectorCounts } from "../model.ts";

/** After so many values of a class, one that few of them look like is given up. */
const TRIAL = 20;
/** Shorter ones could be coordinates, ratings, histograms: nothing that is searched by nearness. */
const FEWEST_ELEMENTS = 8;
/** The magnitude of an embedding's elements, zero apart: bytes that mean something else do not stay within it for long. */
const SMALLEST = 1e-15;
const GREATEST = 1e9;
/** So many lengths are told apart. */
const MOST_LENGTHS = 32;

export class VectorTally {
  readonly #packed = { values: 0, live: true, float32: 0, float64: 0, whole: 0, lengths: new Map<number, number>() };
  readonly #json = { values: 0, live: true, vectors: 0, exact: 0, whole: 0, lengths: new Map<number, number>() };

  addBlob(value: Buffer): void {
    const counts = this.#packed;
    if (!counts.live) return;
    counts.values++;
    count(counts.lengths, value.length);
    // float32 numbers read as float64 look like numbers too: the question comes first.
    const single = packedNumbers(value, 4);
    const double = single === "none" ? packedNumbers(value, 8) : "none";
    if (single !== "none") counts.float32++;
    if (double !== "none") counts.float64++;
    if (single === "whole" || double === "whole") counts.whole++;
    counts.live = counts.values < TRIAL || 2 * Math.max(counts.float32, counts.float64) > counts.values;
  }

  addText(text: string): void {
    const counts = this.#json;
    if (!counts.live) return;
    counts.values++;
    const numbers = text.charCodeAt(0) === BRACKET ? numbersOf(text) : null;
    if (numbers !== null) {
      counts.vectors++;
      count(counts.lengths, numbers.length);
      if (numbers.every(isSingle)) counts.exact++;
      if (numbers.every(Number.isInteger)) counts.whole++;
    }
    counts.live = counts.values < TRIAL || 2 * counts.vectors > counts.values;
  }

  /** null where neither class looks like vectors. */
  counts(): VectorCounts | null {
    const packed = this.#packed;
    const json = this.#json;
    const isPackedColumn = packed.live && packed.float32 + packed.float64 > 0;
    const isJsonColumn = json.live && json.vectors > 0;
    if (!isPackedColumn && !isJsonColumn) return null;
    return {
      float32: isPackedColumn ? packed.float32 : 0,
      float64: isPackedColumn ? packed.float64 : 0,
      blobWhole: isPackedColumn ? packed.whole : 0,
      blobLengths: isPackedColumn ? listed(packed.lengths) : [],
      json: isJsonColumn ? json.vectors : 0,
      jsonExact: isJsonColumn ? json.exact : 0,
      jsonWhole: isJsonColumn ? json.whole : 0,
      jsonLengths: isJsonColumn ? listed(json.lengths) : [],
    };
  }
}

const BRACKET = 0x5b;

/** The rest of the lengths count as the last that there was room for. */
const count = (lengths: Map<number, number>, length: number): void => {
  const key = lengths.size < MOST_LENGTHS || lengths.has(length) ? length : [...lengths.keys()].at(-1)!;
  lengths.set(key, (lengths.get(key) ?? 0) + 1);
};

const listed = (lengths: ReadonlyMap<number, number>): VectorCounts["blobLengths"] =>
  [...lengths]
    .map(([length, values]) => ({ length, values }))
    .sort((a, b) => b.values - a.values || a.length - b.length);

const numbersOf = (text: string): readonly number[] | null => {
  try {
    const value: unknown = JSON.parse(text);
    const isVector = Array.isArray(value) && value.length >= FEWEST_ELEMENTS && value.every(isFiniteNumber);
    return isVector ? value : null;
  } catch {
    return null;
  }
};

const isSingle = (number: number): boolean => Math.fround(number) === number;

const isFiniteNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);

/** Numbers of a size that a vector could have; `whole`: without any fraction among them, as in a vector of zeros. */
const packedNumbers = (bytes: Buffer, size: 4 | 8): "none" | "whole" | "fractions" => {
  if (bytes.length % size !== 0 || bytes.length < FEWEST_ELEMENTS * size) return "none";
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let isWhole = true;
  for (let at = 0; at < bytes.length; at += size) {
    const number = size === 4 ? view.getFloat32(at, true) : view.getFloat64(at, true);
    const magnitude = Math.abs(number);
    if (number !== 0 && !(magnitude >= SMALLEST && magnitude <= GREATEST)) return "none";
    if (Math.floor(number) !== number) isWhole = false;
  }
  return isWhole ? "whole" : "fractions";
};
