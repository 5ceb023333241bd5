/** The rehearsal's tables, as titles and cells: the text report and the page lay out the same ones. */
import type { GridColumn } from "../report/grid.ts";
import { formatBytes, formatCount, formatDuration } from "../report/words.ts";
import { slowdown } from "./decide.ts";
import type { Latencies } from "./histogram.ts";
import type { Comparison, LoadMeasure, OperationMeasure, RehearsalReport } from "./model.ts";

export interface Table {
  readonly columns: readonly GridColumn[];
  readonly rows: readonly (readonly string[])[];
}

const right = (title: string): GridColumn => ({ title, align: "right" });

/** Milliseconds with three digits that mean something. */
const milliseconds = (value: number): string =>
  value >= 100 ? `${formatCount(Math.round(value))} ms` : `${value.toPrecision(value < 0.01 ? 1 : 3)} ms`;

const latencyCells = (latencies: Latencies | null): readonly string[] =>
  latencies === null ? ["", "", ""] : [latencies.p50, latencies.p95, latencies.p99].map(milliseconds);

/** Both databases under the same sessions. */
export const loadTable = ({ sqliteLoad, postgresLoad }: RehearsalReport): Table | null => {
  const rows = [...loadRows("SQLite", sqliteLoad), ...loadRows("PostgreSQL", postgresLoad)];
  const titles = ["Per second", "p50", "p95", "p99", "Errors"].map(right);
  return rows.length === 0 ? null : { columns: [{ title: "Under load", least: 20 }, ...titles], rows };
};

const loadRows = (name: string, load: LoadMeasure | null): readonly (readonly string[])[] => {
  if (load === null) return [];
  const row = (what: string, measure: OperationMeasure): readonly string[] => [
    `${name}, ${what}`,
    measure.perSecond >= 10 ? formatCount(Math.round(measure.perSecond)) : measure.perSecond.toFixed(1),
    ...latencyCells(measure.latencies),
    errorWords(measure),
  ];
  return [
    row(`${load.writers} writers`, load.writes),
    ...(load.reads === null ? [] : [row(`${load.readers} readers`, load.reads)]),
  ];
};

const errorWords = ({ errors, errorKinds }: OperationMeasure): string =>
  errors === 0
    ? "0"
    : `${formatCount(errors)} (${Object.entries(errorKinds)
        .map(([kind, many]) => `${kind} ${formatCount(many)}`)
        .join(", ")})`;

/** Single questions side by side. */
export const comparisonTable = (comparisons: readonly Comparison[]): Table | null =>
  comparisons.length === 0
    ? null
    : {
        columns: [
          { title: "Query", least: 24 },
          ...["SQLite p50", "p95", "PostgreSQL p50", "p95", "Change"].map(right),
          { title: "Answers", least: 12 },
        ],
        rows: comparisons.map((each) => [
          each.name,
          ...(each.sqlite === null ? ["", ""] : [each.sqlite.p50, each.sqlite.p95].map(milliseconds)),
          ...(each.postgres === null ? ["", ""] : [each.postgres.p50, each.postgres.p95].map(milliseconds)),
          changeWords(slowdown(each)),
          each.error ?? each.answers?.verdict ?? "",
        ]),
      };

const changeWords = (percent: number | null): string =>
  percent === null ? "" : `${percent > 0 ? "+" : "−"}${formatCount(Math.round(Math.abs(percent)))} %`;

export const promiseTable = ({ promises }: RehearsalReport): Table | null =>
  promises.length === 0
    ? null
    : {
        columns: [
          { title: "Promise", least: 20 },
          { title: "Promised" },
          { title: "Measured here", least: 20 },
          { title: "" },
        ],
        rows: promises.map(({ what, promised, measured, kept }) => [what, promised, measured, kept]),
      };

export const predictionTable = ({ prediction }: RehearsalReport): Table | null =>
  prediction === null
    ? null
    : {
        columns: [{ title: "Phase", least: 12 }, ...["Expected", "At least", "At most"].map(right)],
        rows: [
          ...prediction.phases.map(({ name, expected, least, most }) => [
            name,
            ...[expected, least, most].map(formatDuration),
          ]),
          ["The window", ...[prediction.expected, prediction.least, prediction.most].map(formatDuration)],
        ],
      };

export const checkTable = ({ checks }: RehearsalReport): Table | null =>
  checks.length === 0
    ? null
    : {
        columns: [{ title: "Check", least: 20 }, { title: "" }, { title: "What was seen", least: 30 }],
        rows: checks.map(({ name, passed, detail }) => [name, passed ? "passed" : "failed", detail]),
      };

/** Names and values of what is no table. */
export const facts = (report: RehearsalReport): readonly (readonly [string, string])[] => {
  const { source, target, crossing, sqliteLoad, search, application, wayBack } = report;
  return [
    ["Source", `${source.path} (${formatBytes(source.bytes)})`],
    [
      "Target",
      `PostgreSQL ${target.version ?? "(none)"}, ${target.kind === "embedded" ? "embedded" : "a stack of its own on Docker"}`,
    ],
    [
      "Crossing",
      crossing === null
        ? ""
        : `${crossing.status}: ${formatCount(crossing.rowsRead)} rows read, ${formatCount(crossing.rowsWritten)} written, ${formatCount(crossing.rowsRejected)} rejected; ${crossing.tablesProven} of ${crossing.tables} tables proven`,
    ],
    ["Its report", crossing?.report ?? ""],
    [
      "SQLite's journal",
      sqliteLoad === null
        ? ""
        : `${sqliteLoad.journalMode}, as the source's; each session waits up to 5 s for the lock`,
    ],
    ["Search", search === null ? "" : searchWords(search)],
    [
      "Application's tests",
      application.test === null
        ? ""
        : `exit code ${application.test.exitCode} after ${formatDuration(application.test.seconds)}`,
    ],
    [
      "Health check",
      application.probe === null
        ? ""
        : `${application.probe.healthy} of ${application.probe.asked} answers healthy, ${application.probe.failed} failed in between`,
    ],
    ["Way back", wayBack === null ? "" : wayBackWords(wayBack)],
    ["Destroyed", report.destroyed.join(", ")],
  ];
};

const searchWords = (search: NonNullable<RehearsalReport["search"]>): string => {
  const { where, word, sqliteLike, sqliteMatch, postgresLike, postgresWords } = search;
  const match = sqliteMatch === null ? "" : `, its full-text table ${milliseconds(sqliteMatch.p50)}`;
  return `“${word}” in ${where}: SQLite LIKE ${milliseconds(sqliteLike.p50)}${match}; PostgreSQL ILIKE ${milliseconds(postgresLike.p50)}, tsvector with GIN ${milliseconds(postgresWords.p50)} (medians)`;
};

const wayBackWords = ({
  sqliteBefore,
  sqliteAfter,
  snapshotIntact,
  dump,
  restored,
  untested,
}: NonNullable<RehearsalReport["wayBack"]>): string => {
  const file =
    sqliteBefore === sqliteAfter
      ? "the SQLite file is as it was, byte for byte"
      : "the SQLite file was written by somebody meanwhile";
  const snapshot = snapshotIntact ? "the snapshot is intact" : "the snapshot is damaged";
  const dumped =
    dump === null || restored === null
      ? `no dump was restored: ${untested ?? "it failed"}`
      : `dumped in ${formatDuration(dump.seconds)} (${formatBytes(dump.bytes)}), restored in ${formatDuration(restored.seconds)}, ${restored.different.length === 0 ? "the same rows" : `different in ${restored.different.join(", ")}`}`;
  return `${file}; ${snapshot}; ${dumped}`;
};
