/** Stored values that are no label of the enum that the user wants: told before a row is rejected. */
import type { ColumnProfile } from "../../source/model.ts";
import type { FindingList } from "../findings.ts";
import type { TargetType } from "../model.ts";
import { valueCount } from "./choice.ts";

/** How a value other than a text is spelled in a column of text. */
const spelledOf = (value: string): string => value.slice(value.indexOf(":") + 1);

/** The finding, where there are any. */
export const noteMissingLabels = (
  { labels, type }: Extract<TargetType, { name: "enum" }>,
  profile: ColumnProfile,
  where: string,
  findings: FindingList,
): void => {
  const missing = strangers(labels, profile);
  if (missing === null || missing.count === 0) return;
  findings.add(
    "ENUM_LABEL_MISSING",
    "warning",
    where,
    `${missing.count} of ${valueCount(profile)} values are no label of ${type}${missing.words}: their rows go to landbridge.rejects`,
    "Add the labels to `enums:` in landbridge.yaml, at their place in the order, or correct the values. SQLAlchemy stores the names of an enum's members, not their values.",
    missing.count,
  );
};

/** null where the values are too many to be known one by one. */
const strangers = (
  labels: readonly string[],
  { distinct, occurrences }: ColumnProfile,
): { count: number; words: string } | null => {
  if (distinct === null) return null;
  const known = new Set(labels);
  const missing = distinct.flatMap((value, i): [string, number][] =>
    known.has(spelledOf(value)) ? [] : [[spelledOf(value), occurrences?.[i] ?? 1]],
  );
  const shown = missing.slice(0, 5).map(([text, count]) => `'${text}' (${count})`);
  return {
    count: missing.reduce((sum, [, count]) => sum + count, 0),
    words: missing.length === 0 ? "" : `: ${shown.join(", ")}${missing.length > shown.length ? ", …" : ""}`,
  };
};
