/** Type rules for dates and times: automatic only where one form throughout renders back to what is stored. */
import type { ShapeCounts } from "../source/model.ts";
import { commonSpelling } from "../source/shapes/datetime.ts";
import { guessEpochUnit } from "../source/shapes/epoch.ts";
import type { IsoSpelling } from "./model.ts";
import {
  type ColumnEvidence,
  decide,
  holdsOnly,
  type TypeChoice,
  type TypeDecision,
  type TypeRemark,
} from "./type-choice.ts";

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
      ? `${shapes.otherOffsets} of ${texts} texts carry an offset that timestamptz would forget`
      : forms.length > 1
        ? `the ${texts} texts are spelled in ${forms.length} forms (${forms.slice(0, 4).join(", ")})`
        : "not every value is a date or time in a recognised form that converts back to what is stored";
  return {
    code: "DATE_NOT_CONVERTED",
    severity: "info",
    message: `declared ${column.declaredType}; ${message}`,
    remedy:
      "It arrives as it is stored. Name a type in landbridge.yaml to convert it; rows that do not fit are then rejected one by one.",
    count: profile.integers + profile.reals + texts + profile.blobs,
  };
};

/** DATE, TIME, DATETIME, TIMESTAMP with values: a decision, or null with the remark that the plain rules should carry. */
export const momentDecision = (evidence: ColumnEvidence): TypeDecision | { readonly remark: TypeRemark } => {
  const { profile } = evidence;
  const choice = holdsOnly(profile, "texts") ? textMoment(profile.shapes, profile.texts) : numberMoment(evidence);
  return choice ? decide(choice) : { remark: whyNot(evidence) };
};

const LOOKS_LIKE_A_MOMENT =
  /(^|_)(date|time|timestamp|ts|at|on|created|updated|modified|expires?|expiry|last_?seen)$|(At|On|Date|Time)$/;

const UNIT_WORDS = { s: "seconds", ms: "milliseconds", us: "microseconds" } as const;

/** INTEGER columns whose name and range both say epoch: proposed. */
export const suggestEpoch = ({ profile, column, declared }: ColumnEvidence): TypeRemark[] => {
  if (declared.family !== "integer" || !holdsOnly(profile, "integers") || !LOOKS_LIKE_A_MOMENT.test(column.name))
    return [];
  const unit = guessEpochUnit(Number(profile.minInteger), Number(profile.maxInteger));
  if (!unit) return [];
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
