/** The decision matrix: each row's measure set against its threshold, and whether to go. Pure: what was measured goes in. */
import { counted } from "../report/words.ts";
import type { Thresholds } from "./config.ts";
import type { Application, Check, Comparison, Crossing, Decision, LoadMeasure, RowVerdict, WayBack } from "./model.ts";

export interface Evidence {
  readonly crossing: Crossing;
  readonly postgresLoad: LoadMeasure | null;
  /** Landbridge's own questions and the user's. */
  readonly comparisons: readonly Comparison[];
  readonly checks: readonly Check[];
  readonly application: Application;
  readonly wayBack: WayBack | null;
}

/**
 * The five rows of the usual rollback matrix (row counts, application errors, performance, corruption; the row counts' two rows
 * are the two sides of one threshold) and the way back.
 */
export const decide = (evidence: Evidence, thresholds: Thresholds): readonly Decision[] => [
  ...rowCounts(evidence.crossing, thresholds),
  applicationErrors(evidence, thresholds),
  performance(evidence.comparisons, thresholds),
  corruption(evidence),
  theWayBack(evidence.wayBack),
];

/** A single no-go decides; what was not measured does not, but stands in the report. */
export const overall = (decisions: readonly Decision[]): "go" | "no-go" =>
  decisions.some(({ verdict }) => verdict === "no-go") ? "no-go" : "go";

const decision = (
  issue: string,
  verdict: RowVerdict,
  measured: string,
  threshold: string,
  action: string,
): Decision => ({ issue, verdict, measured, threshold, action: verdict === "go" ? "" : action });

/** `0.5 %` with as many digits as are needed to see that it is not nothing. */
const percentText = (value: number): string =>
  `${value === 0 ? "0" : value < 0.01 ? value.toPrecision(1) : value < 10 ? value.toFixed(2) : value.toFixed(0)} %`;

const rowCounts = (crossing: Crossing, { rowMismatchPercent: limit }: Thresholds): readonly Decision[] => {
  const { rowsRead, rowsWritten } = crossing;
  const missing = Math.abs(rowsRead - rowsWritten);
  const percent = rowsRead === 0 ? (missing === 0 ? 0 : 100) : (missing / rowsRead) * 100;
  const measured =
    missing === 0
      ? `none: ${counted(rowsRead, "row")} read and written`
      : `${percentText(percent)}: ${counted(missing, "row")} of ${counted(rowsRead, "row")}`;
  const few = missing > 0 && percent <= limit;
  const many = percent > limit;
  return [
    decision(
      `Row count mismatch up to ${limit} %`,
      few ? "investigate" : "go",
      many ? "see the next row" : measured,
      "none",
      "Look at landbridge.rejects, table by table, and correct the rows or choose a policy.",
    ),
    decision(
      `Row count mismatch over ${limit} %`,
      many ? "no-go" : "go",
      measured,
      `at most ${limit} %`,
      "Do not migrate: find out why rows do not cross (findings and rejects of the crossing's report).",
    ),
  ];
};

const applicationErrors = (evidence: Evidence, { errorPercent: limit }: Thresholds): Decision => {
  const { postgresLoad, checks, application, comparisons } = evidence;
  const { done, errors } = operations(postgresLoad);
  const percent = done + errors === 0 ? 0 : (errors / (done + errors)) * 100;
  const failed = checks.filter(({ passed }) => !passed);
  const broken = comparisons.filter(({ error }) => error !== null);
  const different = comparisons.filter(({ answers }) => answers?.verdict === "different");
  const { test, probe } = application;
  const sick = probe !== null && (probe.healthy === 0 || probe.failed > 0);
  const grave = [
    percent > limit ? `${percentText(percent)} of the operations under load failed` : "",
    failed.length > 0 ? `${counted(failed.length, "check")} failed: ${failed.map(({ name }) => name).join(", ")}` : "",
    broken.length > 0 ? `no answer to ${broken.map(({ name }) => name).join(", ")}` : "",
    test !== null && test.exitCode !== 0 ? `the application's tests ended with ${test.exitCode}` : "",
    sick
      ? `the application's health check failed ${probe.healthy === 0 ? "throughout" : counted(probe.failed, "time")}`
      : "",
  ].filter((words) => words !== "");
  const slight = [
    errors > 0 && percent <= limit ? `${counted(errors, "operation")} under load failed (${percentText(percent)})` : "",
    different.length > 0 ? `other answers to ${different.map(({ name }) => name).join(", ")}` : "",
  ].filter((words) => words !== "");
  const measured = postgresLoad !== null || checks.length > 0;
  const verdict: RowVerdict =
    grave.length > 0 ? "no-go" : slight.length > 0 ? "investigate" : measured ? "go" : "not measured";
  const fine = `none in ${counted(done, "operation")} under load and ${counted(checks.length, "check")}${test === null ? "; the application's own tests were not given (--test)" : ", and the application's tests pass"}`;
  return decision(
    "Application errors",
    verdict,
    verdict === "go" ? fine : [...grave, ...slight].join("; "),
    `at most ${limit} % under load; checks and tests pass`,
    "Read the errors below and the application's log; correct them before the window.",
  );
};

