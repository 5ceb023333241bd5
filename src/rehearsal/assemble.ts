/** From what was seen to the report: decisions, promises, prediction, verdict; and the three files of it. */
import { ExitCode } from "../errors.ts";
import { toJson } from "../report/json.ts";
import type { ReportError, RunReport } from "../report/model.ts";
import { totals } from "../report/verdict.ts";
import { writeForms } from "../report/write.ts";
import { stampOf } from "../stamp.ts";
import type { Thresholds } from "./config.ts";
import { decide, overall } from "./decide.ts";
import { rehearsalPage } from "./html.ts";
import type { Measured } from "./measure.ts";
import type { Application, Crossing, PhaseTime, Prediction, RehearsalReport, WayBack } from "./model.ts";
import { promises } from "./promises.ts";
import { rehearsalText } from "./text.ts";

/** What a rehearsal has come to know; filled in as it goes, so that one that breaks off reports what it has. */
export interface Rehearsal {
  readonly name: string;
  readonly startedAt: Date;
  readonly source: RehearsalReport["source"];
  readonly environment: Omit<RehearsalReport["environment"], "postgres">;
  target: RehearsalReport["target"];
  crossing: Crossing | null;
  readonly phases: PhaseTime[];
  prediction: Prediction | null;
  measured: Measured | null;
  application: Application;
  wayBack: WayBack | null;
  readonly destroyed: string[];
  readonly errors: ReportError[];
}

export const crossingOf = (report: RunReport): Crossing => {
  const { rowsRead, rowsWritten, rowsRejected, tables, tablesProven } = totals(report);
  return {
    status: report.status,
    ...{ rowsRead, rowsWritten, rowsRejected, tables, tablesProven },
    differences: report.differenceCount,
    report: report.reports.find((path) => path.endsWith(".html")) ?? report.reports[0] ?? null,
  };
};

/** `failed` wherever something broke off: half of the evidence is no evidence. */
export const assembleRehearsal = (rehearsal: Rehearsal, thresholds: Thresholds): RehearsalReport => {
  const { crossing, measured, application, wayBack, startedAt, environment } = rehearsal;
  const comparisons = [...(measured?.ownQueries ?? []), ...(measured?.comparisons ?? [])];
  const decisions =
    crossing === null
      ? []
      : decide(
          {
            ...{ crossing, comparisons, application, wayBack },
            postgresLoad: measured?.postgresLoad ?? null,
            checks: measured?.checks ?? [],
          },
          thresholds,
        );
  const status = rehearsal.errors.length > 0 || crossing === null ? "failed" : overall(decisions);
  return {
    status,
    exitCode: status === "go" ? ExitCode.DONE : status === "no-go" ? ExitCode.DIFFERENCES : ExitCode.FAILED,
    name: rehearsal.name,
    source: rehearsal.source,
    target: rehearsal.target,
    startedAt: startedAt.toISOString(),
    finishedAt: new Date().toISOString(),
    decisions,
    crossing,
    phases: rehearsal.phases,
    prediction: rehearsal.prediction,
    sqliteLoad: measured?.sqliteLoad ?? null,
    postgresLoad: measured?.postgresLoad ?? null,
    comparisons: measured?.comparisons ?? [],
    ownQueries: measured?.ownQueries ?? [],
    search: measured?.search ?? null,
    checks: measured?.checks ?? [],
    application,
    wayBack,
    promises:
      measured === null
        ? []
        : promises({
            ...{ sqliteLoad: measured.sqliteLoad, postgresLoad: measured.postgresLoad },
            comparisons: measured.ownQueries.length > 0 ? measured.ownQueries : measured.comparisons,
            search: measured.search,
          }),
    destroyed: rehearsal.destroyed,
    errors: rehearsal.errors,
    reports: [],
    environment: { ...environment, postgres: rehearsal.target.version },
  };
};

/** Writes `rehearsal_YYYYMMDD_HHMMSS.{txt,json,html}` and gives the report that names them. */
export const writeRehearsal = async (report: RehearsalReport, directory: string): Promise<RehearsalReport> => {
  const at = new Date(report.startedAt);
  const reports = await writeForms(directory, `rehearsal_${stampOf(at)}`, (paths) => {
    const complete: RehearsalReport = { ...report, reports: paths };
    return { text: rehearsalText(complete), json: toJson(complete), html: rehearsalPage(complete) };
  });
  return { ...report, reports };
};
