import { writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { exportCrossing, importCrossing } from "../../src/crossing-halves.ts";
import type { RunReport } from "../../src/report/model.ts";
import { parseSettings } from "../../src/settings.ts";
import { freshDatabase } from "../support/database.ts";
import { sqliteFile, temporaryDirectory } from "../support/sqlite.ts";

const database = await freshDatabase();
const context = { emit: () => undefined, signal: new AbortController().signal };

/** Exports `source` into a directory of its own and imports it from there. */
const crossed = async (source: string, cwd: string, name: string): Promise<RunReport> => {
  const directory = join(cwd, name);
  const settings = (from: string) => parseSettings({ source: from, cwd, environment: {}, cores: 1 });
  await exportCrossing(settings(source), directory, context);
  return importCrossing({ ...settings(directory), target: database.target }, directory, context);
};

test("a later export of the same file takes the place of the one before, from whatever directory it comes", async () => {
  const cwd = temporaryDirectory();
  const source = sqliteFile("CREATE TABLE t(id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1);", { directory: cwd });
  expect(await crossed(source, cwd, "monday")).toMatchObject({ status: "done", tables: [{ rowsWritten: 1 }] });
  const db = new Database(source);
  db.exec("INSERT INTO t VALUES (2)");
  db.close();
  expect(await crossed(source, cwd, "tuesday")).toMatchObject({ status: "done", tables: [{ rowsWritten: 2 }] });
  const { rows } = await database.admin.query("SELECT source_name, phase FROM landbridge.runs ORDER BY started_at");
  expect(rows).toEqual([
    { source_name: "app.db", phase: "superseded" },
    { source_name: "app.db", phase: "done" },
  ]);
});

test("exports of two files that landbridge.yaml names together stand beside each other", async () => {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, "landbridge.yaml"), "schema: pair\nsources: { a.db: {}, b.db: {} }\n");
  for (const name of ["a", "b"]) {
    const db = new Database(join(cwd, `${name}.db`));
    db.exec(`CREATE TABLE ${name} (id INTEGER PRIMARY KEY); INSERT INTO ${name} VALUES (1)`);
    db.close();
    const of = { source: join(cwd, `${name}.db`), config: "landbridge.yaml", cwd, environment: {}, cores: 1 };
    await exportCrossing(parseSettings(of), join(cwd, name), context);
  }
  for (const name of ["a", "b"]) {
    const settings = parseSettings({ source: name, cwd, environment: {}, cores: 1 });
    const report = await importCrossing({ ...settings, target: database.target }, join(cwd, name), context);
    expect(report.errors).toEqual([]);
    expect(report.exitCode).toBe(0);
  }
  const { rows } = await database.admin.query("SELECT a.id AS a, b.id AS b FROM pair.a, pair.b");
  expect(rows).toEqual([{ a: "1", b: "1" }]);
});
