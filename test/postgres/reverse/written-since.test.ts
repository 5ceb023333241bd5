/** What came into PostgreSQL after the load goes into the file too, or is named: rows, columns, tables, values without a form. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { freshDatabase } from "../../support/database.ts";
import { goBack, goThere } from "../../support/reverse.ts";
import { sqliteFile, temporaryDirectory } from "../../support/sqlite.ts";

const database = await freshDatabase();
const { admin, target } = database;
let schemas = 0;

/** A file there, what `change` does in PostgreSQL (%s is the schema), and the file that comes back. */
const thereAndBack = async (sql: string, change: string) => {
  const directory = temporaryDirectory();
  const schema = `since_${++schemas}`;
  const place = { target, schema, directory };
  const path = sqliteFile(sql, { directory });
  const there = await goThere(path, {}, place);
  expect(there.errors).toEqual([]);
  await admin.query(`SET search_path = ${schema}; ${change}; RESET search_path`);
  const report = await goBack("back.sqlite", place);
  const db = new Database(join(directory, "back.sqlite"), { readonly: true });
  const rows = (query: string): unknown[] => db.prepare(query).raw(true).safeIntegers(true).all();
  const codes = report.findings.map(({ code, where }) => `${code} ${where}`);
  return { report, rows, codes, directory };
};

