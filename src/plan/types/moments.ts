/** Type rules for dates and times: automatic only where one form throughout renders back to what is stored. */
import type { ColumnProfile, ShapeCounts } from "../../source/model.ts";
import { commonSpelling } from "../../source/shapes/datetime.ts";
import { guessEpochUnit } from "../../source/shapes/epoch.ts";
import type { IsoSpelling } from "../model.ts";
import {
  type ColumnEvidence,
  decide,
  holdsOnly,
  type TypeChoice,
  type TypeDecision,
  type TypeRemark,
} from "./choice.ts";
import { mixedMoments } from "./moment-proposals.ts";

const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, n) => sum + n, 0);

const withoutSeparator = ({ seconds, fraction, zone }: IsoSpelling): IsoSpelling => ({ seconds, fraction, zone });

/** The moment type of texts that all have one form; null where they do not. */
export const textMoment = (shapes: ShapeCounts, texts: number): TypeChoice | null => {
  if (texts === 0) return null;
  if (shapes.isoDate === texts)
    return { type: { name: "date" }, form: { kind: "iso-date" }, reason: "every value is a calendar day, YYYY-MM-DD" };
  if (total(shapes.isoTime) === texts) {
    const spelling = commonSpelling(Object.keys(shapes.isoTime));
    if (spelling && spelling.zone === "")
      return {
        type: { name: "time" },
        form: { kind: "iso-time", ...withoutSeparator(spelling) },
        reason: "every value is a time of day in one spelling",
      };
  }
  if (total(shapes.isoDateTime) === texts) {
    const spelling = commonSpelling(Object.keys(shapes.isoDateTime));
    if (spelling?.separator)
      return {
        type: { name: spelling.zone === "" ? "timestamp" : "timestamptz" },
        form: { kind: "iso-datetime", separator: spelling.separator, ...withoutSeparator(spelling) },
        reason:
          spelling.zone === ""
            ? "every value is a date and time in one spelling, without a zone"
            : `every value is a date and time in one spelling, and every zone is ${spelling.zone.trim()}`,
      };
  }
  return null;
};

/**
 * The moment type of date-times that are spelled in several ways, each as the moment that it names: where all of them name a zone, or
 * none does. null otherwise: what one without a zone means beside others is the user's to say.
 */
export const mixedMoment = ({ shapes, texts, ...others }: ColumnProfile): TypeChoice | null => {
  const read = total(shapes.isoDateTime) + shapes.otherOffsets;
  if (texts === 0 || read !== texts || others.integers + others.reals + others.blobs > 0) return null;
  const naive = Object.entries(shapes.isoDateTime).reduce((sum, [key, n]) => sum + (key.endsWith("|") ? n : 0), 0);
  if (naive > 0 && naive < texts) return null;
  return {
    type: { name: naive === 0 ? "timestamptz" : "timestamp" },
    form: { kind: "iso-moment", naive: null },
    reason: `every value is a date and time, ${naive === 0 ? "each with a zone" : "none with a zone"}, in several spellings`,
  };
};

/** An epoch is an instant, whatever the clock on the wall: timestamptz. */
const epochChoice = (unit: "s" | "ms" | "us", storage: "integer" | "real"): TypeChoice => ({
  type: { name: "timestamptz" },
  form: { kind: "epoch", unit, storage },
  reason: `every value is a count of ${unit === "s" ? "seconds" : unit === "ms" ? "milliseconds" : "microseconds"} since 1970, by its range`,
});

/** The moment type of INTEGER or REAL values, by range; null where none fits. */
const numberMoment = ({ profile, declared }: ColumnEvidence): TypeChoice | null => {
  if (declared.family === "time") return null;
  if (holdsOnly(profile, "integers")) {
    const unit = guessEpochUnit(Number(profile.minInteger), Number(profile.maxInteger));
    return unit ? epochChoice(unit, "integer") : null;
  }
  if (!holdsOnly(profile, "reals") || profile.minReal === null || profile.maxReal === null) return null;
  if (profile.shapes.julianReal === profile.reals)
    return { type: { name: "timestamp" }, form: { kind: "julian" }, reason: "every value is a Julian day number" };
  for (const unit of ["s", "ms"] as const)
    if (profile.shapes.epochReal[unit] === profile.reals) return epochChoice(unit, "real");
  return null;
};

/** What stands in the way of a date type, for the finding. */
const whyNot = ({ profile, column }: ColumnEvidence): TypeRemark => {
  const { shapes, texts } = profile;
  const forms = [
    ...Object.keys(shapes.isoDateTime),
    ...Object.keys(shapes.isoTime),
    ...(shapes.isoDate > 0 ? ["date"] : []),
  ];
  const message =
    shapes.otherOffsets > 0
      ? `${shapes.otherOffsets} of ${texts} texts carry an offset, and others carry no zone`
      : forms.length > 1
        ? `the ${texts} texts are spelled in ${forms.length} forms (${forms.slice(0, 4).join(", ")})`
        : "not every value is a date or time in a recognised form that converts back to what is stored";
  return {
    code: "DATE_NOT_CONVERTED",
    severity: "info",
    message: `declared ${column.declaredType}; ${message}`,
    remedy:
      "It arrives as it is stored. Name a type in landbridge.yaml to convert it (`zone:` says what texts without a zone mean, `epoch:` what numbers count); rows that do not fit are then rejected one by one.",
    count: profile.integers + profile.reals + texts + profile.blobs,
  };
};

