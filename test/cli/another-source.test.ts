/** The load of one application is never replaced by another's without being asked for. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, expect, it } from "vitest";
import { freshDatabase } from "../support/database.ts";

const directory = mkdtempSync(join(tmpdir(), "landbridge-sources-"));
afterAll(() => rmSync(directory, { recursive: true }));
const database = await freshDatabase();
const { config, display } = database.target;

const source = (name: string, table: string): string => {
  const file = join(directory, name);
  const db = new Database(file);
  db.exec(`CREATE TABLE ${table} (id INTEGER PRIMARY KEY); INSERT INTO ${table} VALUES (1), (2)`);
  db.close();
  return file;
};

const migrate = (...argv: readonly string[]) =>
  spawnSync(process.execPath, [join(import.meta.dirname, "../../scripts/migrate.ts"), ...argv, "--target", display], {
    cwd: directory,
    encoding: "utf8",
    env: { PATH: process.env["PATH"], PGPASSWORD: String(config.password ?? "") },
  });

const tables = async (): Promise<string[]> => {
  const { rows } = await database.admin.query(
    "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1",
  );
  return rows.map(({ relname }) => relname as string);
};

const first = source("first.sqlite", "users");
const second = source("second.sqlite", "orders");

it("refuses to replace the load of another file, and touches nothing", async () => {
  expect(migrate(first).status).toBe(0);
  const refused = migrate(second);
  expect(refused.status).toBe(4);
  expect(refused.stderr).toContain("TARGET_HOLDS_ANOTHER_SOURCE");
  expect(await tables()).toEqual(["users"]);
});

it("replaces it where the user says so", async () => {
  expect(migrate(second, "--replace").status).toBe(0);
  expect(await tables()).toEqual(["orders"]);
});

it("lets anything replace the sample", async () => {
  expect(migrate("--sample-by-default", "--replace").status).toBe(0);
  expect(await tables()).toContain("book");
  expect(migrate(first).status).toBe(0);
  expect(await tables()).toEqual(["users"]);
});
