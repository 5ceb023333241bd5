/** What SQLite makes of a value that is stored in a column: https://sqlite.org/datatype3.html#type_affinity */
import type { Affinity } from "../../source/model.ts";
import { type Bound, Misfit, StoredText } from "./model.ts";

/** Text that a column of a numeric affinity turns into a number. */
const NUMERIC_TEXT = /^[ \t\n\v\f\r]*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[ \t\n\v\f\r]*$/;

export const isNumericAffinity = (affinity: Affinity): boolean => affinity !== "TEXT" && affinity !== "BLOB";

/** Whether a text would become a number in such a column. */
export const becomesNumber = (text: string, affinity: Affinity): boolean =>
  isNumericAffinity(affinity) && NUMERIC_TEXT.test(text);

/** The value itself where the column keeps it (a whole REAL may become the INTEGER of the same value), else what would become of it. */
export const kept = (value: Bound, affinity: Affinity): Bound | Misfit => {
  if (affinity === "BLOB" || value === null) return value;
  switch (typeof value) {
    case "bigint":
      if (affinity === "TEXT") return new Misfit("a number in a column that turns numbers into text");
      return affinity === "REAL" && BigInt(Number(value)) !== value
        ? new Misfit("an integer that no double holds, in a column that turns integers into doubles")
        : value;
    case "number":
      if (affinity === "TEXT") return new Misfit("a number in a column that turns numbers into text");
      return Object.is(value, -0) ? new Misfit("a negative zero in a column that turns it into zero") : value;
    case "string":
      return becomesNumber(value, affinity) ? new Misfit("text that this column would turn into a number") : value;
    default:
      return value instanceof StoredText && becomesNumber(value.bytes.toString("latin1"), affinity)
        ? new Misfit("text that this column would turn into a number")
        : value;
  }
};
