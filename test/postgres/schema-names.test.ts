import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { migrate } from "../../src/migrate.ts";
import type { RunReport } from "../../src/report/model.ts";
import { parseSettings } from "../../src/settings.ts";
import { freshDatabase } from "../support/database.ts";
import { sqliteFile, temporaryDirectory } from "../support/sqlite.ts";

const database = await freshDatabase();

const load = (source: string, schema: string): Promise<RunReport> => {
  const settings = parseSettings({ source, schema, cwd: join(source, ".."), environment: {}, cores: 1 });
  return migrate(
    { ...settings, target: database.target },
    { emit: () => undefined, signal: new AbortController().signal },
  );
};

test("a load beside an older one finds room in the name of a schema that is as long as names may be", async () => {
  const schema = "é".repeat(31);
  const source = sqliteFile("CREATE TABLE t(id INTEGER PRIMARY KEY);", { directory: temporaryDirectory() });
  expect(await load(source, schema)).toMatchObject({ status: "done" });
  const db = new Database(source);
  db.exec("INSERT INTO t VALUES (1)");
  db.close();
  expect(await load(source, schema)).toMatchObject({ status: "done", tables: [{ rowsWritten: 1, proof: "equal" }] });
  const { rows } = await database.admin.query("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'é%'");
  expect(rows).toEqual([{ nspname: schema }]);
});
