/** What random databases once broke, each in its smallest form. */
import { expect, it } from "vitest";
import type { Config } from "../../../src/plan/config.ts";
import { crossFile } from "../../support/cross-file.ts";
import { freshDatabase } from "../../support/database.ts";
import { sqliteFile, temporaryDirectory } from "../../support/sqlite.ts";

const database = await freshDatabase();
let crossings = 0;

const cross = async (sql: string, config: Config = {}) => {
  const schema = `regression_${++crossings}`;
  const { report, verdict } = await crossFile(sqliteFile(sql), {
    ...{ target: database.target, admin: database.admin, schema, directory: temporaryDirectory(), config },
  });
  expect(report.errors).toEqual([]);
  expect(verdict?.differences).toEqual([]);
  const rows = async (query: string) =>
    (await database.admin.query({ text: query.replaceAll("%", schema), rowMode: "array" })).rows;
  return { report, codes: report.findings.map(({ code }) => code), rows };
};

it("proves a table whose last row has the greatest rowid there is", async () => {
  const { report } = await cross(
    "CREATE TABLE t (price DECIMAL(5,2)); INSERT INTO t (rowid, price) VALUES (9223372036854775807, 1.5), (-9223372036854775808, 2);",
  );
  expect(report).toMatchObject({ exitCode: 0, tables: [{ proof: "equal", rowsWritten: 2 }] });
});

it("builds an index whose name is empty", async () => {
  const { report, rows } = await cross('CREATE TABLE t (a TEXT); CREATE INDEX "" ON t (a);');
  expect(report.exitCode).toBe(0);
  expect(await rows("SELECT indexname FROM pg_indexes WHERE schemaname = '%'")).toEqual([["unnamed"]]);
});

it("comes to an end where an empty column belongs to keys of two types", async () => {
  const { report } = await cross(
    `CREATE TABLE word (w TEXT PRIMARY KEY); INSERT INTO word VALUES ('a');
     CREATE TABLE number (n BIGINT PRIMARY KEY); INSERT INTO number VALUES (7);
     CREATE TABLE both (x REFERENCES word, y INT REFERENCES number, FOREIGN KEY (x) REFERENCES number);`,
  );
  expect(report).toMatchObject({ exitCode: 0, tables: [{ proof: "equal" }, { proof: "equal" }, { proof: "equal" }] });
});

it("gives the empty columns of a chain of keys the type at its end", async () => {
  const { report, rows } = await cross(
    `CREATE TABLE a (b REFERENCES b); CREATE TABLE b (c TEXT PRIMARY KEY REFERENCES c);
     CREATE TABLE c (id INTEGER PRIMARY KEY); INSERT INTO c VALUES (1);`,
  );
  expect(report.exitCode).toBe(0);
  expect(await rows("SELECT DISTINCT data_type FROM information_schema.columns WHERE table_schema = '%'")).toEqual([
    ["bigint"],
  ]);
});

it("does not translate a view that PostgreSQL's own catalogue would answer", async () => {
  const { codes, rows } = await cross(
    "CREATE TABLE pg_class (relname TEXT); INSERT INTO pg_class VALUES ('mine'); CREATE VIEW v AS SELECT relname FROM pg_class;",
  );
  expect(codes).toContain("VIEW_NOT_TRANSLATED");
  expect(await rows('SELECT relname FROM "%".pg_class')).toEqual([["mine"]]);
});

it("rejects bytes and infinities in a JSON column, whatever becomes of texts that are no JSON", async () => {
  const { report, rows } = await cross(
    `CREATE TABLE t (id INTEGER PRIMARY KEY, doc JSON);
     INSERT INTO t VALUES (1, '{"a":1}'), (2, 'broken'), (3, x'66be'), (4, 9e999);`,
    { json: { invalid: "null" } },
  );
  expect(report).toMatchObject({ exitCode: 3, tables: [{ rowsRejected: 2, rowsCleaned: 1, proof: "equal" }] });
  expect(await rows('SELECT id::int, doc::text FROM "%".t ORDER BY 1')).toEqual([
    [1, '{"a": 1}'],
    [2, null],
  ]);
});

