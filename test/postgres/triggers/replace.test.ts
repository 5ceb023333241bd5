/** A new load takes an older one's place: the old triggers and their functions go, the new ones work where the tables are now. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, describe, expect, it } from "vitest";
import { crossFile } from "../../support/cross-file.ts";
import { freshDatabase } from "../../support/database.ts";

const database = await freshDatabase();
const { admin, target } = database;
const directory = mkdtempSync(join(tmpdir(), "landbridge-triggers-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const SCHEMA = "Shop, old";
const path = join(directory, "source.sqlite");

const inSource = (sql: string): void => {
  const db = new Database(path);
  db.exec(sql);
  db.close();
};

const cross = async () =>
  (await crossFile(path, { target, admin, schema: SCHEMA, directory, config: { accept: "suggestions" } })).report;

const functions = async (): Promise<string[]> => {
  const { rows } = await admin.query<{ name: string }>(
    `SELECT n.nspname || '.' || p.proname AS name FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
     WHERE n.nspname LIKE 'Shop%' ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
};

describe("a load whose triggers are accepted", () => {
  it("takes an older one's place with its triggers, and the older functions are gone", async () => {
    inSource(`CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE log (what TEXT);
      INSERT INTO item VALUES (1, 'a'); INSERT INTO log VALUES ('x');
      CREATE TRIGGER gone AFTER INSERT ON item BEGIN INSERT INTO log VALUES ('old ' || NEW.name); END;
      CREATE TRIGGER both AFTER INSERT ON item BEGIN INSERT INTO log VALUES ('both ' || NEW.name); END;`);
    expect(await cross()).toMatchObject({ exitCode: 0, errors: [] });
    expect(await functions()).toEqual([`${SCHEMA}.both`, `${SCHEMA}.gone`]);

    inSource(`DROP TRIGGER gone; CREATE TRIGGER born AFTER INSERT ON item BEGIN INSERT INTO log VALUES ('new ' || NEW.name); END;
      DELETE FROM log; INSERT INTO item VALUES (2, 'b'); DELETE FROM log;`);
    expect(await cross()).toMatchObject({ exitCode: 0, errors: [] });
    expect(await functions()).toEqual([`${SCHEMA}.born`, `${SCHEMA}.both`]);

    await admin.query(`INSERT INTO "${SCHEMA}".item VALUES (3, 'c')`);
    const { rows } = await admin.query(`SELECT what FROM "${SCHEMA}".log ORDER BY 1`);
    expect(rows).toEqual([{ what: "both c" }, { what: "new c" }]);
  });

  it("does not take over a function of the application's under the same name", async () => {
    const other = "taken";
    await admin.query(
      `CREATE SCHEMA ${other}; CREATE FUNCTION ${other}.both() RETURNS integer LANGUAGE sql AS 'SELECT 7'`,
    );
    const { report } = await crossFile(path, {
      ...{ target, admin, schema: other, directory, config: { accept: "suggestions" as const } },
    });
    expect(report.findings.filter(({ code }) => code === "TRIGGER_FAILED").map(({ where }) => where)).toEqual([
      "trigger both",
    ]);
    expect(report.objects.others).toEqual([
      { kind: "trigger", name: "both on item", state: "left out", message: null },
    ]);
    expect((await admin.query(`SELECT ${other}.both() AS both`)).rows).toEqual([{ both: 7 }]);
  });
});
