import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import type { RunEvent } from "../../../src/events.ts";
import { connect } from "../../../src/target/connect.ts";
import { ownInitFiles, readInitFiles, runInitFiles } from "../../../src/target/init.ts";
import { installLedger } from "../../../src/target/ledger.ts";
import { freshDatabase } from "../../support/database.ts";

const database = await freshDatabase();
const { admin } = database;
let directory: string;
const made: string[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "landbridge-init-"));
  made.push(directory);
  await installLedger(admin);
  await admin.query("DELETE FROM landbridge.init_files");
});
afterAll(async () => {
  for (const path of made) await rm(path, { recursive: true });
});

const events: RunEvent[] = [];
const emit = (event: RunEvent): void => void events.push(event);
const run = async () => runInitFiles(admin, await readInitFiles(directory), { emit });
const write = async (name: string, sql: string): Promise<void> => writeFile(join(directory, name), sql);

test("runs numbered files in order, once per content", async () => {
  await write("020-fill.sql", "INSERT INTO once VALUES ('filled');");
  await write("010-make.sql", "\uFEFFCREATE TABLE IF NOT EXISTS once (what text); SELECT 1;");
  await write("notes.md", "not SQL");
  expect(await run()).toEqual({ applied: ["010-make.sql", "020-fill.sql"], unchanged: [], findings: [] });
  expect(await run()).toEqual({ applied: [], unchanged: ["010-make.sql", "020-fill.sql"], findings: [] });
  await write("020-fill.sql", "INSERT INTO once VALUES ('changed');");
  expect(await run()).toEqual({ applied: ["020-fill.sql"], unchanged: ["010-make.sql"], findings: [] });
  expect((await admin.query("SELECT what FROM once")).rows).toEqual([{ what: "filled" }, { what: "changed" }]);
});

test("shows file, line, column and a caret under a mistake, behind characters of any width", async () => {
  await write("010-bad.sql", "-- 😀 fine\nSELECT 1;\n\tSELECT 'é😀', FORM pg_class;\n");
  const failure = run();
  await expect(failure).rejects.toMatchObject({
    code: "INIT_SQL_FAILED",
    message: [
      '010-bad.sql, line 3, column 15: column "form" does not exist',
      "   SELECT 'é😀', FORM pg_class;",
      `  ${" ".repeat(14)}^`,
    ].join("\n"),
  });
});

test("runs a file that failed again, and leaves no transaction open", async () => {
  await write("010-later.sql", "BEGIN; CREATE TABLE half (x int); SELECT 1/0; COMMIT;");
  await expect(run()).rejects.toMatchObject({ message: "010-later.sql: division by zero" });
  expect((await admin.query("SELECT to_regclass('half') AS half")).rows).toEqual([{ half: null }]);
  await write("010-later.sql", "CREATE TABLE IF NOT EXISTS half (x int);");
  expect((await run()).applied).toEqual(["010-later.sql"]);
});

test("has nothing to do where there is no directory", async () => {
  expect(await readInitFiles(join(directory, "none"))).toEqual([]);
});

test("the repository's own files run for an administrator and for a role that may create nothing", async () => {
  const own = await ownInitFiles();
  const { role, target } = await database.role();
  await admin.query(
    `GRANT USAGE ON SCHEMA landbridge TO ${role}; GRANT ALL ON ALL TABLES IN SCHEMA landbridge TO ${role}`,
  );
  const guest = await connect(target, "test");
  events.length = 0;
  await runInitFiles(guest, own, { emit });
  await guest.end();
  expect(events).toContainEqual({
    kind: "note",
    step: "prepare",
    message: expect.stringContaining("extension pg_trgm is not available"),
  });
  await admin.query("DELETE FROM landbridge.init_files");
  await runInitFiles(admin, own, { emit });
  expect((await admin.query("SELECT FROM pg_extension WHERE extname = 'pg_trgm'")).rowCount).toBe(1);
});
