/** What stands around the rows: owners and roles, search columns, foreign keys in every direction, partitions, revisions. */
import { describe, expect, it } from "vitest";
import { freshDatabase } from "../../support/database.ts";
import { application, objectsOf } from "../../support/into-existing.ts";

const database = await freshDatabase();
const { target, admin } = database;

describe("roles", () => {
  const NOTES = {
    source: "CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT); INSERT INTO notes VALUES (1, 'a'), (2, 'b');",
  };
  const TABLES = `CREATE TABLE notes (id serial PRIMARY KEY, body text, at timestamptz);
    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.at = now(); RETURN NEW; END';
    CREATE TRIGGER touch BEFORE INSERT ON notes FOR EACH ROW EXECUTE FUNCTION touch();
    CREATE INDEX notes_body ON notes (body);`;

  it("the owner of the tables needs to be nothing else: no superuser, no right to make roles", async () => {
    const owner = await database.role("NOSUPERUSER NOCREATEROLE");
    await admin.query(`GRANT CREATE ON DATABASE ${database.name} TO ${owner.role}`);
    const app = await application({ admin, target: owner.target, owner: owner.role, tables: TABLES, ...NOTES });
    const before = await objectsOf(admin, app.schema);
    const report = await app.load();
    expect(report).toMatchObject({ errors: [], status: "done" });
    expect(await app.rows("SELECT * FROM notes ORDER BY id")).toEqual([
      { id: 1, body: "a", at: null },
      { id: 2, body: "b", at: null },
    ]);
    expect(await objectsOf(admin, app.schema)).toEqual(before);
  });

  it("a role that does not own them is told who does, before anything is touched", async () => {
    const stranger = await database.role();
    const app = await application({ admin, target: stranger.target, tables: TABLES, ...NOTES });
    await admin.query(`GRANT CREATE ON DATABASE ${database.name} TO ${stranger.role}`);
    await admin.query(
      `GRANT ALL ON SCHEMA ${app.schema} TO ${stranger.role}; GRANT ALL ON ALL TABLES IN SCHEMA ${app.schema} TO ${stranger.role}`,
    );
    const before = await objectsOf(admin, app.schema);
    const report = await app.load();
    expect(report.errors).toMatchObject([{ code: "TARGET_NOT_OWNER", message: expect.stringContaining("notes") }]);
    expect(report.exitCode).toBe(4);
    expect(await objectsOf(admin, app.schema)).toEqual(before);
  });

  it("tables that another run of Landbridge has made itself are not an application's", async () => {
    const app = await application({ admin, target, tables: "SELECT 1", ...NOTES });
    const own = await app.load({ intoExisting: false });
    expect(own.status).toBe("done");
    expect((await app.load({ onConflict: "update" })).errors).toMatchObject([{ code: "TARGET_OTHER_MAKER" }]);
    const other = await application({ admin, target, tables: TABLES, ...NOTES });
    await other.load();
    expect((await other.load({ intoExisting: false })).errors).toMatchObject([{ code: "TARGET_NOT_EMPTY" }]);
  });
});

it("a rule or forced row security between an INSERT and the table is refused by name", async () => {
  const source = "CREATE TABLE notes (id INTEGER PRIMARY KEY); INSERT INTO notes VALUES (1);";
  const ruled = await application({
    ...{ admin, target, source },
    tables: "CREATE TABLE notes (id integer PRIMARY KEY); CREATE RULE quiet AS ON INSERT TO notes DO INSTEAD NOTHING;",
  });
  expect((await ruled.load()).errors).toMatchObject([
    { code: "TARGET_ROWS_HINDERED", message: expect.stringContaining("notes (a rule)") },
  ]);
  const owner = await database.role();
  await admin.query(`GRANT CREATE ON DATABASE ${database.name} TO ${owner.role}`);
  const forced = await application({
    ...{ admin, target: owner.target, owner: owner.role, source },
    tables:
      "CREATE TABLE notes (id integer PRIMARY KEY); ALTER TABLE notes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;",
  });
  expect((await forced.load()).errors).toMatchObject([
    { code: "TARGET_ROWS_HINDERED", message: expect.stringContaining("notes (row security)") },
  ]);
});

