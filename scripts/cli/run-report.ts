/** The outcome of the verbs that end with a report: migrate, verify, import, and the stack's job. */
import { ExitCode } from "../../src/errors.ts";
import type { RunReport } from "../../src/report/model.ts";
import { errorText, type Outcome, type VerbRun } from "./exit.ts";
import { closingSummary, type SummaryReader } from "./summary.ts";

/**
 * Errors go to stderr; the closing summary is the result, save for a refusal, of which the error says everything.
 * @param reader whom the summary is for; the stack's job names no address to look at
 */
export const reportOutcome = (
  report: RunReport,
  { note, width }: Pick<VerbRun, "note" | "width">,
  reader: SummaryReader = "person",
): Outcome => {
  for (const error of report.errors) note(errorText(error));
  const text = report.exitCode === ExitCode.REFUSED ? "" : closingSummary(report, width, reader);
  return { exitCode: report.exitCode, document: report, text };
};
