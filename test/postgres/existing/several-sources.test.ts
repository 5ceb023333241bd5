/** Two files into one application's own tables: each finds its own, and neither disturbs what is known of the other. */
import { basename, join } from "node:path";
import Database from "better-sqlite3";
import { expect, it } from "vitest";
import { parseConfig } from "../../../src/plan/config.ts";
import { parseSettings, type Settings } from "../../../src/settings.ts";
import { configOf, namesBeside } from "../../../src/sources/config.ts";
import { migrateSeveral } from "../../../src/sources/several.ts";
import { workingDirectory } from "../../support/cli.ts";
import { freshDatabase } from "../../support/database.ts";
import { objectsOf } from "../../support/into-existing.ts";

const { target, admin } = await freshDatabase();
const context = { emit: () => undefined, signal: new AbortController().signal };
const quietly = async (): Promise<void> => undefined;
const directory = workingDirectory();

const file = (name: string, sql: string): string => {
  const path = join(directory, name);
  const db = new Database(path);
  db.exec(sql);
  db.close();
  return path;
};
const main = file(
  "main.db",
  `CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT); CREATE TABLE notes (id INTEGER PRIMARY KEY, author INTEGER REFERENCES users (id), body TEXT);
   INSERT INTO users VALUES (1, 'a@example.org'), (2, 'b@example.org'); INSERT INTO notes VALUES (1, 2, 'x'), (2, 1, 'y')`,
);
const memory = file(
  "memory.db",
  `CREATE TABLE users (id TEXT PRIMARY KEY, email TEXT); CREATE TABLE groves (id INTEGER PRIMARY KEY, owner TEXT REFERENCES users (id), touched TEXT);
   INSERT INTO users VALUES ('u', 'c@example.org'); INSERT INTO groves VALUES (1, 'u', '2026-01-02 03:04:05'), (2, 'u', NULL)`,
);

const APPLICATION = `
  CREATE TABLE users (id serial PRIMARY KEY, email varchar(80) UNIQUE);
  CREATE TABLE notes (id serial PRIMARY KEY, author integer REFERENCES users (id), body text);
  CREATE TABLE memory_users (id varchar(36) PRIMARY KEY, email text);
  CREATE TABLE groves (id serial PRIMARY KEY, owner varchar(36) REFERENCES memory_users (id) ON DELETE CASCADE, touched timestamp);
  CREATE INDEX groves_owner ON groves (owner);
  CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.touched = now(); RETURN NEW; END';
  CREATE TRIGGER touch BEFORE INSERT ON groves FOR EACH ROW EXECUTE FUNCTION touch();`;

const config = parseConfig(
  "sources: { main.db: {}, memory.db: { tables: { users: { target: memory_users } } } }",
  "landbridge.yaml",
);

const settings = (source: string, schema: string, more: Partial<Settings> = {}): Settings => ({
  ...parseSettings({ source, schema, cwd: directory, environment: {}, cores: 1, intoExisting: true }),
  ...{ target, jobs: 2, beside: namesBeside(config, basename(source)) },
  config: { ...configOf(config, basename(source)), schema },
  ...more,
});

const applicationIn = async (schema: string): Promise<void> => {
  await admin.query(`CREATE SCHEMA ${schema}; SET search_path = ${schema}; ${APPLICATION}; RESET search_path`);
};

it("each loads into its own tables, which are as they were afterwards; again there is nothing to do", async () => {
  await applicationIn("shop");
  const before = await objectsOf(admin, "shop");
  const load = () => migrateSeveral([settings(main, "shop"), settings(memory, "shop")], context, quietly);
  const first = await load();
  expect(first.sources.flatMap(({ errors }) => errors)).toEqual([]);
  expect(first).toMatchObject({ status: "done", exitCode: 0 });
  const { rows } = await admin.query(
    "SELECT (SELECT count(*)::int FROM shop.users) AS users, (SELECT count(*)::int FROM shop.memory_users) AS memory, array_agg(touched::text ORDER BY id) AS touched FROM shop.groves",
  );
  expect(rows).toEqual([{ users: 2, memory: 1, touched: ["2026-01-02 03:04:05", null] }]);
  expect(await objectsOf(admin, "shop")).toEqual(before);
  expect(await load()).toMatchObject({ status: "nothing-to-do", exitCode: 0 });
});

it("a new state of one empties and loads its tables alone", async () => {
  await applicationIn("again");
  await migrateSeveral([settings(main, "again"), settings(memory, "again")], context, quietly);
  const xids = async () => (await admin.query("SELECT xmin::text FROM again.users")).rows;
  const before = await xids();
  file("memory.db", "INSERT INTO groves VALUES (3, 'u', NULL)");
  const both = await migrateSeveral(
    [settings(main, "again", { replace: true }), settings(memory, "again", { replace: true })],
    context,
    quietly,
  );
  expect(both.sources.map(({ status }) => status)).toEqual(["nothing-to-do", "done"]);
  expect((await admin.query("SELECT count(*)::int AS n FROM again.groves")).rows).toEqual([{ n: 3 }]);
  expect(await xids()).toEqual(before);
});

it("waits for a load of the other that was broken off: what that has set aside is not put back too early", async () => {
  await applicationIn("broken");
  await migrateSeveral([settings(memory, "broken")], context, quietly);
  await admin.query("UPDATE landbridge.runs SET phase = 'copy' WHERE schema_name = 'broken'");
  const refused = await migrateSeveral([settings(main, "broken")], context, quietly);
  expect(refused).toMatchObject({ status: "refused", exitCode: 4 });
  expect(refused.sources[0]?.errors).toMatchObject([{ code: "NEIGHBOUR_UNFINISHED" }]);
  expect((await admin.query("SELECT count(*)::int AS n FROM broken.users")).rows).toEqual([{ n: 0 }]);
});

it("does not mix with tables of Landbridge's own in the same schema", async () => {
  await applicationIn("mixed");
  await migrateSeveral([settings(main, "mixed")], context, quietly);
  const refused = await migrateSeveral([settings(memory, "mixed", { intoExisting: false })], context, quietly);
  expect(refused.exitCode).toBe(4);
});
