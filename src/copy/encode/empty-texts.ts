/** `empty: null` of landbridge.yaml: the empty text becomes NULL, and is counted as cleaned. */
import { CLEANED, type FieldEncoder, Problem } from "./reject.ts";

export const emptyEncoder =
  (notNull: boolean, encode: FieldEncoder): FieldEncoder =>
  (value, out) => {
    if (value !== "") return encode(value, out);
    if (notNull)
      return new Problem("NULL_NOT_ALLOWED", "an empty text, which is to be NULL, in a column that is NOT NULL");
    out.reserve(4);
    out.writeInt32(-1);
    return CLEANED;
  };
