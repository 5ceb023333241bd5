/** Each pattern of trigger by itself: the very statements, on both engines, with the same rows after each of them. */
import { describe, expect, it } from "vitest";
import { bothEngines } from "../../support/both-engines.ts";
import { freshDatabase } from "../../support/database.ts";

const database = await freshDatabase();

interface Pattern {
  readonly name: string;
  readonly source: string;
  readonly statements: readonly string[];
  readonly apart?: readonly string[];
  /** Triggers that are not translated; none unless told. */
  readonly refused?: readonly string[];
}

const NOTE = `CREATE TABLE note (id INTEGER PRIMARY KEY, title TEXT, updated_at DATETIME, n INT);
  INSERT INTO note VALUES (1, 'a', '2001-01-01 00:00:00', 0), (2, 'b', '2001-01-01 00:00:00', 0);`;
const FAMILY = `CREATE TABLE parent (id INTEGER PRIMARY KEY, n INT NOT NULL DEFAULT 0);
  CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent(id), name TEXT);
  INSERT INTO parent VALUES (1, 1), (2, 0);
  INSERT INTO child VALUES (1, 1, 'a');`;
const LOG = `CREATE TABLE log (id INTEGER PRIMARY KEY, what TEXT, old TEXT, new TEXT);
  INSERT INTO log VALUES (1, 'x', 'y', 'z');`;

