/** Values of vec0's metadata columns, as they lie in `_metadatachunksNN`: one after the other, little-endian. */
import type { Vec0Column } from "./vec0-ddl.ts";

/** Bytes of one text's view: its length, then its first twelve bytes. */
const VIEW = 16;
const IN_VIEW = 12;

/** A text that does not fit into its view, and is kept in `_metadatatextNN`. */
export const ELSEWHERE = Symbol("elsewhere");

const BITS: Readonly<Record<string, number>> = { boolean: 1, integer: 64, float: 64, text: VIEW * 8 };

/** Whether a chunk is long enough to hold a value at a position: a damaged file may say otherwise elsewhere. */
export const holdsMetadata = (chunk: Buffer, at: number, type: Vec0Column["type"]): boolean =>
  (at + 1) * (BITS[type ?? "text"] ?? 0) <= chunk.length * 8;

/**
 * The value at a position of a chunk.
 * @returns ELSEWHERE for a long text; a Buffer for a text that is not valid UTF-8, which no driver can hand on as text
 */
export const metadataAt = (
  chunk: Buffer,
  at: number,
  type: Vec0Column["type"],
): bigint | number | string | Buffer | typeof ELSEWHERE => {
  switch (type) {
    case "boolean":
      return BigInt((chunk[at >> 3]! >> (at & 7)) & 1);
    case "integer":
      return chunk.readBigInt64LE(at * 8);
    case "float":
      return chunk.readDoubleLE(at * 8);
    default: {
      const length = chunk.readInt32LE(at * VIEW);
      if (length > IN_VIEW) return ELSEWHERE;
      return textOf(chunk.subarray(at * VIEW + 4, at * VIEW + 4 + length));
    }
  }
};

const textOf = (bytes: Buffer): string | Buffer => {
  const text = bytes.toString("utf8");
  return text.includes("\ufffd") && !bytes.equals(Buffer.from(text)) ? bytes : text;
};