describe("a search column", () => {
  const SOURCE = `CREATE TABLE docs (id INTEGER PRIMARY KEY, title TEXT, body TEXT, search_vector TEXT, updated_at TEXT);
    INSERT INTO docs VALUES (1, 'Indexing', 'trees and rows', NULL, '2025-01-01 00:00:00'), (2, 'Backup', 'rows', NULL, '2025-01-02 00:00:00');`;
  const table = (rest: string, search = "tsvector") =>
    `CREATE TABLE docs (id integer PRIMARY KEY, title text, body text, search_vector ${search}, updated_at timestamp); ${rest}`;
  const found = "SELECT id FROM docs WHERE search_vector @@ to_tsquery('english', 'row') ORDER BY id";
  const weighted = (more = "") => `CREATE FUNCTION weigh() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      NEW.search_vector = setweight(to_tsvector('english', coalesce(NEW.title, '')), 'A') || setweight(to_tsvector('english', coalesce(NEW.body, '')), 'B');
      ${more} RETURN NEW; END $$;`;

  it("is filled by its own trigger, while the one that stamps rows stays off", async () => {
    const app = await application({
      ...{ admin, target, source: SOURCE },
      tables: table(`${weighted()}
        CREATE TRIGGER weigh BEFORE INSERT OR UPDATE OF title, body ON docs FOR EACH ROW EXECUTE FUNCTION weigh();
        CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.updated_at = now(); RETURN NEW; END';
        CREATE TRIGGER stamp BEFORE UPDATE ON docs FOR EACH ROW EXECUTE FUNCTION stamp();`),
    });
    const report = await app.load();
    expect(report).toMatchObject({ errors: [], status: "done", differences: [] });
    expect(await app.rows(found)).toEqual([{ id: 1 }, { id: 2 }]);
    expect(await app.rows("SELECT search_vector::text AS v, updated_at::text AS at FROM docs WHERE id = 2")).toEqual([
      { v: "'backup':1A 'row':2B", at: "2025-01-02 00:00:00" },
    ]);
    expect(report.findings.map(({ code }) => code)).toContain("SEARCH_COLUMN_COMPUTED");
    // Our own update of the rows is no stranger's: the verb verify and a next load are not misled.
    expect((await app.verify()).tables).toMatchObject([{ proof: "equal" }]);
    await app.change("DELETE FROM docs WHERE id = 2");
    expect((await app.load({ replace: true })).status).toBe("done");
  });

  it("that is generated needs nothing", async () => {
    const generated =
      "tsvector GENERATED ALWAYS AS (to_tsvector('english', coalesce(title, '') || ' ' || coalesce(body, ''))) STORED";
    const app = await application({ admin, target, source: SOURCE, tables: table("", generated) });
    expect(await app.load()).toMatchObject({ errors: [], status: "done" });
    expect(await app.rows(found)).toEqual([{ id: 1 }, { id: 2 }]);
  });

  it.each([
    [
      "changes copied columns too",
      weighted("NEW.updated_at = now();"),
      "BEFORE INSERT OR UPDATE",
      "changes other columns",
    ],
    [
      "looks whether a column changes",
      weighted().replace(
        "BEGIN",
        "BEGIN IF TG_OP = 'UPDATE' AND NEW.title IS NOT DISTINCT FROM OLD.title THEN RETURN NEW; END IF;",
      ),
      "BEFORE INSERT OR UPDATE",
      "computes nothing",
    ],
    ["is called by INSERT alone", weighted(), "BEFORE INSERT", "not called by an UPDATE"],
    ["fails", weighted("RAISE EXCEPTION 'no dictionary';"), "BEFORE INSERT OR UPDATE", "no dictionary"],
  ])("is told, not filled, where its trigger %s", async (_, code, when, says) => {
    const app = await application({
      ...{ admin, target, source: SOURCE },
      tables: table(`${code} CREATE TRIGGER weigh ${when} ON docs FOR EACH ROW EXECUTE FUNCTION weigh();`),
    });
    const before = await objectsOf(admin, app.schema);
    const report = await app.load();
    expect(report).toMatchObject({ errors: [], status: "done", differences: [] });
    expect(report.findings.find(({ code: one }) => one === "SEARCH_NOT_FILLED")?.message).toContain(says);
    expect(await app.rows("SELECT updated_at::text AS at, search_vector AS v FROM docs ORDER BY id")).toMatchObject([
      { at: "2025-01-01 00:00:00", v: null },
      { at: "2025-01-02 00:00:00", v: null },
    ]);
    expect(await objectsOf(admin, app.schema)).toEqual(before);
  });

  it("whose text the source holds itself is refused: the text would be lost", async () => {
    const app = await application({
      ...{ admin, target, source: `${SOURCE} UPDATE docs SET search_vector = 'x' WHERE id = 1;` },
      tables: table(`${weighted()} CREATE TRIGGER weigh BEFORE INSERT ON docs FOR EACH ROW EXECUTE FUNCTION weigh();`),
    });
    expect((await app.load()).errors[0]?.message).toContain(
      "docs.search_vector: the application computes search_vector itself, and 1 value would be lost",
    );
  });
});