const PATTERNS: readonly Pattern[] = [
  {
    name: "a stamp behind the update",
    source: `${NOTE} CREATE TRIGGER stamp AFTER UPDATE ON note BEGIN UPDATE note SET updated_at = CURRENT_TIMESTAMP WHERE id = NEW.id; END;`,
    statements: [
      "UPDATE note SET title = 'c' WHERE id = 1",
      "UPDATE note SET n = n + 1",
      "INSERT INTO note VALUES (3, 'new', NULL, 1)",
      "UPDATE note SET id = 9 WHERE id = 2",
      "UPDATE note SET updated_at = '1999-01-01 00:00:00' WHERE id = 1",
    ],
  },
  {
    name: "a stamp that asks whether the update has stamped already",
    source: `${NOTE} CREATE TRIGGER stamp AFTER UPDATE ON note WHEN NEW.updated_at = OLD.updated_at
      BEGIN UPDATE note SET updated_at = datetime('now') WHERE rowid = NEW.rowid; END;`,
    statements: [
      "UPDATE note SET title = 'c' WHERE id = 1",
      "UPDATE note SET updated_at = '1999-01-01 00:00:00'",
      "UPDATE note SET updated_at = NULL WHERE id = 2",
      "UPDATE note SET title = 'd'",
    ],
  },
  {
    name: "a stamp for the old key",
    source: `${NOTE} CREATE TRIGGER stamp AFTER UPDATE OF title, id ON note
      BEGIN UPDATE note SET updated_at = CURRENT_TIMESTAMP, n = n + 1 WHERE id = OLD.id; END;`,
    statements: ["UPDATE note SET title = 'x'", "UPDATE note SET n = 5", "UPDATE note SET id = 7 WHERE id = 1"],
  },
  {
    name: "columns filled behind the insert",
    source: `${NOTE} CREATE TRIGGER fill AFTER INSERT ON note WHEN NEW.title IS NULL
      BEGIN UPDATE note SET title = 'note ' || NEW.id, n = n + NEW.id, updated_at = CURRENT_TIMESTAMP WHERE id = NEW.id AND n > 0; END;`,
    statements: [
      "INSERT INTO note (title, n) VALUES (NULL, 1)",
      "INSERT INTO note (title, n) VALUES ('t', 1), (NULL, 0), (NULL, 7)",
    ],
  },
  {
    name: "columns in double quotes, which are no texts",
    source: `${NOTE} CREATE TRIGGER quoted AFTER UPDATE OF title ON note
      BEGIN UPDATE note SET n = length("title") + [n], updated_at = "updated_at" WHERE "id" = NEW."id" AND "n" < 100 AND note."n" >= 0; END;`,
    statements: ["UPDATE note SET title = 'abc' WHERE id = 1", "UPDATE note SET title = 'x', n = 100"],
  },
  {
    name: "assignments that read each other",
    source: `${NOTE} CREATE TRIGGER turn AFTER UPDATE OF title ON note
      BEGIN UPDATE note SET n = length(title), title = title || n WHERE id = NEW.id; END;`,
    statements: ["UPDATE note SET title = 'abc' WHERE id = 1", "UPDATE note SET title = title || 'x'"],
  },
  {
    name: "a stamp beside a log, which hears of it",
    source: `${NOTE} ${LOG}
      CREATE TRIGGER stamp AFTER UPDATE ON note BEGIN UPDATE note SET updated_at = CURRENT_TIMESTAMP WHERE id = NEW.id; END;
      CREATE TRIGGER watch AFTER UPDATE ON note BEGIN INSERT INTO log VALUES (NULL, 'note', OLD.title, NEW.title); END;`,
    statements: ["UPDATE note SET title = 'c' WHERE id = 1", "UPDATE note SET n = 3 WHERE id = 2"],
    apart: ["log.id"],
  },
  {
    name: "two stamps that set each other off",
    source: `${NOTE}
      CREATE TRIGGER counted AFTER UPDATE ON note BEGIN UPDATE note SET n = n + 1 WHERE id = NEW.id; END;
      CREATE TRIGGER dated AFTER UPDATE ON note BEGIN UPDATE note SET updated_at = CURRENT_TIMESTAMP WHERE id = NEW.id; END;`,
    statements: ["UPDATE note SET title = 'c' WHERE id = 1", "UPDATE note SET title = 'd' WHERE id = 2"],
  },
  {
    name: "a stamp beside a check that would pass twice",
    source: `${NOTE}
      CREATE TRIGGER checked BEFORE UPDATE ON note BEGIN SELECT RAISE(ABORT, 'no title') WHERE NEW.title IS NULL; END;
      CREATE TRIGGER stamp AFTER UPDATE ON note BEGIN UPDATE note SET updated_at = CURRENT_TIMESTAMP WHERE id = NEW.id; END;`,
    statements: ["UPDATE note SET title = 'c' WHERE id = 1", "UPDATE note SET title = NULL WHERE id = 1"],
  },
  {
    name: "counters",
    source: `${FAMILY}
      CREATE TRIGGER up AFTER INSERT ON child BEGIN UPDATE parent SET n = n + 1 WHERE id = NEW.parent; END;
      CREATE TRIGGER down AFTER DELETE ON child BEGIN UPDATE parent SET n = n - 1 WHERE id = OLD.parent; END;
      CREATE TRIGGER moved AFTER UPDATE OF parent ON child WHEN NEW.parent IS NOT OLD.parent BEGIN
        UPDATE parent SET n = n - 1 WHERE id = OLD.parent;
        UPDATE parent SET n = n + 1 WHERE id = NEW.parent;
      END;`,
    statements: [
      "INSERT INTO child VALUES (2, 1, 'b'), (3, 2, 'c'), (4, NULL, 'd')",
      "UPDATE child SET parent = 2 WHERE id < 3",
      "UPDATE child SET parent = NULL WHERE id = 3",
      "UPDATE child SET name = 'z'",
      "DELETE FROM child WHERE id > 1",
      "INSERT INTO child VALUES (9, 77, 'orphan')",
    ],
  },
  {
    name: "a counter that counts",
    source: `${FAMILY} CREATE TRIGGER counted AFTER INSERT ON child
      BEGIN UPDATE parent SET n = (SELECT count(*) FROM child WHERE child.parent = NEW.parent) WHERE id = NEW.parent; END;`,
    statements: ["INSERT INTO child VALUES (2, 1, 'b')", "INSERT INTO child VALUES (3, 2, 'c'), (4, 2, 'd')"],
  },
  {
    name: "children cleared away behind the parent",
    source: `${FAMILY} ${LOG}
      CREATE TRIGGER clear AFTER DELETE ON parent BEGIN DELETE FROM child WHERE parent = OLD.id; END;
      CREATE TRIGGER gone AFTER DELETE ON child BEGIN INSERT INTO log(what, old) VALUES ('gone', OLD.name); END;`,
    statements: [
      "INSERT INTO child VALUES (2, 1, 'b'), (3, 2, 'c')",
      "DELETE FROM parent WHERE id = 1",
      "DELETE FROM parent",
    ],
  },
  {
    name: "children cleared away, of which the parent counts those that are left",
    source: `${FAMILY}
      CREATE TRIGGER clear AFTER DELETE ON parent BEGIN DELETE FROM child WHERE parent = OLD.id; END;
      CREATE TRIGGER down AFTER DELETE ON child BEGIN UPDATE parent SET n = n - 1; END;`,
    statements: ["INSERT INTO child VALUES (2, 1, 'b'), (3, 2, 'c')", "DELETE FROM parent WHERE id = 1"],
  },
  {
    name: "children that follow their parent, and a parent made for its child",
    source: `${FAMILY}
      CREATE TRIGGER follow AFTER UPDATE OF id ON parent BEGIN UPDATE child SET parent = NEW.id WHERE parent = OLD.id; END;
      CREATE TRIGGER born AFTER INSERT ON child WHEN NEW.parent IS NOT NULL BEGIN INSERT OR IGNORE INTO parent(id) VALUES (NEW.parent); END;`,
    statements: [
      "UPDATE parent SET id = 7 WHERE id = 1",
      "INSERT INTO child VALUES (5, 9, 'e'), (6, 2, 'f')",
      "UPDATE parent SET id = id + 20",
    ],
  },
  {
    name: "children let go of their parent",
    source: `${FAMILY} CREATE TRIGGER letgo AFTER DELETE ON parent BEGIN UPDATE child SET parent = NULL WHERE parent = OLD.id; END;`,
    statements: ["DELETE FROM parent WHERE id = 1", "DELETE FROM parent"],
  },
  {
    name: "a tree of which only one storey falls",
    source: `CREATE TABLE node (id INTEGER PRIMARY KEY, up INTEGER);
      INSERT INTO node VALUES (1, NULL), (2, 1), (3, 2), (4, 3), (5, 1);
      CREATE TRIGGER fall AFTER DELETE ON node BEGIN DELETE FROM node WHERE up = OLD.id; END;`,
    statements: ["DELETE FROM node WHERE id = 1", "DELETE FROM node WHERE id = 3"],
  },
  {
    name: "an audit of everything",
    source: `${NOTE} ${LOG}
      CREATE TRIGGER ai AFTER INSERT ON note BEGIN INSERT INTO log(what, new) VALUES ('insert', NEW.title); END;
      CREATE TRIGGER au AFTER UPDATE ON note WHEN OLD.title <> NEW.title OR OLD.n IS NOT NEW.n
        BEGIN INSERT INTO log(what, old, new) SELECT 'update ' || NEW.id, OLD.title, NEW.title; END;
      CREATE TRIGGER ad AFTER DELETE ON note BEGIN INSERT INTO log(what, old) VALUES ('delete', OLD.title), ('again', OLD.n); END;`,
    statements: [
      "INSERT INTO note(title) VALUES ('x''y'), (NULL)",
      "UPDATE note SET title = 'q' WHERE id = 1",
      "UPDATE note SET title = NULL WHERE id = 2",
      "UPDATE note SET n = NULL",
      "DELETE FROM note WHERE id <> 1",
    ],
    apart: ["log.id"],
  },
  {
    name: "checks that refuse",
    source: `${FAMILY}
      CREATE TRIGGER named BEFORE INSERT ON child BEGIN
        SELECT CASE WHEN NEW.name IS NULL THEN RAISE(ABORT, 'no name') WHEN length(NEW.name) > 3 THEN RAISE(ABORT, 'long') ELSE 1 END;
        SELECT CASE NEW.name WHEN 'bad' THEN RAISE(FAIL, 'bad') END;
      END;
      CREATE TRIGGER many BEFORE INSERT ON child WHEN NEW.parent IS NOT NULL BEGIN
        SELECT RAISE(ABORT, 'too many') FROM parent WHERE id = NEW.parent AND n >= 3;
        SELECT CASE WHEN count(*) > 2 THEN RAISE(ROLLBACK, 'a crowd') END FROM child WHERE parent = NEW.parent;
        SELECT iif(EXISTS (SELECT 1 FROM child WHERE name = NEW.name), RAISE(ABORT, 'taken'), NULL);
      END;
      CREATE TRIGGER kept BEFORE DELETE ON parent BEGIN SELECT RAISE(ABORT, 'it has children') WHERE OLD.n > 0; END;`,
    statements: [
      "INSERT INTO child VALUES (2, 1, NULL)",
      "INSERT INTO child VALUES (2, 1, 'long name')",
      "INSERT INTO child VALUES (2, 1, 'bad')",
      "INSERT INTO child VALUES (2, 1, 'a')",
      "INSERT INTO child VALUES (2, NULL, 'a')",
      "INSERT INTO child VALUES (3, 1, 'b'), (4, 1, 'c')",
      "INSERT INTO child VALUES (5, 1, 'd')",
      "UPDATE parent SET n = 3 WHERE id = 2",
      "INSERT INTO child VALUES (6, 2, 'e')",
      "DELETE FROM parent WHERE id = 2",
      "UPDATE parent SET n = 0",
      "DELETE FROM parent WHERE id = 2",
    ],
  },
  {
    name: "rows left alone",
    source: `${NOTE} ${LOG}
      CREATE TRIGGER fixed BEFORE UPDATE ON note WHEN OLD.n > 5 BEGIN
        INSERT INTO log(what, old) VALUES ('tried', OLD.title);
        SELECT RAISE(IGNORE) WHERE NEW.title IS NOT NULL;
      END;`,
    statements: [
      "UPDATE note SET n = 6 WHERE id = 1",
      "UPDATE note SET title = 'x'",
      "UPDATE note SET title = NULL",
      "UPDATE note SET n = 1",
    ],
  },
  {
    name: "counts by key: upsert, replace, ignore",
    source: `CREATE TABLE word (id INTEGER PRIMARY KEY, w TEXT);
      CREATE TABLE tally (w TEXT PRIMARY KEY, n INT NOT NULL DEFAULT 1, last INT);
      CREATE TABLE latest (w TEXT NOT NULL PRIMARY KEY, id INT, seen INT DEFAULT 5);
      CREATE TABLE known (w TEXT PRIMARY KEY);
      INSERT INTO word VALUES (1, 'a'); INSERT INTO tally VALUES ('a', 1, 1); INSERT INTO latest VALUES ('a', 1, 2); INSERT INTO known VALUES ('a');
      CREATE TRIGGER counted AFTER INSERT ON word BEGIN
        INSERT INTO tally(w, last) VALUES (NEW.w, NEW.id) ON CONFLICT(w) DO UPDATE SET n = n + 1, last = excluded.last WHERE tally.n < 4;
        INSERT OR REPLACE INTO latest(w, id) VALUES (NEW.w, NEW.id);
        INSERT OR IGNORE INTO known VALUES (NEW.w);
      END;`,
    statements: [
      "INSERT INTO word(w) VALUES ('a'), ('b')",
      "INSERT INTO word(w) VALUES ('a'), ('b'), ('a'), ('a'), ('a')",
      "UPDATE latest SET seen = 9",
      "INSERT INTO word(w) VALUES ('b')",
    ],
  },
  {
    name: "one default among rows",
    source: `CREATE TABLE address (id INTEGER PRIMARY KEY, owner INT, main INT NOT NULL DEFAULT 0);
      INSERT INTO address VALUES (1, 1, 1), (2, 1, 0), (3, 2, 1);
      CREATE TRIGGER only AFTER UPDATE OF main ON address WHEN NEW.main = 1
        BEGIN UPDATE address SET main = 0 WHERE owner = NEW.owner AND id <> NEW.id; END;
      CREATE TRIGGER first AFTER INSERT ON address WHEN NEW.main = 1
        BEGIN UPDATE address SET main = 0 WHERE owner = NEW.owner AND id <> NEW.id; END;`,
    statements: [
      "UPDATE address SET main = 1 WHERE id = 2",
      "INSERT INTO address VALUES (4, 1, 1)",
      "INSERT INTO address VALUES (5, 2, 0)",
      "UPDATE address SET main = 0",
    ],
  },
  {
    name: "a view that is written to",
    source: `${FAMILY}
      CREATE VIEW named AS SELECT child.id AS id, child.name AS name, parent.n AS n FROM child JOIN parent ON parent.id = child.parent;
      CREATE TRIGGER vi INSTEAD OF INSERT ON named BEGIN INSERT INTO child(id, parent, name) VALUES (NEW.id, 1, NEW.name); END;
      CREATE TRIGGER vu INSTEAD OF UPDATE ON named WHEN NEW.name <> OLD.name BEGIN UPDATE child SET name = NEW.name WHERE id = OLD.id; END;
      CREATE TRIGGER vd INSTEAD OF DELETE ON named BEGIN DELETE FROM child WHERE id = OLD.id; END;`,
    statements: [
      "INSERT INTO named(name) VALUES ('two')",
      "INSERT INTO named(id, name) VALUES (5, 'five'), (6, 'six')",
      "UPDATE named SET name = 'X' || name WHERE id > 1",
      "UPDATE named SET n = 5",
      "DELETE FROM named WHERE id = 5",
    ],
  },
  {
    name: "dates, booleans, uuids and numbers in the columns' own forms",
    source: `CREATE TABLE item (id TEXT PRIMARY KEY, owner UUID, done BOOLEAN, price REAL, day DATE, at INTEGER);
      CREATE TABLE copy (id TEXT, owner UUID, done BOOLEAN, price REAL, day DATE, at INTEGER, seen TEXT);
      INSERT INTO item VALUES ('a', '6f1e0a52-0f1c-4d7e-9d0c-0c6d2a3f4b5c', 1, 1.5, '2001-02-03', 978307200);
      INSERT INTO copy VALUES ('a', '6f1e0a52-0f1c-4d7e-9d0c-0c6d2a3f4b5c', 0, 2.5, '2001-02-03', 978307200, '2001-01-01T00:00:00Z');
      CREATE TRIGGER copied AFTER INSERT ON item WHEN NEW.done OR NEW.price > 10 BEGIN
        INSERT INTO copy SELECT NEW.id, NEW.owner, NOT NEW.done, NEW.price * 2, date('now'), unixepoch(), strftime('%Y-%m-%dT%H:%M:%SZ', 'now');
        UPDATE copy SET day = NEW.day, at = CAST(strftime('%s', 'now') AS INTEGER) WHERE owner = NEW.owner AND copy.day < '2020-01-01';
      END;`,
    statements: [
      "INSERT INTO item VALUES ('b', '6f1e0a52-0f1c-4d7e-9d0c-0c6d2a3f4b5c', true, 3.25, '2002-02-02', 5)",
      "INSERT INTO item VALUES ('c', NULL, false, 30.5, NULL, NULL)",
      "INSERT INTO item VALUES ('d', NULL, false, 3.5, NULL, NULL)",
    ],
  },
  {
    name: "names that are awkward",
    source: `CREATE TABLE "Or""der" ("new" INTEGER PRIMARY KEY, "old" TEXT, found TEXT UNIQUE, "select" TEXT);
      CREATE TABLE "tg_op" ("found" TEXT PRIMARY KEY, n INT);
      INSERT INTO "Or""der" VALUES (1, 'o', 'f', 's'); INSERT INTO tg_op VALUES ('f', 1);
      CREATE TRIGGER "after ""it" AFTER INSERT ON "Or""der" BEGIN
        INSERT INTO tg_op(found, n) VALUES (NEW.found, NEW."new") ON CONFLICT(found) DO UPDATE SET n = n + NEW."new";
        UPDATE "Or""der" SET "select" = 'it''s "new"."old" \\ ' || NEW."old" WHERE "new" = NEW."new";
      END;`,
    statements: [
      `INSERT INTO "Or""der" ("new", "old", found) VALUES (2, 'a', 'b')`,
      `INSERT INTO "Or""der" ("new", "old", found) VALUES (3, 'a', 'g')`,
    ],
  },
];

describe("a translated trigger does what SQLite's does:", () => {
  it.each(PATTERNS)("$name", async ({ source, statements, apart = [], refused = [] }) => {
    const both = await bothEngines(database, source, { apart });
    const missing = both.report.findings.filter(({ code }) => code === "TRIGGER_NOT_TRANSLATED");
    expect(missing.map(({ where, message }) => `${where}: ${message}`)).toEqual(refused);
    expect(both.report.objects.others).toEqual([]);
    for (const sql of statements) await both.run(sql);
  });
});
