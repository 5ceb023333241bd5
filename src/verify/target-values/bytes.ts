/** What PostgreSQL sends for text, varchar, json, bytea and uuid: the bytes themselves. */
import type { TargetWriter } from "./compile.ts";
import { damaged } from "./damaged.ts";

export const bytes: TargetWriter = (source, at, length, out) => {
  out.int32(length);
  out.copy(source, at, at + length);
};

/** char(n), without the blanks that it is padded with. */
export const unpadded: TargetWriter = (source, at, length, out) => {
  let end = at + length;
  while (end > at && source[end - 1] === 0x20) end--;
  bytes(source, at, end - at, out);
};

export const uuid: TargetWriter = (source, at, length, out) => {
  if (length !== 16) return damaged("uuid", length);
  out.int32(16);
  out.copy(source, at, at + 16);
};
