/** `every:` of a range: as many spans of numbers or of time as the stored values need, from the profile. */
import type { ColumnProfile } from "../../source/model.ts";
import type { ColumnDraft } from "../drafts/model.ts";
import { valueCount } from "../types/choice.ts";

/** The least and greatest text of a column that begins as an ISO date. */
export interface TextRange {
  readonly min: string;
  readonly max: string;
}

export interface Span {
  /** Behind the table's name. */
  readonly suffix: string;
  /** Bounds as text that PostgreSQL reads in the column's type: from is in, to is out. */
  readonly from: string;
  readonly to: string;
}

/** PostgreSQL plans over some thousands at most; and nobody wants more by accident. */
export const MOST_PARTITIONS = 1000;

type Unit = "day" | "week" | "month" | "year";

/** The spans in order, none where the column has no values; or why there are none, as words behind the column's name. */
export const spansOf = (
  { choice, profile }: ColumnDraft,
  every: Unit | number,
  texts: TextRange | null,
): readonly Span[] | { readonly problem: string } => {
  const { type, form } = choice;
  if (typeof every === "number")
    return NUMBERS.has(type.name)
      ? numberSpans(profile, BigInt(every))
      : { problem: `it crosses as ${type.name}, and \`every: ${every}\` cuts numbers only` };
  if (type.name !== "date" && type.name !== "timestamp" && type.name !== "timestamptz")
    return { problem: `it crosses as ${type.name}, and \`every: ${every}\` cuts dates and timestamps only` };
  if (valueCount(profile) === 0) return [];
  const range = momentRange(profile, form, texts);
  if (range === null) return { problem: "the range of its dates is not known" };
  return momentSpans(range, every, type.name === "timestamptz" ? " 00:00:00+00" : "");
};

const NUMBERS: ReadonlySet<string> = new Set(["smallint", "integer", "bigint", "numeric", "double precision"]);

const numberSpans = (profile: ColumnProfile, every: bigint): readonly Span[] | { problem: string } => {
  const ends = [
    ...[profile.minInteger, profile.maxInteger].flatMap((value) => (value === null ? [] : [BigInt(value)])),
    ...[profile.minReal, profile.maxReal].flatMap((value) => (value === null ? [] : [BigInt(Math.floor(value))])),
  ];
  if (ends.length === 0) return [];
  const sorted = ends.toSorted((a, b) => Number(a > b) - Number(a < b));
  const [least, greatest] = [sorted[0]!, sorted.at(-1)!];
  const first = floorTo(least, every);
  const count = (greatest - first) / every + 1n;
  if (count >= MOST_PARTITIONS) return tooMany(count);
  return Array.from({ length: Number(count) }, (_, i) => {
    const from = first + BigInt(i) * every;
    return { suffix: `${from}`.replace("-", "m"), from: `${from}`, to: `${from + every}` };
  });
};

/** The greatest multiple of `step` that is not above `value`. */
const floorTo = (value: bigint, step: bigint): bigint => value - (((value % step) + step) % step);

const tooMany = (count: bigint | string) => ({ problem: `its values would need ${count} partitions` });

type Form = ColumnDraft["choice"]["form"];

const UNITS = { s: 1000, ms: 1, us: 0.001 } as const;
/** 1970-01-01T00:00Z as a Julian day. */
const EPOCH_AS_JULIAN = 2_440_587.5;
const DAY_MS = 86_400_000;

/** Least and greatest moment, in milliseconds since 1970. */
const momentRange = (profile: ColumnProfile, form: Form, texts: TextRange | null): [number, number] | null => {
  const scaled = (least: number | string | null, greatest: number | string | null, scale: (value: number) => number) =>
    least === null || greatest === null ? null : ([scale(Number(least)), scale(Number(greatest))] as [number, number]);
  if (form.kind === "epoch") {
    const [least, greatest] =
      form.storage === "integer" ? [profile.minInteger, profile.maxInteger] : [profile.minReal, profile.maxReal];
    return scaled(least, greatest, (value) => value * UNITS[form.unit]);
  }
  if (form.kind === "julian")
    return scaled(profile.minReal, profile.maxReal, (value) => (value - EPOCH_AS_JULIAN) * DAY_MS);
  if (texts === null) return null;
  const [least, greatest] = [texts.min, texts.max].map((text) => Date.parse(`${text.slice(0, 10)}T00:00:00Z`));
  return Number.isNaN(least) || Number.isNaN(greatest) ? null : [least!, greatest!];
};

const momentSpans = (
  [least, greatest]: [number, number],
  every: Unit,
  time: string,
): readonly Span[] | { problem: string } => {
  const spans: Span[] = [];
  for (let from = startOf(new Date(least), every); from.getTime() <= greatest; ) {
    if (spans.length + 1 >= MOST_PARTITIONS) return tooMany(`${MOST_PARTITIONS} or more`);
    const to = next(from, every);
    if (from.getUTCFullYear() < 1 || to.getUTCFullYear() > 9999)
      return { problem: "its dates go beyond the years 1 to 9999" };
    spans.push({ suffix: suffixOf(from, every), from: iso(from) + time, to: iso(to) + time });
    from = to;
  }
  return spans;
};

/** The year as it is: Date.UTC takes 0 to 99 for 1900 to 1999. */
const utc = (year: number, month: number, day: number): Date => {
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  return date;
};

const startOf = (date: Date, every: Unit): Date => {
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  if (every === "year") return utc(year, 0, 1);
  if (every === "month") return utc(year, month, 1);
  // Weeks begin on Monday, as in ISO 8601.
  return utc(year, month, every === "day" ? day : day - ((date.getUTCDay() + 6) % 7));
};

const next = (from: Date, every: Unit): Date => {
  const [year, month, day] = [from.getUTCFullYear(), from.getUTCMonth(), from.getUTCDate()];
  if (every === "year") return utc(year + 1, 0, 1);
  if (every === "month") return utc(year, month + 1, 1);
  return utc(year, month, day + (every === "day" ? 1 : 7));
};

const iso = (date: Date): string => date.toISOString().slice(0, 10);

const suffixOf = (from: Date, every: Unit): string =>
  iso(from)
    .slice(0, every === "year" ? 4 : every === "month" ? 7 : 10)
    .replaceAll("-", "_");
