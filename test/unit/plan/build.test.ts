/** The plan as a whole: keys, foreign keys, checks, names, and what is said about those that cannot cross. */
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { buildPlan } from "../../../src/plan/build.ts";
import type { Config } from "../../../src/plan/config.ts";
import type { Plan } from "../../../src/plan/model.ts";
import { readCatalogue } from "../../../src/source/catalogue/read.ts";
import { violatedChecks } from "../../../src/source/checks.ts";
import { profileSource } from "../../../src/source/profile.ts";

const plan = async (sql: string, config: Config = {}, only: readonly string[] = []): Promise<Plan> => {
  const db = new Database(":memory:");
  db.pragma("foreign_keys = OFF");
  db.exec(sql);
  const catalogue = readCatalogue(db);
  const profile = await profileSource(db, catalogue, { emit: () => undefined, signal: new AbortController().signal });
  const violations = Object.fromEntries(catalogue.tables.map((table) => [table.name, violatedChecks(db, table)]));
  db.close();
  const source = { sha256: "0", bytes: 0, encoding: catalogue.encoding };
  return buildPlan({ catalogue, profile, config, only, violations, source, landbridge: "0", capabilities: null });
};

const codes = ({ findings }: Plan): string[] => findings.map(({ code, where }) => `${code} ${where}`);
const types = ({ tables }: Plan): Record<string, string> =>
  Object.fromEntries(
    tables.flatMap(({ source, columns }) => columns.map((column) => [`${source}.${column.source}`, column.type.name])),
  );

describe("identity", () => {
  it("is given to a rowid alias, also of an empty table, and remembers sqlite_sequence", async () => {
    const { tables } = await plan(
      "CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO a VALUES (9); DELETE FROM a; CREATE TABLE b (id INTEGER PRIMARY KEY);",
    );
    expect(tables.map(({ columns }) => columns[0]?.identity)).toEqual([{ past: "9" }, { past: null }]);
  });

  it("is not given to INTEGER PRIMARY KEY DESC, which is no rowid", async () => {
    const { tables } = await plan("CREATE TABLE a (id INTEGER PRIMARY KEY DESC, v); INSERT INTO a VALUES (1, 2);");
    expect(tables[0]?.columns[0]?.identity).toBeNull();
  });
});

describe("keys", () => {
  it("makes a primary key with NULLs a unique constraint, and says so", async () => {
    const made = await plan("CREATE TABLE a (k TEXT PRIMARY KEY); INSERT INTO a VALUES (NULL), (NULL), ('x');");
    expect(made.tables[0]).toMatchObject({ primaryKey: null, uniques: [{ columns: ["k"] }] });
    expect(codes(made)).toContain("PRIMARY_KEY_HAS_NULLS a");
  });

  it("keeps NOCASE uniqueness by an index that folds ASCII alone", async () => {
    const { tables } = await plan("CREATE TABLE a (mail TEXT COLLATE NOCASE UNIQUE); INSERT INTO a VALUES ('x');");
    expect(tables[0]?.uniques).toEqual([]);
    expect(tables[0]?.indexes).toMatchObject([{ unique: true, elements: ['lower("mail" COLLATE "C")'] }]);
  });

  it("keeps partial and expression indexes", async () => {
    const { tables } = await plan(
      "CREATE TABLE a (x INTEGER, y TEXT); INSERT INTO a VALUES (1, 'a'); CREATE UNIQUE INDEX i ON a (x DESC, lower(y)) WHERE x > 0;",
    );
    expect(tables[0]?.indexes).toMatchObject([
      {
        name: "i",
        unique: true,
        elements: ['"x" DESC', expect.stringContaining("lower(")],
        where: expect.stringContaining("> 0"),
      },
    ]);
  });

  it("names an index of its own where a table has its name already", async () => {
    const { tables } = await plan(`CREATE TABLE a (x INTEGER UNIQUE); CREATE TABLE "a_x_key" (y);`);
    expect(tables[0]?.uniques[0]?.name).not.toBe("a_x_key");
  });

  it("keeps JSON that is part of a key as text, because json has no equality", async () => {
    const made = await plan(`CREATE TABLE a (j JSON UNIQUE); INSERT INTO a VALUES ('{"a":1,"a":2}');`);
    expect(types(made)).toEqual({ "a.j": "text" });
  });
});

