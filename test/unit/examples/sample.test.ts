import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, describe, expect, it } from "vitest";
import { sampleDatabase } from "../../../examples/sample/build.ts";

const directory = mkdtempSync(join(tmpdir(), "landbridge-sample-"));
afterAll(() => rmSync(directory, { recursive: true }));

describe("the sample database", () => {
  it("is the same file every time", () => {
    const first = readFileSync(sampleDatabase(join(directory, "one")));
    const second = readFileSync(sampleDatabase(join(directory, "two")));
    expect(first.equals(second)).toBe(true);
  });

  it("is built only where it is missing", () => {
    const path = sampleDatabase(join(directory, "one"));
    const database = new Database(path);
    database.pragma("user_version = 7");
    database.close();
    sampleDatabase(join(directory, "one"));
    const again = new Database(path, { readonly: true });
    expect(again.pragma("user_version", { simple: true })).toBe(7);
    again.close();
  });

  it("holds some fifty thousand rows, whole by its own rules, with one column of mixed storage", () => {
    const database = new Database(sampleDatabase(join(directory, "two")), { readonly: true });
    expect(database.pragma("integrity_check", { simple: true })).toBe("ok");
    expect(database.pragma("foreign_key_check")).toEqual([]);
    const names = database
      .prepare("SELECT name FROM pragma_table_list WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
      .pluck()
      .all() as string[];
    expect(names).toHaveLength(13);
    const rows = names.map((name) => database.prepare(`SELECT count(*) FROM "${name}"`).pluck().get() as number);
    expect(rows.reduce((sum, count) => sum + count)).toBeGreaterThan(50_000);
    const kinds = database.prepare("SELECT DISTINCT typeof(value) FROM setting ORDER BY 1").pluck().all();
    expect(kinds).toEqual(["blob", "integer", "null", "real", "text"]);
    database.close();
  });
});
