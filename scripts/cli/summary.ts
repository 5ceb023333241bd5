/** The closing words of a run on the terminal: verdict, tables, what deserves a decision, and where to look. */
import { type GridColumn, grid, truncate, wrap } from "../../src/report/grid.ts";
import { type FindingGroup, groupFindings, groupRows } from "../../src/report/groups.ts";
import type { ReportTable, RunReport } from "../../src/report/model.ts";
import { DIFFERENCE_WORDS, totals, verdict } from "../../src/report/verdict.ts";
import { counted, formatCount, formatDuration, keyText, visible } from "../../src/report/words.ts";

/** Tables that are listed beside those with trouble, and kinds of trouble and findings that are listed at all. */
const LARGEST = 20;
const KINDS = 5;
const DECISIONS = 10;

/** Whoever has run a verb can look at the result by its address; the stack's roles have passwords that its outputs alone know. */
export type SummaryReader = "person" | "stack";

/** The whole text, without a last line break; no table line is wider than `width`. Errors are said before, on stderr. */
export const closingSummary = (report: RunReport, width: number, reader: SummaryReader = "person"): string => {
  const cells = Math.max(40, width);
  const { word, headline, detail } = verdict(report);
  // What broke off before the first row has a table of zeros, and its findings wait: the error is what there is to read.
  const begun = report.errors.length === 0 || totals(report).rowsRead > 0;
  return [
    "",
    ...(begun ? tableLines(report, cells) : []),
    ...wrap(`${word} in ${formatDuration(totals(report).seconds)}: ${visible(headline)}`, cells),
    ...(detail === "" || report.errors.length > 0 ? [] : wrap(visible(detail, { limit: 1000 }), cells)),
    ...rejectionLines(report, cells),
    ...differenceLines(report, cells),
    ...(begun ? decisionLines(report, cells) : []),
    ...whereLines(report, reader),
  ].join("\n");
};

const COLUMNS: readonly GridColumn[] = [
  { title: "Table", least: 12 },
  { title: "Read", align: "right" },
  { title: "Written", align: "right" },
  { title: "Rejected", align: "right" },
  { title: "Proof" },
];

/** A dry run has written and proven nothing: what it has found, and where that would go. */
const PLANNED: readonly GridColumn[] = [
  { title: "Table", least: 12 },
  { title: "Rows", align: "right" },
  { title: "In PostgreSQL", least: 12 },
];

const plannedLines = (report: RunReport, width: number): string[] => {
  const shown = tablesToShow(report.tables);
  const row = (table: ReportTable): string[] => [
    visible(table.name),
    formatCount(table.rowsRead),
    visible(table.target) || `(${leftOut(table)})`,
  ];
  const hidden = report.tables.length - shown.length;
  return [
    ...grid(PLANNED, shown.map(row), width),
    ...(hidden > 0 ? [`… and ${counted(hidden, "more table")}: see the report`] : []),
    "",
  ];
};

/** Why nothing of it is in PostgreSQL: the source has no such table, or it stays behind. */
const leftOut = ({ expected }: ReportTable): string => (expected === "missing" ? "missing" : "not copied");

const tableLines = (report: RunReport, width: number): string[] => {
  if (report.tables.length === 0) return [];
  if (report.status === "planned") return plannedLines(report, width);
  const sum = totals(report);
  const shown = tablesToShow(report.tables);
  const hidden = report.tables.length - shown.length;
  const row = (table: ReportTable): string[] => [
    visible(table.name),
    formatCount(table.rowsRead),
    formatCount(table.rowsWritten),
    formatCount(table.rowsRejected),
    table.target === "" ? leftOut(table) : table.proof,
  ];
  const total = [
    hidden > 0 ? `${counted(report.tables.length, "table")}, ${formatCount(hidden)} of them not shown` : "total",
    formatCount(sum.rowsRead),
    formatCount(sum.rowsWritten),
    formatCount(sum.rowsRejected),
    `${sum.tablesProven} of ${sum.tables}`,
  ];
  const lines = grid(COLUMNS, [...shown.map(row), total], width);
  return [...lines.slice(0, -1), lines[1]!, lines.at(-1)!, ""];
};

/** All of them where there are few; else those with trouble and the largest, in the report's order. */
export const tablesToShow = (tables: readonly ReportTable[]): readonly ReportTable[] => {
  if (tables.length <= LARGEST * 2) return tables;
  const largest = new Set([...tables].sort((a, b) => b.rowsRead - a.rowsRead).slice(0, LARGEST));
  const trouble = tables
    .filter(({ rowsRejected, proof }) => rowsRejected > 0 || proof === "different")
    .slice(0, LARGEST * 5);
  const wanted = new Set([...largest, ...trouble]);
  return tables.filter((table) => wanted.has(table));
};

