/** Reads a column's type as `tables.<t>.columns.<c>.type` of landbridge.yaml has it. */
import { usageError } from "../../errors.ts";
import type { Config } from "../config.ts";
import type { ElementType, TargetType } from "../model.ts";
import { nearest } from "../nearest.ts";
import { parseVectorType } from "../vectors/override.ts";

/** What people write → what PostgreSQL calls it. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ["int8", "bigint"],
  ["int", "integer"],
  ["int4", "integer"],
  ["int2", "smallint"],
  ["float8", "double precision"],
  ["double", "double precision"],
  ["bool", "boolean"],
  ["decimal", "numeric"],
  ["character varying", "varchar"],
  ["timestamp without time zone", "timestamp"],
  ["timestamp with time zone", "timestamptz"],
  ["time without time zone", "time"],
  ["blob", "bytea"],
]);

const PLAIN = [
  "smallint",
  "integer",
  "bigint",
  "double precision",
  "boolean",
  "text",
  "bytea",
  "uuid",
  "json",
  "jsonb",
  "date",
  "time",
  "timestamp",
  "timestamptz",
  "numeric",
] as const;

/**
 * Reads a PostgreSQL type as a user writes it.
 * @throws LandbridgeError TYPE_UNKNOWN (exit 2) naming the types there are
 */
export const parseTargetType = (text: string, where: string, enums: Config["enums"] = {}): TargetType => {
  const array = /^(.*\S)\s*\[\s*\]\s*$/.exec(text);
  if (array !== null) {
    // No column of its own becomes real, which holds fewer digits; packed numbers of four bytes become arrays of it.
    const isReal = /^(real|float4)$/i.test(array[1] ?? "");
    const element = isReal ? ({ name: "real" } as const) : elementOf(parseTargetType(array[1] ?? "", where));
    if (element !== null) return { name: "array", element };
    throw unknownType(text, where, enums);
  }
  const labels = Object.hasOwn(enums, text.trim()) ? enums[text.trim()] : undefined;
  if (labels !== undefined) return { name: "enum", type: text.trim(), labels };
  const [, word = "", arguments_ = ""] = /^\s*([a-z0-9 ]+?)\s*(?:\(([^)]*)\))?\s*$/i.exec(text) ?? [];
  const name = ALIASES.get(word.toLowerCase()) ?? word.toLowerCase();
  const sizes = arguments_ === "" ? [] : arguments_.split(",").map((part) => Number(part.trim()));
  const sane = sizes.every((size) => Number.isInteger(size) && size >= 0);
  if (sane && name === "varchar" && sizes.length === 1) return { name, length: sizes[0] ?? 1 };
  if (sane && name === "varchar" && sizes.length === 0) return { name: "text" };
  if (sane && name === "numeric" && sizes.length > 0 && sizes.length <= 2)
    return { name, precision: sizes[0] ?? 1, scale: sizes[1] ?? 0 };
  if ((name === "time" || name === "timestamp" || name === "timestamptz") && sane && sizes.length === 1)
    return (sizes[0] ?? 6) >= 6 ? { name } : { name, precision: sizes[0] ?? 6 };
  const vector = parseVectorType(name, sizes);
  if (vector !== null) return vector;
  const plain = PLAIN.find((candidate) => candidate === name);
  if (plain && sizes.length === 0) return { name: plain };
  throw unknownType(text, where, enums);
};

const ELEMENTS: readonly TargetType["name"][] = [
  ...(["smallint", "integer", "bigint", "double precision", "boolean"] as const),
  ...(["numeric", "text", "varchar", "uuid"] as const),
];

/** Types whose values JSON spells: only these are elements of an array. */
const elementOf = (type: TargetType): ElementType | null =>
  ELEMENTS.includes(type.name) ? (type as ElementType) : null;

const unknownType = (text: string, where: string, enums: NonNullable<Config["enums"]>): Error => {
  const guess = nearest(
    text
      .replace(/[([].*/s, "")
      .trim()
      .toLowerCase(),
    [...PLAIN, "varchar", ...Object.keys(enums)],
  );
  return usageError({
    code: "TYPE_UNKNOWN",
    message: `${where}: "${text}" is not a type that Landbridge writes.`,
    remedy: `${guess ? `Did you mean "${guess}"? ` : ""}Types: ${PLAIN.join(", ")}, varchar(n), numeric(p,s), vector(n), halfvec(n), bit(n); of scalars also arrays, as text[].`,
  });
};
