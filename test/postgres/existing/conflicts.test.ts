/** Tables that have rows already: refused unless the user says what is meant, and then counted, listed and proven. */
import { describe, expect, it } from "vitest";
import { freshDatabase } from "../../support/database.ts";
import { application, objectsOf } from "../../support/into-existing.ts";

const { target, admin } = await freshDatabase();

const SOURCE = `
  CREATE TABLE roles (id INTEGER PRIMARY KEY, name TEXT NOT NULL, level INTEGER);
  INSERT INTO roles VALUES (1, 'admin', 10), (2, 'editor', 20), (3, 'reader', 30);
  CREATE TABLE members (id INTEGER PRIMARY KEY, role INTEGER REFERENCES roles (id), name TEXT);
  INSERT INTO members VALUES (1, 1, 'Ada'), (2, 3, 'Bob');`;

const TABLES = `
  CREATE TABLE roles (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE, level integer CHECK (level < 1000), note text DEFAULT 'new');
  CREATE TABLE members (id integer PRIMARY KEY, role integer REFERENCES roles (id), name text);
  CREATE INDEX roles_level ON roles (level);
  INSERT INTO roles OVERRIDING SYSTEM VALUE VALUES (1, 'admin', 1, 'seeded'), (9, 'guest', 90, 'seeded');`;

const ROLES = "SELECT * FROM roles ORDER BY id";

it("fail, the default, refuses and names the tables", async () => {
  const app = await application({ target, admin, source: SOURCE, tables: TABLES });
  const before = await objectsOf(admin, app.schema);
  expect((await app.load()).errors).toMatchObject([
    { code: "TARGET_NOT_EMPTY", message: expect.stringContaining("in: roles.") },
  ]);
  expect(await objectsOf(admin, app.schema)).toEqual(before);
});

describe("skip", () => {
  it("keeps the rows that are there, adds the others, and lists what it skipped", async () => {
    const app = await application({ target, admin, source: SOURCE, tables: TABLES });
    const before = await objectsOf(admin, app.schema);
    const report = await app.load({ onConflict: "skip" });
    expect(report.errors).toEqual([]);
    expect(report).toMatchObject({ status: "done", exitCode: 0, differences: [] });
    expect(await app.rows(ROLES)).toEqual([
      { id: 1, name: "admin", level: 1, note: "seeded" },
      { id: 2, name: "editor", level: 20, note: "new" },
      { id: 3, name: "reader", level: 30, note: "new" },
      { id: 9, name: "guest", level: 90, note: "seeded" },
    ]);
    expect(report.findings.find(({ code }) => code === "ROWS_MERGED")?.message).toContain(
      "2 rows added, 0 updated, 1 skipped",
    );
    expect(report.tables).toMatchObject([
      { name: "roles", rowsRead: 3, rowsWritten: 2, rowsRejected: 0, rowsSkipped: 1, proof: "equal" },
      { name: "members", rowsWritten: 2, proof: "equal" },
    ]);
    expect(
      await app.rows(`SELECT source_table, source_key FROM landbridge.skipped WHERE run_id = '${report.runId}'`),
    ).toEqual([{ source_table: "roles", source_key: { id: 1 } }]);
    expect(await app.rows("SELECT nextval(pg_get_serial_sequence('roles', 'id'))::int AS next")).toEqual([
      { next: 10 },
    ]);
    expect(await objectsOf(admin, app.schema)).toEqual(before);
    expect((await app.load({ onConflict: "skip" })).status).toBe("nothing-to-do");
  });

  it("skips a row whose other unique value is taken", async () => {
    const app = await application({
      target,
      admin,
      source: SOURCE,
      tables: TABLES.replace("(9, 'guest'", "(9, 'reader'"),
    });
    const report = await app.load({ onConflict: "skip" });
    expect(report.findings.find(({ code }) => code === "ROWS_MERGED")?.message).toContain(
      "1 rows added, 0 updated, 2 skipped",
    );
    expect(report.findings.find(({ code }) => code === "FK_ORPHANS")?.message).toContain("id 2 → 3");
    expect(report.exitCode).toBe(0);
  });

  it("the proof sees a row of its own that has been tampered with, and leaves those that were there alone", async () => {
    const app = await application({ target, admin, source: SOURCE, tables: TABLES });
    await app.load({ onConflict: "skip" });
    expect((await app.verify()).tables).toMatchObject([{ proof: "equal" }, { proof: "equal" }]);
    await admin.query(`UPDATE ${app.schema}.roles SET level = 2 WHERE id = 1`);
    expect((await app.verify()).tables).toMatchObject([{ proof: "equal" }, { proof: "equal" }]);
    await admin.query(`UPDATE ${app.schema}.roles SET level = 21 WHERE id = 2`);
    expect((await app.verify()).differences).toMatchObject([
      { table: "roles", key: "id = 2", column: "level", source: "20", target: "21" },
    ]);
    await admin.query(`DELETE FROM ${app.schema}.roles WHERE id = 2`);
    expect((await app.verify()).differences).toMatchObject([{ table: "roles", key: "id = 2", kind: "missing" }]);
  });
});

