/** What a target holds decides what a run may do: nothing where the crossing is finished, a new load where the source has changed, and not a thing where others have written. */
import { cpSync, existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { qualified } from "../../src/target/quote.ts";
import { appSource, expectWhole } from "../support/app-source.ts";
import { documentOf, passwordOf, run, workingDirectory } from "../support/cli.ts";
import { freshDatabase } from "../support/database.ts";
import { everythingIn } from "../support/untouched.ts";

const directory = workingDirectory();
const source = appSource(directory);
const { target, admin } = await freshDatabase();
const into = (schema: string, file = source): string[] => [
  file,
  "--target",
  target.display,
  "--schema",
  schema,
  "--json",
];
const migrate = (...argv: readonly string[]) => run(directory, "migrate", argv, passwordOf(target));

/** The source with other content, under its own name in a directory of its own. */
const changed = (name: string, sql: string): string => {
  const path = join(directory, name, "app.sqlite");
  cpSync(source, path);
  const db = new Database(path);
  db.exec(sql);
  db.close();
  return path;
};

describe("a finished crossing", () => {
  it("has nothing to do the second time, with or without --resume, and is not touched", async () => {
    const first = documentOf(await migrate(...into("finished")));
    expect(first.status).toBe("done");
    const before = await everythingIn(admin);
    for (const more of [[], ["--resume"]]) {
      const again = await migrate(...into("finished"), ...more);
      expect(documentOf(again)).toMatchObject({ status: "nothing-to-do", exitCode: 0, runId: first.runId });
      expect(again.code).toBe(0);
      expect(again.stderr).not.toMatch(/^copy/m);
    }
    expect(await everythingIn(admin)).toEqual(before);
  });
});

describe("a source that has changed", () => {
  it.each(["public", "changing", 'odd "schema"; --'])("takes the old load's place in schema %s", async (schema) => {
    const first = await migrate(...into(schema));
    expect(first.code, first.stderr).toBe(0);
    const file = changed(
      `changed-${schema.slice(0, 3)}`,
      "UPDATE big SET note = 'new' WHERE id = 3; DELETE FROM bag WHERE v = 2; CREATE TABLE added (x)",
    );
    const second = await migrate(...into(schema, file));
    expect(second.code, second.stderr).toBe(0);
    const { rows } = await admin.query(`SELECT note FROM ${qualified(schema, "big")} WHERE id = 3`);
    expect(rows).toEqual([{ note: "new" }]);
    await expectWhole(admin, schema, file);
    const runs = await admin.query(
      "SELECT phase, load_schema FROM landbridge.runs WHERE schema_name = $1 ORDER BY started_at",
      [schema],
    );
    expect(runs.rows).toMatchObject([{ phase: "superseded" }, { phase: "done", load_schema: schema }]);
    const left = await admin.query("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, $1 || '_2')", [schema]);
    expect(left.rows).toEqual([]);
  });
});

describe("a target that somebody has written to since", () => {
  it.each([
    ["inserted", "INSERT INTO %s.people (\"Mail\") VALUES ('new@example.org')"],
    ["updated", "UPDATE %s.tags SET word = 'other' WHERE person = 1"],
    ["deleted", "DELETE FROM %s.bag WHERE v::text = '2'"],
    ["truncated", "TRUNCATE %s.tags"],
  ])("is refused to a new load when rows were %s, and stays as it is", async (verb, sql) => {
    const schema = `since_${verb}`;
    expect((await migrate(...into(schema))).code).toBe(0);
    await admin.query(sql.replace("%s", schema));
    const before = await everythingIn(admin);
    const file = changed(schema, "INSERT INTO bag VALUES (9)");
    for (const more of [[], ["--replace"], ["--resume"]]) {
      const refused = await migrate(...into(schema, file), ...more);
      expect(refused.code, refused.stderr).toBe(4);
      expect(documentOf(refused)).toMatchObject({ status: "refused", errors: [{ code: "TARGET_WRITTEN_SINCE" }] });
    }
    expect(await everythingIn(admin)).toEqual(before);
  });
});

describe("--dry-run", () => {
  it("touches nothing, with a target and without", async () => {
    const before = await everythingIn(admin);
    const files = new Set(readdirSync(directory));
    for (const argv of [into("dry"), into("finished"), [source, "--json"]]) {
      const ended = await migrate(...argv, "--dry-run");
      expect(ended.code, ended.stderr).toBe(0);
      expect(documentOf(ended).status).toBe("planned");
    }
    expect(await everythingIn(admin)).toEqual(before);
    expect(existsSync(join(directory, ".landbridge", "postgres-18"))).toBe(false);
    expect(readdirSync(directory).filter((name) => !files.has(name) && name !== ".landbridge")).toEqual([]);
  });
});

describe("--no-backup", () => {
  it("reads a quiet file where it lies, and keeps no snapshot", async () => {
    const file = changed("quiet", "INSERT INTO bag VALUES (7)");
    const ended = await run(
      join(directory, "quiet"),
      "migrate",
      [...into("quiet", file), "--no-backup"],
      passwordOf(target),
    );
    expect(ended.code, ended.stderr).toBe(0);
    expect(documentOf(ended)).toMatchObject({ status: "done", snapshot: null });
    await expectWhole(admin, "quiet", file);
    expect(existsSync(join(directory, "quiet", ".landbridge", "snapshots"))).toBe(false);
    expect(readdirSync(join(directory, "quiet")).filter((name) => name.startsWith("app"))).toEqual(["app.sqlite"]);
  });

  it("reads a quiet file whose collations it does not know from a copy that is not left beside it", async () => {
    const file = changed("collated", "SELECT 1");
    const db = new Database(file);
    db.unsafeMode(true);
    db.exec(`CREATE TABLE names (name TEXT PRIMARY KEY) WITHOUT ROWID; INSERT INTO names VALUES ('b'), ('a');
      PRAGMA writable_schema = ON;
      UPDATE sqlite_schema SET sql = 'CREATE TABLE names (name TEXT PRIMARY KEY COLLATE elsewhere) WITHOUT ROWID' WHERE name = 'names'`);
    db.close();
    const ended = await run(
      join(directory, "collated"),
      "migrate",
      [...into("collated", file), "--no-backup"],
      passwordOf(target),
    );
    expect(ended.code, ended.stderr).toBe(0);
    const { rows } = await admin.query("SELECT name FROM collated.names ORDER BY name");
    expect(rows).toEqual([{ name: "a" }, { name: "b" }]);
    expect(readdirSync(join(directory, "collated")).filter((name) => name.startsWith("app"))).toEqual(["app.sqlite"]);
  });

  it("is refused where somebody has the file open with a write-ahead log", async () => {
    const file = changed("live", "PRAGMA journal_mode = WAL");
    const db = new Database(file);
    db.exec("INSERT INTO bag VALUES (8)");
    try {
      const before = await everythingIn(admin);
      const ended = await migrate(...into("live", file), "--no-backup");
      expect(ended.code, ended.stderr).toBe(4);
      expect(documentOf(ended).errors[0]?.code).toBe("SOURCE_IS_LIVE");
      expect(await everythingIn(admin)).toEqual(before);
      expect((await migrate(...into("live", file))).code).toBe(0);
    } finally {
      db.close();
    }
  });
});

describe("part of a file", () => {
  const tablesOf = async (schema: string): Promise<string[]> => {
    const { rows } = await admin.query<{ name: string }>(
      "SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = $1::regnamespace ORDER BY 1",
      [schema],
    );
    return rows.map(({ name }) => name);
  };

  it("is what --table names, and an unknown name is wrong usage", async () => {
    const ended = await migrate(...into("part"), "--table", "people", "--table", "tags");
    expect(ended.code, ended.stderr).toBe(0);
    expect(await tablesOf("part")).toEqual(["people", "tags"]);
    const unknown = await migrate(...into("part_unknown"), "--table", "peple");
    expect(unknown.code, unknown.stderr).toBe(2);
    expect(documentOf(unknown).errors[0]).toMatchObject({ message: expect.stringContaining("peple") });
  });

  it("leaves out the keys to tables that do not come with it, and says so", async () => {
    const ended = await migrate(...into("alone"), "--table", "tags");
    expect(await tablesOf("alone")).toEqual(["tags"]);
    expect(documentOf(ended).findings.map(({ code }) => code)).toContain("FK_PARENT_MISSING");
  });
});

describe("--names snake", () => {
  it("spells names as PostgreSQL's people do, and proves the same values", async () => {
    const file = join(directory, "camel.sqlite");
    const db = new Database(file);
    db.exec(`CREATE TABLE UserAccount (userId INTEGER PRIMARY KEY, "Full Name" TEXT);
      INSERT INTO UserAccount VALUES (1, 'Ann');
      CREATE VIEW AllAccounts AS SELECT userId, "Full Name" FROM UserAccount`);
    db.close();
    const ended = await migrate(...into("snake", file), "--names", "snake");
    expect(ended.code, ended.stderr).toBe(0);
    expect((await admin.query("SELECT user_id, full_name FROM snake.user_account")).rows).toEqual([
      { user_id: "1", full_name: "Ann" },
    ]);
    expect((await admin.query("SELECT * FROM snake.all_accounts")).rows).toHaveLength(1);
  });
});

describe("a report", () => {
  it("is not overwritten by that of a run in the same second", async () => {
    const both = await Promise.all(["one", "two", "three"].map((schema) => migrate(...into(`report_${schema}`))));
    const paths = both.flatMap((ended) => documentOf(ended).reports);
    expect(new Set(paths).size).toBe(9);
    expect(paths.every((path) => existsSync(path))).toBe(true);
  });

  it("that could not be written is refused before anything is touched", async () => {
    writeFileSync(join(directory, "a-file"), "");
    const before = await everythingIn(admin);
    const ended = await migrate(...into("unreported"), "--report-dir", "a-file/reports");
    expect(ended.code, ended.stderr).toBe(4);
    expect(documentOf(ended).errors[0]?.code).toBe("REPORT_UNWRITABLE");
    expect(await everythingIn(admin)).toEqual(before);
  });
});
