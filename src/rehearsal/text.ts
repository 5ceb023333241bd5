/** The go / no-go report as plain text of 100 columns. */
import { grid, wrap } from "../report/grid.ts";
import { pairs, section, timingLines, WIDTH } from "../report/text-parts.ts";
import { formatInstant, visible } from "../report/words.ts";
import type { Comparison, Decision, RehearsalReport } from "./model.ts";
import { checkTable, comparisonTable, facts, loadTable, predictionTable, promiseTable, type Table } from "./rows.ts";
import { rehearsalVerdict } from "./verdict.ts";

/** Renders the whole report, ending in a line break. */
export const rehearsalText = (report: RehearsalReport): string => {
  const { word, headline, detail } = rehearsalVerdict(report);
  const title = `Landbridge rehearsal: ${word}`;
  return [
    title,
    "═".repeat(title.length),
    ...wrap(visible(headline), WIDTH),
    ...wrap(visible(detail), WIDTH),
    "",
    ...pairs(
      [...facts(report), ["Time", `${formatInstant(report.startedAt)} to ${formatInstant(report.finishedAt)}`]].map(
        ([name, value]) => [name!, visible(value!, { limit: 2000 })] as const,
      ),
    ),
    ...section("Go or no go", report.decisions.flatMap(decisionLines)),
    ...section("The window of production", windowLines(report)),
    ...section("Under load", tableLines(loadTable(report))),
    ...section("Promised and measured", tableLines(promiseTable(report))),
    ...section("Queries, one at a time", [
      ...tableLines(comparisonTable([...report.ownQueries, ...report.comparisons])),
      ...differenceLines(report.ownQueries),
    ]),
    ...section("What an application relies on", checkLines(report)),
    ...section(
      "Phases of the rehearsal",
      timingLines(Object.fromEntries(report.phases.map(({ name, seconds }) => [name, seconds]))),
    ),
    ...section(
      "Errors",
      report.errors.flatMap(({ code, message, remedy }) => [
        ...wrap(`${code}: ${visible(message, { lines: true, limit: 2000 })}`, WIDTH, "  "),
        ...wrap(`  → ${visible(remedy, { lines: true })}`, WIDTH, "    "),
      ]),
    ),
    "",
  ].join("\n");
};

const decisionLines = ({ issue, measured, threshold, verdict, action }: Decision): readonly string[] => [
  ...wrap(`${verdict.toUpperCase().padEnd(13)} ${issue}`, WIDTH, " ".repeat(14)),
  ...wrap(`${" ".repeat(14)}measured: ${visible(measured, { limit: 1000 })}`, WIDTH, " ".repeat(24)),
  ...wrap(`${" ".repeat(14)}threshold: ${threshold}`, WIDTH, " ".repeat(25)),
  ...(action === "" ? [] : wrap(`${" ".repeat(14)}→ ${action}`, WIDTH, " ".repeat(16))),
];

const windowLines = (report: RehearsalReport): readonly string[] =>
  report.prediction === null
    ? []
    : [...tableLines(predictionTable(report)), "", ...wrap(report.prediction.restsOn, WIDTH)];

const checkLines = (report: RehearsalReport): readonly string[] =>
  (checkTable(report)?.rows ?? []).flatMap(([name, verdict, detail]) =>
    wrap(`${verdict!.padEnd(8)}${name}: ${visible(detail!)}`, WIDTH, " ".repeat(8)),
  );

const differenceLines = (queries: readonly Comparison[]): readonly string[] =>
  queries.flatMap(({ name, answers }) =>
    answers === null || answers.difference === ""
      ? []
      : wrap(`${visible(name)}: ${visible(answers.difference)}`, WIDTH, "  "),
  );

const tableLines = (table: Table | null): string[] =>
  table === null
    ? []
    : grid(
        table.columns,
        table.rows.map((row) => row.map((cell) => visible(cell))),
        WIDTH,
      );
