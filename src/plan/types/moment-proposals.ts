/** The suggestion for dates and times in several spellings. */
import type { ColumnProfile } from "../../source/model.ts";
import type { TypeChoice, TypeRemark } from "./choice.ts";
import { propose } from "./propose.ts";

/** Several spellings of moments: neither the spelling nor the offset of a value is kept. */
export const mixedMoments = (what: string, profile: ColumnProfile, choice: TypeChoice): TypeRemark => {
  const { shapes, texts } = profile;
  const forms = Object.keys(shapes.isoDateTime).length;
  const offsets =
    shapes.otherOffsets === 0 ? [] : [`${shapes.otherOffsets} with an offset other than Z, which timestamptz forgets`];
  const spellings = forms > 1 ? [`${forms} spellings`] : [];
  return propose(
    "DATES_NOT_UNIFORM",
    `${what}, but not in one spelling: ${[...spellings, ...offsets].join("; ")}`,
    texts,
    choice,
    `Each as the very moment that it names: ${shapes.otherOffsets > 0 ? "the instant is kept, its offset is not" : "how it was spelled is not kept"}. `,
  );
};
