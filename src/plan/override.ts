/** A column's type by the user's word (`tables.<t>.columns.<c>.type`): the type as named, the form by what is stored most. */
import { usageError } from "../errors.ts";
import type { ColumnProfile } from "../source/model.ts";
import { BOOLEAN_PAIRS } from "../source/shapes/boolean.ts";
import { commonSpelling } from "../source/shapes/datetime.ts";
import { guessEpochUnit } from "../source/shapes/epoch.ts";
import type { Config } from "./config.ts";
import type { SourceForm, TargetType } from "./model.ts";
import { nearest } from "./nearest.ts";
import type { TypeChoice } from "./type-choice.ts";
import { parseVectorType, vectorForm } from "./vectors/override.ts";

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
  const vector = parseVectorType(name, sizes);
  if (vector !== null) return vector;
  const plain = PLAIN.find((candidate) => candidate === name);
  if (plain && sizes.length === 0) return { name: plain };
  const guess = nearest(name, [...PLAIN, "varchar", ...Object.keys(enums)]);
  throw usageError({
    code: "TYPE_UNKNOWN",
    message: `${where}: "${text}" is not a type that Landbridge writes.`,
    remedy: `${guess ? `Did you mean "${guess}"? ` : ""}Types: ${PLAIN.join(", ")}, varchar(n), numeric(p,s), vector(n), halfvec(n), bit(n).`,
  });
};

/** The form under which most of the stored values become that type; the others are rejected, row by row. */
export const overrideType = (type: TargetType, profile: ColumnProfile): TypeChoice => ({
  type,
  form: formFor(type, profile),
  reason: "named in landbridge.yaml",
});

const formFor = (type: TargetType, profile: ColumnProfile): SourceForm => {
  switch (type.name) {
    case "smallint":
    case "integer":
    case "bigint":
      return { kind: "integer" };
    case "double precision":
      return { kind: "real" };
    case "vector":
    case "halfvec":
    case "bit":
      return vectorForm(type, profile);
    case "numeric":
      return { kind: "decimal" };
    case "boolean":
      return booleanForm(profile);
    case "uuid":
      return uuidForm(profile);
    case "json":
    case "jsonb":
      return { kind: "json", numbers: profile.integers + profile.reals > 0 };
    case "bytea":
      return profile.blobs > 0 && profile.texts + profile.integers + profile.reals === 0
        ? { kind: "blob" }
        : { kind: "any" };
    case "text":
    case "enum":
    case "varchar":
      return profile.blobs + profile.integers + profile.reals > 0 ? { kind: "any" } : { kind: "text" };
    case "date":
      return { kind: "iso-date" };
    case "time":
      return timeForm(profile);
    default:
      return momentForm(profile);
  }
};

const booleanForm = (profile: ColumnProfile): SourceForm => {
  if (profile.integers >= profile.texts) return { kind: "boolean-integer" };
  const words = (profile.distinct ?? []).map((value) => value.replace(/^text:/, ""));
  const ranked = BOOLEAN_PAIRS.map((pair) => ({ pair, hits: words.filter((word) => pair.includes(word)).length }));
  const [best] = ranked.sort((a, b) => b.hits - a.hits);
  const [no, yes] = best?.pair ?? ["false", "true"];
  return { kind: "boolean-text", false: no, true: yes };
};

const uuidForm = ({ shapes, blobs, texts }: ColumnProfile): SourceForm => {
  if (blobs > texts) return { kind: "uuid", spelling: "blob" };
  const counts = [
    { spelling: "lower", count: shapes.uuidLower },
    { spelling: "upper", count: shapes.uuidUpper },
    { spelling: "hex-lower", count: shapes.hex32Lower },
    { spelling: "hex-upper", count: shapes.hex32Upper },
  ] as const;
  const [best = counts[0]] = [...counts].sort((a, b) => b.count - a.count);
  return { kind: "uuid", spelling: best.spelling };
};

/** The spelling that covers all, else the commonest one. */
const bestSpelling = (counts: Readonly<Record<string, number>>) => {
  const keys = Object.keys(counts);
  const common = keys.length > 0 ? commonSpelling(keys) : null;
  if (common) return common;
  const [commonest] = keys.sort((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0));
  return commonest === undefined ? null : commonSpelling([commonest]);
};

const timeForm = ({ shapes }: ColumnProfile): SourceForm => {
  const spelling = bestSpelling(shapes.isoTime);
  return {
    kind: "iso-time",
    seconds: spelling?.seconds ?? true,
    fraction: spelling?.fraction ?? "trimmed",
    zone: spelling?.zone ?? "",
  };
};

const momentForm = ({
  shapes,
  integers,
  reals,
  texts,
  minInteger,
  maxInteger,
  minReal,
  maxReal,
}: ColumnProfile): SourceForm => {
  if (integers > texts && integers >= reals)
    return { kind: "epoch", unit: guessEpochUnit(Number(minInteger), Number(maxInteger)) ?? "s", storage: "integer" };
  if (reals > texts) {
    if (shapes.julianReal === reals) return { kind: "julian" };
    return { kind: "epoch", unit: guessEpochUnit(minReal ?? 0, maxReal ?? 0) ?? "s", storage: "real" };
  }
  const spelling = bestSpelling(shapes.isoDateTime);
  return {
    kind: "iso-datetime",
    separator: spelling?.separator ?? " ",
    seconds: spelling?.seconds ?? true,
    fraction: spelling?.fraction ?? "trimmed",
    zone: spelling?.zone ?? "",
  };
};
