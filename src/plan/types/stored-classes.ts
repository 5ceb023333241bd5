/** What a column held, for the way back: where several storage classes lead to one value of PostgreSQL. */
import type { ColumnProfile } from "../../source/model.ts";
import type { SourceForm, StoredClasses } from "../model.ts";

/** The profile stops looking for decimals where none of so many texts was one. */
const LOOKED_AT = 200;

/** Null for forms that are of one storage class by themselves. */
export const storedClasses = (form: SourceForm, profile: ColumnProfile): StoredClasses | null => {
  if (form.kind !== "any" && form.kind !== "real" && form.kind !== "decimal") return null;
  const { integers, reals, texts, blobs, textualBlobs, shapes } = profile;
  const isSure = shapes.decimalText > 0 || texts <= LOOKED_AT;
  return { integers, reals, texts, blobs, decimalTexts: isSure ? shapes.decimalText : texts, textualBlobs };
};
