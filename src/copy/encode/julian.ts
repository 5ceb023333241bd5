/** REAL Julian day numbers → timestamp. */
import { readJulian } from "../../source/shapes/julian.ts";
import { DAYS_1970_TO_2000, writeMoment } from "./calendar.ts";
import { type FieldEncoder, Problem, storageClass } from "./reject.ts";

export const julianEncoder: FieldEncoder = (value, out) => {
  const moment = typeof value === "number" ? readJulian(value) : null;
  if (moment === null)
    return new Problem("NOT_A_TIMESTAMP", `a ${storageClass(value)} value that is not an exact Julian day`);
  writeMoment(moment.days - DAYS_1970_TO_2000, moment.micros, out);
  return null;
};
