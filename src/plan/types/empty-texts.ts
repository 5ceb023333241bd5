/** `empty: null` of landbridge.yaml: a column whose empty texts arrive as NULL. */
import type { ColumnProfile, SourceColumn } from "../../source/model.ts";
import type { FindingList } from "../findings.ts";

/** What the column holds once its empty texts are NULL: they have no shape, so the counts of shapes stay. */
export const emptiedProfile = (profile: ColumnProfile): ColumnProfile => {
  const { emptyTexts, distinct, occurrences } = profile;
  const at = distinct?.indexOf("text:") ?? -1;
  return {
    ...profile,
    nulls: profile.nulls + emptyTexts,
    texts: profile.texts - emptyTexts,
    emptyTexts: 0,
    distinct: distinct?.filter((_, i) => i !== at) ?? null,
    occurrences: occurrences?.filter((_, i) => i !== at) ?? null,
  };
};

/** The finding that counts them. */
export const noteEmptied = (column: SourceColumn, empties: number, where: string, findings: FindingList): void =>
  findings.add(
    "EMPTY_AS_NULL",
    "info",
    where,
    `${empties} empty ${empties === 1 ? "text arrives" : "texts arrive"} as NULL${column.notNull ? "; the column is declared NOT NULL in the source" : ""}`,
    column.notNull
      ? "Chosen by you with `empty: null`; the column arrives without NOT NULL, and the report counts these rows as cleaned."
      : "Chosen by you with `empty: null`; the report counts these rows as cleaned.",
    empties,
  );
