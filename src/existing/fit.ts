/** How a source column's values become the type that the application's column has, and how many of them surely do not. */
import type { SourceForm, TargetType } from "../plan/model.ts";
import { integersAreExactDoubles, valueCount } from "../plan/types/choice.ts";
import { type Moments, overrideType, textMomentForm } from "../plan/types/override.ts";
import { uuidCount } from "../plan/types/uuids.ts";
import type { ColumnProfile } from "../source/model.ts";
import { guessEpochUnit } from "../source/shapes/epoch.ts";

export interface Fit {
  readonly form: SourceForm;
  /** Values that cannot become the type: their rows will be rejected. At least so many; more may turn up as they are read. */
  readonly misfits: number;
  /** Texts without a zone where the type names a moment, and nobody has said what they mean. */
  readonly naive: number;
  /** Numbers that count something since 1970, and neither their range nor anybody has said what. */
  readonly unitless: number;
}

/** @param type of the application's column · @param profile of the source's */
export const fitColumn = (type: TargetType, profile: ColumnProfile, moments: Moments): Fit => {
  const { zone } = moments;
  const form = formFor(type, profile, moments);
  const isUnitless = form.kind === "epoch" && moments.epoch === null && !isUnitKnown(form.storage, profile);
  const naive = type.name === "timestamptz" && zone === null ? naiveTexts(profile) : 0;
  const unitless = isUnitless ? profile.integers + profile.reals : 0;
  return {
    form,
    naive,
    unitless,
    misfits: valueCount(profile) - Math.min(valueCount(profile), fitting(form, type, profile)),
  };
};

const isUnitKnown = (
  storage: "integer" | "real",
  { minInteger, maxInteger, minReal, maxReal }: ColumnProfile,
): boolean =>
  storage === "integer"
    ? guessEpochUnit(Number(minInteger), Number(maxInteger)) !== null
    : guessEpochUnit(minReal ?? 0, maxReal ?? 0) !== null;

const formFor = (type: TargetType, profile: ColumnProfile, moments: Moments): SourceForm => {
  switch (type.name) {
    case "real":
      return { kind: "real" };
    case "enum":
      return { kind: "text" };
    case "citext":
    case "char":
      return overrideType({ name: "text" }, profile).form;
    case "boolean":
      return profile.integers > 0 && profile.texts > 0 ? { kind: "boolean-mixed" } : overrideType(type, profile).form;
    case "timestamp":
    case "timestamptz":
      return profile.texts >= profile.integers + profile.reals
        ? textMomentForm(type.name, profile, moments.zone)
        : overrideType(type, profile, moments).form;
    default:
      return overrideType(type, profile).form;
  }
};

const naiveTexts = ({ shapes }: ColumnProfile): number =>
  total(Object.fromEntries(Object.entries(shapes.isoDateTime).filter(([spelling]) => spelling.endsWith("|"))));

const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

/** At most so many values fit, by what the profile has counted. */
const fitting = (form: SourceForm, type: TargetType, profile: ColumnProfile): number => {
  const { integers, reals, texts, blobs, shapes } = profile;
  switch (form.kind) {
    case "integer":
      return integersInRange(type, profile);
    case "real":
      return integers + reals;
    case "decimal":
      return integers + reals + shapes.decimalText;
    case "text":
      return type.name === "enum" ? labelled(type.labels, profile) : texts;
    case "any":
      return type.name === "bytea" ? valueCount(profile) : integers + reals + texts + profile.textualBlobs;
    case "blob":
      return blobs;
    case "boolean-integer":
      return isWithin(profile, 0n, 1n) ? integers : Math.max(0, integers - 1);
    case "boolean-text":
      return texts;
    case "iso-date":
      return shapes.isoDate;
    case "iso-time":
      return total(shapes.isoTime);
    case "iso-datetime":
      return total(shapes.isoDateTime);
    case "iso-moment":
      return type.name === "timestamp" && form.naive === null
        ? naiveTexts(profile)
        : total(shapes.isoDateTime) + shapes.otherOffsets;
    case "epoch":
      return form.storage === "integer" ? integers : reals;
    case "julian":
      return reals;
    case "boolean-mixed":
      return integers + texts;
    case "uuid":
      return form.spelling === "blob" ? blobs : Math.min(texts, uuidCount(profile));
    case "uuid-mixed":
      return uuidCount(profile);
    case "json":
      return (type.name === "jsonb" ? shapes.jsonbSafe : shapes.json) + (form.numbers ? integers + reals : 0);
    case "packed-vector":
      return blobs;
    case "json-vector":
    case "json-array":
      return shapes.jsonContainer;
  }
};

const RANGES: Partial<Record<TargetType["name"], bigint>> = { smallint: 2n ** 15n, integer: 2n ** 31n };

/** The profile knows the range, not how many are beyond it: one at least. */
const integersInRange = (type: TargetType, profile: ColumnProfile): number => {
  if (type.name === "double precision" && !integersAreExactDoubles(profile)) return Math.max(0, profile.integers - 1);
  const end = RANGES[type.name];
  return end === undefined || isWithin(profile, -end, end - 1n) ? profile.integers : Math.max(0, profile.integers - 1);
};

const isWithin = ({ integers, minInteger, maxInteger }: ColumnProfile, least: bigint, most: bigint): boolean =>
  integers === 0 || (BigInt(minInteger ?? 0) >= least && BigInt(maxInteger ?? 0) <= most);

/** Where the distinct values are known: at least one value for each that is no label does not fit. */
const labelled = (labels: readonly string[], { texts, distinct }: ColumnProfile): number => {
  const strangers = (distinct ?? []).filter((value) => value.startsWith("text:") && !labels.includes(value.slice(5)));
  return strangers.length > 0 && strangers.length === distinct?.length ? 0 : texts - strangers.length;
};