describe("foreign keys", () => {
  const SOURCE = `CREATE TABLE a (id INTEGER PRIMARY KEY, b INTEGER, up INTEGER); CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER);
    INSERT INTO a VALUES (1, 2, 2), (2, 1, NULL), (3, 9, 1); INSERT INTO b VALUES (1, 1), (2, 2);`;
  const TABLES = `CREATE TABLE a (id integer PRIMARY KEY, b integer, up integer REFERENCES a (id)); CREATE TABLE b (id integer PRIMARY KEY, a integer NOT NULL REFERENCES a (id));
    ALTER TABLE a ADD CONSTRAINT a_b FOREIGN KEY (b) REFERENCES b (id) ON DELETE SET NULL;
    COMMENT ON CONSTRAINT a_b ON a IS 'to a b';
    CREATE TABLE watcher (id integer PRIMARY KEY, a integer REFERENCES a (id) ON DELETE CASCADE);`;

  it("in circles, onto themselves and from tables that get no rows; orphans are counted before and after", async () => {
    const app = await application({ admin, target, source: SOURCE, tables: TABLES });
    const before = await objectsOf(admin, app.schema);
    const dry = await app.load({ dryRun: true });
    expect(dry.findings.find(({ code }) => code === "FK_ORPHANS_AHEAD")).toMatchObject({ where: "a.b", count: 1 });
    const report = await app.load();
    expect(report).toMatchObject({ errors: [], status: "done" });
    expect(report.constraints.others).toMatchObject([{ name: "a_b", state: "left out" }]);
    expect((await app.load()).status).toBe("nothing-to-do");
    const after = await objectsOf(admin, app.schema);
    expect(after.filter((line) => !before.includes(line))).toEqual([
      expect.stringContaining("constraint a_b on a: FOREIGN KEY (b) REFERENCES"),
    ]);
  });

  it.each([
    ["quarantine", 3, [{ id: 1 }, { id: 2 }]],
    ["null", 0, [{ id: 1 }, { id: 2 }, { id: 3 }]],
  ] as const)("orphans by the policy %s leave every key as it was", async (orphans, exitCode, rows) => {
    const app = await application({ admin, target, source: SOURCE, tables: TABLES, config: { orphans } });
    const before = await objectsOf(admin, app.schema);
    const report = await app.load();
    expect(report).toMatchObject({ errors: [], exitCode, differences: [] });
    expect(await app.rows("SELECT id FROM a ORDER BY id")).toEqual(rows);
    expect(await objectsOf(admin, app.schema)).toEqual(before);
  });

  it("a row that a unique key of the application alone refuses is rejected, the first of the two stays", async () => {
    const app = await application({
      ...{ admin, target },
      source:
        "CREATE TABLE u (id INTEGER PRIMARY KEY, mail TEXT); INSERT INTO u VALUES (1, 'a'), (2, 'b'), (3, 'a'), (4, 'c'), (5, 'a');",
      tables: "CREATE TABLE u (id integer PRIMARY KEY, mail text); CREATE UNIQUE INDEX u_mail ON u (mail);",
    });
    const report = await app.load();
    expect(report).toMatchObject({ errors: [], exitCode: 3, differences: [] });
    expect(report.rejectedRows).toMatchObject([
      { key: { id: 3 }, code: "SERVER_23505" },
      { key: { id: 5 }, code: "SERVER_23505" },
    ]);
    expect(report.tables).toMatchObject([{ proof: "equal", rowsWritten: 3 }]);
  });
});

it("partitioned tables: rows find their partitions, keys and triggers come back", async () => {
  const app = await application({
    ...{ admin, target },
    source: `CREATE TABLE chunks (id INTEGER PRIMARY KEY, doc INTEGER, body TEXT); CREATE TABLE docs (id INTEGER PRIMARY KEY);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100) INSERT INTO chunks SELECT i, i % 10, 'chunk ' || i FROM n;
      INSERT INTO docs SELECT DISTINCT doc FROM chunks;`,
    tables: `CREATE TABLE docs (id integer PRIMARY KEY);
      CREATE TABLE chunks (id integer, doc integer NOT NULL REFERENCES docs (id), body text, at timestamptz, PRIMARY KEY (id, doc)) PARTITION BY HASH (doc);
      CREATE TABLE chunks_0 PARTITION OF chunks FOR VALUES WITH (MODULUS 2, REMAINDER 0);
      CREATE TABLE chunks_1 PARTITION OF chunks FOR VALUES WITH (MODULUS 2, REMAINDER 1);
      CREATE INDEX chunks_doc ON chunks (doc);
      CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.at = now(); RETURN NEW; END';
      CREATE TRIGGER touch BEFORE INSERT ON chunks FOR EACH ROW EXECUTE FUNCTION touch();
      CREATE TRIGGER own BEFORE INSERT ON chunks_1 FOR EACH ROW EXECUTE FUNCTION touch();`,
  });
  const before = await objectsOf(admin, app.schema);
  const report = await app.load();
  expect(report).toMatchObject({ errors: [], status: "done", differences: [] });
  expect(
    await app.rows(
      "SELECT count(*)::int AS n, count(at)::int AS touched, count(DISTINCT tableoid)::int AS parts FROM chunks",
    ),
  ).toEqual([{ n: 100, touched: 0, parts: 2 }]);
  expect(await objectsOf(admin, app.schema)).toEqual(before);
  await app.change("DELETE FROM chunks WHERE id = 1");
  expect((await app.load({ replace: true })).status).toBe("done");
});

