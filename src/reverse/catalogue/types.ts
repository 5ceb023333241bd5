/** PostgreSQL's types in a new SQLite file, where no plan says how a column was spelled there before. */
import type { SourceForm, TargetType } from "../../plan/model.ts";
import type { CatalogueColumn } from "./read.ts";

export interface BackType {
  /** What SQLite is told: its affinity follows from it. */
  readonly declared: string;
  readonly type: TargetType;
  readonly form: SourceForm;
  /** The column is read as the text that the server makes of it. */
  readonly asText: boolean;
}

const ISO = { seconds: true, fraction: "trimmed" } as const;

/** Doubles hold decimals of up to so many digits without changing one. */
const DIGITS_OF_A_DOUBLE = 15;

const plain = (declared: string, type: TargetType, form: SourceForm): BackType => ({
  declared,
  type,
  form,
  asText: false,
});

const BY_NAME: Readonly<Record<string, BackType>> = {
  smallint: plain("INTEGER", { name: "smallint" }, { kind: "integer" }),
  integer: plain("INTEGER", { name: "integer" }, { kind: "integer" }),
  bigint: plain("INTEGER", { name: "bigint" }, { kind: "integer" }),
  real: plain("REAL", { name: "real" }, { kind: "real" }),
  "double precision": plain("REAL", { name: "double precision" }, { kind: "real" }),
  boolean: plain("BOOLEAN", { name: "boolean" }, { kind: "boolean-integer" }),
  text: plain("TEXT", { name: "text" }, { kind: "text" }),
  "character varying": plain("TEXT", { name: "text" }, { kind: "text" }),
  citext: plain("TEXT COLLATE NOCASE", { name: "citext" }, { kind: "text" }),
  bytea: plain("BLOB", { name: "bytea" }, { kind: "blob" }),
  uuid: plain("TEXT", { name: "uuid" }, { kind: "uuid", spelling: "lower" }),
  json: plain("TEXT", { name: "json" }, { kind: "json", numbers: false }),
  jsonb: plain("TEXT", { name: "jsonb" }, { kind: "json", numbers: false }),
  date: plain("TEXT", { name: "date" }, { kind: "iso-date" }),
  "time without time zone": plain("TEXT", { name: "time" }, { kind: "iso-time", ...ISO, zone: "" }),
  "timestamp without time zone": plain(
    "TEXT",
    { name: "timestamp" },
    { kind: "iso-datetime", separator: " ", ...ISO, zone: "" },
  ),
  "timestamp with time zone": plain(
    "TEXT",
    { name: "timestamptz" },
    { kind: "iso-datetime", separator: " ", ...ISO, zone: "+00:00" },
  ),
};

/** The type, form and declaration of a column; whatever SQLite has no word for becomes the text that the server prints. */
export const backType = ({ type }: CatalogueColumn): BackType => {
  const bare = type.replace(/\([^)]*\)/, "");
  const [, digits, scale] = /^(?:numeric|character varying)\((\d+)(?:,(-?\d+))?\)$/.exec(type) ?? [];
  if (bare === "numeric") return numeric(digits === undefined ? null : Number(digits), Number(scale ?? 0));
  if (bare === "character varying" && digits !== undefined)
    return plain(`VARCHAR(${digits})`, { name: "text" }, { kind: "text" });
  const known = Object.hasOwn(BY_NAME, bare) ? BY_NAME[bare] : undefined;
  if (known !== undefined) return known;
  return { declared: "TEXT", type: { name: "text" }, form: { kind: "text" }, asText: true };
};

/** As a number where doubles are enough for every value of the type, else as text. */
const numeric = (precision: number | null, scale: number): BackType => {
  const type: TargetType = precision === null ? { name: "numeric" } : { name: "numeric", precision, scale };
  const fits = precision !== null && precision <= DIGITS_OF_A_DOUBLE && scale >= 0 && scale <= precision;
  return plain(fits ? `DECIMAL(${precision},${scale})` : "TEXT", type, { kind: "decimal" });
};
