/** Writes the three forms of a report side by side. */
import { access, constants, mkdir, open, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { messageOf, refusal } from "../errors.ts";
import { stampOf } from "../stamp.ts";
import { htmlReport } from "./html.ts";
import { jsonReport } from "./json.ts";
import type { ReportError, RunReport } from "./model.ts";
import { textReport } from "./text.ts";

/**
 * Writes `migration_report_YYYYMMDD_HHMMSS.{txt,json,html}` (UTC) into `directory`. The reports name their own paths in `reports`.
 */
export const writeReports = (report: RunReport, directory: string, at: Date): Promise<string[]> =>
  writeForms(directory, `migration_report_${stampOf(at)}`, (reports) => {
    const complete: RunReport = { ...report, reports };
    return { text: textReport(complete), json: jsonReport(complete), html: htmlReport(complete) };
  });

/**
 * Writes the three forms of a document, `<name>.{txt,json,html}`, into `directory`, made if it is missing, and returns the three
 * paths. Each file appears whole or not at all, and no other document's is replaced: `_2` and so on is put behind the second.
 */
export const writeForms = async (
  directory: string,
  name: string,
  forms: (paths: readonly string[]) => { readonly text: string; readonly json: string; readonly html: string },
): Promise<string[]> => {
  await mkdir(directory, { recursive: true });
  const stem = await claimStem(join(directory, name));
  const paths = [`${stem}.txt`, `${stem}.json`, `${stem}.html`];
  const { text, json, html } = forms(paths);
  const contents = [text, json, html];
  // The first file's temporary name is the claim, so that file goes last.
  for (const index of [2, 1, 0]) await writeWhole(paths[index]!, contents[index]!);
  return paths;
};

/**
 * The same, where a report that cannot be written must not hide how the run went: then the report says so itself.
 */
export const reported = async (report: RunReport, directory: string, at: Date): Promise<RunReport> => {
  try {
    return { ...report, reports: await writeReports(report, directory, at) };
  } catch (error) {
    return { ...report, errors: [...report.errors, unwritable(directory, messageOf(error))] };
  }
};

/**
 * Makes nothing: looks whether reports could be written to `directory`, before there is anything to report.
 * @throws LandbridgeError REPORT_UNWRITABLE (refused)
 */
export const refuseUnwritable = async (directory: string): Promise<void> => {
  for (let place = directory; ; place = dirname(place)) {
    const found = await stat(place).catch((error: NodeJS.ErrnoException) => error);
    if (found instanceof Error && found.code === "ENOENT" && place !== dirname(place)) continue;
    if (found instanceof Error) throw refusal(unwritable(directory, found.message));
    if (!found.isDirectory()) throw refusal(unwritable(directory, `${place} is not a directory`));
    await access(place, constants.W_OK | constants.X_OK).catch((error: unknown) => {
      throw refusal(unwritable(directory, messageOf(error)));
    });
    return;
  }
};

const unwritable = (directory: string, reason: string): ReportError => ({
  code: "REPORT_UNWRITABLE",
  message: `The report could not be written to ${directory}: ${reason}`,
  remedy: "Name another directory with --report-dir. What the target holds is not concerned.",
});

/** Whoever makes the temporary file first has the name; a name that is finished already is nobody's to take. */
const claimStem = async (wanted: string): Promise<string> => {
  for (let n = 1; ; n++) {
    const stem = n === 1 ? wanted : `${wanted}_${n}`;
    const claim = temporary(`${stem}.txt`);
    const file = await open(claim, "wx").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "EEXIST") return null;
      throw error;
    });
    if (file === null) continue;
    await file.close();
    if (!(await exists(`${stem}.txt`))) return stem;
    await rm(claim);
  }
};

const temporary = (path: string): string => `${path}.tmp`;

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

const writeWhole = async (path: string, content: string): Promise<void> => {
  await writeFile(temporary(path), content);
  await rename(temporary(path), path);
};
