/** The outcome of the verbs that end with a report: migrate, verify and import. */
import { ExitCode } from "../../src/errors.ts";
import type { RunReport } from "../../src/report/model.ts";
import { errorText, type Outcome, type VerbRun } from "./exit.ts";
import { closingSummary } from "./summary.ts";

/** Errors go to stderr; the closing summary is the result, save for a refusal, of which the error says everything. */
export const reportOutcome = (report: RunReport, { note, width }: Pick<VerbRun, "note" | "width">): Outcome => {
  for (const error of report.errors) note(errorText(error));
  const text = report.exitCode === ExitCode.REFUSED ? "" : closingSummary(report, width);
  return { exitCode: report.exitCode, document: report, text };
};
