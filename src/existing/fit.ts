/** How a source column's values become the type that the application's column has, and how many of them surely do not. */
import type { SourceForm, TargetType } from "../plan/model.ts";
import { overrideType } from "../plan/override.ts";
import { integersAreExactDoubles, valueCount } from "../plan/type-choice.ts";
import type { ColumnProfile } from "../source/model.ts";
import { commonSpelling } from "../source/shapes/datetime.ts";
import { type EpochUnit, guessEpochUnit } from "../source/shapes/epoch.ts";

export interface Fit {
  readonly form: SourceForm;
  /** Values that cannot become the type: their rows will be rejected. At least so many; more may turn up as they are read. */
  readonly misfits: number;
  /** Texts without a zone where the type names a moment, and nobody has said what they mean. */
  readonly naive: number;
  /** Numbers that count something since 1970, and neither their range nor anybody has said what. */
  readonly unitless: number;
}

/** What the user says about moments. */
export interface Moments {
  /** Minutes from UTC of texts without a zone, null where that is not known. */
  readonly zone: number | null;
  readonly epoch: EpochUnit | null;
}

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

const formFor = (type: TargetType, profile: ColumnProfile, { zone, epoch }: Moments): SourceForm => {
  switch (type.name) {
    case "real":
      return { kind: "real" };
    case "enum":
      return { kind: "text" };
    case "citext":
    case "char":
      return overrideType({ name: "text" }, profile).form;
    case "array":
      return { kind: "json-array" };
    case "boolean":
      return profile.integers > 0 && profile.texts > 0 ? { kind: "boolean-mixed" } : overrideType(type, profile).form;
    case "uuid":
      return uuidForm(overrideType(type, profile).form, profile);
    case "timestamp":
    case "timestamptz":
      return profile.texts >= profile.integers + profile.reals
        ? textMoment(type.name, profile, zone)
        : withUnit(overrideType(type, profile).form, epoch);
    default:
      return overrideType(type, profile).form;
  }
};

/** One spelling where all texts share it, so that it can be rendered back; else any. */
const uuidForm = (form: SourceForm, profile: ColumnProfile): SourceForm =>
  form.kind === "uuid" && form.spelling !== "blob" && uuidTexts(profile, Math.max) < profile.texts
    ? { kind: "uuid-mixed" }
    : form;

const uuidTexts = ({ shapes }: ColumnProfile, of: (...counts: number[]) => number): number =>
  of(shapes.uuidLower, shapes.uuidUpper, shapes.hex32Lower, shapes.hex32Upper);

const withUnit = (form: SourceForm, unit: EpochUnit | null): SourceForm =>
  form.kind === "epoch" && unit !== null ? { ...form, unit } : form;

/** One spelling where all texts share it, so that it can be rendered back; else each text by itself. */
const textMoment = (
  type: "timestamp" | "timestamptz",
  { shapes, texts }: ColumnProfile,
  zone: number | null,
): SourceForm => {
  const keys = Object.keys(shapes.isoDateTime);
  const common = keys.length > 0 && total(shapes.isoDateTime) === texts ? commonSpelling(keys) : null;
  const asItIs =
    common?.zone === "" ? type === "timestamp" || zone === 0 : type === "timestamptz" || zone === null || zone === 0;
  if (common?.separator !== undefined && asItIs) {
    const { separator, seconds, fraction, zone: suffix } = common;
    return { kind: "iso-datetime", separator, seconds, fraction, zone: suffix };
  }
  return { kind: "iso-moment", naive: zone };
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
      return form.spelling === "blob" ? blobs : uuidTexts(profile, Math.max);
    case "uuid-mixed":
      // A text of both cases is in no count.
      return texts;
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
