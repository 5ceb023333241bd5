/** The report as plain text of 100 columns, to be read in a ticket, a mail or a terminal. */
import { grid, wrap } from "./grid.ts";
import { groupFindings } from "./groups.ts";
import type { ReportColumn, RunReport } from "./model.ts";
import { findingGroupLines } from "./text-findings.ts";
import { pairs, section, timingLines, WIDTH } from "./text-parts.ts";
import { recallLines } from "./text-recall.ts";
import { searchLines } from "./text-search.ts";
import { viewLines } from "./text-views.ts";
import { DIFFERENCE_WORDS, totals, verdict } from "./verdict.ts";
import {
  counted,
  filledWords,
  formatBytes,
  formatCount,
  formatDuration,
  formatInstant,
  keyText,
  visible,
} from "./words.ts";

/** Columns whose types are explained; the JSON report has all of them. */
const EXPLAINED = 2000;

/** Renders the whole report, ending in a line break. */
export const textReport = (report: RunReport): string =>
  [
    ...head(report),
    ...section("Tables", tableLines(report)),
    ...section("Timings", timingLines(report.timings)),
    ...section(
      "Findings",
      groupFindings(report.findings).flatMap((group) => findingGroupLines(group, WIDTH)),
    ),
    ...section("Rejected rows", rejectLines(report)),
    ...section("Differences", differenceLines(report)),
    ...section("Constraints and indexes", constraintLines(report)),
    ...section("Sequences", sequenceLines(report)),
    ...section("Tables, columns and views", objectLines(report)),
    ...section("Added: not in the source", addedLines(report)),
    ...section("Views", viewLines(report.views ?? [])),
    ...section("Full-text search", searchLines(report.searches ?? [])),
    ...section("Vector search", recallLines(report.recall ?? [])),
    ...section("Types chosen and why", typeLines(report)),
    ...section("Errors", errorLines(report)),
    ...section("What to do next", nextLines(report)),
    ...section("Environment", environmentLines(report)),
    "",
  ].join("\n");

const head = (report: RunReport): string[] => {
  const { word, headline, detail } = verdict(report);
  const title = `Landbridge migration report: ${word}`;
  const sum = totals(report);
  return [
    title,
    "═".repeat(title.length),
    ...wrap(visible(headline), WIDTH),
    ...wrap(visible(detail), WIDTH),
    "",
    ...pairs([
      ["Source", `${visible(report.source.path)} (${formatBytes(report.source.bytes)})`],
      ["SHA-256", report.source.sha256 ?? "not taken"],
      ["Snapshot", report.snapshot === null ? "" : visible(report.snapshot)],
      ["Target", targetWords(report)],
      ["Run", report.runId],
      [
        "Time",
        `${formatInstant(report.startedAt)} to ${formatInstant(report.finishedAt)}, ${formatDuration(sum.seconds)}`,
      ],
      [
        "Rows",
        `${formatCount(sum.rowsRead)} read, ${formatCount(sum.rowsWritten)} written, ` +
          `${formatCount(sum.rowsRejected)} rejected, ${formatCount(sum.rowsProven)} proven equal`,
      ],
      ["Cleaned", sum.rowsCleaned === 0 ? "" : `${counted(sum.rowsCleaned, "row")} changed as asked`],
    ]),
  ];
};

const targetWords = ({ target }: RunReport): string => {
  const server = target.version === null ? "no server" : `PostgreSQL ${target.version}`;
  const where = target.display === null ? "" : ` at ${visible(target.display)}`;
  return `schema ${visible(target.schema)}, ${server}${target.embedded ? " (embedded)" : ""}${where}`;
};

const tableLines = ({ tables }: RunReport): string[] =>
  tables.length === 0
    ? []
    : grid(
        [
          { title: "Table", least: 12 },
          { title: "In PostgreSQL", least: 12 },
          { title: "Read", align: "right" },
          { title: "Written", align: "right" },
          { title: "Rejected", align: "right" },
          { title: "Proof" },
        ],
        tables.map((table) => [
          visible(table.name),
          visible(table.target) || (table.expected === "missing" ? "(missing)" : "(not copied)"),
          table.expected === "empty" ? "no data" : formatCount(table.rowsRead),
          formatCount(table.rowsWritten),
          formatCount(table.rowsRejected),
          table.proof,
        ]),
        WIDTH,
      );

const rejectLines = (report: RunReport): string[] => {
  const shown = report.rejectedRows.flatMap((row) =>
    wrap(
      `- ${visible(row.table)} ${visible(keyText(row.key))}${row.column === null ? "" : `, column ${visible(row.column)}`}: ` +
        `${row.code}: ${visible(row.message)}`,
      WIDTH,
      "  ",
    ),
  );
  const rest = totals(report).rowsRejected - report.rejectedRows.length;
  return rest > 0 && shown.length > 0
    ? [...shown, `… and ${counted(rest, "more")}: select * from landbridge.rejects where run_id = '${report.runId}'`]
    : shown;
};

