/** INTEGER 0 and 1, or a column's own two words → boolean. */
import { BOOLEAN_PAIRS } from "../../source/shapes/boolean.ts";
import type { CopyBuffer } from "./buffer.ts";
import { type FieldEncoder, Problem, storageClass } from "./reject.ts";

const write = (value: 0 | 1, out: CopyBuffer): null => {
  out.writeInt32(1);
  out.writeByte(value);
  return null;
};

export const booleanIntegerEncoder: FieldEncoder = (value, out) => {
  if (value === 0n) return write(0, out);
  if (value === 1n) return write(1, out);
  return new Problem("NOT_A_BOOLEAN", `a ${storageClass(value)} value other than the integers 0 and 1`);
};

const WORDS: ReadonlyMap<string, 0 | 1> = new Map(
  BOOLEAN_PAIRS.flatMap(([no, yes]) => [
    [no, 0],
    [yes, 1],
  ]),
);

/** 0 and 1, and the words of all pairs. */
export const booleanMixedEncoder: FieldEncoder = (value, out) => {
  const truth = typeof value === "string" ? WORDS.get(value) : undefined;
  return truth === undefined ? booleanIntegerEncoder(value, out) : write(truth, out);
};

/** Exactly these two spellings. */
export const booleanTextEncoder =
  (no: string, yes: string): FieldEncoder =>
  (value, out) => {
    if (value === yes) return write(1, out);
    if (value === no) return write(0, out);
    return new Problem("NOT_A_BOOLEAN", `a ${storageClass(value)} value other than the column's two words`);
  };