describe("rows", () => {
  it("come in the form that their column had", async () => {
    const { report, rows } = await thereAndBack(
      `CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, at DATETIME, day DATE, flag BOOLEAN, u CHAR(32), price DECIMAL(10,2), r REAL);
       INSERT INTO t VALUES (1, '2024-01-02T03:04:05.678Z', '2024-01-02', 1, 'AABBCCDDEEFF00112233445566778899', 1.5, 0.1)`,
      `INSERT INTO t (at, day, flag, u, price, r) VALUES ('2025-12-31 23:59:59.9+00', '0987-06-05', false, '00112233-4455-6677-8899-aabbccddeeff', 12345678.90, 'Infinity')`,
    );
    expect(report.exitCode).toBe(0);
    expect(rows("SELECT * FROM t WHERE id = 2")).toEqual([
      [2n, "2025-12-31T23:59:59.900Z", "0987-06-05", 0n, "00112233445566778899AABBCCDDEEFF", 12345678.9, Infinity],
    ]);
    expect(rows("SELECT seq FROM sqlite_sequence")).toEqual([[2n]]);
  });

  it.each([
    ["at TIMESTAMP", "'2024-01-02 03:04:05'", "'infinity'", "infinity"],
    ["at TIMESTAMP", "'2024-01-02 03:04:05'", "'2024-01-02 03:04:05.5'", "finer"],
    ["at TIMESTAMP", "1704164645", "'2024-01-02 03:04:05.5+00'", "finer"],
    ["at DATE", "'2024-01-02'", "'12024-01-02'", "four digits"],
    ["at TIME", "'03:04:05'", "'24:00'", "24:00"],
    ["r REAL", "0.5", "'NaN'", "NaN"],
    ["r REAL", "0.5", "'-0'", "negative zero"],
    ["n DECIMAL", "0.5", "12345678901234567890.12", "more digits"],
    ["n DECIMAL", "0.5", "'NaN'", "NaN"],
  ])(
    "of a %s like %s that hold %s are set aside whole, by name, with exit code 3",
    async (column, stored, value, word) => {
      const name = column.split(" ")[0]!;
      const { report, rows, codes } = await thereAndBack(
        `CREATE TABLE t (id INTEGER PRIMARY KEY, ${column}); INSERT INTO t VALUES (1, ${stored})`,
        `INSERT INTO t VALUES (2, ${value}), (3, NULL)`,
      );
      expect(report.exitCode).toBe(3);
      expect(codes).toContain(`REVERSE_ROW_SET_ASIDE t.${name}`);
      expect(report.tables).toMatchObject([{ rowsRead: 3, rowsWritten: 2, rowsRejected: 1, proof: "equal" }]);
      expect(rows("SELECT id FROM t")).toEqual([[1n], [3n]]);
      const [[kept]] = rows(
        "SELECT source_table || source_key || column_name || message || original FROM landbridge_rejects",
      ) as [[string]];
      expect(kept).toContain(`t{"id" : 2}${name}`);
      expect(kept).toContain(word);
      expect(JSON.parse(kept.slice(kept.lastIndexOf("{")))).toMatchObject({ id: 2 });
    },
  );

  it("that a constraint of SQLite refuses are set aside as well", async () => {
    const { report, rows } = await thereAndBack(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE); INSERT INTO t VALUES (1, 'a')",
      `ALTER TABLE t ALTER COLUMN name DROP NOT NULL; INSERT INTO t VALUES (2, NULL)`,
    );
    expect(report.exitCode).toBe(3);
    expect(rows("SELECT source_key, code FROM landbridge_rejects")).toEqual([
      ['{"id" : 2}', "SQLITE_CONSTRAINT_NOTNULL"],
    ]);
  });

  it("are set aside whole also where a column or a table has a name that stands for something else", async () => {
    const { report, rows, codes } = await thereAndBack(
      `CREATE TABLE odd (t TEXT PRIMARY KEY, p TEXT NOT NULL); INSERT INTO odd VALUES ('k', 'v');
       CREATE TABLE "Landbridge_Rejects" (x); INSERT INTO "Landbridge_Rejects" VALUES ('mine')`,
      "ALTER TABLE odd ALTER COLUMN p DROP NOT NULL; INSERT INTO odd VALUES ('l', NULL)",
    );
    expect(report.exitCode).toBe(3);
    expect(codes).toContain("REVERSE_ROW_SET_ASIDE odd");
    expect(rows("SELECT original FROM landbridge_rejects_2")).toEqual([['{"t":"l","p":null}']]);
    expect(rows("SELECT * FROM Landbridge_Rejects")).toEqual([["mine"]]);
  });

  it("that a CHECK of SQLite refuses come back, and the check that fails is named", async () => {
    const { report, rows, codes } = await thereAndBack(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER CHECK (n > 0)); INSERT INTO t VALUES (1, 1)",
      `DO $$ BEGIN EXECUTE (SELECT 'ALTER TABLE t DROP CONSTRAINT ' || quote_ident(conname) FROM pg_constraint
         WHERE contype = 'c' AND conrelid = 't'::regclass); END $$;
       INSERT INTO t VALUES (2, -1)`,
    );
    expect(report.exitCode).toBe(0);
    expect(rows("SELECT n FROM t")).toEqual([[1n], [-1n]]);
    expect(codes.some((code) => code.startsWith("REVERSE_CHECK_FAILS"))).toBe(true);
  });

  it("that did not cross come back from the ledger, where they stood", async () => {
    const { report, rows, codes } = await thereAndBack(
      "CREATE TABLE bag (v TEXT); INSERT INTO bag VALUES ('a'), ('b' || char(0) || 'c'), ('d')",
      "INSERT INTO bag VALUES ('e')",
    );
    expect(report.exitCode).toBe(0);
    expect(rows("SELECT rowid, hex(v) FROM bag")).toEqual([
      [1n, "61"],
      [2n, "620063"],
      [3n, "64"],
      [4n, "65"],
    ]);
    expect(codes).toContain("REVERSE_REJECTS_RESTORED bag");
  });

  it("whose key is taken meanwhile stay in the ledger, and are named", async () => {
    const { report, rows, codes } = await thereAndBack(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, 'a'), (2, char(0))",
      "INSERT INTO t VALUES (2, 'new')",
    );
    expect(report.exitCode).toBe(3);
    expect(rows("SELECT * FROM t")).toEqual([
      [1n, "a"],
      [2n, "new"],
    ]);
    expect(codes).toContain("REVERSE_REJECT_NOT_RESTORED t");
  });
});

