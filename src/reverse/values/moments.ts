/** Dates and times back into their column's one spelling; what that spelling cannot say is no form of it. */
import type { IsoSpelling, SourceForm } from "../../plan/model.ts";
import { Misfit, type Moment, type Renderer, type Wire } from "./model.ts";

const MICROS_PER_DAY = 86_400_000_000;
/** 0001-01-01 and 10000-01-01, in days since 1970-01-01: four digits of a year. */
const FIRST_DAY = -719_162;
const END_DAY = 2_932_897;

const momentOf = (value: Wire, what: string): Moment | Misfit => {
  if (typeof value === "object" && "micros" in value) return value;
  return new Misfit(`${typeof value === "string" ? value : "no date"} in a column of ${what}`);
};

const two = (number: number): string => (number < 10 ? `0${number}` : String(number));

/** Year, month and day of a day count, by the days of 400-year cycles that begin with a March. */
const dateText = (days: number): string | null => {
  if (days < FIRST_DAY || days >= END_DAY) return null;
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const ofEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * ofYear + 2) / 153);
  const day = ofYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;
};

const BEYOND_YEARS = new Misfit("a year that four digits cannot say");

export const isoDate: Renderer = (value) => {
  const moment = momentOf(value, "ISO dates");
  return moment instanceof Misfit ? moment : (dateText(moment.days) ?? BEYOND_YEARS);
};

/** The clock with its zone; a Misfit where the spelling has too few digits. */
const clockText = (micros: number, { seconds, fraction, zone }: IsoSpelling): string | Misfit => {
  if (micros >= MICROS_PER_DAY) return new Misfit("24:00, which a clock of SQLite does not know");
  const whole = Math.floor(micros / 1_000_000);
  const part = micros - whole * 1_000_000;
  const minutes = Math.floor(whole / 60);
  const short = `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  if (!seconds) return micros % 60_000_000 === 0 ? `${short}${zone}` : new Misfit("seconds in a column of HH:MM");
  const digits = fractionText(part, fraction);
  if (digits === null) return new Misfit(`a finer fraction of a second than the column's ${fraction} digits`);
  return `${short}:${two(whole % 60)}${digits === "" ? "" : `.${digits}`}${zone}`;
};

const fractionText = (part: number, fraction: IsoSpelling["fraction"]): string | null => {
  const six = String(part).padStart(6, "0");
  if (fraction === "0or6") return part === 0 ? "" : six;
  if (fraction === "trimmed") return six.replace(/0+$/, "");
  return /^0*$/.test(six.slice(fraction)) ? six.slice(0, fraction) : null;
};

export const isoTime =
  (spelling: IsoSpelling): Renderer =>
  (value) => {
    const moment = momentOf(value, "times");
    return moment instanceof Misfit ? moment : clockText(moment.micros, spelling);
  };

export const isoDateTime =
  (form: IsoSpelling & { readonly separator: " " | "T" }): Renderer =>
  (value) => {
    const moment = momentOf(value, "ISO date-times");
    if (moment instanceof Misfit) return moment;
    const date = dateText(moment.days);
    const clock = clockText(moment.micros, form);
    if (date === null) return BEYOND_YEARS;
    return clock instanceof Misfit ? clock : `${date}${form.separator}${clock}`;
  };

const UNIT_MICROS = { s: 1_000_000n, ms: 1000n, us: 1n } as const;
const UNIT_DIGITS = { s: 6, ms: 3, us: 0 } as const;

const totalMicros = ({ days, micros }: Moment): bigint => BigInt(days) * BigInt(MICROS_PER_DAY) + BigInt(micros);

export const epoch = ({ unit, storage }: Extract<SourceForm, { kind: "epoch" }>): Renderer => {
  const fits = storage === "integer" ? wholeUnits(unit) : fractionOfUnits(unit);
  return (value) => {
    const moment = momentOf(value, `counts of ${unit} since 1970`);
    return moment instanceof Misfit ? moment : fits(totalMicros(moment));
  };
};

const wholeUnits =
  (unit: "s" | "ms" | "us") =>
  (micros: bigint): bigint | Misfit =>
    micros % UNIT_MICROS[unit] === 0n
      ? micros / UNIT_MICROS[unit]
      : new Misfit(`a finer moment than whole ${unit} in a column of integers`);

/** The double of the decimal text, where its own shortest text says the same microseconds. */
const fractionOfUnits = (unit: "s" | "ms" | "us") => {
  const digits = UNIT_DIGITS[unit];
  return (micros: bigint): number | Misfit => {
    const sign = micros < 0n ? "-" : "";
    const all = String(micros < 0n ? -micros : micros).padStart(digits + 1, "0");
    const text = digits === 0 ? all : `${all.slice(0, -digits)}.${all.slice(-digits)}`;
    const double = Number(`${sign}${text}`);
    const [whole = "", fraction = ""] = String(Math.abs(double)).split(".");
    const back = /e/.test(fraction) ? null : BigInt(whole + fraction.slice(0, digits).padEnd(digits, "0"));
    const same = back === (micros < 0n ? -micros : micros) && fraction.length <= digits;
    return same ? (micros === 0n ? 0 : double) : new Misfit(`a finer moment than a double of ${unit} can say`);
  };
};

/** Julian day 0 began at noon: half days to 1970-01-01. */
const MICROS_TO_1970 = (4_881_175n * BigInt(MICROS_PER_DAY)) / 2n;

export const julian: Renderer = (value) => {
  const moment = momentOf(value, "Julian day numbers");
  if (moment instanceof Misfit) return moment;
  if (moment.days < FIRST_DAY || moment.days >= END_DAY) return BEYOND_YEARS;
  const total = totalMicros(moment) + MICROS_TO_1970;
  const double = quotient(total, BigInt(MICROS_PER_DAY));
  return momentOfJulian(double) === total ? double : new Misfit("a finer moment than a Julian day number can say");
};

/** The double nearest to a quotient of positive integers: by more decimals than any double between two microseconds has. */
const quotient = (dividend: bigint, divisor: bigint): number => {
  const scale = 10n ** 25n;
  const decimals = ((dividend % divisor) * scale) / divisor;
  return Number(`${dividend / divisor}.${String(decimals).padStart(25, "0")}`);
};

/** Which moment a Julian day number stands for: the whole millisecond that it is the nearest double of, else the nearest microsecond. */
const momentOfJulian = (double: number): bigint => {
  const scaled = BigInt(double * 2 ** 32);
  const nearest = (perDay: bigint): bigint => (scaled * perDay * 2n + 2n ** 32n) / 2n ** 33n;
  const millis = nearest(86_400_000n);
  return quotient(millis, 86_400_000n) === double ? millis * 1000n : nearest(BigInt(MICROS_PER_DAY));
};
