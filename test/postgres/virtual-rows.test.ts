/** Virtual tables that hold rows of their own: what they hold arrives, and what does not is said and shows in the exit code. */
import { expect, it } from "vitest";
import { migrate } from "../../src/migrate.ts";
import { parseSettings } from "../../src/settings.ts";
import { freshDatabase } from "../support/database.ts";
import { sqliteFile, temporaryDirectory } from "../support/sqlite.ts";

const database = await freshDatabase();

const cross = async (name: string, sql: string) => {
  const settings = {
    ...parseSettings({ source: sqliteFile(sql), schema: name, cwd: temporaryDirectory(), environment: {}, cores: 1 }),
    target: database.target,
  };
  return migrate(settings, { emit: () => undefined, signal: new AbortController().signal });
};

const rows = async (statement: string) => (await database.admin.query({ text: statement, rowMode: "array" })).rows;

it.each(["fts5(title, body)", "fts4(title, body)", "fts3(title, body)"])(
  "carries the rows of %s with their rowids",
  async (module) => {
    const schema = module.slice(0, 4);
    const report = await cross(
      schema,
      `CREATE VIRTUAL TABLE notes USING ${module};
     INSERT INTO notes (rowid, title, body) VALUES (7, 'a', 'one two'), (-3, 'b', NULL), (9007199254740993, 'c', '');`,
    );
    expect(report).toMatchObject({ exitCode: 0, tables: [{ name: "notes", rowsWritten: 3, proof: "equal" }] });
    expect(report.findings.map(({ code }) => code)).toContain("SEARCH_TRANSLATED");
    expect(await rows(`SELECT rowid::text, title, body FROM ${schema}.notes ORDER BY 2`)).toEqual([
      ["7", "a", "one two"],
      ["-3", "b", null],
      ["9007199254740993", "c", ""],
    ]);
  },
);

it("leaves contentless and external search tables to the rows that they index", async () => {
  const report = await cross(
    "indexes",
    `CREATE TABLE docs (id INTEGER PRIMARY KEY, body TEXT); INSERT INTO docs VALUES (1, 'x');
     CREATE VIRTUAL TABLE outside USING fts5(body, content='docs', content_rowid='id');
     CREATE VIRTUAL TABLE without USING fts5(body, content='');`,
  );
  expect(report.exitCode).toBe(0);
  expect(report.findings.map(({ code, where }) => `${code} ${where}`)).toEqual([
    "SEARCH_CONTENT_UNKNOWN without",
    "SEARCH_TRANSLATED outside",
  ]);
});

it("carries the boxes of an R*Tree", async () => {
  const report = await cross(
    "boxes",
    "CREATE VIRTUAL TABLE box USING rtree(id, x0, x1, +label); INSERT INTO box VALUES (5, 1.5, 2.5, 'home');",
  );
  expect(report).toMatchObject({ exitCode: 0, tables: [{ name: "box", rowsWritten: 1, proof: "equal" }] });
  expect(await rows("SELECT id::text, x0, x1, label FROM boxes.box")).toEqual([["5", 1.5, 2.5, "home"]]);
});