describe("the application's revision", () => {
  const versions = (source: string, own: string) =>
    application({
      ...{ admin, target },
      source: `CREATE TABLE alembic_version (version_num TEXT); ${source} CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1);`,
      tables: `CREATE TABLE t (id integer PRIMARY KEY); ${own}`,
    });
  const OWN = "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);";

  it.each([
    ["ORM_REVISION_SAME", `${OWN} INSERT INTO alembic_version VALUES ('4f1c')`, "4f1c"],
    [
      "ORM_REVISION_DIFFERS",
      `${OWN} INSERT INTO alembic_version VALUES ('99aa')`,
      "the source is at revision 4f1c, the target at 99aa",
    ],
    ["ORM_REVISION_MISSING", "", "the target has no such table"],
    ["ORM_REVISION_MISSING", OWN, "names none"],
  ])("is told as %s and left alone", async (code, own, says) => {
    const app = await versions("INSERT INTO alembic_version VALUES ('4f1c');", own);
    const report = await app.load();
    expect(report).toMatchObject({ errors: [], status: "done" });
    const finding = report.findings.find((one) => one.code === code);
    expect(finding?.message).toContain(says);
    if (code !== "ORM_REVISION_SAME") expect(finding?.remedy).toContain("alembic stamp 4f1c");
  });

  it("is copied only where the user says so", async () => {
    const app = await versions("INSERT INTO alembic_version VALUES ('4f1c');", OWN);
    const report = await app.load({ config: { tables: { alembic_version: { skip: false } } } });
    expect(report).toMatchObject({ errors: [], status: "done" });
    expect(await app.rows("SELECT * FROM alembic_version")).toEqual([{ version_num: "4f1c" }]);
  });

  it("that is copied into tables of Landbridge's own is told, with the line that names it to the tool", async () => {
    const app = await versions("INSERT INTO alembic_version VALUES ('4f1c');", "DROP TABLE t");
    const report = await app.load({ intoExisting: false });
    expect(report.findings.find(({ code }) => code === "ORM_REVISION_COPIED")?.remedy).toContain("alembic stamp 4f1c");
  });
});

it("the source's triggers and views are named beside the application's triggers: none is made, none left out in silence", async () => {
  const app = await application({
    ...{ admin, target },
    source: `CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT); CREATE TABLE "log" (id INTEGER PRIMARY KEY, what TEXT);
      INSERT INTO notes VALUES (1, 'a');
      CREATE TRIGGER stamp AFTER INSERT ON notes BEGIN UPDATE notes SET body = lower(body) WHERE id = new.id; END;
      CREATE TRIGGER "log it" AFTER DELETE ON notes WHEN json_patch(old.body, '{}') BEGIN INSERT INTO log (what) VALUES (of_app(old.id)); END;
      CREATE VIEW short AS SELECT id FROM notes; CREATE VIEW untranslated AS SELECT of_app(id) AS a FROM notes`,
    tables: `CREATE TABLE notes (id serial PRIMARY KEY, body text); CREATE TABLE log (id serial PRIMARY KEY, what text);
      CREATE FUNCTION same() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
      CREATE TRIGGER same BEFORE INSERT ON notes FOR EACH ROW EXECUTE FUNCTION same();`,
  });
  const before = await objectsOf(admin, app.schema);
  const report = await app.load();
  expect(report).toMatchObject({ errors: [], exitCode: 0 });
  const told = report.findings.filter(({ code }) => code.startsWith("SOURCE_"));
  expect(told).toMatchObject([
    { code: "SOURCE_TRIGGERS", severity: "info", count: 2 },
    { code: "SOURCE_VIEWS", severity: "info", count: 2 },
  ]);
  expect(told.map(({ message }) => message)).toEqual([
    "2 triggers of the source are not carried: stamp on notes, log it on notes; the application's tables have same on notes",
    "2 views of the source are not carried: short, untranslated",
  ]);
  expect(await objectsOf(admin, app.schema)).toEqual(before);
});
