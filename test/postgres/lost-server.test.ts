/** A server that cuts sessions off in the middle of a run: what holds the target is made anew, and the run goes on. */
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
const cross = (source: string, schema: string, onStep: (step: Step) => void): Promise<RunReport> => {
  const cwd = join(source, "..");
  const settings = parseSettings({ source, schema, cwd, environment: {}, cores: 1 });
  const emit = (event: RunEvent): void => {
    if (event.kind === "step-started") onStep(event.step);
  };
  return migrate({ ...settings, target: database.target }, { emit, signal: new AbortController().signal });
};

test.each(["copy", "finish", "verify"] as const)(
  "that cuts off the run's own session in %s is got over",
  async (at) => {
    const source = sqliteFile(manyRows(500), { directory: temporaryDirectory() });
    let killed: Promise<unknown> = Promise.resolve();
    const report = await cross(source, `lost_${at}`, (step) => {
      if (step === at) killed = database.admin.query(KILL);
    });
    await killed;
    expect(report.errors).toEqual([]);
    expect(report).toMatchObject({ status: "done", tables: [{ rowsWritten: 500, proof: "equal" }] });
  },
);

test("that cuts it off while another process takes the run over ends this one", async () => {
  const source = sqliteFile(manyRows(500), { directory: temporaryDirectory() });
  let meddled: Promise<unknown> = Promise.resolve();
  const report = await cross(source, "taken", (step) => {
    if (step === "finish")
      meddled = database.admin.query(
        `UPDATE landbridge.runs SET epoch = epoch + 1 WHERE schema_name = 'taken'; ${KILL}`,
      );
  });
  await meddled;
  expect(report.errors).toMatchObject([{ code: "RUN_TAKEN_OVER" }]);
});
