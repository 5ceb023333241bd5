/** An application's column type as the copy and the proof know it; null for those that they do not. */
import type { ElementType, TargetType } from "../plan/model.ts";
import type { FoundType } from "./read-types.ts";

const HEADER = 4;

const PLAIN: ReadonlyMap<string, TargetType> = new Map<string, TargetType>([
  ["int2", { name: "smallint" }],
  ["int4", { name: "integer" }],
  ["int8", { name: "bigint" }],
  ["float8", { name: "double precision" }],
  ["float4", { name: "real" }],
  ["bool", { name: "boolean" }],
  ["text", { name: "text" }],
  ["citext", { name: "citext" }],
  ["bytea", { name: "bytea" }],
  ["uuid", { name: "uuid" }],
  ["json", { name: "json" }],
  ["jsonb", { name: "jsonb" }],
  ["date", { name: "date" }],
]);

const ELEMENTS: readonly string[] = [
  ...["smallint", "integer", "bigint", "real", "double precision", "boolean"],
  ...["numeric", "text", "varchar", "uuid"],
];

/** The type with its modifier, which the encoders enforce because the server would round or cut in silence. */
export const targetTypeOf = ({ kind, name, modifier, labels, element }: FoundType): TargetType | null => {
  if (kind === "enum") return { name: "enum", type: name, labels };
  if (kind === "array") return arrayOf(element);
  if (kind !== "base") return null;
  switch (name) {
    case "numeric":
      return numericOf(modifier);
    case "varchar":
      return modifier < HEADER ? { name: "text" } : { name: "varchar", length: modifier - HEADER };
    case "bpchar":
      return modifier < HEADER ? null : { name: "char", length: modifier - HEADER };
    case "time":
    case "timestamp":
    case "timestamptz":
      return modifier < 0 || modifier >= 6 ? { name } : { name, precision: modifier };
    case "vector":
    case "halfvec":
      // Without dimensions a column takes vectors of any: pgvector's own -1.
      return modifier < 1 ? null : { name, dimensions: modifier };
    case "bit":
      return modifier < 1 ? null : { name, length: modifier };
    default:
      return PLAIN.get(name) ?? null;
  }
};

/** Precision in the upper half, the scale as eleven bits with a sign; a negative scale rounds before the point, and is left alone. */
const numericOf = (modifier: number): TargetType | null => {
  if (modifier < HEADER) return { name: "numeric" };
  const precision = ((modifier - HEADER) >> 16) & 0xffff;
  const scale = (((modifier - HEADER) & 0x7ff) ^ 1024) - 1024;
  return scale < 0 || scale > precision ? null : { name: "numeric", precision, scale };
};

const arrayOf = (element: FoundType | null): TargetType | null => {
  const type = element === null ? null : targetTypeOf(element);
  return type !== null && ELEMENTS.includes(type.name) ? { name: "array", element: type as ElementType } : null;
};
