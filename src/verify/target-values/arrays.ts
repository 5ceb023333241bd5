/** What PostgreSQL sends for an array: dimensions, the elements' type, then each element with its length. */
import type { RowBuffer } from "../row-buffer.ts";
import { damaged } from "./damaged.ts";

type Writer = (bytes: Buffer, at: number, length: number, out: RowBuffer) => void;

const HEADER = 12;
const DIMENSION = 8;

/** An array of more dimensions, or one that does not begin at 1, is nothing that we have written: it differs from all. */
export const array =
  (element: Writer): Writer =>
  (bytes, at, length, out) => {
    if (length < HEADER) return damaged("array", length);
    const column = out.length;
    out.int32(0);
    const dimensions = bytes.readInt32BE(at);
    const count = dimensions === 0 ? 0 : bytes.readInt32BE(at + HEADER);
    const isPlain = dimensions === 0 || (dimensions === 1 && bytes.readInt32BE(at + HEADER + 4) === 1);
    out.int32(isPlain ? count : -1);
    let next = at + HEADER + dimensions * DIMENSION;
    for (let left = isPlain ? count : 0; left > 0; left--) {
      const size = bytes.readInt32BE(next);
      if (size < 0) out.nothing();
      else element(bytes, next + 4, size, out);
      next += 4 + Math.max(size, 0);
    }
    out.patchInt32(column, out.length - column - 4);
  };
