/** Triggers at the end of finish: made once however often the step runs, and left out by name where PostgreSQL refuses. */
import { describe, expect, it } from "vitest";
import type { PlanTrigger } from "../../../src/plan/model.ts";
import { freshDatabase } from "../../support/database.ts";
import { load } from "../../support/finishing.ts";
import { columnOf, planOf, tableOf } from "../../support/plan.ts";

const database = await freshDatabase();

const triggerOf = (given: Partial<PlanTrigger>): PlanTrigger => ({
  ...{ source: "noted", name: "noted", function: "noted", table: "item", timing: "AFTER", event: "INSERT", when: null },
  body: ['INSERT INTO "log" ("what") VALUES (NEW."name");', "RETURN NULL;"],
  ...given,
});

const planWith = (...triggers: readonly PlanTrigger[]) =>
  planOf({
    triggers,
    tables: [
      tableOf({ target: "item", columns: [columnOf({ target: "name", type: { name: "text" } })] }),
      tableOf({ target: "log", columns: [columnOf({ target: "what", type: { name: "text" } })] }),
    ],
  });

describe("triggers", () => {
  it("are made when the rows are there, once, and work whatever the session's search_path", async () => {
    const loaded = await load(database, planWith(triggerOf({})), "INSERT INTO item VALUES ('before')");
    expect(await loaded.finish()).toMatchObject({ leftOut: [], findings: [] });
    expect(await loaded.finish()).toMatchObject({ leftOut: [], findings: [] });
    await database.admin.query(
      `SET search_path = pg_catalog; CREATE TEMPORARY TABLE log (what text); INSERT INTO "${loaded.plan.schema}".item VALUES ('after')`,
    );
    expect(await loaded.rows(`SELECT what FROM "${loaded.plan.schema}".log`)).toEqual([{ what: "after" }]);
    await database.admin.query("DROP TABLE pg_temp.log");
  });

  it("that PostgreSQL refuses are left out with their function, and the others are made", async () => {
    const broken = triggerOf({ source: "Broken", name: "broken", function: "broken", when: 'NEW."nothing" > 1' });
    const loaded = await load(database, planWith(broken, triggerOf({})));
    const { leftOut, findings } = await loaded.finish();
    expect(leftOut).toEqual(["broken on item"]);
    expect(findings.map(({ code, severity, where }) => `${severity} ${code} ${where}`)).toEqual([
      "error TRIGGER_FAILED trigger Broken",
    ]);
    const names = `SELECT proname::text AS name FROM pg_proc WHERE pronamespace = '"${loaded.plan.schema}"'::regnamespace`;
    expect(await loaded.rows(names)).toEqual([{ name: "noted" }]);
  });
});
