/** Type rules for texts that are JSON arrays of one scalar type: PostgreSQL's own arrays, by suggestion or by the user's word. */
import type { ArrayCounts, ColumnProfile } from "../../source/model.ts";
import { ArrayStyle } from "../../source/shapes/json-array.ts";
import type { ArraySpelling, ElementType, SourceForm } from "../model.ts";
import { type ColumnEvidence, holdsOnly, type TypeChoice } from "./choice.ts";

/** The element type that keeps every element as it is; null where none does, or where no array has an element. */
const elementType = (counts: ArrayCounts, texts: number): ElementType | null => {
  const { boolean, integer, wide, double, numeric, uuid, text, empty, styles } = counts;
  const filled = texts - empty;
  if (filled === 0) return null;
  if (uuid === filled) return { name: "uuid" };
  if (uuid + text === filled) return { name: "text" };
  if (boolean === filled) return { name: "boolean" };
  if (integer === filled) return { name: "bigint" };
  if (integer + double === filled && wide === 0) return { name: "double precision" };
  // An exponent is no plain decimal, and a plain one may be a thousand times as long.
  const isPlain = (styles & ArrayStyle.digits) !== 0;
  return isPlain && integer + double + numeric === filled ? { name: "numeric" } : null;
};

/** How all arrays are written, where that is one way; undefined where the very texts cannot be made again. */
const spellingOf = ({ styles }: ArrayCounts, element: ElementType["name"]): ArraySpelling | undefined => {
  const has = (style: keyof typeof ArrayStyle): boolean => (styles & ArrayStyle[style]) !== 0;
  if (element === "real" || (!has("compact") && !has("spaced"))) return undefined;
  if (element === "text" && !has("plainText") && !has("asciiText")) return undefined;
  if (element === "double precision" && !has("javascript") && !has("python")) return undefined;
  return {
    separator: has("compact") ? "," : ", ",
    ascii: !has("plainText"),
    numbers: has("javascript") || element !== "double precision" ? "javascript" : "python",
  };
};

const formOf = (counts: ArrayCounts, element: ElementType["name"]): SourceForm => {
  const spelling = spellingOf(counts, element);
  return spelling === undefined ? { kind: "json-array" } : { kind: "json-array", spelling };
};

/** An array where every text is one of one scalar type, and some array has an element; null otherwise. */
export const arrayChoice = ({ profile }: ColumnEvidence): TypeChoice | null => {
  if (!holdsOnly(profile, "texts")) return null;
  const { arrays } = profile.shapes;
  const element = elementType(arrays, profile.texts);
  if (element === null) return null;
  return {
    type: { name: "array", element },
    form: formOf(arrays, element.name),
    reason: `every value is a JSON array of ${WORDS[element.name] ?? element.name}`,
  };
};

const WORDS: Partial<Record<ElementType["name"], string>> = {
  ...{ text: "texts", uuid: "UUIDs", boolean: "booleans", bigint: "integers" },
  ...{ "double precision": "numbers", numeric: "numbers" },
};

/** The form of arrays by the user's word, whichever of the values are some. */
export const arrayForm = ({ shapes, texts }: ColumnProfile, element: ElementType["name"]): SourceForm => {
  const { boolean, integer, double, numeric, uuid, text, empty } = shapes.arrays;
  const all = boolean + integer + double + numeric + uuid + text + empty === texts;
  return all ? formOf(shapes.arrays, element) : { kind: "json-array" };
};