it("leaves room for texts that the user has asked to repair", async () => {
  const { report, rows } = await cross(
    "CREATE TABLE t (v VARCHAR(3)); INSERT INTO t VALUES ('abc'), (CAST(x'f4908080' AS TEXT));",
    { text: { invalid: "replace" } },
  );
  expect(report).toMatchObject({ exitCode: 0, tables: [{ rowsCleaned: 1, proof: "equal" }] });
  expect(await rows('SELECT v FROM "%".t ORDER BY length(v)')).toEqual([["abc"], ["\uFFFD".repeat(4)]]);
});

it("does not call a moment different because SQLite sorts Z behind the point", async () => {
  const { report } = await cross(
    "CREATE TABLE t (at DATETIME); INSERT INTO t VALUES ('2024-01-01 00:00:00Z'), ('2024-01-01 00:00:00.5Z'), ('2024-01-01 00:00:00.25Z');",
  );
  expect(report).toMatchObject({ exitCode: 0, tables: [{ proof: "equal", columns: [{ type: "timestamptz" }] }] });
});

it("proves JSON that is nested deeper than a parser's stack", async () => {
  const deep = `${"[".repeat(5000)}${"]".repeat(5000)}`;
  const { report } = await cross(`CREATE TABLE t (doc JSON); INSERT INTO t VALUES ('${deep}'), ('[1]');`);
  expect(report).toMatchObject({ exitCode: 0, tables: [{ proof: "equal", columns: [{ type: "json" }] }] });
});

it("renders a Julian day of whole milliseconds only where these give the double back", async () => {
  const { report } = await cross(
    "CREATE TABLE t (at TIMESTAMP); INSERT INTO t VALUES (4056989.5799166895), (3205137.829076169), (2296388.986311331);",
  );
  expect(report).toMatchObject({ exitCode: 0, tables: [{ proof: "equal", columns: [{ type: "timestamp" }] }] });
});

it("proves epochs of late years, where doubles are a microsecond apart", async () => {
  const seconds = Array.from({ length: 200 }, (_, i) => `(${7_000_000_000 + (i * 1_234_567) / 1_000_000})`);
  const { report } = await cross(`CREATE TABLE t (at TIMESTAMP); INSERT INTO t VALUES ${seconds.join()};`);
  expect(report).toMatchObject({ exitCode: 0, tables: [{ proof: "equal" }] });
});

it("computes CAST AS INTEGER beyond 64 bits as SQLite does, and rejects no row for it", async () => {
  const { report, rows } = await cross(
    `CREATE TABLE t (r REAL, s TEXT, ri AS (CAST(r AS INTEGER)) STORED, si AS (CAST(s AS INTEGER)) STORED);
     INSERT INTO t VALUES (9e99, '99999999999999999999'), (-9e999, '-99999999999999999999'), (2.9, '7x'), (NULL, NULL);`,
  );
  expect(report).toMatchObject({ exitCode: 0, tables: [{ rowsRejected: 0, proof: "equal" }] });
  expect(await rows('SELECT ri::text, si::text FROM "%".t ORDER BY r')).toEqual([
    ["-9223372036854775808", "-9223372036854775808"],
    ["2", "7"],
    ["9223372036854775807", "9223372036854775807"],
    [null, null],
  ]);
});

it("computes nothing anew from texts that a policy changes", async () => {
  const { report, codes, rows } = await cross(
    `CREATE TABLE t (a TEXT CHECK (length(a) < 3), b TEXT CHECK (length(b) < 3), g AS (upper(a)) STORED, h AS (upper(b)) STORED);
     INSERT INTO t (a, b) VALUES ('a' || char(0) || 'bcd', 'x'), ('c', 'y');`,
    { text: { nul: "strip" } },
  );
  expect(report).toMatchObject({ exitCode: 0, tables: [{ rowsRejected: 0, rowsCleaned: 1, proof: "equal" }] });
  expect(codes).toEqual(expect.arrayContaining(["GENERATED_NOT_TRANSLATED", "CHECK_NOT_TRANSLATED"]));
  expect(
    await rows("SELECT conname FROM pg_constraint WHERE contype = 'c' AND connamespace = '%'::regnamespace"),
  ).toEqual([["t_b_check"]]);
});

