/** Tables that an application has made, and several files in one schema. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import * as sqliteVec from "sqlite-vec";
import { expect, it } from "vitest";
import { migrate } from "../../../src/migrate.ts";
import { parseSettings } from "../../../src/settings.ts";
import { freshDatabase } from "../../support/database.ts";
import { application } from "../../support/into-existing.ts";
import { goBack, goThere } from "../../support/reverse.ts";
import { sqliteFile, temporaryDirectory } from "../../support/sqlite.ts";
import { differencesOf } from "../../support/there-and-back.ts";

const database = await freshDatabase();
const { target, admin } = database;

it("what went into an application's own tables comes back in the spellings of the file", async () => {
  const app = await application({
    ...{ admin, target },
    source: `CREATE TABLE people (id INTEGER PRIMARY KEY, code TEXT, mood TEXT, tags TEXT, size REAL, seen TEXT, flag INTEGER);
      INSERT INTO people VALUES (1, 'ab', 'ok', '["x","y z"]', 0.5, '2024-01-02T03:04:05Z', 1), (2, NULL, NULL, NULL, NULL, NULL, NULL);`,
    tables: `CREATE TYPE mood AS ENUM ('sad', 'ok');
      CREATE TABLE people (id integer PRIMARY KEY, code char(5), mood mood, tags text[], size real, seen timestamptz, flag boolean,
        made timestamptz DEFAULT now());`,
  });
  const there = await app.load();
  expect(there).toMatchObject({ errors: [], status: "done" });
  const report = await goBack("back.sqlite", { target, schema: app.schema, directory: app.directory });
  expect(report).toMatchObject({ errors: [], exitCode: 0, tables: [{ name: "people", proof: "equal" }] });
  expect(report.findings.map(({ code, where }) => `${code} ${where}`)).toContain("REVERSE_COLUMN_ADDED people.made");
  const db = new Database(join(app.directory, "back.sqlite"), { readonly: true });
  expect(db.prepare("SELECT id, code, mood, size, flag FROM people").raw(true).all()).toEqual([
    [1, "ab", "ok", 0.5, 1],
    [2, null, null, null, null],
  ]);
  const [{ tags, seen }] = db.prepare("SELECT tags, seen FROM people WHERE id = 1").all() as [
    { tags: string; seen: string },
  ];
  expect(JSON.parse(tags)).toEqual(["x", "y z"]);
  expect(Date.parse(seen)).toBe(Date.parse("2024-01-02T03:04:05Z"));
});

it("of several files in one schema the one that is named comes back, and none where none is named", async () => {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, "landbridge.yaml"), "sources: { one.db: {}, two.db: {} }");
  const table = (name: string): string =>
    `CREATE TABLE ${name} (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO ${name} VALUES (1, '${name}')`;
  const one = sqliteFile(table("a"), { name: "one.db", directory });
  const two = sqliteFile(table("b"), { name: "two.db", directory });
  const place = { target, schema: "several", directory };
  for (const source of [one, two]) {
    const settings = parseSettings({
      ...{ source, schema: "several", config: "landbridge.yaml", cwd: directory, environment: {}, cores: 1 },
    });
    const context = { emit: () => undefined, signal: new AbortController().signal };
    expect((await migrate({ ...settings, target }, context)).errors).toEqual([]);
  }
  await expect(goBack("any.sqlite", place)).rejects.toMatchObject({ code: "SOURCE_OF_SEVERAL", exitCode: 4 });
  for (const path of [one, two]) {
    const name = path.endsWith("one.db") ? "one.db" : "two.db";
    const output = join(directory, `${name}.back`);
    expect((await goBack(output, { ...place, of: name })).exitCode).toBe(0);
    expect(differencesOf(path, output)).toEqual([]);
  }
});

it("a table of a module that this SQLite lacks comes back as an ordinary one, with its rows and by name", async () => {
  const directory = temporaryDirectory();
  const path = join(directory, "source.sqlite");
  const source = new Database(path);
  sqliteVec.load(source);
  source.exec("CREATE VIRTUAL TABLE v USING vec0(id INTEGER PRIMARY KEY, e float[2])");
  const vector = Buffer.from(Float32Array.from([0.1, -1]).buffer);
  source.prepare("INSERT INTO v (id, e) VALUES (?, ?)").run(7n, vector);
  source.close();
  const place = { target, schema: "modules", directory };
  expect((await goThere(path, { accept: "suggestions" }, place)).errors).toEqual([]);
  const report = await goBack("back.sqlite", place);
  expect(report).toMatchObject({ exitCode: 3, tables: [{ name: "v", proof: "equal" }] });
  expect(report.findings.map(({ code, where }) => `${code} ${where}`)).toContain("REVERSE_SCHEMA_REFUSED table v");
  const back = new Database(join(directory, "back.sqlite"), { readonly: true });
  expect(back.prepare("SELECT id, e FROM v").raw(true).all()).toEqual([[7, vector]]);
});