describe("the schema", () => {
  it("gets the tables and columns that were added, with SQLite's nearest types", async () => {
    const { report, rows, codes } = await thereAndBack(
      "CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)",
      `ALTER TABLE t ADD COLUMN tags text[], ADD COLUMN twice bigint GENERATED ALWAYS AS (id * 2) STORED;
       UPDATE t SET tags = '{a,"b c"}';
       CREATE TABLE made (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, t_id bigint NOT NULL REFERENCES t (id) ON DELETE CASCADE,
         at timestamptz DEFAULT now(), span interval, address inet, body jsonb, amount numeric(30,10), price numeric(9,2) DEFAULT 0, found tsvector);
       CREATE INDEX made_at ON made (at DESC);
       INSERT INTO made VALUES (5, 1, '2024-01-02 03:04:05.5+02', '1 mon 2 days', '10.0.0.1', '{"b":1,"a":[]}', 1.5, 2.50, 'x')`,
    );
    expect(report.exitCode).toBe(0);
    expect(report.tables.map(({ name, proof }) => [name, proof])).toEqual([
      ["t", "equal"],
      ["made", "equal"],
    ]);
    expect(rows("SELECT * FROM t")).toEqual([[1n, '{a,"b c"}']]);
    expect(rows("SELECT * FROM made")).toEqual([
      [5n, 1n, "2024-01-02 01:04:05.5+00:00", "1 mon 2 days", "10.0.0.1/32", '{"a": [], "b": 1}', "1.5000000000", 2.5],
    ]);
    expect(rows("SELECT sql FROM sqlite_schema WHERE name = 'made_at'")).toEqual([
      ['CREATE INDEX "made_at" ON "made" ("at" DESC)'],
    ]);
    expect(codes).toEqual(
      expect.arrayContaining([
        "REVERSE_TABLE_ADDED made",
        "REVERSE_COLUMN_ADDED t.tags",
        "REVERSE_GENERATED_LEFT t.twice",
        "REVERSE_SEARCH_COLUMN_LEFT made.found",
      ]),
    );
  });

  it("takes another name where SQLite keeps the name for itself", async () => {
    const { report, rows, codes } = await thereAndBack(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES (1, 'a')",
      `ALTER TABLE t ADD COLUMN rowid text DEFAULT 'r'; CREATE TABLE "SQLite_made" (n integer); INSERT INTO "SQLite_made" VALUES (7)`,
    );
    expect(report.exitCode).toBe(0);
    expect(rows("SELECT * FROM t")).toEqual([[1n, "a", "r"]]);
    expect(rows("SELECT rowid_2 FROM t")).toEqual([["r"]]);
    expect(rows('SELECT n FROM "_SQLite_made"')).toEqual([[7n]]);
    expect(codes).toEqual(
      expect.arrayContaining(["REVERSE_NAME_CHANGED _SQLite_made", "REVERSE_COLUMN_ADDED t.rowid_2"]),
    );
  });

  it("names what is no longer there, and what has another type, with exit code 3", async () => {
    const { report, rows, codes } = await thereAndBack(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT); CREATE TABLE gone (x); INSERT INTO t VALUES (1, 'a', '7')",
      "DROP TABLE gone; ALTER TABLE t DROP COLUMN a; ALTER TABLE t ALTER COLUMN b TYPE integer USING b::integer",
    );
    expect(report.exitCode).toBe(3);
    expect(codes).toEqual(
      expect.arrayContaining(["REVERSE_TABLE_MISSING gone", "REVERSE_COLUMN_MISSING t.a", "REVERSE_TYPE_CHANGED t.b"]),
    );
    expect(rows("SELECT count(*) FROM gone")).toEqual([[0n]]);
    expect(rows("SELECT source_table FROM landbridge_rejects")).toEqual([["t"]]);
  });

  it("is the original's, with its full-text tables filled and its triggers asleep while rows come in", async () => {
    const { report, rows } = await thereAndBack(
      `PRAGMA user_version = 7; PRAGMA application_id = 99;
       CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT); CREATE TABLE log (what TEXT);
       CREATE VIRTUAL TABLE notes_fts USING fts5(body, content='notes', content_rowid='id');
       INSERT INTO notes VALUES (1, 'red fox'), (2, 'blue bird');
       INSERT INTO notes_fts (notes_fts) VALUES ('rebuild');
       CREATE TRIGGER noted AFTER INSERT ON notes BEGIN INSERT INTO log VALUES (new.body); INSERT INTO notes_fts (rowid, body) VALUES (new.id, new.body); END;
       CREATE VIEW short AS SELECT substr(body, 1, 3) AS s FROM notes`,
      "INSERT INTO notes VALUES (3, 'red bird')",
    );
    expect(report.exitCode).toBe(0);
    expect(rows("SELECT rowid FROM notes_fts WHERE notes_fts MATCH 'red' ORDER BY rowid")).toEqual([[1n], [3n]]);
    expect(rows("SELECT count(*) FROM log")).toEqual([[0n]]);
    expect(rows("SELECT s FROM short")).toEqual([["red"], ["blu"], ["red"]]);
    expect([...rows("PRAGMA user_version"), ...rows("PRAGMA application_id")]).toEqual([[7n], [99n]]);
  });
});

