/** Which form a trigger takes in PostgreSQL, by what else is there that could tell. */
import { describe, expect, it } from "vitest";
import type { PlanTrigger } from "../../../../src/plan/model.ts";
import { createTrigger } from "../../../../src/plan/triggers/ddl.ts";
import { planOfSource } from "../../../support/trigger-plan.ts";

const TABLES = `
  CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, n INT, at DATETIME);
  CREATE TABLE log (what TEXT, n INT);
  CREATE TABLE child (id INTEGER PRIMARY KEY, t INTEGER REFERENCES t(id));
  INSERT INTO t VALUES (1, 'a', 1, '2001-01-01 00:00:00'); INSERT INTO log VALUES ('x', 1); INSERT INTO child VALUES (1, 1);
`;
const STAMP =
  "CREATE TRIGGER stamp AFTER UPDATE ON t BEGIN UPDATE t SET at = CURRENT_TIMESTAMP WHERE id = NEW.id; END;";

const triggerOf = async (sql: string, name: string): Promise<PlanTrigger> => {
  const { plan } = await planOfSource(TABLES + sql);
  const found = plan.triggers.find(({ source }) => source === name);
  if (found === undefined) throw new Error(plan.findings.map(({ message }) => message).join("\n"));
  return found;
};

describe("a stamp", () => {
  it("sets NEW before the row is written", async () => {
    expect(await triggerOf(STAMP, "stamp")).toMatchObject({ timing: "BEFORE", event: "UPDATE", when: null });
  });

  it.each([
    [
      "another trigger hears of the second update",
      "CREATE TRIGGER heard AFTER UPDATE ON t BEGIN INSERT INTO log(n) VALUES (OLD.n); END;",
    ],
    [
      "a check may refuse the second update",
      "CREATE TRIGGER refused BEFORE UPDATE ON t BEGIN SELECT RAISE(ABORT, 'x') WHERE OLD.n = 7; END;",
    ],
    [
      "another trigger would see the stamp",
      "CREATE TRIGGER seen AFTER UPDATE OF n ON t BEGIN INSERT INTO log(what) VALUES (NEW.at); END;",
    ],
  ])("stays an UPDATE behind the row where %s", async (_, other) => {
    const stamp = await triggerOf(STAMP + other, "stamp");
    expect(stamp).toMatchObject({ timing: "AFTER" });
    expect(stamp.body.join("\n")).toContain('UPDATE "t" SET "at"');
  });

  it("that can come back to itself runs behind a guard", async () => {
    const { when, body } = await triggerOf(
      `${STAMP} CREATE TRIGGER heard AFTER UPDATE ON t BEGIN INSERT INTO log(n) VALUES (OLD.n); END;`,
      "stamp",
    );
    const guard = /^current_setting\('(landbridge\.trigger_[0-9a-f]{8})', true\) IS DISTINCT FROM 'running'$/.exec(
      when ?? "",
    );
    expect(body[0]).toBe(`PERFORM set_config('${guard?.[1]}', 'running', true);`);
    expect(body.at(-2)).toBe(`PERFORM set_config('${guard?.[1]}', '', true);`);
  });

  it("by another column than the key is an update of other rows", async () => {
    const sql = "CREATE TRIGGER x AFTER UPDATE ON t BEGIN UPDATE t SET at = CURRENT_TIMESTAMP WHERE n = NEW.n; END;";
    expect(await triggerOf(sql, "x")).toMatchObject({ timing: "AFTER" });
  });
});

describe("a cascade", () => {
  it("clears the children away ahead of the check of their foreign key, by its name", async () => {
    const sql = "CREATE TRIGGER gone AFTER DELETE ON t BEGIN DELETE FROM child WHERE t = OLD.id; END;";
    expect(await triggerOf(sql, "gone")).toMatchObject({ timing: "AFTER", name: "0_gone", function: "0_gone" });
    const early = sql.replace("gone", '"Gone"');
    expect(await triggerOf(early, "Gone")).toMatchObject({ timing: "AFTER", name: "Gone" });
  });

  it("of rows that nothing refers by runs behind the deletion", async () => {
    const sql = "CREATE TRIGGER gone AFTER DELETE ON t BEGIN DELETE FROM log WHERE n = OLD.n; END;";
    expect(await triggerOf(sql, "gone")).toMatchObject({ timing: "AFTER", name: "gone" });
  });
});

describe("names", () => {
  it("of functions are one namespace, those of triggers one a table", async () => {
    const { plan } = await planOfSource(
      `${TABLES} CREATE TRIGGER "a b" AFTER INSERT ON t BEGIN DELETE FROM log; END; CREATE TRIGGER "a-b" AFTER INSERT ON child BEGIN DELETE FROM log; END;
       CREATE TRIGGER "a_b" AFTER INSERT ON t BEGIN DELETE FROM log; END;`,
      { accept: "suggestions", names: "snake" },
    );
    expect(plan.triggers.map(({ name, function: called, table }) => `${name} ${called} ${table}`)).toEqual([
      "a_b a_b t",
      "a_b a_b_1 child",
      "a_b_1 a_b_2 t",
    ]);
  });

  it("longer than PostgreSQL's are cut with a hash", async () => {
    const { name, function: called } = await triggerOf(
      `CREATE TRIGGER ${"x".repeat(70)} AFTER INSERT ON t BEGIN DELETE FROM log; END;`,
      "x".repeat(70),
    );
    expect([name, called].map((text) => text.length)).toEqual([63, 63]);
  });

  it("of PL/pgSQL's own variables are meant as columns where a conflict names them", () => {
    const trigger: PlanTrigger = {
      ...{ source: "x", name: "x", function: "x", table: "t", timing: "AFTER", event: "INSERT", when: null },
      body: ['INSERT INTO "k" ("found") VALUES (1) ON CONFLICT ("found") DO NOTHING;', "SELECT '$trigger$';"],
    };
    const sql = createTrigger(trigger, "my schema");
    expect(sql).toContain(
      'SET search_path = "my schema", pg_temp\nAS $trigger_1$\n#variable_conflict use_column\nBEGIN',
    );
  });
});

describe("a trigger in landbridge.yaml", () => {
  it("that the source does not have is a mistake", async () => {
    await expect(planOfSource(TABLES + STAMP, { triggers: { stmp: "skip" } })).rejects.toMatchObject({
      code: "CONFIG_UNKNOWN_NAME",
      remedy: 'Did you mean "stamp"?',
    });
  });
});
