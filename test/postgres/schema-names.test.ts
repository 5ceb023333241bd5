import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import type { RunEvent } from "../../src/events.ts";
import { migrate } from "../../src/migrate.ts";
import type { RunReport } from "../../src/report/model.ts";
import { parseSettings } from "../../src/settings.ts";
import { freshDatabase } from "../support/database.ts";
import { sqliteFile, temporaryDirectory } from "../support/sqlite.ts";

const database = await freshDatabase();

/** Loads, and gives with the report the load schemas that the ledger and the server knew while rows were copied. */
const load = async (source: string, schema: string): Promise<{ report: RunReport; schemas: unknown[] }> => {
  const settings = parseSettings({ source, schema, cwd: join(source, ".."), environment: {}, cores: 1 });
  let schemas: Promise<{ rows: unknown[] }> = Promise.resolve({ rows: [] });
  const emit = (event: RunEvent): void => {
    if (event.kind === "step-started" && event.step === "copy")
      schemas =
        database.admin.query(`SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname::text = load_schema) AS there
                                      FROM landbridge.runs WHERE phase = 'copy'`);
  };
  const report = await migrate(
    { ...settings, target: database.target },
    { emit, signal: new AbortController().signal },
  );
  return { report, schemas: (await schemas).rows };
};

test("a load beside an older one is called in the ledger what PostgreSQL calls it, also where the schema's name is as long as names may be", async () => {
  const schema = "é".repeat(31);
  const source = sqliteFile("CREATE TABLE t(id INTEGER PRIMARY KEY);", { directory: temporaryDirectory() });
  expect(await load(source, schema)).toMatchObject({ report: { status: "done" }, schemas: [{ there: true }] });
  const db = new Database(source);
  db.exec("INSERT INTO t VALUES (1)");
  db.close();
  expect(await load(source, schema)).toMatchObject({
    report: { status: "done", tables: [{ rowsWritten: 1, proof: "equal" }] },
    schemas: [{ there: true }],
  });
  const { rows } = await database.admin.query("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'é%'");
  expect(rows).toEqual([{ nspname: schema }]);
});
