/** What belongs together, put together: a report of thousands of tables must not repeat one sentence thousands of times. */
import type { Finding, Severity } from "../findings.ts";

export interface FindingGroup {
  readonly code: string;
  readonly severity: Severity;
  readonly findings: readonly Finding[];
  /** Sum of the findings' own counts. */
  readonly count: number;
}

const RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, suggestion: 2, info: 3 };

/** Groups by severity and code: gravest first, then the code that concerns most places, then by name. */
export const groupFindings = (findings: readonly Finding[]): readonly FindingGroup[] => {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = `${finding.severity} ${finding.code}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  return [...groups.values()]
    .map((group) => ({
      code: group[0]!.code,
      severity: group[0]!.severity,
      findings: group,
      count: group.reduce((total, { count }) => total + count, 0),
    }))
    .sort(
      (a, b) =>
        RANK[a.severity] - RANK[b.severity] ||
        b.findings.length - a.findings.length ||
        (a.code < b.code ? -1 : a.code > b.code ? 1 : 0),
    );
};

export interface RowGroup<Row> {
  readonly first: Row;
  readonly count: number;
}

/** Rows in trouble by what `kind` makes of them, the commonest first; of equals, as they came. */
export const groupRows = <Row>(
  rows: readonly Row[],
  kind: (row: Row) => readonly unknown[],
): readonly RowGroup<Row>[] =>
  [...Map.groupBy(rows, (row) => JSON.stringify(kind(row))).values()]
    .map((group) => ({ first: group[0]!, count: group.length }))
    .sort((a, b) => b.count - a.count);