/** Why rows stayed behind, by the rows that the report lists. */
const rejectionLines = (report: RunReport, width: number): string[] => {
  const groups = groupRows(report.rejectedRows, ({ table, column, code }) => [table, column, code]);
  const all = report.rejectedRows.length === totals(report).rowsRejected;
  const lines = groups.map(({ first, count }) => {
    const how = rowsLike(count, all, keyText(first.key));
    return `${placeOf(first)}: ${how}: ${first.code}: ${visible(first.message)}`;
  });
  return firstLines("Rejected rows, kept whole in landbridge.rejects", lines, width);
};

/** What is not equal, by the differences that the report lists; their values stand there alone. */
const differenceLines = (report: RunReport, width: number): string[] => {
  const groups = groupRows(report.differences, ({ table, column, kind }) => [table, column, kind]);
  const all = report.differences.length === report.differenceCount;
  const lines = groups.map(({ first, count }) => {
    const how = rowsLike(count, all, first.key);
    return `${placeOf(first)}: ${how}: ${DIFFERENCE_WORDS[first.kind]}`;
  });
  return firstLines("Differences", lines, width);
};

/** How many, and the key of one of them, where the table has a key. */
const rowsLike = (count: number, all: boolean, key: string): string =>
  `${all ? "" : "at least "}${counted(count, "row")}${key === "" ? "" : `, e.g. ${visible(key)}`}`;

const placeOf = ({ table, column }: { readonly table: string; readonly column: string | null }): string =>
  visible(column === null ? table : `${table}.${column}`);

const firstLines = (title: string, lines: readonly string[], width: number): string[] => {
  if (lines.length === 0) return [];
  const rest = lines.length - KINDS;
  return [
    "",
    title,
    ...lines.slice(0, KINDS).flatMap((line) => indented(line, "  ", width)),
    ...(rest > 0 ? [`  … and ${counted(rest, "more kind", "more kinds")}: see the report`] : []),
  ];
};

const decisionLines = (report: RunReport, width: number): string[] => {
  const groups = groupFindings(report.findings).filter(({ severity }) => severity !== "info");
  if (groups.length === 0) return [];
  const rest = groups.length - DECISIONS;
  return [
    "",
    "What deserves a decision",
    ...groups.slice(0, DECISIONS).flatMap((group) => groupLines(group, width)),
    ...(rest > 0 ? [`  … and ${counted(rest, "more kind", "more kinds")} of findings: see the report`] : []),
  ];
};

const groupLines = ({ severity, code, findings }: FindingGroup, width: number): string[] => {
  const [first] = findings as readonly [FindingGroup["findings"][number]];
  const more = findings.length > 1 ? ` (and ${counted(findings.length - 1, "more place")})` : "";
  const message = visible(first.message.split("\n")[0]!);
  const remedy = visible(first.remedy.split("\n")[0]!);
  return [
    `  ${severity} ${code}`,
    ...indented(`${visible(first.where)}${more}: ${message}`, "    ", width),
    ...(remedy === "" ? [] : indented(remedy, "    → ", width)),
  ];
};

/**
 * Wrapped text behind `lead`, further lines below its first word; at most three of them, for a message may quote a whole
 * trigger.
 */
const indented = (text: string, lead: string, width: number): string[] => {
  const lines = wrap(text, width - lead.length);
  const shown = lines.length > 3 ? [...lines.slice(0, 2), `${lines[2]} …`] : lines;
  return shown.map((line, i) => truncate(`${i === 0 ? lead : " ".repeat(lead.length)}${line}`, width));
};

const whereLines = (report: RunReport, reader: SummaryReader): string[] => {
  const page = report.reports.find((path) => path.endsWith(".html"));
  const { target } = report;
  const look = reader === "stack" ? "" : report.direction === "back" ? lookIn(report.source) : lookAt(target);
  const known = new Set(report.nextSteps.map(({ command }) => command));
  const finished =
    report.status === "done" || report.status === "done-with-differences" || report.status === "nothing-to-do";
  return [
    "",
    ...(page === undefined ? [] : [`The report              ${visible(page)}`]),
    ...(finished && look !== "" && !known.has(look) ? [`To look at the result   ${look}`] : []),
    ...report.nextSteps.map(({ command, reason }) => `${visible(reason)}\n    ${visible(command)}`),
  ];
};

const lookIn = ({ path }: RunReport["source"]): string => `sqlite3 "${visible(path)}"`;

const lookAt = ({ embedded, display }: RunReport["target"]): string => {
  if (embedded) return "npm run pg -- psql";
  return display === null ? "" : `psql "${visible(display)}"`;
};
