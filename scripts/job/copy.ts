/** The copy as a job of the stack: from its environment to the outcome. */
import { rm } from "node:fs/promises";
import { loadSnapshot } from "../../src/load-snapshot.ts";
import type { RunReport } from "../../src/report/model.ts";
import { totals, verdict } from "../../src/report/verdict.ts";
import type { VerbRun } from "../cli/exit.ts";
import { reportOutcome } from "../cli/run-report.ts";
import { JOB } from "../cli/verbs-job.ts";
import { type WorkDirectory, workDirectory } from "./environment.ts";
import { keepReports, reportPlace } from "./reports.ts";
import { jobSettings } from "./settings.ts";
import { fetchSnapshot, jobSnapshot } from "./snapshot.ts";
import { runStep, type StepOutcome } from "./step.ts";

export const runCopy = (): Promise<void> =>
  runStep(JOB, "copy", async (run) => {
    const work = await workDirectory(run);
    try {
      return await copy(run, work);
    } finally {
      if (!work.kept) await rm(work.path, { recursive: true, force: true });
    }
  });

const copy = async (run: VerbRun, work: WorkDirectory): Promise<StepOutcome> => {
  const { environment, cwd } = run;
  const reports = reportPlace(environment, work, cwd);
  const snapshot = jobSnapshot(environment, work.path, cwd);
  const { sourceName } = snapshot;
  const places = { source: snapshot.path, sourceName, work: work.path, reports: reports.directory };
  const settings = await jobSettings(environment, places);
  await fetchSnapshot(snapshot, run);
  const report = await loadSnapshot(settings, snapshot, run);
  const where = await keepReports(report, reports, run);
  const { runId, status } = report;
  const result = { status, summary: summaryOf(report), report: where, runId, rows: totals(report).rowsWritten };
  return { ...reportOutcome(report, run, "stack"), result };
};

const summaryOf = (report: RunReport): string => {
  const [error] = report.errors;
  const { word, headline } = verdict(report);
  return error === undefined ? `${word}: ${headline}` : `${error.code}: ${error.message}`;
};
