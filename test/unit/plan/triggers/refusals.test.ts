/** What has no equal in PL/pgSQL is refused with a plain reason, and left as a skeleton that a person can finish. */
import { describe, expect, it } from "vitest";
import { planOfSource } from "../../../support/trigger-plan.ts";

const TABLES = `
  CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, n INT, twice INT AS (n * 2));
  CREATE TABLE u (id INTEGER PRIMARY KEY, t INTEGER REFERENCES t(id), n INT NOT NULL, b TEXT UNIQUE);
  CREATE TABLE strict_n (n INT CHECK (n > 0), at DATETIME DEFAULT (julianday('now')));
  CREATE TABLE two (a TEXT UNIQUE, b TEXT UNIQUE);
  INSERT INTO t VALUES (1, 'a', 1); INSERT INTO u VALUES (1, 1, 1, 'b'); INSERT INTO strict_n VALUES (1, '2001-01-01'); INSERT INTO two VALUES ('a', 'b');
  CREATE VIEW v AS SELECT id, a FROM t;
`;

const reasonOf = async (trigger: string): Promise<string> => {
  const { plan } = await planOfSource(`${TABLES} CREATE TRIGGER x ${trigger}`);
  const finding = plan.findings.find(({ code }) => code.startsWith("TRIGGER_"));
  return finding?.code === "TRIGGER_NOT_TRANSLATED" ? finding.message.split("; it was:")[0]! : `${finding?.code}`;
};

const REFUSALS: readonly (readonly [string, string, string])[] = [
  [
    "a function of the application",
    "AFTER INSERT ON t BEGIN INSERT INTO u(n) VALUES (mine(NEW.a)); END",
    "mine() has no exact equal",
  ],
  [
    "RAISE(IGNORE) behind the row",
    "AFTER DELETE ON t BEGIN SELECT RAISE(IGNORE); END",
    "RAISE(IGNORE) in a trigger that runs when the row has changed",
  ],
  [
    "the id before there is one",
    "BEFORE INSERT ON t BEGIN INSERT INTO u(n) VALUES (NEW.id); END",
    "it reads the id before the row has one, which is -1 in SQLite",
  ],
  [
    "the rowid before there is one",
    "BEFORE INSERT ON t BEGIN INSERT INTO u(n) VALUES (NEW.rowid); END",
    "it reads the id before the row has one, which is -1 in SQLite",
  ],
  [
    "its own table before the row",
    "BEFORE UPDATE ON t BEGIN DELETE FROM t WHERE n > NEW.n; END",
    "it changes its own table before the row is there, which SQLite does not define",
  ],
  [
    "a generated column before the row",
    "BEFORE UPDATE ON t BEGIN INSERT INTO u(n) VALUES (NEW.twice); END",
    "NEW.twice is generated, which PostgreSQL does behind the trigger",
  ],
  [
    "OR IGNORE into a table with a CHECK",
    "AFTER INSERT ON t BEGIN INSERT OR IGNORE INTO strict_n(n, at) VALUES (NEW.n, NULL); END",
    "INSERT OR IGNORE passes over what a CHECK of strict_n refuses",
  ],
  [
    "OR IGNORE of a NULL",
    "AFTER INSERT ON t BEGIN INSERT OR IGNORE INTO u(n, b) VALUES (NEW.n, 'x'); END",
    "INSERT OR IGNORE passes over NULL in u.n, which is NOT NULL",
  ],
  [
    "OR REPLACE where two keys may be in the way",
    "AFTER INSERT ON t BEGIN INSERT OR REPLACE INTO two VALUES (NEW.a, NEW.a); END",
    "INSERT OR REPLACE where two has not one plain unique key",
  ],
  [
    "OR REPLACE of what is referred to",
    "AFTER INSERT ON u BEGIN INSERT OR REPLACE INTO t(id, a) VALUES (NEW.id, 'x'); END",
    "INSERT OR REPLACE removes rows of t, which foreign keys refer to",
  ],
  ["OR FAIL", "AFTER INSERT ON t BEGIN INSERT OR FAIL INTO u(n) VALUES (1); END", "INSERT OR FAIL"],
  ["UPDATE OR REPLACE", "AFTER INSERT ON t BEGIN UPDATE OR REPLACE u SET b = NEW.a; END", "UPDATE OR REPLACE"],
  ["UPDATE … FROM", "AFTER INSERT ON t BEGIN UPDATE u SET n = t.n FROM t; END", "UPDATE … FROM"],
  [
    "a default that has not crossed",
    "AFTER INSERT ON t BEGIN INSERT INTO strict_n(n) VALUES (1); END",
    "the default of strict_n.at has not crossed",
  ],
  [
    "a change of its own table that it sets off before the row is changed",
    "BEFORE DELETE ON t BEGIN DELETE FROM u WHERE t = OLD.id; END; CREATE TRIGGER y AFTER DELETE ON u BEGIN UPDATE t SET n = n - 1 WHERE id = OLD.t; END",
    "what it sets off changes t again, which PostgreSQL refuses before the row is changed",
  ],
  [
    "an UPDATE that reads what it changes",
    "AFTER INSERT ON t BEGIN UPDATE u SET n = (SELECT max(n) FROM u); END",
    "the UPDATE of u reads the same table, which SQLite changes row by row meanwhile",
  ],
  [
    "a table that is not there",
    "AFTER INSERT ON t BEGIN DELETE FROM nowhere; END",
    "the table nowhere is not there in PostgreSQL",
  ],
  [
    "a table-valued function",
    "AFTER INSERT ON t BEGIN INSERT INTO u(n) SELECT cid FROM pragma_table_info('t'); END",
    "pragma_table_info() has no exact equal",
  ],
];

describe("a trigger is refused for", () => {
  it.each(REFUSALS)("%s", async (_, trigger, reason) => {
    expect(await reasonOf(`${trigger};`)).toContain(reason);
  });
});

describe("the skeleton", () => {
  it("holds what is understood, and the rest as a comment with its reason", async () => {
    const { plan } = await planOfSource(`${TABLES} CREATE TRIGGER "odd one" AFTER UPDATE OF a ON t WHEN NEW.n > 1 BEGIN
      UPDATE u SET n = n + NEW.n WHERE t = OLD.id;
      INSERT INTO u(b)
        VALUES (mine(NEW.a));
    END;`);
    expect(plan.triggers).toEqual([]);
    const [finding] = plan.findings.filter(({ code }) => code === "TRIGGER_NOT_TRANSLATED");
    expect(finding?.where).toBe("trigger odd one on t");
    expect(finding?.remedy.split("\n").slice(1)).toEqual([
      "-- to settle: mine() has no exact equal",
      'CREATE FUNCTION "odd one"() RETURNS trigger LANGUAGE plpgsql',
      "AS $trigger$",
      "BEGIN",
      '  UPDATE "u" SET "n" = ("u"."n" + NEW."n") WHERE ("u"."t" = OLD."id");',
      "  -- not understood: mine() has no exact equal",
      "  -- INSERT INTO u(b)",
      "  -- VALUES (mine(NEW.a))",
      "  RETURN NULL;",
      "END",
      "$trigger$;",
      'CREATE TRIGGER "odd one" AFTER UPDATE OF "a" ON "t"',
      'FOR EACH ROW WHEN (NEW."n" > 1) EXECUTE FUNCTION "odd one"();',
    ]);
  });
});
