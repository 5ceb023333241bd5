/** Reads dates and times that are spelled as ISO 8601 has them, exactly: what is read here renders back to the very text. */
import { dateOfDays, daysOfDate, isCalendarDay } from "./calendar.ts";
import { type ConcreteIso, type IsoForm, spellingOf } from "./spelling.ts";

export {
  type ConcreteIso,
  commonSpelling,
  fitsSpelling,
  type IsoForm,
  parseSpellingKey,
  spellingKey,
} from "./spelling.ts";

export interface IsoTime {
  /** Microseconds since midnight. */
  readonly micros: number;
  readonly spelling: ConcreteIso;
}

export interface IsoDateTime extends IsoTime {
  /** Days since 1970-01-01. */
  readonly days: number;
}

const DASH = 45;
const COLON = 58;
const POINT = 46;

/** Two digits at `at`, else NaN (also past the end). */
const two = (text: string, at: number): number => {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
};

/** The date in the first ten characters, in days since 1970-01-01, or null. */
const dateAtStart = (text: string): number | null => {
  if (text.charCodeAt(4) !== DASH || text.charCodeAt(7) !== DASH) return null;
  const year = two(text, 0) * 100 + two(text, 2);
  const month = two(text, 5);
  const day = two(text, 8);
  return year >= 1 && isCalendarDay(year, month, day) ? daysOfDate(year, month, day) : null;
};

/** Which of ZONES the text ends with from `at` on, or -1. */
const zoneAt = (text: string, at: number): number => {
  const rest = text.length - at;
  if (rest === 0) return 0;
  if (rest === 1) return text.charCodeAt(at) === 90 ? 1 : -1;
  if (rest === 6) return text.startsWith("+00:00", at) ? 2 : -1;
  if (rest === 3) return text.startsWith("+00", at) ? 3 : -1;
  return rest === 4 && text.startsWith(" UTC", at) ? 4 : -1;
};

/** A time of day with its zone from `at` to the end. `separator` is the position in SEPARATORS of what came before it. */
const timeFrom = (text: string, at: number, separator: number): IsoTime | null => {
  const hours = two(text, at);
  const minutes = two(text, at + 3);
  if (!(hours <= 23 && minutes <= 59) || text.charCodeAt(at + 2) !== COLON) return null;
  let end = at + 5;
  let seconds = 0;
  let fraction = 0;
  let digits = 0;
  let ending = 0;
  const hasSeconds = text.charCodeAt(end) === COLON;
  if (hasSeconds) {
    seconds = two(text, end + 1);
    if (!(seconds <= 59)) return null;
    end += 3;
    if (text.charCodeAt(end) === POINT) {
      let digit = text.charCodeAt(++end) - 48;
      let last = -1;
      for (; digit >= 0 && digit <= 9; digit = text.charCodeAt(++end) - 48) {
        if (++digits > 6) return null;
        fraction = fraction * 10 + digit;
        last = digit;
      }
      if (digits === 0) return null;
      ending = last !== 0 ? 0 : fraction === 0 ? 2 : 1;
      for (let missing = digits; missing < 6; missing++) fraction *= 10;
    }
  }
  const zone = zoneAt(text, end);
  if (zone < 0) return null;
  const micros = ((hours * 60 + minutes) * 60 + seconds) * 1_000_000 + fraction;
  return { micros, spelling: spellingOf(separator, hasSeconds, digits, ending, zone) };
};

/** `YYYY-MM-DD` of years 0001–9999 as days since 1970-01-01; null for anything else. */
export const readIsoDate = (text: string): number | null => (text.length === 10 ? dateAtStart(text) : null);

/** `HH:MM[:SS[.ffffff]]` with one of the zones that mean UTC; null for anything else (24:00 and :60 are not times of day). */
export const readIsoTime = (text: string): IsoTime | null =>
  text.length >= 5 && text.length <= 21 ? timeFrom(text, 0, 0) : null;

/** A date, a space or T, and a time; null for anything else. */
export const readIsoDateTime = (text: string): IsoDateTime | null => {
  if (text.length < 16 || text.length > 32) return null;
  const between = text.charCodeAt(10);
  const separator = between === 84 ? 2 : between === 32 ? 1 : 0;
  if (separator === 0) return null;
  const days = dateAtStart(text);
  if (days === null) return null;
  const time = timeFrom(text, 11, separator);
  return time && { days, micros: time.micros, spelling: time.spelling };
};

const OFFSET = / ?([+-])(\d\d)(?::?(\d\d))?$/;

/** A valid ISO date-time whose zone is a numeric offset other than zero (`-00:00`, "offset unknown", counts as other). */
export const hasOtherOffset = (text: string): boolean => {
  if (text.length < 19 || text.length > 34) return false;
  const offset = OFFSET.exec(text);
  if (!offset || offset.index < 16) return false;
  const hours = Number(offset[2]);
  const minutes = Number(offset[3] ?? 0);
  if (hours > 15 || minutes > 59 || (offset[1] === "+" && hours + minutes === 0)) return false;
  return readIsoDateTime(text.slice(0, offset.index))?.spelling.zone === "";
};

/** ISO in all its liberties, days first or months first, times with AM and PM, RFC 2822, and months by their names. */
const DATE_LIKE =
  /^\s*(?:(?:[A-Z][a-z]{2,8},? )?(?:\d{1,2}[ -][A-Z][a-z]{2,8}\.?[ -]\d{4}|[A-Z][a-z]{2,8}\.? \d{1,2},? \d{4})(?:[ ,]|\s*$)|[+-]?\d{4,6}[-/.]\d{1,2}[-/.]\d{1,2}(?:[ T,]|\s*$)|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})(?:[ T,]|\s*$)|\d{8}T\d{4}|\d{1,2}:\d\d(?::\d\d(?:[.,]\d*)?)?\s*(?:[AaPp][Mm]|Z|UTC|[+-]\d\d(?::?\d\d)?)?\s*$)/;

/** Does a reader see a date or a time here, whether or not it has a form? */
export const looksLikeDate = (text: string): boolean => text.length >= 4 && text.length <= 64 && DATE_LIKE.test(text);

const padded = (value: number, width: number): string => String(value).padStart(width, "0");

/** `YYYY-MM-DD` of days since 1970-01-01, for years 0001–9999. */
export const renderIsoDate = (days: number): string => {
  const { year, month, day } = dateOfDays(days);
  return `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`;
};

const renderFraction = (micros: number, fraction: IsoForm["fraction"]): string => {
  const all = padded(micros, 6);
  if (fraction === "0or6") return micros === 0 ? "" : `.${all}`;
  const digits = fraction === "trimmed" ? all.replace(/0+$/, "") : all.slice(0, fraction);
  return digits === "" ? "" : `.${digits}`;
};

/** A time of day (microseconds since midnight) in a column's form. */
export const renderIsoTime = (micros: number, form: IsoForm): string => {
  const whole = Math.floor(micros / 1_000_000);
  const minutes = Math.floor(whole / 60);
  const clock = `${padded(Math.floor(minutes / 60), 2)}:${padded(minutes % 60, 2)}`;
  if (!form.seconds) return `${clock}${form.zone}`;
  return `${clock}:${padded(whole % 60, 2)}${renderFraction(micros % 1_000_000, form.fraction)}${form.zone}`;
};

/** A date and time in a column's form; exact where the value fits the form. */
export const renderIso = (days: number, micros: number, form: IsoForm): string =>
  `${renderIsoDate(days)}${form.separator ?? " "}${renderIsoTime(micros, form)}`;
