/** Counts of seconds, milliseconds or microseconds since 1970 → timestamp, timestamptz. */
import type { SourceForm } from "../../plan/model.ts";
import { readEpoch } from "../../source/shapes/epoch.ts";
import type { CopyBuffer } from "./buffer.ts";
import { DAYS_1970_TO_2000, END_MICROS, FIRST_MICROS, MICROS_1970_TO_2000, writeMoment } from "./calendar.ts";
import { type FieldEncoder, type Outcome, Problem, storageClass } from "./reject.ts";

type EpochForm = Extract<SourceForm, { kind: "epoch" }>;

const MICROS = { s: 1_000_000, ms: 1000, us: 1 } as const;
/** Below this, a count of microseconds since 1970 or 2000 is exact as a number. */
const EXACT = 2 ** 52;

export const epochEncoder = ({ unit, storage }: EpochForm): FieldEncoder =>
  storage === "real" ? realEpoch(unit) : integerEpoch(MICROS[unit]);

const integerEpoch =
  (factor: number): FieldEncoder =>
  (value, out) => {
    if (typeof value !== "bigint")
      return new Problem("NOT_A_TIMESTAMP", `a ${storageClass(value)} value in a column of integers since 1970`);
    const micros = Number(value) * factor;
    return micros < EXACT && micros > -EXACT ? writeNumber(micros, out) : writeExact(value * BigInt(factor), out);
  };

/** Only where the nearest microsecond, rendered back, is the very double that is stored. */
const realEpoch =
  (unit: EpochForm["unit"]): FieldEncoder =>
  (value, out) => {
    if (typeof value !== "number")
      return new Problem("NOT_A_TIMESTAMP", `a ${storageClass(value)} value in a column of reals since 1970`);
    const moment = readEpoch(value, unit);
    if (moment === null)
      return new Problem("NOT_A_TIMESTAMP", "a REAL value that is not an exact number of microseconds");
    writeMoment(moment.days - DAYS_1970_TO_2000, moment.micros, out);
    return null;
  };

const writeNumber = (micros: number, out: CopyBuffer): null => {
  out.writeInt32(8);
  out.writeSafeInt64(micros - MICROS_1970_TO_2000);
  return null;
};

const writeExact = (micros: bigint, out: CopyBuffer): Outcome => {
  const moment = micros - BigInt(MICROS_1970_TO_2000);
  if (moment < FIRST_MICROS || moment >= END_MICROS)
    return new Problem("OUT_OF_RANGE", "a moment outside 4714 BC to 294276, which timestamp cannot hold");
  out.writeInt32(8);
  out.writeInt64(moment);
  return null;
};
