/** Vectors on both sides of the proof: the bytes that are sent, and that the proof's own reading of them and of the source agree. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { CopyBuffer } from "../../../src/copy/encode/buffer.ts";
import { halfBits } from "../../../src/copy/encode/half.ts";
import { Problem } from "../../../src/copy/encode/reject.ts";
import { jsonVectorEncoder, packedVectorEncoder } from "../../../src/copy/encode/vectors.ts";
import type { SourceForm, TargetType } from "../../../src/plan/model.ts";
import { RowBuffer } from "../../../src/verify/row-buffer.ts";
import { jsonVector, packedVector } from "../../../src/verify/source-values/vectors.ts";
import { targetWriter } from "../../../src/verify/target-values/compile.ts";

type Packed = Extract<SourceForm, { kind: "packed-vector" }>["element"];
const VECTOR: TargetType = { name: "vector", dimensions: 3 };
const HALF: TargetType = { name: "halfvec", dimensions: 3 };

const encoderOf = (form: Packed | "json", type: TargetType) =>
  form === "json" ? jsonVectorEncoder(type) : packedVectorEncoder(form, type);

const encoded = (form: Packed | "json", type: TargetType, value: Buffer | string): string => {
  const out = new CopyBuffer();
  const outcome = encoderOf(form, type)(value, out);
  return outcome instanceof Problem ? outcome.code : out.bytes.toString("hex", 0, out.length);
};

const floats = (...numbers: number[]): Buffer => Buffer.from(new Float32Array(numbers).buffer);
const doubles = (...numbers: number[]): Buffer => Buffer.from(new Float64Array(numbers).buffer);

it("sends float32 bit by bit, negative zero and subnormals included", () => {
  expect(encoded("float32", VECTOR, floats(1, -0, 1e-45))).toBe(`00000010${"00030000"}3f8000008000000000000001`);
});

it.each([
  ["float32", floats(1, Number.NaN, 2), "NOT_A_VECTOR"],
  ["float32", floats(1, Number.POSITIVE_INFINITY, 2), "NOT_A_VECTOR"],
  ["float32", floats(1, 2), "NOT_A_VECTOR"],
  ["float64", doubles(1, 1e39, 2), "OUT_OF_RANGE"],
  ["json", "[1, 2, 1e400]", "NOT_A_VECTOR"],
  ["json", '[1, "2", 3]', "NOT_A_VECTOR"],
  ["json", "[1, 2, null]", "NOT_A_VECTOR"],
  ["json", "[1, 2]", "NOT_A_VECTOR"],
  ["json", "nothing", "NOT_A_VECTOR"],
  ["float32", "text", "WRONG_STORAGE_CLASS"],
] as const)("keeps a row back whose %s vector does not fit", (form, value, code) => {
  expect(encoded(form, VECTOR, value)).toBe(code);
});

it("keeps every int8 as a half", () => {
  for (let value = -128; value < 128; value++) {
    const [bits] = new Uint16Array(halfOf(value));
    expect(halfBits(value)).toBe(bits);
  }
});

/** By the definition of the format, for whole numbers. */
const halfOf = (value: number): number[] => {
  if (value === 0) return [0];
  const exponent = Math.floor(Math.log2(Math.abs(value)));
  return [(value < 0 ? 0x8000 : 0) + (exponent + 15) * 1024 + (Math.abs(value) / 2 ** exponent - 1) * 1024];
};

it.each([
  [65_504, 0x7bff],
  [65_519.99, 0x7bff],
  [65_520, null],
  [2 ** -24, 1],
  [2 ** -25, 0],
  [2 ** -25 * 1.0001, 1],
  [-0, 0x8000],
  [2049, 0x6800],
  [2051, 0x6802],
  [Number.NaN, null],
])("rounds %d to the nearest half", (value, bits) => {
  expect(halfBits(value)).toBe(bits);
});

it("puts element i at bit i of a bit string, as sqlite-vec counts them", () => {
  expect(encoded("bit", { name: "bit", length: 16 }, Buffer.from([0b0000_0001, 0b1000_0000]))).toBe(
    "00000006000000108001",
  );
});

it("writes arrays where there is no pgvector", () => {
  const reals: TargetType = { name: "array", element: { name: "real" } };
  expect(encoded("float32", reals, floats(1))).toBe(
    `0000001c${"00000001"}${"00000000"}000002bc${"00000001"}${"00000001"}000000043f800000`,
  );
  expect(encoded("float32", reals, Buffer.alloc(0))).toBe(`0000000c${"00000000"}${"00000000"}000002bc`);
});

const FORMS = ["float32", "float64", "int8", "json"] as const;

it.each(FORMS.flatMap((form) => [VECTOR, HALF].map((type) => [form, type] as const)))(
  "the proof reads %s as %o to the very bits that were sent, or neither takes it",
  (form, type) => {
    const number = fc.oneof(fc.double(), fc.float({ noNaN: true }), fc.constantFrom(-0, 0, 65_520, 1e-40, 16_777_217));
    fc.assert(
      fc.property(fc.tuple(number, number, number), (numbers) => {
        const value = sourceValue(form, numbers);
        const out = new CopyBuffer();
        const outcome = encoderOf(form, type)(value, out);
        const source = new RowBuffer();
        (form === "json" ? jsonVector(type) : packedVector(form, type))(value, source);
        if (outcome !== null) return source.refused;
        const target = new RowBuffer();
        targetWriter(type)(out.bytes, 4, out.length - 4, target);
        return (
          !source.refused && source.bytes.subarray(0, source.length).equals(target.bytes.subarray(0, target.length))
        );
      }),
      { numRuns: 2000 },
    );
  },
);

const sourceValue = (form: (typeof FORMS)[number], numbers: number[]): Buffer | string => {
  if (form === "float32") return floats(...numbers);
  if (form === "float64") return doubles(...numbers);
  if (form === "int8") return Buffer.from(new Int8Array(numbers.map((number) => number % 128)).buffer);
  return `[${numbers.map((number) => (Object.is(number, -0) ? "-0.0" : String(number).replace("Infinity", "1e999"))).join(", ")}]`;
};
