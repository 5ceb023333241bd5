/**
 * ISO dates, times and date-times in their column's one spelling → date, time, timestamp, timestamptz, straight from the character
 * codes. A text that is the same moment in another spelling is refused: it would not come back as it is stored.
 */
import type { IsoSpelling } from "../../plan/model.ts";
import { digitsAt, isoDaysAt, writeMoment } from "./calendar.ts";
import { type FieldEncoder, Problem, type RejectCode, storageClass } from "./reject.ts";

const COLON = 58;
const DOT = 46;
const DATE_LENGTH = 10;
const POWERS = [1_000_000, 100_000, 10_000, 1000, 100, 10, 1];

const refuse = (code: RejectCode, value: Parameters<FieldEncoder>[0], what: string): Problem =>
  new Problem(code, `a ${storageClass(value)} value that is not ${what}`);

export const isoDateEncoder: FieldEncoder = (value, out) => {
  const days = typeof value === "string" && value.length === DATE_LENGTH ? isoDaysAt(value) : Number.NaN;
  if (Number.isNaN(days)) return refuse("NOT_A_DATE", value, "a calendar day YYYY-MM-DD");
  out.writeInt32(4);
  out.writeInt32(days);
  return null;
};

export const isoTimeEncoder = (spelling: IsoSpelling): FieldEncoder => {
  const micros = clockReader(spelling);
  return (value, out) => {
    const time = typeof value === "string" ? micros(value, 0) : Number.NaN;
    if (Number.isNaN(time)) return refuse("NOT_A_TIME", value, "a time of day in the column's spelling");
    writeMoment(0, time, out);
    return null;
  };
};

export const isoDateTimeEncoder = (separator: " " | "T", spelling: IsoSpelling): FieldEncoder => {
  const micros = clockReader(spelling);
  const separatorCode = separator.charCodeAt(0);
  return (value, out) => {
    if (typeof value === "string" && value.charCodeAt(DATE_LENGTH) === separatorCode) {
      const days = isoDaysAt(value);
      const time = micros(value, DATE_LENGTH + 1);
      if (!Number.isNaN(days + time)) {
        writeMoment(days, time, out);
        return null;
      }
    }
    return refuse("NOT_A_TIMESTAMP", value, "a date and time in the column's spelling");
  };
};

/** Reads from `at` to the end of the text: microseconds into the day, NaN where it is not this very spelling. */
const clockReader = ({ seconds, fraction, zone }: IsoSpelling): ((text: string, at: number) => number) => {
  const fractionAt = seconds ? 8 : 5;
  return (text, at) => {
    const end = text.length - zone.length;
    if (zone !== "" && !text.endsWith(zone)) return Number.NaN;
    if (text.charCodeAt(at + 2) !== COLON || (seconds && text.charCodeAt(at + 5) !== COLON)) return Number.NaN;
    const hour = digitsAt(text, at, 2);
    const minute = digitsAt(text, at + 3, 2);
    const second = seconds ? digitsAt(text, at + 6, 2) : 0;
    if (!(hour <= 23 && minute <= 59 && second <= 59)) return Number.NaN;
    const micros = (hour * 3600 + minute * 60 + second) * 1_000_000;
    if (!seconds) return end === at + fractionAt ? micros : Number.NaN;
    return micros + fractionMicros(text, at + fractionAt, end, fraction);
  };
};

/** The fraction between `at` and `end`, its point included, in microseconds. */
const fractionMicros = (text: string, at: number, end: number, fraction: IsoSpelling["fraction"]): number => {
  if (end === at) return fraction === 0 || typeof fraction === "string" ? 0 : Number.NaN;
  const count = end - at - 1;
  if (count < 1 || count > 6 || text.charCodeAt(at) !== DOT) return Number.NaN;
  const micros = digitsAt(text, at + 1, count) * POWERS[count]!;
  if (typeof fraction === "number") return count === fraction ? micros : Number.NaN;
  // Neither spelling writes a fraction of zero.
  if (fraction === "0or6") return count === 6 && micros !== 0 ? micros : Number.NaN;
  return text.charCodeAt(end - 1) === 48 ? Number.NaN : micros;
};
