/** A column's type by the user's word (`tables.<t>.columns.<c>.type`): the type as named, the form by what is stored most. */
import type { ColumnProfile } from "../../source/model.ts";
import { BOOLEAN_PAIRS } from "../../source/shapes/boolean.ts";
import { commonSpelling } from "../../source/shapes/datetime.ts";
import { type EpochUnit, guessEpochUnit } from "../../source/shapes/epoch.ts";
import type { SourceForm, TargetType } from "../model.ts";
import { packedArrayForm, vectorForm } from "../vectors/override.ts";
import { arrayForm } from "./arrays.ts";
import type { TypeChoice } from "./choice.ts";
import { uuidChoice } from "./uuids.ts";

/** What the user says about moments. */
export interface Moments {
  /** Minutes from UTC of texts without a zone, null where that is not known. */
  readonly zone: number | null;
  readonly epoch: EpochUnit | null;
}

const NOTHING_SAID: Moments = { zone: null, epoch: null };

/** The form under which most of the stored values become that type; the others are rejected, row by row. */
export const overrideType = (type: TargetType, profile: ColumnProfile, moments = NOTHING_SAID): TypeChoice => ({
  type,
  form: formFor(type, profile, moments),
  reason: "named in landbridge.yaml",
});

const formFor = (type: TargetType, profile: ColumnProfile, moments: Moments): SourceForm => {
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
    case "array":
      return packedArrayForm(type.element.name, profile) ?? arrayForm(profile, type.element.name);
    case "numeric":
      return { kind: "decimal" };
    case "boolean":
      return booleanForm(profile);
    case "uuid":
      return uuidChoice(profile)?.form ?? uuidForm(profile);
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
    case "timestamp":
    case "timestamptz":
      return momentForm(type.name, profile, moments);
    default:
      throw new Error(`no column is made of type ${type.name}`);
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

/** Where not every value is a UUID: texts in any spelling, or BLOBs, whichever are more. */
const uuidForm = ({ blobs, texts }: ColumnProfile): SourceForm =>
  blobs > texts ? { kind: "uuid", spelling: "blob" } : { kind: "uuid-mixed" };

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

const momentForm = (
  type: "timestamp" | "timestamptz",
  profile: ColumnProfile,
  { zone, epoch }: Moments,
): SourceForm => {
  const { integers, reals, texts, minInteger, maxInteger, minReal, maxReal } = profile;
  if (integers > texts && integers >= reals) {
    const unit = epoch ?? guessEpochUnit(Number(minInteger), Number(maxInteger)) ?? "s";
    return { kind: "epoch", unit, storage: "integer" };
  }
  if (reals > texts) {
    if (epoch === null && areJulianDays(profile)) return { kind: "julian" };
    return { kind: "epoch", unit: epoch ?? guessEpochUnit(minReal ?? 0, maxReal ?? 0) ?? "s", storage: "real" };
  }
  return texts === 0 ? SQLITES_OWN : textMomentForm(type, profile, zone);
};

/** Counted where a date is declared; elsewhere the range tells: no count since 1970 of our days is as small. */
const areJulianDays = ({ shapes, reals, minReal, maxReal }: ColumnProfile): boolean =>
  shapes.julianReal === reals || ((minReal ?? 0) >= FIRST_JULIAN_DAY && (maxReal ?? 0) < JULIAN_DAYS_END);

/** The years 1 to 9999. */
const FIRST_JULIAN_DAY = 1_721_425.5;
const JULIAN_DAYS_END = 5_373_484.5;

/** Of a column without a text: as SQLite itself writes the time. */
const SQLITES_OWN: SourceForm = {
  ...{ kind: "iso-datetime", separator: " ", seconds: true, fraction: "trimmed", zone: "" },
};

/**
 * One spelling where all texts share it, so that it can be rendered back; else each text by itself.
 * @param zone minutes from UTC of what texts without a zone mean; null where nobody has said
 */
export const textMomentForm = (
  type: "timestamp" | "timestamptz",
  { shapes, texts }: ColumnProfile,
  zone: number | null,
): SourceForm => {
  const keys = Object.keys(shapes.isoDateTime);
  const count = Object.values(shapes.isoDateTime).reduce((sum, one) => sum + one, 0);
  const common = keys.length > 0 && count === texts ? commonSpelling(keys) : null;
  const asItIs =
    common?.zone === "" ? type === "timestamp" || zone === 0 : type === "timestamptz" || zone === null || zone === 0;
  if (common?.separator !== undefined && asItIs) {
    const { separator, seconds, fraction, zone: suffix } = common;
    return { kind: "iso-datetime", separator, seconds, fraction, zone: suffix };
  }
  return { kind: "iso-moment", naive: zone };
};
