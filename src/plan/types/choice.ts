/** What the type rules work with and what they give: shared by the rule files beside this one. */
import type { Severity } from "../../findings.ts";
import type { DeclaredType } from "../../source/catalogue/declared.ts";
import type { ColumnProfile, SourceColumn } from "../../source/model.ts";
import type { Policies, SourceForm, TargetType } from "../model.ts";
import type { Enumeration } from "./enums.ts";

export interface ColumnEvidence {
  readonly column: SourceColumn;
  readonly profile: ColumnProfile;
  readonly declared: DeclaredType;
  readonly policies: Policies;
  /** What a CHECK lists as its values; null for none. */
  readonly enumeration: Enumeration | null;
}

/** A target type, how the source spells the values, and one sentence on why. */
export interface TypeChoice {
  readonly type: TargetType;
  readonly form: SourceForm;
  readonly reason: string;
}

/** A remark on a column; `choice` makes it a suggestion that `--accept` can take. */
export interface TypeRemark {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly remedy: string;
  readonly count: number;
  readonly choice?: TypeChoice;
}

export interface TypeDecision {
  readonly choice: TypeChoice;
  readonly remarks: readonly TypeRemark[];
}

/** A choice with what is to be said of it, and with what might be chosen in its place. */
export const decide = (choice: TypeChoice, ...remarks: TypeRemark[]): TypeDecision => ({ choice, remarks });

/** Values that are not NULL. */
export const valueCount = (profile: ColumnProfile): number =>
  profile.integers + profile.reals + profile.texts + profile.blobs;

/** True where every value has one of the named storage classes (and there is at least one value). */
export const holdsOnly = (
  profile: ColumnProfile,
  ...classes: ("integers" | "reals" | "texts" | "blobs")[]
): boolean => {
  const total = valueCount(profile);
  return total > 0 && classes.reduce((sum, name) => sum + profile[name], 0) === total;
};

/** "12 integers, 3 texts", in the order of SQLite's storage classes. */
export const describeClasses = (profile: ColumnProfile): string =>
  (["integers", "reals", "texts", "blobs"] as const)
    .filter((name) => profile[name] > 0)
    .map((name) => `${profile[name]} ${profile[name] === 1 ? name.slice(0, -1) : name}`)
    .join(", ");

/** JavaScript numbers hold every integer up to here exactly. */
const SAFE = 2n ** 53n;

/** Whether every INTEGER of the column is one that a JavaScript number holds. */
export const integersAreExactDoubles = (profile: ColumnProfile): boolean =>
  profile.integers === 0 || (BigInt(profile.minInteger ?? 0) >= -SAFE && BigInt(profile.maxInteger ?? 0) <= SAFE);
