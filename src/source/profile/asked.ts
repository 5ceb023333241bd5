/** Which shapes a declared type asks for: those are counted to the end, so that a finding can say "3 of 1,000". */
import { readDeclaredType } from "../catalogue/declared.ts";

/** Bits, one a recogniser. */
export const Shape = {
  ...{ JSON: 1, UUID: 2, DECIMAL: 4, DATE: 8, TIME: 16, DATETIME: 32, DATE_LIKE: 64 },
  ...{ ARRAY: 128, MONEY: 256 },
} as const;

export const ALL_SHAPES = 511;
const MOMENTS = Shape.DATE | Shape.TIME | Shape.DATETIME | Shape.DATE_LIKE;

/** The bits of the shapes that a declared type asks for; 0 for none. */
export const askedShapes = (declaredType: string): number => {
  const { family, perhapsUuid } = readDeclaredType(declaredType);
  if (family === "json") return Shape.JSON;
  if (family === "uuid" || perhapsUuid) return Shape.UUID;
  if (family === "decimal") return Shape.DECIMAL;
  return isMoment(family) ? MOMENTS : 0;
};

const isMoment = (family: string): boolean => family === "date" || family === "time" || family === "datetime";

/** Is a column of this declared type one whose REAL values may be Julian days or epochs? */
export const asksForMoments = (declaredType: string): boolean => isMoment(readDeclaredType(declaredType).family);
