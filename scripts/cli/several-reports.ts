/** The outcome of a verb that was given several files: each one's own, and a table of all of them. */
import { ExitCode } from "../../src/errors.ts";
import { grid } from "../../src/report/grid.ts";
import type { RunReport } from "../../src/report/model.ts";
import { totals, verdict } from "../../src/report/verdict.ts";
import { formatCount, visible } from "../../src/report/words.ts";
import type { SeveralReports } from "../../src/sources/outcome.ts";
import { errorText, type Outcome, type VerbRun } from "./exit.ts";
import { closingSummary } from "./summary.ts";

/** Errors go to stderr, under the name of their file; of a file that was refused they say everything. */
export const reportSeveral = (several: SeveralReports, { note, width }: Pick<VerbRun, "note" | "width">): Outcome => {
  const { sources, notBegun, exitCode } = several;
  for (const report of sources)
    for (const error of report.errors) note(`${visible(report.source.path)}\n${errorText(error)}`);
  const text = [
    ...sources
      .filter((report) => report.exitCode !== ExitCode.REFUSED)
      .flatMap((report) => ["", visible(report.source.path), closingSummary(report, width)]),
    "",
    ...grid(COLUMNS, [...sources.map(row), ...notBegun.map((name) => [visible(name), "Not begun"])], width),
  ].join("\n");
  return { exitCode, document: several, text };
};

const COLUMNS = [
  { title: "File", least: 12 },
  { title: "Outcome" },
  { title: "Tables", align: "right" },
  { title: "Rows", align: "right" },
  { title: "Proven", align: "right" },
] as const;

const row = (report: RunReport): string[] => {
  const { tables, tablesProven, rowsWritten } = totals(report);
  return [
    visible(report.source.path.split("/").at(-1)!),
    verdict(report).word,
    formatCount(tables),
    formatCount(rowsWritten),
    `${tablesProven} of ${tables}`,
  ];
};