describe("update", () => {
  it("gives the rows that are there the source's values, and keeps those that only the target has", async () => {
    const app = await application({ target, admin, source: SOURCE, tables: TABLES });
    const before = await objectsOf(admin, app.schema);
    const report = await app.load({ onConflict: "update" });
    expect(report.errors).toEqual([]);
    expect(report).toMatchObject({ status: "done", exitCode: 0, differences: [] });
    expect(await app.rows(ROLES)).toEqual([
      { id: 1, name: "admin", level: 10, note: "seeded" },
      { id: 2, name: "editor", level: 20, note: "new" },
      { id: 3, name: "reader", level: 30, note: "new" },
      { id: 9, name: "guest", level: 90, note: "seeded" },
    ]);
    expect(report.findings.find(({ code }) => code === "ROWS_MERGED")?.message).toContain(
      "2 rows added, 1 updated, 0 skipped",
    );
    expect(report.tables).toMatchObject([{ name: "roles", rowsWritten: 3, proof: "equal" }, {}]);
    expect(await objectsOf(admin, app.schema)).toEqual(before);
    await admin.query(`UPDATE ${app.schema}.roles SET level = 11 WHERE id = 1`);
    expect((await app.verify()).differences).toMatchObject([{ table: "roles", key: "id = 1", column: "level" }]);
  });

  it("rejects the rows that another unique key or a check refuses, one by one", async () => {
    const app = await application({
      ...{ target, admin, tables: TABLES.replace("(9, 'guest'", "(9, 'reader'") },
      source: SOURCE.replace("'editor', 20", "'editor', 2000"),
    });
    const report = await app.load({ onConflict: "update" });
    expect(report.exitCode).toBe(3);
    expect(report.rejectedRows).toMatchObject([
      { table: "roles", key: { id: 2 }, code: "SERVER_23514" },
      { table: "roles", key: { id: 3 }, code: "SERVER_23505" },
    ]);
    expect(report.tables).toMatchObject([
      { name: "roles", rowsRead: 3, rowsWritten: 1, rowsRejected: 2, proof: "equal" },
      {},
    ]);
    expect(report.differences).toEqual([]);
  });

  it("brings a later state of the source over an earlier load", async () => {
    const app = await application({
      target,
      admin,
      source: SOURCE,
      tables: TABLES.replace(/INSERT INTO roles.*;/, ""),
    });
    expect((await app.load()).status).toBe("done");
    await app.change("UPDATE roles SET level = 15 WHERE id = 1; INSERT INTO roles VALUES (4, 'owner', 40)");
    expect((await app.load()).errors).toMatchObject([{ code: "TARGET_HOLDS_LOAD" }]);
    const report = await app.load({ onConflict: "update" });
    expect(report.errors).toEqual([]);
    expect(report).toMatchObject({ status: "done", differences: [] });
    expect(await app.rows("SELECT id, level FROM roles ORDER BY id")).toEqual([
      ...[
        { id: 1, level: 15 },
        { id: 2, level: 20 },
        { id: 3, level: 30 },
      ],
      { id: 4, level: 40 },
    ]);
  });
});

it("a table without a primary key cannot be merged", async () => {
  const app = await application({
    ...{ target, admin, source: SOURCE },
    tables: TABLES.replace("GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "UNIQUE").replace("OVERRIDING SYSTEM VALUE", ""),
  });
  expect((await app.load({ onConflict: "skip" })).errors).toMatchObject([{ code: "CONFLICT_NEEDS_KEY" }]);
});

describe("another state of the source", () => {
  it("--replace empties what nobody has written to since, and loads anew", async () => {
    const app = await application({
      target,
      admin,
      source: SOURCE,
      tables: TABLES.replace(/INSERT INTO roles.*;/, ""),
    });
    const before = await objectsOf(admin, app.schema);
    await app.load();
    await app.change("DELETE FROM members WHERE id = 2");
    const report = await app.load({ replace: true });
    expect(report.errors).toEqual([]);
    expect(report.status).toBe("done");
    expect(await app.rows("SELECT id FROM members")).toEqual([{ id: 1 }]);
    expect(await objectsOf(admin, app.schema)).toEqual(before);
  });

  it("no load touches tables that the application has written to since", async () => {
    const app = await application({
      target,
      admin,
      source: SOURCE,
      tables: TABLES.replace(/INSERT INTO roles.*;/, ""),
    });
    await app.load();
    await admin.query(`UPDATE ${app.schema}.members SET name = 'Ada L.' WHERE id = 1`);
    await app.change("DELETE FROM members WHERE id = 2");
    for (const options of [{}, { replace: true }, { onConflict: "update" }] as const)
      expect((await app.load(options)).errors).toMatchObject([{ code: "TARGET_WRITTEN_SINCE" }]);
  });
});
