/** The closing words of a rehearsal on the terminal: verdict, the matrix, the window, where the report is. */
import type { RehearsalReport } from "../../src/rehearsal/model.ts";
import { rehearsalVerdict, windowWords } from "../../src/rehearsal/verdict.ts";
import { wrap } from "../../src/report/grid.ts";
import { visible } from "../../src/report/words.ts";

export const closingWords = (report: RehearsalReport, width: number): string => {
  const { word, headline, detail } = rehearsalVerdict(report);
  const cells = Math.max(40, width);
  const page = report.reports.find((path) => path.endsWith(".html"));
  return [
    "",
    ...wrap(`${word.toUpperCase()}: ${visible(headline)}`, cells),
    ...(detail === "" || report.prediction !== null ? [] : wrap(visible(detail), cells)),
    ...report.decisions.flatMap(({ issue, verdict, measured }) =>
      wrap(`  ${verdict.padEnd(13)} ${issue}: ${visible(measured)}`, cells, " ".repeat(16)),
    ),
    ...report.promises
      .filter(({ kept }) => kept !== "not measured")
      .flatMap(({ what, promised, measured, kept }) =>
        wrap(`  ${kept.padEnd(13)} ${what}: ${measured}; promised ${promised}`, cells, " ".repeat(16)),
      ),
    ...(report.prediction === null ? [] : wrap(`The window of production: ${windowWords(report.prediction)}`, cells)),
    ...(report.destroyed.length === 0 ? [] : wrap(`Gone: ${report.destroyed.join(", ")}`, cells)),
    ...(page === undefined ? [] : [`The report: ${visible(page)}`]),
  ].join("\n");
};
