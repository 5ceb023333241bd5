/** A server that goes away in the middle of a step: an error that says so, and a run that can be resumed. */
import { join } from "node:path";
import { expect, test } from "vitest";
import type { RunEvent, Step } from "../../src/events.ts";
import { migrate } from "../../src/migrate.ts";
import type { RunReport } from "../../src/report/model.ts";
import { parseSettings } from "../../src/settings.ts";
import { freshDatabase } from "../support/database.ts";
import { manyRows, sqliteFile, temporaryDirectory } from "../support/sqlite.ts";

const database = await freshDatabase();

const KILL = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
              WHERE datname = current_database() AND application_name LIKE 'landbridge run%'`;

/** Crosses into a schema of its own; `onStep` hears of each step's start. */
const cross = (source: string, schema: string, resume: boolean, onStep: (step: Step) => void): Promise<RunReport> => {
  const cwd = join(source, "..");
  const settings = parseSettings({ source, schema, resume, cwd, environment: {}, cores: 1 });
  const emit = (event: RunEvent): void => {
    if (event.kind === "step-started") onStep(event.step);
  };
  return migrate({ ...settings, target: database.target }, { emit, signal: new AbortController().signal });
};

test.each(["finish", "verify"] as const)("which is lost in %s is no defect, and --resume goes on", async (at) => {
  const source = sqliteFile(manyRows(500), { directory: temporaryDirectory() });
  let killed: Promise<unknown> = Promise.resolve();
  const lost = await cross(source, `lost_${at}`, false, (step) => {
    if (step === at) killed = database.admin.query(KILL);
  });
  await killed;
  expect(lost.errors).toMatchObject([{ code: "TARGET_LOST", remedy: expect.stringContaining("--resume") }]);
  expect(lost).toMatchObject({ status: "failed", exitCode: 1 });
  const resumed = await cross(source, `lost_${at}`, true, () => undefined);
  expect(resumed).toMatchObject({ status: "done", runId: lost.runId, tables: [{ rowsWritten: 500, proof: "equal" }] });
});
