/** BLOB storage → bytea. */
import { type FieldEncoder, Problem, storageClass } from "./reject.ts";

export const byteaEncoder: FieldEncoder = (value, out) => {
  if (!Buffer.isBuffer(value))
    return new Problem("WRONG_STORAGE_CLASS", `a ${storageClass(value)} value in a column of blobs`);
  out.writeBytesField(value);
  return null;
};
