/**
 * ISO date-times in any of their spellings → timestamp, timestamptz: the very moment that each names. Only for an
 * application's own column, whose type says that moments are meant.
 */
import { readIsoDateTime } from "../../source/shapes/datetime.ts";
import { DAYS_1970_TO_2000, writeMoment } from "./calendar.ts";
import { type FieldEncoder, Problem, storageClass } from "./reject.ts";

const OFFSET = / ?([+-])(\d\d)(?::?(\d\d))?$/;
const MOST_HOURS = 15;
const MICROS_PER_MINUTE = 60_000_000;

/** @param naive minutes from UTC of texts without a zone, null where they name no moment @param zoned whether others may come */
export const isoMomentEncoder =
  (naive: number | null, zoned: boolean): FieldEncoder =>
  (value, out) => {
    const moment = typeof value === "string" ? readMoment(value, naive, zoned) : null;
    if (moment === null)
      return new Problem(
        "NOT_A_TIMESTAMP",
        `a ${storageClass(value)} value that is not an ISO date and time${zoned ? "" : " without a zone"}`,
      );
    writeMoment(moment.days - DAYS_1970_TO_2000, moment.micros, out);
    return null;
  };

const readMoment = (text: string, naive: number | null, zoned: boolean): { days: number; micros: number } | null => {
  const whole = readIsoDateTime(text);
  if (whole !== null) {
    const isNaive = whole.spelling.zone === "";
    const minutes = isNaive ? naive : zoned ? 0 : null;
    return minutes === null ? null : { days: whole.days, micros: whole.micros - minutes * MICROS_PER_MINUTE };
  }
  const offset = zoned ? OFFSET.exec(text) : null;
  if (offset === null) return null;
  const [hours, rest] = [Number(offset[2]), Number(offset[3] ?? 0)];
  const clock = readIsoDateTime(text.slice(0, offset.index));
  if (clock === null || clock.spelling.zone !== "" || hours > MOST_HOURS || rest > 59) return null;
  const minutes = (offset[1] === "-" ? -1 : 1) * (hours * 60 + rest);
  return { days: clock.days, micros: clock.micros - minutes * MICROS_PER_MINUTE };
};