it("does not copy a mixed column into a generated one of another affinity", async () => {
  const { report, codes } = await cross(
    `CREATE TABLE t (a CHAR(36), g NUMERIC AS (a) STORED);
     INSERT INTO t (a) VALUES (9007199254740992.0), (x'31'), ('word'), ('1e3');`,
  );
  expect(report).toMatchObject({ exitCode: 0, tables: [{ proof: "equal" }] });
  expect(codes).toContain("GENERATED_NOT_TRANSLATED");
});

it("says which columns lose a collation and which tables their name", async () => {
  const { report } = await cross(`CREATE TABLE "${"x".repeat(64)}" (a TEXT COLLATE NOCASE); `);
  expect(report.findings.map(({ code, where }) => `${code} ${where.replace(/^x+/, "x")}`)).toEqual([
    "NAME_CHANGED x",
    "COLLATION_NOT_CARRIED x.a",
  ]);
});

it.each(["quarantine", "null", "fail"] as const)(
  "calls nothing an orphan that has its parent under NOCASE: %s",
  async (orphans) => {
    const { report, codes, rows } = await cross(
      `CREATE TABLE p (a TEXT COLLATE NOCASE PRIMARY KEY); INSERT INTO p VALUES ('Abc');
     CREATE TABLE c (a TEXT REFERENCES p); INSERT INTO c VALUES ('aBC');`,
      { orphans },
    );
    expect(report.exitCode).toBe(0);
    expect(codes).toContain("FK_PARENT_COLLATION");
    expect(await rows('SELECT a FROM "%".c')).toEqual([["aBC"]]);
  },
);

it("keeps the rows whose generated value goes beyond 64 bits", async () => {
  const { report, codes } = await cross(
    `CREATE TABLE t (a INT, g AS (a * 2) STORED, r REAL, h AS (r * 10));
     INSERT INTO t (a, r) VALUES (4611686018427387904, 1.5), (-9007199254740993, 1e308), (3, NULL);`,
  );
  expect(report).toMatchObject({ exitCode: 0, tables: [{ rowsRejected: 0, proof: "equal" }] });
  expect(codes.filter((code) => code === "GENERATED_NOT_TRANSLATED")).toHaveLength(2);
});

it("calls no view different for texts that SQLite's interface repairs and the copy does not", async () => {
  const { report } = await cross(
    "CREATE TABLE t (a TEXT); INSERT INTO t VALUES (CAST(x'2a3d1f6afb6800' AS TEXT)); CREATE VIEW v AS SELECT * FROM t;",
    { text: { invalid: "bytea" } },
  );
  expect(report).toMatchObject({ exitCode: 0, views: [{ state: "not compared" }] });
});

it("makes no generated column of what is not immutable in PostgreSQL", async () => {
  const { report } = await cross(
    `CREATE TABLE t (tags TEXT, first AS (json_extract(tags, '$[0]')) STORED); INSERT INTO t VALUES ('["a","b"]');`,
    { accept: "suggestions" },
  );
  expect(report).toMatchObject({ exitCode: 0, tables: [{ proof: "equal" }] });
});

it("proposes no array of numbers that numeric does not take as they are", async () => {
  const { report } = await cross(
    "CREATE TABLE t (n TEXT); INSERT INTO t VALUES ('[1e-07, 12345678901234567890.5]'), ('[1]');",
    { accept: "suggestions" },
  );
  expect(report).toMatchObject({ exitCode: 0, tables: [{ rowsRejected: 0, proof: "equal" }] });
});

it("says of orphans that their parents were rejected", async () => {
  const { report } = await cross(
    `CREATE TABLE p (id INTEGER PRIMARY KEY, t TEXT); INSERT INTO p VALUES (1, 'a'), (2, CAST(x'6100' AS TEXT));
     CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p); INSERT INTO c VALUES (1, 1), (2, 2);`,
  );
  expect(report.exitCode).toBe(3);
  const [orphans] = report.findings.filter(({ code }) => code === "FK_ORPHANS");
  expect(orphans).toMatchObject({ message: expect.stringContaining("1 rows of p are in landbridge.rejects") });
});
