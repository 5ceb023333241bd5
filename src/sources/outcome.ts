/** What several files' crossings come to as a whole. */
import { ExitCode } from "../errors.ts";
import type { RunReport, RunStatus } from "../report/model.ts";

/** The document of a verb that was given several files. */
export interface SeveralReports {
  readonly status: RunStatus;
  readonly exitCode: ExitCode;
  /** In the files' order, each as where it is the only one. */
  readonly sources: readonly RunReport[];
  /** Names of files that were not begun, because one before them failed or was refused. */
  readonly notBegun: readonly string[];
}

const CODES: Readonly<Record<RunStatus, ExitCode>> = {
  failed: ExitCode.FAILED,
  refused: ExitCode.REFUSED,
  "done-with-differences": ExitCode.DIFFERENCES,
  done: ExitCode.DONE,
  planned: ExitCode.DONE,
  "nothing-to-do": ExitCode.DONE,
};

/**
 * The worst of them counts. A refusal says that nothing was touched, which is not true of the whole where another file was loaded:
 * that is a failure.
 */
export const combined = (sources: readonly RunReport[], notBegun: readonly string[]): SeveralReports => {
  const has = (status: RunStatus): boolean => sources.some((report) => report.status === status);
  const touched = has("done") || has("done-with-differences");
  const status: RunStatus =
    has("failed") || (has("refused") && touched)
      ? "failed"
      : ((["refused", "done-with-differences", "planned", "done"] as const).find(has) ?? "nothing-to-do");
  return { status, exitCode: worst(status, sources), sources, notBegun };
};

/** A crossing that was finished with differences before has nothing to do, and its exit code still says so. */
const worst = (status: RunStatus, sources: readonly RunReport[]): ExitCode => {
  if (status === "refused") return sources.find((report) => report.status === status)!.exitCode;
  const differs = sources.some(({ exitCode }) => exitCode === ExitCode.DIFFERENCES);
  return CODES[status] === ExitCode.DONE && differs ? ExitCode.DIFFERENCES : CODES[status];
};
