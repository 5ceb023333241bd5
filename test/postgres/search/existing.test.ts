/** Into an application's own tables: searches are the application's, and compared where landbridge.yaml names its column. */
import { expect, it } from "vitest";
import { migrate } from "../../../src/migrate.ts";
import type { Config } from "../../../src/plan/config.ts";
import { parseSettings } from "../../../src/settings.ts";
import { freshDatabase } from "../../support/database.ts";
import { sqliteFile, temporaryDirectory } from "../../support/sqlite.ts";

const database = await freshDatabase();

const SOURCE = `CREATE TABLE note (id INTEGER PRIMARY KEY, title TEXT, body TEXT);
  INSERT INTO note VALUES (1, 'Gardens', 'of machine and flower'), (2, 'Machines', 'alone');
  CREATE VIRTUAL TABLE note_fts USING fts5(title, body, content='note', content_rowid='id');
  INSERT INTO note_fts (note_fts) VALUES ('rebuild');`;

const cross = async (schema: string, config: Config) => {
  await database.admin.query(`CREATE SCHEMA ${schema}; CREATE TABLE ${schema}.note (id bigint PRIMARY KEY, title text, body text,
    found tsvector GENERATED ALWAYS AS (to_tsvector('simple', coalesce(title, '') || ' ' || coalesce(body, ''))) STORED)`);
  const settings = parseSettings({
    source: sqliteFile(SOURCE),
    schema,
    cwd: temporaryDirectory(),
    environment: {},
    cores: 1,
  });
  return migrate(
    { ...settings, target: database.target, intoExisting: true, config: { ...config, schema } },
    { emit: () => undefined, signal: new AbortController().signal },
  );
};

const search = (column: string): Config => ({
  tables: {
    note: { search: { [column]: { columns: { title: "A", body: "B" }, language: "simple", replaces: "note_fts" } } },
  },
});

it("compares the results of a search column that is named", async () => {
  const report = await cross("named", search("found"));
  expect(report).toMatchObject({ exitCode: 0, searches: [{ source: "note_fts", column: "found", differences: [] }] });
  expect(report.searches?.[0]?.queries).toBeGreaterThan(5);
  expect(report.searches?.[0]?.same).toBe(report.searches?.[0]?.queries);
});

it.each([
  ["silent", {}],
  ["elsewhere", search("title_search")],
])("makes nothing and says so where none is named (%s)", async (schema, config) => {
  const report = await cross(schema, config);
  expect(report.exitCode).toBe(0);
  expect(report.searches ?? []).toEqual([]);
  expect(report.findings).toContainEqual(
    expect.objectContaining({ code: "SEARCH_BY_APPLICATION", where: "note_fts", severity: "info" }),
  );
  const { rows } = await database.admin.query(
    "SELECT FROM pg_ts_config c JOIN pg_namespace n ON n.oid = c.cfgnamespace WHERE n.nspname = $1",
    [schema],
  );
  expect(rows).toEqual([]);
});
