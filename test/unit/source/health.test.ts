import { readdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import { readCatalogue } from "../../../src/source/catalogue/read.ts";
import { readHealth } from "../../../src/source/health.ts";
import type { Health } from "../../../src/source/model.ts";
import { openSnapshot } from "../../../src/source/open.ts";
import { readableSnapshot } from "../../../src/source/readable.ts";
import { sqliteFile } from "../../support/sqlite.ts";

function healthOf(path: string): Health {
  const db = openSnapshot(path);
  try {
    return readHealth(db);
  } finally {
    db.close();
  }
}

function rows(path: string, sql: string): unknown[] {
  const db = openSnapshot(path);
  try {
    return db.prepare(sql).raw().all();
  } finally {
    db.close();
  }
}

/** SQLite makes no table with a collation that it does not know, but reads a file that has one. */
const renamed = (from: string, to: string): string =>
  `PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, '${from}', '${to}');`;

describe("health", () => {
  test("counts orphans, and says which tables a foreign key mismatch keeps from being checked", () => {
    const orphans =
      "CREATE TABLE p(id INTEGER PRIMARY KEY); CREATE TABLE c(p REFERENCES p); INSERT INTO c VALUES (1), (2), (NULL);";
    expect(healthOf(sqliteFile(orphans))).toMatchObject({ foreignKeyViolations: 2, foreignKeyProblem: null });
    const mismatch = "CREATE TABLE q(a); CREATE TABLE d(a REFERENCES q(a)); INSERT INTO d VALUES (1);";
    expect(healthOf(sqliteFile(orphans + mismatch))).toMatchObject({
      foreignKeyViolations: 2,
      foreignKeyProblem: 'd: foreign key mismatch - "d" referencing "q"',
    });
  });

  test("names what integrity_check finds wrong with rows", () => {
    const path = sqliteFile(
      `CREATE TABLE t(a INT); INSERT INTO t VALUES (NULL), (1);${renamed("a INT", "a INT NOT NULL")}`,
    );
    expect(healthOf(path).integrity).toEqual([expect.stringContaining("NULL value in t.a")]);
  });

  test("checks the other tables where one needs a module, function or collation of the application", () => {
    const path = sqliteFile(`CREATE TABLE t(a INT); INSERT INTO t VALUES (NULL);
      CREATE TABLE u(a TEXT COLLATE NOCASE UNIQUE); INSERT INTO u VALUES ('x'), ('y');
      CREATE TABLE f(a CHECK (lower(a) = a)); INSERT INTO f VALUES ('x');
      ${renamed("a INT", "a INT NOT NULL")} ${renamed("NOCASE", "app_order")} ${renamed("lower", "app_fold")}
      INSERT INTO sqlite_schema VALUES('table', 'v', 'v', 0, 'CREATE VIRTUAL TABLE v USING vec0(e float[4])');`);
    const { integrity } = healthOf(path);
    expect(integrity).toContainEqual(expect.stringContaining("NULL value in t.a"));
    expect(integrity).toContainEqual("u: not checked: no such collation sequence: app_order");
    expect(integrity).toHaveLength(2);
  });
});

describe("a readable snapshot", () => {
  test("is the snapshot itself where every collation is known", async () => {
    const path = sqliteFile("CREATE TABLE t(a TEXT COLLATE NOCASE, b COLLATE RTRIM UNIQUE);", { name: "s.sqlite" });
    expect(await readableSnapshot(path)).toEqual({ path, replacedCollations: [] });
    expect(readdirSync(dirname(path))).toEqual(["s.sqlite"]);
  });

  test("is a copy whose rows can be scanned, sorted and found by key, and leaves the snapshot alone", async () => {
    // NOCASE order (a B c D) is not BINARY order (B D a c): without sorting again, a search by key would lose rows.
    const values = "('a', 1), ('B', 2), ('c', 3), ('D', 4)";
    const path = sqliteFile(
      `CREATE TABLE w(k TEXT COLLATE NOCASE PRIMARY KEY, v INT, g AS (v * 2), "q COLLATE NOCASE" DEFAULT 'COLLATE NOCASE') WITHOUT ROWID;
       INSERT INTO w(k, v) VALUES ${values}; CREATE INDEX wv ON w(v, k);
       CREATE TABLE r(k TEXT UNIQUE COLLATE nocase /* COLLATE NOCASE */, v INT); INSERT INTO r VALUES ${values};
       CREATE INDEX e ON r(lower(k) COLLATE NOCASE);
       CREATE TRIGGER never BEFORE DELETE ON w BEGIN SELECT RAISE(ABORT, 'no'); END;
       ${renamed("COLLATE NOCASE P", "COLLATE [Äpp order] P")} ${renamed("COLLATE nocase", "COLLATE other")}
       ${renamed(") COLLATE NOCASE", ") COLLATE OTHER")}`,
      { name: "s.sqlite" },
    );
    const size = statSync(path).size;
    expect(() => rows(path, "SELECT * FROM w ORDER BY k")).toThrow();
    const readable = await readableSnapshot(path);
    expect(readable.replacedCollations.map((name) => name.toLowerCase())).toEqual(["other", "äpp order"]);
    expect(readable.path).not.toBe(path);
    for (const table of ["w", "r"]) {
      const all = [
        ["B", 2],
        ["D", 4],
        ["a", 1],
        ["c", 3],
      ];
      expect(rows(readable.path, `SELECT k, v FROM ${table} ORDER BY k`)).toEqual(all);
      expect(rows(readable.path, `SELECT k, v FROM ${table} WHERE k > 'B' ORDER BY k LIMIT 2`)).toEqual(
        all.slice(1, 3),
      );
      for (const [key, value] of all)
        expect(rows(readable.path, `SELECT v FROM ${table} WHERE k = '${key}'`)).toEqual([[value]]);
    }
    expect(rows(readable.path, `SELECT g, "q COLLATE NOCASE" FROM w WHERE k = 'c'`)).toEqual([[6, "COLLATE NOCASE"]]);
    expect(healthOf(readable.path).integrity).toEqual(["ok"]);
    expect(await readableSnapshot(path)).toEqual(readable);
    expect(readdirSync(dirname(path)).sort()).toEqual(["s.readable.sqlite", "s.sqlite"]);
    expect(statSync(path).size).toBe(size);
  });

  test("leaves the catalogue of the snapshot with the collations that the application gave", () => {
    const db = openSnapshot(
      sqliteFile(`CREATE TABLE t(a COLLATE NOCASE); CREATE INDEX i ON t(a);${renamed("NOCASE", "app")}`),
    );
    expect(readCatalogue(db).tables[0]).toMatchObject({
      columns: [{ collation: "app" }],
      indexes: [{ columns: [{ column: "a", collation: "app" }] }],
    });
    db.close();
  });
});