describe("a database that Landbridge never loaded", () => {
  it("becomes a SQLite file of its own, by its catalogue", async () => {
    const directory = temporaryDirectory();
    await admin.query(`CREATE SCHEMA foreign_made; SET search_path = foreign_made;
      CREATE TYPE mood AS ENUM ('sad', 'ok');
      CREATE TABLE parts (k1 integer, k2 text, m mood DEFAULT 'ok', b bytea, PRIMARY KEY (k1, k2)) PARTITION BY LIST (k1);
      CREATE TABLE parts_1 PARTITION OF parts FOR VALUES IN (1); CREATE TABLE parts_rest PARTITION OF parts DEFAULT;
      CREATE TABLE "Case" ("Id" serial PRIMARY KEY, "id" text UNIQUE, v real, CHECK (v > 0));
      CREATE VIEW seen AS SELECT * FROM parts;
      INSERT INTO parts VALUES (1, 'a', 'sad', 'x00'), (2, 'b', DEFAULT, NULL);
      INSERT INTO "Case" ("id", v) VALUES ('x', 0.1); RESET search_path`);
    const report = await goBack("own.sqlite", { target, schema: "foreign_made", directory });
    expect(report.exitCode).toBe(0);
    expect(report.differences).toEqual([]);
    const db = new Database(join(directory, "own.sqlite"), { readonly: true });
    expect(db.prepare("SELECT * FROM parts ORDER BY 1").raw(true).all()).toEqual([
      [1, "a", "sad", Buffer.from("x00")],
      [2, "b", "ok", null],
    ]);
    expect(db.prepare('SELECT * FROM "Case"').raw(true).all()).toEqual([[1, "x", Math.fround(0.1)]]);
    const codes = report.findings.map(({ code }) => code);
    expect(codes).toEqual(
      expect.arrayContaining(["REVERSE_NAME_CHANGED", "REVERSE_OBJECT_LEFT", "REVERSE_CONSTRAINT_LEFT"]),
    );
  });
});

it("columns that the load left out are named, since the file makes up what they hold", async () => {
  const directory = temporaryDirectory();
  const place = { target, schema: "left_out", directory };
  const path = sqliteFile(
    `CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT NOT NULL DEFAULT 'd', c TEXT, twice AS (a || a));
     INSERT INTO t VALUES (5, 'a', 'b', 'c')`,
    { directory },
  );
  const skip = { skip: true };
  await goThere(path, { tables: { t: { columns: { id: skip, b: skip, c: skip } } } }, place);
  const report = await goBack("back.sqlite", place);
  expect(report.exitCode).toBe(0);
  expect(report.findings.filter(({ code }) => code === "REVERSE_COLUMN_EMPTY").map(({ where }) => where)).toEqual([
    "t.id",
    "t.b",
    "t.c",
  ]);
});

describe("a run that breaks off", () => {
  it("leaves nothing under the file's name", async () => {
    const directory = temporaryDirectory();
    const place = { target, schema: "since_1", directory };
    await expect(goBack("x.sqlite", { ...place, signal: AbortSignal.abort(new Error("stopped")) })).rejects.toThrow();
    expect(existsSync(join(directory, "x.sqlite"))).toBe(false);
    expect(existsSync(join(directory, "x.sqlite.partial"))).toBe(false);
  });
});