const operations = (load: LoadMeasure | null): { readonly done: number; readonly errors: number } => {
  const both = load === null ? [] : [load.writes, ...(load.reads === null ? [] : [load.reads])];
  return {
    done: both.reduce((sum, { latencies }) => sum + (latencies?.count ?? 0), 0),
    errors: both.reduce((sum, { errors }) => sum + errors, 0),
  };
};

/** How much slower the median became, in percent; negative: faster. null where a side has no answer. */
export const slowdown = ({ sqlite, postgres }: Comparison): number | null =>
  sqlite === null || postgres === null || sqlite.p50 === 0 ? null : (postgres.p50 / sqlite.p50 - 1) * 100;

const performance = (comparisons: readonly Comparison[], thresholds: Thresholds): Decision => {
  const { slowerPercent, slowerMilliseconds } = thresholds;
  const timed = comparisons.flatMap((each) => {
    const slower = slowdown(each);
    return slower === null ? [] : [{ name: each.name, slower, by: each.postgres!.p50 - each.sqlite!.p50 }];
  });
  const over = timed.filter(({ slower }) => slower > slowerPercent);
  const grave = over.filter(({ by }) => by > slowerMilliseconds);
  const [worst] = [...timed].sort((a, b) => b.slower - a.slower);
  const list = (of: typeof timed): string =>
    of.map(({ name, slower, by }) => `${name} ${percentText(slower)} slower (by ${by.toFixed(2)} ms)`).join("; ");
  const verdict: RowVerdict = worst === undefined ? "not measured" : grave.length > 0 ? "no-go" : "go";
  const fine = `${counted(timed.length, "query", "queries")}, none too slow${over.length > 0 ? `; a round trip's worth slower: ${list(over)}` : ""}`;
  return decision(
    "Performance degradation",
    verdict,
    worst === undefined ? "no query to compare (--queries)" : grave.length > 0 ? list(grave) : fine,
    `each median at most ${slowerPercent} % and ${slowerMilliseconds} ms slower`,
    worst === undefined
      ? "Give the application's own queries in landbridge.yaml or with --queries."
      : "EXPLAIN (ANALYZE, BUFFERS) these queries; add the missing index or rewrite them, and rehearse again.",
  );
};

const corruption = ({ crossing, wayBack }: Evidence): Decision => {
  const { differences, tables, tablesProven, status } = crossing;
  const changed = wayBack !== null && wayBack.sqliteBefore !== wayBack.sqliteAfter;
  const unproven = tables - tablesProven;
  const lost = wayBack?.restored?.different ?? [];
  const found = [
    differences > 0 ? `${counted(differences, "row differs", "rows differ")} from the source` : "",
    lost.length > 0 ? `restored otherwise than dumped: ${lost.join(", ")}` : "",
    wayBack !== null && !wayBack.snapshotIntact ? "the snapshot is damaged" : "",
  ].filter((words) => words !== "");
  const slight = [
    changed ? "the SQLite file was written by somebody meanwhile: rehearse with a copy that nobody writes" : "",
    unproven > 0 && differences === 0 ? `${counted(unproven, "table")} of ${tables} not proven (status ${status})` : "",
  ].filter((words) => words !== "");
  const verdict: RowVerdict = found.length > 0 ? "no-go" : slight.length > 0 ? "investigate" : "go";
  return decision(
    "Data corruption",
    verdict,
    verdict === "go"
      ? `none: ${tablesProven} of ${counted(tables, "table")} proven value by value; the SQLite file is as it was`
      : [...found, ...slight].join("; "),
    "none",
    "Do not migrate. The crossing's report names each row and column.",
  );
};

const theWayBack = (wayBack: WayBack | null): Decision => {
  const issue = "Rollback";
  const threshold = "the SQLite file intact, a dump that restores";
  const action = "Make `npm run teardown` possible before the window; docs/verbs/teardown.md.";
  if (wayBack === null) return decision(issue, "not measured", "not tested", threshold, action);
  const { dump, restored, untested, snapshotIntact } = wayBack;
  if (!snapshotIntact) return decision(issue, "no-go", "the snapshot is damaged", threshold, action);
  if (dump === null || restored === null)
    return decision(
      issue,
      untested === null ? "no-go" : "investigate",
      `SQLite can be gone back to; no dump was restored: ${untested ?? "it failed"}`,
      threshold,
      action,
    );
  return decision(
    issue,
    restored.different.length > 0 ? "no-go" : "go",
    `SQLite can be gone back to; ${counted(restored.rows, "row")} in ${counted(restored.tables, "table")} dumped and restored${restored.different.length > 0 ? `, not the same in ${restored.different.join(", ")}` : ""}`,
    threshold,
    action,
  );
};
