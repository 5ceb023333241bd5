/** Takes from a proof what a report lists of it. */
import type { Proof } from "../verify/model.ts";
import { LISTED_ROWS, type RunReport } from "./model.ts";

type ProofPart = Pick<
  RunReport,
  "constraints" | "sequences" | "objects" | "searches" | "recall" | "views" | "differences" | "differenceCount"
>;

/** The report's part that comes from the proof; of a run without one (null), empty lists. */
export const proofPart = (proof: Proof | null): ProofPart => {
  if (proof === null)
    return {
      constraints: { checked: 0, valid: 0, others: [] },
      sequences: [],
      objects: { checked: 0, others: [] },
      differences: [],
      differenceCount: 0,
    };
  return {
    constraints: proof.constraints,
    sequences: proof.sequences,
    objects: proof.objects,
    ...(proof.searches === undefined ? {} : { searches: proof.searches }),
    ...(proof.recall === undefined ? {} : { recall: proof.recall }),
    ...(proof.views === undefined ? {} : { views: proof.views }),
    differences: proof.tables
      .flatMap(({ source, differences }) => differences.map((difference) => ({ table: source, ...difference })))
      .slice(0, LISTED_ROWS),
    differenceCount: proof.tables.reduce((total, { differing }) => total + differing, 0),
  };
};
