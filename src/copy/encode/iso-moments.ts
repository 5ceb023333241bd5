/**
 * ISO date-times in any of their spellings → timestamp, timestamptz: the very moment that each names. Only for an
 * application's own column, whose type says that moments are meant.
 */
import { readIsoDateTime } from "../../source/shapes/datetime.ts";
import { DAYS_1970_TO_2000, writeMoment } from "./calendar.ts";
import { type FieldEncoder, Problem, storageClass } from "./reject.ts";

const OFFSET = / ?([+-])(\d\d)(?::?(\d\d))?$/;
/** As far from UTC as PostgreSQL takes an offset (MAX_TZDISP_HOUR). */
const MOST_HOURS = 15;
const MICROS_PER_MINUTE = 60_000_000;

/**
 * @param naive minutes from UTC of the zone that texts without one mean, and that a column without one shows; null where
 * nobody has said
 */
export const isoMomentEncoder = (naive: number | null, type: "timestamp" | "timestamptz"): FieldEncoder => {
  /** Minutes to take off the clock that is spelled; null for a text that has no place in the column. */
  const naiveShift = type === "timestamp" ? 0 : naive;
  const zonedShift = (offset: number): number | null =>
    type === "timestamptz" ? offset : naive === null ? null : offset - naive;
  return (value, out) => {
    const moment = typeof value === "string" ? readMoment(value, naiveShift, zonedShift) : null;
    if (moment === null)
      return new Problem(
        "NOT_A_TIMESTAMP",
        `a ${storageClass(value)} value that is no ISO date and time, or whose zone is not known`,
      );
    writeMoment(moment.days - DAYS_1970_TO_2000, moment.micros, out);
    return null;
  };
};

interface Moment {
  readonly days: number;
  readonly micros: number;
}

const readMoment = (
  text: string,
  naiveShift: number | null,
  zonedShift: (offset: number) => number | null,
): Moment | null => {
  const whole = readIsoDateTime(text);
  if (whole !== null) return shifted(whole, whole.spelling.zone === "" ? naiveShift : zonedShift(0));
  const offset = OFFSET.exec(text);
  if (offset === null) return null;
  const [hours, rest] = [Number(offset[2]), Number(offset[3] ?? 0)];
  const clock = readIsoDateTime(text.slice(0, offset.index));
  if (clock === null || clock.spelling.zone !== "" || hours > MOST_HOURS || rest > 59) return null;
  return shifted(clock, zonedShift((offset[1] === "-" ? -1 : 1) * (hours * 60 + rest)));
};

const shifted = ({ days, micros }: Moment, minutes: number | null): Moment | null =>
  minutes === null ? null : { days, micros: micros - minutes * MICROS_PER_MINUTE };