describe("foreign keys", () => {
  it("gives an empty side the type of the other", async () => {
    const made = await plan(
      "CREATE TABLE p (id CHAR(36) PRIMARY KEY); INSERT INTO p VALUES ('0b8a2d3e-1f6c-4d51-9c55-6a2f3a3f0d11'); CREATE TABLE c (p TEXT REFERENCES p);",
    );
    expect(types(made)).toEqual({ "p.id": "uuid", "c.p": "uuid" });
    expect(made.tables[1]?.foreignKeys).toHaveLength(1);
  });

  it("makes both sides text where they hold different classes", async () => {
    const made = await plan(
      "CREATE TABLE p (code INT UNIQUE); INSERT INTO p VALUES (1); CREATE TABLE c (p TEXT REFERENCES p (code)); INSERT INTO c VALUES ('1');",
    );
    expect(types(made)).toEqual({ "p.code": "text", "c.p": "text" });
  });

  it("leaves out, by name, a key that would cost a table its identity", async () => {
    const made = await plan(
      "CREATE TABLE p (id INTEGER PRIMARY KEY); INSERT INTO p VALUES (1); CREATE TABLE c (p REFERENCES p); INSERT INTO c VALUES ('one');",
    );
    expect(types(made)).toMatchObject({ "p.id": "bigint" });
    expect(made.tables[1]?.foreignKeys).toEqual([]);
    expect(codes(made)).toContain("FK_TYPE_MISMATCH c");
  });

  it("names a key whose parent is missing or not unique", async () => {
    const made = await plan(
      "CREATE TABLE p (a); CREATE TABLE c (x REFERENCES p (a), y REFERENCES nowhere (b)); INSERT INTO p VALUES (1); INSERT INTO c VALUES (1, 1);",
    );
    expect(codes(made).sort()).toEqual(["FK_PARENT_MISSING c", "FK_PARENT_NOT_UNIQUE c"]);
  });

  it("keeps composite, self-referencing and circular keys with their actions", async () => {
    const { tables } = await plan(`
      CREATE TABLE a (x INTEGER, y INTEGER, up INTEGER REFERENCES a (x), PRIMARY KEY (x, y), UNIQUE (x),
        FOREIGN KEY (x, y) REFERENCES b (m, n) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED);
      CREATE TABLE b (m INTEGER, n INTEGER, PRIMARY KEY (m, n), FOREIGN KEY (m, n) REFERENCES a (x, y));`);
    expect(tables.map(({ foreignKeys }) => foreignKeys.length)).toEqual([2, 1]);
    expect(tables[0]?.foreignKeys.find(({ parent }) => parent === "b")).toMatchObject({
      columns: ["x", "y"],
      parentColumns: ["m", "n"],
      onDelete: "CASCADE",
      deferred: true,
    });
  });
});

describe("constraints of columns", () => {
  it("drops NOT NULL that the rows violate, and a CHECK likewise", async () => {
    const made = await plan(`
      CREATE TABLE a (n INTEGER CHECK (n > 0)); PRAGMA ignore_check_constraints = ON; INSERT INTO a VALUES (-1), (2);`);
    expect(made.tables[0]?.checks).toEqual([]);
    expect(codes(made)).toContain("CHECK_VIOLATED a.n");
  });

  it("keeps a CHECK on a column that became boolean", async () => {
    const { tables } = await plan("CREATE TABLE a (b BOOLEAN CHECK (b IN (0, 1))); INSERT INTO a VALUES (0), (1);");
    expect(tables[0]?.checks).toHaveLength(1);
  });
});

describe("the user's word", () => {
  it("leaves tables out, and lists them", async () => {
    const made = await plan("CREATE TABLE a (x); CREATE TABLE b (x);", { tables: { A: { skip: true } } });
    expect(made.tables.map(({ source }) => source)).toEqual(["b"]);
    expect(made.skipped).toMatchObject([{ source: "a" }]);
  });

  it("takes only the tables named by --table", async () => {
    const made = await plan("CREATE TABLE a (x); CREATE TABLE b (x);", {}, ["B"]);
    expect(made.tables.map(({ source }) => source)).toEqual(["b"]);
  });

  it("refuses a table or column that is not there, with the likely one", async () => {
    await expect(plan("CREATE TABLE users (x);", { tables: { user: {} } })).rejects.toMatchObject({
      code: "CONFIG_UNKNOWN_NAME",
      remedy: expect.stringContaining("users"),
    });
  });

  it.each(["biginteger", "constructor"])("refuses the type %s, which is none", async (type) => {
    await expect(plan("CREATE TABLE a (x);", { tables: { a: { columns: { x: { type } } } } })).rejects.toMatchObject({
      code: "TYPE_UNKNOWN",
      exitCode: 2,
    });
  });

  it("refuses names that collide when folded", async () => {
    await expect(
      plan("CREATE TABLE userName (x); CREATE TABLE user_name (x);", { names: "snake" }),
    ).rejects.toMatchObject({
      code: "NAMES_COLLIDE",
      exitCode: 4,
    });
  });

  it("takes suggestions where they are accepted, all or by code", async () => {
    const sql = "CREATE TABLE a (f INTEGER, j TEXT); INSERT INTO a VALUES (0, '[1]'), (1, '{}');";
    expect(types(await plan(sql))).toEqual({ "a.f": "bigint", "a.j": "text" });
    expect(types(await plan(sql, { accept: "suggestions" }))).toEqual({ "a.f": "boolean", "a.j": "jsonb" });
    expect(types(await plan(sql, { accept: ["TEXT_HOLDS_JSON"] }))).toEqual({ "a.f": "bigint", "a.j": "jsonb" });
  });
});

describe("what does not cross", () => {
  it("is named: triggers with their SQL, full-text tables whose text nobody knows, too many columns", async () => {
    const made = await plan(`CREATE TABLE a (x); CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END;
      CREATE VIRTUAL TABLE f USING fts5(y, content='');`);
    expect(codes(made)).toEqual(["SEARCH_CONTENT_UNKNOWN f", "TRIGGER_TRANSLATABLE trigger t on a"]);
    const wide = `CREATE TABLE wide (${Array.from({ length: 1601 }, (_, i) => `c${i}`).join(", ")})`;
    await expect(plan(wide)).rejects.toMatchObject({ code: "TOO_MANY_COLUMNS", exitCode: 4 });
  });
});

it("carries a generated column of several storage classes as the values it has", async () => {
  const made = await plan(
    `CREATE TABLE a (t TEXT, n NUMERIC AS (t) STORED); INSERT INTO a (t) VALUES ('-8.3082051423465329e-224'), ('x');`,
  );
  expect(made.tables[0]?.columns[1]).toMatchObject({ generated: null, type: { name: "text" }, form: { kind: "any" } });
  expect(codes(made)).toContain("GENERATED_NOT_TRANSLATED a.n");
});