const differenceLines = (report: RunReport): string[] => {
  const shown = report.differences.flatMap(({ table, key, column, kind, source, target }) => [
    ...wrap(
      `- ${visible(table)} ${visible(key)}${column === null ? "" : `, column ${visible(column)}`}: ${DIFFERENCE_WORDS[kind]}`,
      WIDTH,
      "  ",
    ),
    ...(source === "" && target === ""
      ? []
      : [`    SQLite      ${visible(source)}`, `    PostgreSQL  ${visible(target)}`]),
  ]);
  const rest = report.differenceCount - report.differences.length;
  return rest > 0 && shown.length > 0 ? [...shown, `… and ${counted(rest, "more", "more")}`] : shown;
};

const constraintLines = ({ constraints: { checked, valid, others } }: RunReport): string[] =>
  checked === 0
    ? []
    : [
        `${formatCount(valid)} of ${formatCount(checked)} in force`,
        ...others.flatMap(({ kind, name, table, state, message }) =>
          listItem(`${kind} ${visible(name)} on ${visible(table)}`, state, message),
        ),
      ];

const listItem = (what: string, state: string, message: string | null): string[] =>
  wrap(`- ${what}: ${state}${message === null ? "" : `: ${visible(message, { lines: true })}`}`, WIDTH, "  ");

const sequenceLines = ({ sequences }: RunReport): string[] =>
  sequences.length === 0
    ? []
    : grid(
        [
          { title: "Column", least: 20 },
          { title: "Largest", align: "right" },
          { title: "Next", align: "right" },
          { title: "State" },
        ],
        sequences.map(({ table, column, maximum, next, state }) => [
          `${visible(table)}.${visible(column)}`,
          maximum ?? "none",
          next ?? "none",
          state === "ok" ? "past the largest" : state.toUpperCase(),
        ]),
        WIDTH,
      );

const objectLines = ({ objects: { checked, others } }: RunReport): string[] =>
  checked === 0
    ? []
    : [
        `${formatCount(checked - others.length)} of ${formatCount(checked)} tables, columns and views are as planned`,
        ...others.flatMap(({ kind, name, state, message }) => listItem(`${kind} ${visible(name)}`, state, message)),
      ];

const addedLines = ({ objects: { added = [] } }: RunReport): string[] =>
  added.flatMap(({ table, column, type, reason, rows, filled }) =>
    wrap(
      `- ${visible(table)}.${visible(column)}  ${visible(type)}: ${filledWords(rows, filled)}; ${visible(reason)}`,
      WIDTH,
      "  ",
    ),
  );

const typeLines = ({ tables }: RunReport): string[] => {
  let left = EXPLAINED;
  const lines = tables.flatMap((table) => {
    const columns = table.columns.slice(0, Math.max(0, left));
    left -= table.columns.length;
    return columns.length === 0 ? [] : ["", visible(table.name), ...columns.flatMap(columnLines)];
  });
  return left < 0
    ? [...lines, "", `… and ${counted(-left, "more column")}, all of them in the JSON report`]
    : lines.slice(1);
};

const columnLines = ({ source, target, declared, type, reason }: ReportColumn): string[] => {
  const name = source === target ? visible(source) : `${visible(source)} → ${visible(target)}`;
  return wrap(
    `${name}  ${visible(declared) || "(no type)"} → ${visible(type)}: ${visible(reason)}`,
    WIDTH - 2,
    "    ",
  ).map((line) => `  ${line}`);
};

const errorLines = ({ errors }: RunReport): string[] =>
  errors.flatMap(({ code, message, remedy }) => [
    ...wrap(`${code}: ${visible(message, { lines: true, limit: 2000 })}`, WIDTH, "  "),
    ...wrap(`  → ${visible(remedy, { lines: true, limit: 2000 })}`, WIDTH, "    "),
  ]);

const nextLines = ({ nextSteps }: RunReport): string[] =>
  nextSteps.flatMap(({ command, reason }) => [...wrap(visible(reason), WIDTH), `    ${visible(command)}`]);

const environmentLines = ({ environment }: RunReport): string[] =>
  pairs([
    ["Landbridge", environment.landbridge],
    ["Node", environment.node],
    ["SQLite", environment.sqlite],
    ["PostgreSQL", environment.postgres ?? ""],
    ["Platform", environment.platform],
    ["Jobs", String(environment.jobs)],
  ]);
