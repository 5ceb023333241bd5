/** Vectors by docs/types.md: elements in hexadecimal, each as the float that arrives. */
import { canonicalJson } from "./json.ts";
import { type Mapping, NULL, type Reading } from "./mapping.ts";
import type { SourceFile, Stored } from "./source.ts";
import { decode } from "./text.ts";

type Read = (value: Stored, encoding: SourceFile["encoding"]) => readonly number[] | null;

const packed =
  (bytes: number, at: (view: DataView, offset: number) => number): Read =>
  (value) => {
    if (value.is !== "blob" || value.bytes.length % bytes !== 0) return null;
    const view = new DataView(value.bytes.buffer, value.bytes.byteOffset, value.bytes.length);
    return Array.from({ length: view.byteLength / bytes }, (_, i) => at(view, i * bytes));
  };

const json: Read = (value, encoding) => {
  const text = value.is === "text" ? decode(value.bytes, encoding) : null;
  if (text === null || !/^\s*\[[-\d.eE+,\s]*\]\s*$/.test(text)) return null;
  return JSON.parse(text) as number[];
};

const FLOAT64 = packed(8, (view, at) => view.getFloat64(at, true));
const INT8 = packed(1, (view, at) => view.getInt8(at));
const READS: readonly Read[] = [packed(4, (view, at) => view.getFloat32(at, true)), FLOAT64, INT8, json];

const single = (numbers: readonly number[]): string => Buffer.from(new Float32Array(numbers).buffer).toString("hex");
/** Of the runtime itself; its types do not know it yet. */
const { f16round } = Math as Math & { readonly f16round: (value: number) => number };
const half = (numbers: readonly number[]): string => single(numbers.map(f16round));

/** `[1,-0]` of pgvector, `{1,-0}` of an array. */
const shownNumbers = (shown: string): number[] => {
  const inside = shown.slice(1, -1);
  return inside === "" ? [] : inside.split(",").map(Number);
};

/** Packed int8 and float64 as the arrays that they become, in canonical JSON. */
export const packedArray = (type: string): Reading => {
  const read = type === "_int2" ? INT8 : type === "_float8" ? FLOAT64 : null;
  return (value) => {
    const numbers = read?.(value, "utf-8");
    const shown = numbers?.map((number) => (Object.is(number, -0) ? "-0" : String(number)));
    return shown === undefined ? null : canonicalJson(`[${shown.join(",")}]`);
  };
};

/** null for a type that no vector becomes. */
export const vectorMapping = (type: string, encoding: SourceFile["encoding"]): Mapping | null => {
  if (type === "bit") return { readings: [bits], target: (shown) => shown };
  const write = { vector: single, halfvec: half, _float4: single }[type];
  if (write === undefined) return null;
  const isVector = type === "vector" || type === "halfvec";
  const readings = READS.map(
    (read): Reading =>
      (value) => {
        if (value.is === "null") return NULL;
        const numbers = read(value, encoding);
        if (numbers === null) return null;
        const round = type === "halfvec" ? f16round : Math.fround;
        return isVector && !numbers.every((number) => Number.isFinite(round(number))) ? null : write(numbers);
      },
  );
  return { readings, target: (shown) => write(shownNumbers(shown)) };
};

/** sqlite-vec's first element is the lowest bit of the first byte. */
const bits: Reading = (value) => {
  if (value.is === "null") return NULL;
  if (value.is !== "blob") return null;
  return [...value.bytes].map((byte) => [...byte.toString(2).padStart(8, "0")].reverse().join("")).join("");
};
