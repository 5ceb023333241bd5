/** Where the job's reports stay: the engine writes files, which an object store takes over. */
import { basename, join, resolve } from "node:path";
import { messageOf } from "../../src/errors.ts";
import type { RunReport } from "../../src/report/model.ts";
import type { VerbRun } from "../cli/exit.ts";
import { type Environment, given, type WorkDirectory } from "./environment.ts";
import { isObject } from "./snapshot.ts";

export interface ReportPlace {
  /** Where the engine writes. */
  readonly directory: string;
  /** s3://bucket/prefix; null: they stay where they are written. */
  readonly prefix: string | null;
}

/** Default: `reports`, as for every verb, in the work directory where that is kept. */
export const reportPlace = (environment: Environment, work: WorkDirectory, cwd: string): ReportPlace => {
  const place = given(environment, "LANDBRIDGE_REPORTS");
  if (place !== undefined && isObject(place)) return { directory: join(work.path, "reports"), prefix: place };
  return { directory: resolve(work.kept ? work.path : cwd, place ?? "reports"), prefix: null };
};

/**
 * Hands the reports over and gives the page's address, "" where there is none. A store that does not take them must not hide how
 * the copy went: then that is said, and they are where they were written.
 */
export const keepReports = async (
  { reports }: RunReport,
  { prefix }: ReportPlace,
  { note }: Pick<VerbRun, "note">,
): Promise<string> => {
  const page = reports.find((path) => path.endsWith(".html")) ?? "";
  if (prefix === null || reports.length === 0) return page;
  const addressOf = (path: string): string => `${prefix.replace(/\/+$/, "")}/${basename(path)}`;
  try {
    const { upload } = await import("./object-store.ts");
    for (const path of reports) await upload(path, addressOf(path));
    return addressOf(page);
  } catch (error) {
    note(`the reports could not be stored in ${prefix}: ${messageOf(error)}`);
    return page;
  }
};
