/** Writes the three forms of a report side by side. */
import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { htmlReport } from "./html.ts";
import { jsonReport } from "./json.ts";
import type { RunReport } from "./model.ts";
import { textReport } from "./text.ts";

/**
 * Writes `migration_report_YYYYMMDD_HHMMSS.{txt,json,html}` (UTC) into `directory`, made if it is missing, and returns the
 * three paths. Each file appears whole or not at all; the reports name their own paths in `reports`.
 */
export const writeReports = async (report: RunReport, directory: string, at: Date): Promise<string[]> => {
  await mkdir(directory, { recursive: true });
  const stem = join(directory, `migration_report_${stamp(at)}`);
  const paths = [`${stem}.txt`, `${stem}.json`, `${stem}.html`];
  const complete: RunReport = { ...report, reports: paths };
  const contents = [textReport(complete), jsonReport(complete), htmlReport(complete)];
  await Promise.all(paths.map((path, index) => writeWhole(path, contents[index]!)));
  return paths;
};

/** `20261121_045207`. */
const stamp = (at: Date): string => at.toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "_");

const writeWhole = async (path: string, content: string): Promise<void> => {
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, content);
  await rename(temporary, path);
};
