/** The last steps in the file: what it says of itself, statistics, and SQLite's own checks. */
import type { Database } from "better-sqlite3";
import { LandbridgeError } from "../../errors.ts";
import type { FindingList } from "../../plan/findings.ts";
import { readHealth } from "../../source/health.ts";
import type { SchemaText } from "../../source/model.ts";

/** Header values that applications read, and ANALYZE where the original had its results. */
export const setHeader = (db: Database, text: SchemaText | undefined): void => {
  if (text === undefined) return;
  db.pragma(`user_version = ${text.userVersion}`);
  db.pragma(`application_id = ${text.applicationId}`);
  if (text.analyzed) db.exec("ANALYZE");
};

/** Of a table's rows, not of the file: they were accepted in PostgreSQL. */
const ABOUT_ROWS =
  /^(?:CHECK constraint failed in |NULL value in |NUMERIC value in |TEXT value in |non-\w+ value in |row \d+ missing)/;

/**
 * integrity_check and foreign_key_check of the finished file.
 * @throws LandbridgeError REVERSE_DAMAGED where SQLite finds the file itself at fault
 */
export const checkFile = (db: Database, findings: FindingList): void => {
  db.pragma("ignore_check_constraints = OFF");
  const { integrity, foreignKeyViolations, foreignKeyProblem } = readHealth(db);
  const problems = integrity.filter((line) => line !== "ok");
  const aboutRows = problems.filter((line) => ABOUT_ROWS.test(line));
  const damage = problems.filter((line) => !ABOUT_ROWS.test(line) && !/not checked: /.test(line));
  if (damage.length > 0)
    throw new LandbridgeError({
      code: "REVERSE_DAMAGED",
      message: `integrity_check finds the new file damaged: ${damage.slice(0, 3).join("; ")}`,
      remedy: "The disk or the memory is the likeliest cause; write to another disk.",
    });
  for (const line of new Set(aboutRows))
    findings.add(
      "REVERSE_CHECK_FAILS",
      "warning",
      line.split(" ").at(-1) ?? "",
      `integrity_check: ${line}`,
      "Such rows are in PostgreSQL too, where the constraint is not in force: correct them there, or live with them as before.",
      aboutRows.filter((each) => each === line).length,
    );
  if ((foreignKeyViolations ?? 0) > 0)
    findings.add(
      "REVERSE_ORPHANS",
      "warning",
      "foreign_key_check",
      "rows refer to parents that are not there, in PostgreSQL as in the file",
      "PRAGMA foreign_key_check names them.",
      foreignKeyViolations ?? 0,
    );
  if (foreignKeyProblem !== null)
    findings.add(
      "REVERSE_ORPHANS",
      "info",
      "foreign_key_check",
      `not everywhere possible: ${foreignKeyProblem}`,
      "The original file has the same keys.",
    );
};