/** DATE, TIME, DATETIME, TIMESTAMP with values: a decision, or null with the remark that the plain rules should carry. */
export const momentDecision = (evidence: ColumnEvidence): TypeDecision | { readonly remark: TypeRemark } => {
  const { profile } = evidence;
  const choice = holdsOnly(profile, "texts") ? textMoment(profile.shapes, profile.texts) : numberMoment(evidence);
  if (choice) return decide(choice);
  const mixed = evidence.declared.family === "time" ? null : mixedMoment(profile);
  if (mixed === null) return { remark: nanoseconds(evidence) ?? whyNot(evidence) };
  const what = `declared ${evidence.column.declaredType}; all ${profile.texts} texts are dates with times`;
  return { remark: mixedMoments(what, profile, mixed) };
};

const LOOKS_LIKE_A_MOMENT =
  /(^|_)(date|time|timestamp|ts|at|on|created|updated|modified|expires?|expiry|last_?seen)$|(At|On|Date|Time)$/;

const UNIT_WORDS = { s: "seconds", ms: "milliseconds", us: "microseconds" } as const;

const isNamedAsMoment = (name: string): boolean => LOOKS_LIKE_A_MOMENT.test(name);

/** INTEGER columns whose name and range both say epoch: proposed. */
export const suggestEpoch = ({ profile, column, declared }: ColumnEvidence): TypeRemark[] => {
  if (declared.family !== "integer" || !holdsOnly(profile, "integers") || !isNamedAsMoment(column.name)) return [];
  const unit = guessEpochUnit(Number(profile.minInteger), Number(profile.maxInteger));
  if (!unit) return [nanoseconds({ profile, column })].filter((remark) => remark !== null);
  return [
    {
      code: "INTEGER_AS_TIMESTAMP",
      severity: "suggestion",
      message: `all ${profile.integers} values lie in the range of ${UNIT_WORDS[unit]} since 1970`,
      remedy: "Take it as timestamptz with --accept suggestions, or `type: timestamptz` in landbridge.yaml.",
      count: profile.integers,
      choice: epochChoice(unit, "integer"),
    },
  ];
};

/** PostgreSQL's timestamps end at microseconds: what is finer stays a number. */
const nanoseconds = ({ profile, column }: Pick<ColumnEvidence, "profile" | "column">): TypeRemark | null => {
  const isNanoseconds =
    holdsOnly(profile, "integers") &&
    guessEpochUnit(Number(profile.minInteger) / 1000, Number(profile.maxInteger) / 1000) === "us";
  if (!isNanoseconds) return null;
  return {
    code: "EPOCH_IN_NANOSECONDS",
    severity: "info",
    message: `all ${profile.integers} values of ${column.name} lie in the range of nanoseconds since 1970, which no type of PostgreSQL keeps`,
    remedy:
      "It arrives as bigint. A generated column can show the moment to the microsecond: to_timestamp(ns / 1e9) (`add:` in landbridge.yaml).",
    count: profile.integers,
  };
};

/** Digits alone in a text column whose name says that a moment is meant. */
export const epochTextRemark = ({ profile, column }: ColumnEvidence): TypeRemark | null => {
  const { texts, shapes, maxCharacters } = profile;
  const isEpoch =
    texts > 0 &&
    shapes.decimalText === texts &&
    maxCharacters >= 10 &&
    maxCharacters <= 20 &&
    isNamedAsMoment(column.name);
  if (!isEpoch) return null;
  return {
    code: "TEXT_HOLDS_EPOCH",
    severity: "info",
    message: `all ${texts} texts are numbers, and the name says that they are moments: counts since 1970, perhaps`,
    remedy:
      "It arrives as text. Store the numbers as INTEGER in the source to have them converted, or add a generated column: to_timestamp(column::numeric) (`add:` in landbridge.yaml).",
    count: texts,
  };
};

/** Dates that a person reads at once, in a form that does not say which number is the month, or in words. */
export const unreadMomentRemark = ({ profile }: ColumnEvidence): TypeRemark | null => {
  const { texts, emptyTexts, shapes } = profile;
  const filled = texts - emptyTexts;
  if (filled === 0 || shapes.dateLike < filled) return null;
  const isRead = total(shapes.isoDateTime) + shapes.otherOffsets + shapes.isoDate + total(shapes.isoTime) === filled;
  return {
    code: "DATE_FORM_UNKNOWN",
    severity: "info",
    message: isRead
      ? `all ${filled} texts are dates or times, but of several kinds, or some with a zone and some without`
      : `all ${filled} texts look like dates or times, in a form that is not ISO 8601's (days or months first, RFC 2822, 24:00, more than six digits of a second)`,
    remedy: isRead
      ? "It arrives as text. `type: timestamptz` with `zone:` in landbridge.yaml says what texts without a zone mean."
      : "It arrives as text: what it means would be a guess. Rewrite the values in the source as YYYY-MM-DD HH:MM:SS to have them converted.",
    count: filled,
  };
};
