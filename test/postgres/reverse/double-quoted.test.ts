/** A schema whose texts stand in double quotes comes back by its own words. */
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, it } from "vitest";
import { openWithDoubleQuotedTexts } from "../../../src/source/double-quoted.ts";
import { freshDatabase } from "../../support/database.ts";
import { goBack, goThere } from "../../support/reverse.ts";
import { temporaryDirectory } from "../../support/sqlite.ts";
import { differencesOf } from "../../support/there-and-back.ts";

const { target } = await freshDatabase();

/** The statement of the very first table decides of page size and encoding; the others follow rows and other tables. */
const STATEMENTS = [
  `CREATE TABLE tasks (id INTEGER PRIMARY KEY, status TEXT NOT NULL DEFAULT "open" CHECK (status IN ("open", "done")), label TEXT)`,
  "CREATE TABLE plain (id INTEGER PRIMARY KEY, task INTEGER REFERENCES tasks (id))",
  `CREATE TABLE computed (id INTEGER PRIMARY KEY, name TEXT, shown TEXT GENERATED ALWAYS AS (name || " (task)") STORED)`,
  `CREATE INDEX lowered ON tasks (lower(label || "-x"))`,
  `CREATE UNIQUE INDEX one_open ON tasks (label) WHERE status = "open"`,
  `CREATE VIEW open_tasks AS SELECT id FROM tasks WHERE status = "open"`,
  `CREATE TRIGGER done AFTER UPDATE ON tasks WHEN new.status = "done" BEGIN UPDATE tasks SET label = "done" WHERE id = new.id; END`,
  "INSERT INTO tasks VALUES (1, 'open', 'a'), (2, 'done', 'b'), (9007199254740993, 'open', NULL)",
  "INSERT INTO plain VALUES (1, 2), (2, NULL)",
  "INSERT INTO computed (id, name) VALUES (1, 'n'), (2, NULL)",
];

it.each(["UTF-8", "UTF-16le"])("checks, indexes, generated columns, views and triggers, in %s", async (encoding) => {
  const directory = temporaryDirectory();
  const path = join(directory, "source.sqlite");
  const source = openWithDoubleQuotedTexts(path, { readOnly: false });
  source.exec(`PRAGMA page_size = 8192; PRAGMA encoding = '${encoding}'; PRAGMA auto_vacuum = 1`);
  for (const statement of STATEMENTS) source.exec(statement);
  source.close();
  const place = { target, schema: `quoted_${encoding.toLowerCase().replaceAll("-", "")}`, directory };
  expect((await goThere(path, { accept: "suggestions" }, place)).errors).toEqual([]);
  const report = await goBack("back.sqlite", place);
  expect(report.errors).toEqual([]);
  expect(report.findings.filter(({ severity }) => severity !== "info")).toEqual([]);
  expect(report.exitCode).toBe(0);
  const back = join(directory, "back.sqlite");
  expect(differencesOf(path, back)).toEqual([]);
  const application = openWithDoubleQuotedTexts(back, { readOnly: false });
  application.exec("INSERT INTO tasks (label) VALUES ('c'); UPDATE tasks SET status = 'done' WHERE id = 1");
  expect(application.prepare("SELECT label FROM tasks WHERE id = 1").get()).toEqual({ label: "done" });
  expect(() => application.exec("INSERT INTO tasks VALUES (5, 'neither', 'd')")).toThrow(/CHECK constraint/);
  application.close();
});

it("what both refuse is named with the reason", async () => {
  const directory = temporaryDirectory();
  const path = join(directory, "source.sqlite");
  const source = new Database(path);
  source.function("of_app", { deterministic: true }, (value) => value);
  source.exec("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES (1, 'x')");
  source.exec("CREATE INDEX i ON t (of_app(a))");
  source.unsafeMode(true);
  source.pragma("writable_schema = ON");
  source.exec(`UPDATE sqlite_schema SET sql = 'CREATE INDEX i ON t (a || "x", of_app(a))' WHERE name = 'i'`);
  source.close();
  const place = { target, schema: "refused_twice", directory };
  expect((await goThere(path, {}, place)).errors).toEqual([]);
  const report = await goBack("back.sqlite", place);
  expect(report.exitCode).toBe(3);
  const finding = report.findings.find(({ code }) => code === "REVERSE_SCHEMA_REFUSED");
  expect(finding?.message).toContain("no such function: of_app");
});
