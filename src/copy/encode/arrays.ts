/** JSON arrays of scalars → one-dimensional arrays, in the binary form that array_recv reads. */

import type { ElementType, SourceForm, TargetType } from "../../plan/model.ts";
import { sameNumber } from "../../source/shapes/json-spelling.ts";
import { type FieldEncoder, type InvalidText, Problem, type SqliteValue, storageClass } from "./reject.ts";

/** pg_type's own numbers, which never change. */
const OIDS: Readonly<Record<ElementType["name"], number>> = {
  smallint: 21,
  integer: 23,
  bigint: 20,
  real: 700,
  "double precision": 701,
  boolean: 16,
  numeric: 1700,
  text: 25,
  varchar: 1043,
  uuid: 2950,
};

const FORMS: Readonly<Record<ElementType["name"], SourceForm>> = {
  smallint: { kind: "integer" },
  integer: { kind: "integer" },
  bigint: { kind: "integer" },
  real: { kind: "real" },
  "double precision": { kind: "real" },
  boolean: { kind: "boolean-integer" },
  numeric: { kind: "decimal" },
  text: { kind: "text" },
  varchar: { kind: "text" },
  uuid: { kind: "uuid", spelling: "lower" },
};

/**
 * @param encoderOf gives the encoder of the elements
 * @throws Error for a type that is no array: a plan that contradicts itself
 */
export const arrayEncoder = (
  type: TargetType,
  encoderOf: (element: ElementType, form: SourceForm) => FieldEncoder,
): FieldEncoder => {
  if (type.name !== "array") throw new Error(`a JSON array cannot become ${type.name}`);
  const { element } = type;
  const encode = encoderOf(element, FORMS[element.name]);
  return (value, out) => {
    const elements = typeof value === "string" ? jsonArray(value) : null;
    if (elements === null)
      return new Problem("NOT_AN_ARRAY", `a ${storageClass(value)} value that is not a JSON array`);
    const start = out.length;
    out.reserve(24);
    out.writeInt32(0);
    out.writeInt32(elements.length === 0 ? 0 : 1);
    out.writeInt32(elements.includes(null) ? 1 : 0);
    out.writeInt32(OIDS[element.name]);
    if (elements.length > 0) {
      out.writeInt32(elements.length);
      out.writeInt32(1);
    }
    for (const one of elements) {
      out.reserve(24);
      if (one === null) {
        out.writeInt32(-1);
        continue;
      }
      const scalar = scalarOf(one, element);
      const outcome = scalar === null ? notAnElement(element) : encode(scalar, out);
      // A cleaned element would be a changed array: it stays behind, whatever the policy for plain text.
      if (outcome !== null) return outcome instanceof Problem ? outcome : notAnElement(element);
    }
    out.setInt32(start, out.length - start - 4);
    return null;
  };
};

const notAnElement = (element: ElementType): Problem =>
  new Problem("NOT_AN_ARRAY", `a JSON array with an element that is no ${element.name}`);

/** A number as JSON spells it: digits beyond a double's are kept. */
class Spelled {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Element = null | string | boolean | Spelled;

/** null for a text that is no JSON array of scalars. */
const jsonArray = (text: string): Element[] | null => {
  try {
    const value: unknown = JSON.parse(text, (_, part: unknown, context?: { readonly source?: string }) =>
      typeof part === "number" ? new Spelled(context?.source ?? String(part)) : part,
    );
    return Array.isArray(value) && value.every(isElement) ? value : null;
  } catch {
    return null;
  }
};

const isElement = (value: unknown): value is Element =>
  value === null || typeof value === "string" || typeof value === "boolean" || value instanceof Spelled;

/** A number that eight bytes give back as it is spelled, zeros at its end aside; null for any other. */
const keptDouble = (text: string): number | null => {
  const value = Number(text);
  const shortest = String(value);
  return shortest === text || Object.is(value, -0) || sameNumber(text, shortest) ? value : null;
};

/** An integer of 64 bits, which is what the integers' encoders take; null for any other number. */
const keptInteger = (text: string): bigint | null => {
  if (!/^(?:0|-?[1-9]\d*)$/.test(text)) return null;
  const value = BigInt(text);
  return BigInt.asIntN(64, value) === value ? value : null;
};

/** The SQLite value that the element's form reads; null where JSON spells something else. */
const scalarOf = (
  value: Exclude<Element, null>,
  { name }: ElementType,
): Exclude<SqliteValue, null | InvalidText> | null => {
  switch (name) {
    case "boolean":
      return typeof value === "boolean" ? (value ? 1n : 0n) : null;
    case "smallint":
    case "integer":
    case "bigint":
      return value instanceof Spelled ? keptInteger(value.text) : null;
    case "real":
    case "double precision":
      return value instanceof Spelled ? keptDouble(value.text) : null;
    case "numeric":
      return value instanceof Spelled ? value.text : null;
    default:
      return typeof value === "string" && value.isWellFormed() ? value : null;
  }
};
