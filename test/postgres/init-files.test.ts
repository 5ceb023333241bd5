/** The user's own files are run as they are, behind Landbridge's, and once per content. */
import { describe, expect, inject, it } from "vitest";
import { toPrepare } from "../support/init.ts";

const server = inject("adminTarget");
const file = (sql: string, name = "init.sql") => ({ name, sql });

/** As an application's repository has it for its container; the role is the application's, the database its own. */
const containerScript = (database: string, role: string): string => `-- PostgreSQL Initialization Script

-- Create extensions
CREATE EXTENSION IF NOT EXISTS "uuid-ossp";
CREATE EXTENSION IF NOT EXISTS "pg_trgm";  -- For text search
CREATE EXTENSION IF NOT EXISTS "btree_gin";  -- For indexing

-- Create schemas
CREATE SCHEMA IF NOT EXISTS dryad;

-- Set default schema
SET search_path TO dryad, public;

-- Grant permissions
GRANT ALL PRIVILEGES ON SCHEMA dryad TO "${role}";
GRANT ALL PRIVILEGES ON ALL TABLES IN SCHEMA dryad TO "${role}";
GRANT ALL PRIVILEGES ON ALL SEQUENCES IN SCHEMA dryad TO "${role}";

-- Configure settings
ALTER DATABASE "${database}" SET timezone TO 'UTC';
`;

describe("a file of the user's", () => {
  it.each([
    ["as it is", (sql: string) => sql],
    ["with a byte order mark and Windows line ends", (sql: string) => `\uFEFF${sql.replaceAll("\n", "\r\n")}`],
  ])("that an application has for its container runs %s", async (_, spelled) => {
    const prepared = await toPrepare({ server, kind: "managed", schema: "dryad" });
    const files = [file(spelled(containerScript(prepared.database, prepared.names.application)))];
    const done = await prepared.init({ files });
    expect(done.findings).toEqual([]);
    expect(done.applied.slice(-2)).toEqual(["init.sql", "900-grants.sql"]);
    const application = await prepared.as("application");
    expect(
      (await application.query("SELECT uuid_generate_v4() IS NOT NULL AS made, current_schema() AS schema")).rows,
    ).toEqual([{ made: true, schema: "dryad" }]);
  });

  it("runs once per content, and what it makes is open to the roles", async () => {
    const prepared = await toPrepare({ server, kind: "superuser" });
    const [make, fill] = [
      file("CREATE TABLE places (x text)", "1.sql"),
      file("INSERT INTO places VALUES ('here')", "2.sql"),
    ];
    await prepared.init({ files: [make, fill] });
    expect((await prepared.init({ files: [make, fill] })).applied).toEqual([]);
    const changed = file("INSERT INTO places VALUES ('there')", "2.sql");
    expect((await prepared.init({ files: [make, changed] })).applied).toEqual(["2.sql", "900-grants.sql"]);
    const analyst = await prepared.as("analyst");
    expect((await analyst.query("SELECT x FROM app.places")).rows).toEqual([{ x: "here" }, { x: "there" }]);
    await (await prepared.as("application")).query("DELETE FROM app.places");
  });

  it("keeps what it sets in its session to itself", async () => {
    const prepared = await toPrepare({ server, kind: "superuser" });
    const files = [
      file("SET search_path TO pg_catalog; SET TIME ZONE 'Asia/Tokyo'; BEGIN; CREATE TEMP TABLE mine (x int)", "1.sql"),
      file("CREATE TABLE mine AS SELECT current_setting('TimeZone') AS zone", "2.sql"),
    ];
    await prepared.init({ files });
    expect((await prepared.superuser.query("SELECT zone FROM app.mine")).rows).toEqual([{ zone: "UTC" }]);
  });

  it("stops at a mistake with file, line and caret; what went through is not run again once it is corrected", async () => {
    const prepared = await toPrepare({ server, kind: "superuser" });
    const make = file("CREATE TABLE one (x int)", "one.sql");
    await expect(prepared.init({ files: [make, file("SELECT 1;\r\nSELEKT 2;\r\n", "two.sql")] })).rejects.toMatchObject(
      {
        code: "INIT_SQL_FAILED",
        message: 'two.sql, line 2, column 1: syntax error at or near "SELEKT"\n  SELEKT 2;\n  ^',
      },
    );
    expect((await prepared.init({ files: [make, file("SELECT 2", "two.sql")] })).applied).toEqual([
      "two.sql",
      "900-grants.sql",
    ]);
  });

  it("may be one statement that wants no transaction; beside others it is told to have its own file", async () => {
    const prepared = await toPrepare({ server, kind: "superuser" });
    await prepared.init({ files: [file("VACUUM pg_class;\n")] });
    await expect(prepared.init({ files: [file("SELECT 1; VACUUM pg_class", "two.sql")] })).rejects.toMatchObject({
      remedy: expect.stringContaining("a file of its own"),
    });
  });

  it.each([
    ["CREATE DATABASE x;\n\\c x\nSELECT 1;", "line 2: \\c is", "in the stack's own database"],
    [
      "SELECT 'a\\b', $$ \\d $$, E'\\'\\\\'; -- \\x\n/* \\y */\n\n  \\set name 'x'",
      "line 4: \\set is",
      "psql's variables",
    ],
    ["\\i other.sql", "line 1: \\i is", "another file"],
    ["SELECT 1;\r\n\\echo done", "line 2: \\echo is", "Take the line out"],
    ["CREATE TABLE t (x text);\nCOPY t (x) FROM stdin;\nit's\n\\.\n", "line 2: COPY … FROM STDIN is", "INSERT"],
  ])("with psql's own commands is refused before anything is touched: %j", async (sql, where, remedy) => {
    const prepared = await toPrepare({ server, kind: "superuser" });
    await expect(
      prepared.init({ files: [file("CREATE TABLE one (x int)", "1.sql"), file(sql)] }),
    ).rejects.toMatchObject({
      code: "INIT_SQL_PSQL",
      exitCode: 4,
      message: expect.stringContaining(`init.sql, ${where}`),
      remedy: expect.stringContaining(remedy),
    });
    await prepared.init();
    expect((await prepared.superuser.query("SELECT to_regclass('app.one') AS one")).rows).toEqual([{ one: null }]);
  });
});

describe("a role of somebody else's", () => {
  it("is not given another password", async () => {
    const prepared = await toPrepare({ server, kind: "superuser" });
    const other = await toPrepare({ server, kind: "superuser" });
    await other.init();
    const taken = prepared.init({
      roles: { names: other.names, passwords: { application: "a new password of ours" } },
    });
    await expect(taken).rejects.toMatchObject({ code: "INIT_ROLE_TAKEN", exitCode: 4 });
    expect((await (await other.as("application")).query("SELECT 1")).rowCount).toBe(1);
    // Without a password for it, it is only let in.
    await prepared.init({ roles: { names: other.names, passwords: {} } });
  });
});
