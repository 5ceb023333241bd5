import { beforeAll, describe, expect, it } from "vitest";
import type { Plan, PlanForeignKey } from "../../../src/plan/model.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";
import { type Loaded, load } from "../../support/finishing.ts";
import { foreignKeyOf, type GivenTable, keyOf, planOf } from "../../support/plan.ts";

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});

/** A table `name` with an id, a reference `up` to `parent`, and a name for each row. */
const child = (name: string, parent: string, given: Partial<PlanForeignKey> = {}): GivenTable => ({
  target: name,
  columns: [
    { target: "id", notNull: true },
    { target: "up", source: "Up" },
  ],
  primaryKey: keyOf(`${name}_pkey`, "id"),
  foreignKeys: [foreignKeyOf({ name: `${name}_up`, columns: ["up"], parent, ...given })],
});

const top = (name: string): GivenTable => ({
  target: name,
  columns: [{ target: "id", notNull: true }],
  primaryKey: keyOf(`${name}_pkey`, "id"),
});

const plan = (orphans: Plan["policies"]["orphans"], ...tables: GivenTable[]): Plan => {
  const made = planOf({ tables });
  return { ...made, policies: { ...made.policies, orphans } };
};

const FAMILY = [
  top("a"),
  child("b", "a", { onDelete: "CASCADE" }),
  child("c", "b", { onDelete: "CASCADE" }),
  child("d", "c"),
];
const FAMILY_ROWS = `INSERT INTO a VALUES (1); INSERT INTO b VALUES (1, 1), (2, 99), (3, NULL), (4, 98);
  INSERT INTO c VALUES (10, 1), (20, 2), (21, 2), (30, 3); INSERT INTO d VALUES (100, 10), (200, 20)`;

const validity = (loaded: Loaded) =>
  loaded.rows(`SELECT conname AS name, convalidated AS valid FROM pg_constraint
    WHERE connamespace = quote_ident(current_schema())::regnamespace AND contype = 'f' ORDER BY 1`);

const listed = (loaded: Loaded, ledger: "rejects" | "cleaned") =>
  loaded.rows<{ table: string; key: unknown; column: string; original: unknown }>(
    `SELECT source_table AS "table", source_key AS key, column_name AS "column", original FROM landbridge.${ledger}
     WHERE run_id = '${loaded.run.id}' ORDER BY source_table, source_key`,
  );

describe("keep", () => {
  it("lists the orphans and keeps the key for new rows", async () => {
    const loaded = await load(database, plan("keep", ...FAMILY), FAMILY_ROWS);
    const outcome = await loaded.finish();
    expect(outcome.leftOut).toEqual(["b_up"]);
    expect(outcome.findings[0]).toMatchObject({ code: "FK_ORPHANS", severity: "warning", where: "b.Up", count: 2 });
    expect(outcome.findings[0]?.message).toContain("id 2 → 99; id 4 → 98");
    expect(await validity(loaded)).toContainEqual({ name: "b_up", valid: false });
    await expect(loaded.rows("INSERT INTO b VALUES (9, 97)")).rejects.toThrow("b_up");
    expect(await loaded.finish()).toEqual(outcome);
  });
});

describe("quarantine", () => {
  it("moves orphans with their children and grandchildren, and says so again after a second finish", async () => {
    const loaded = await load(database, plan("quarantine", ...FAMILY), FAMILY_ROWS);
    const outcome = await loaded.finish();
    expect(outcome).toMatchObject({ quarantined: 5, cleaned: 0, leftOut: [] });
    expect(outcome.findings.map(({ code, where, count }) => [code, where, count])).toEqual([
      ["ORPHANS_QUARANTINED", "b", 2],
      ["ORPHANS_QUARANTINED", "c", 2],
      ["ORPHANS_QUARANTINED", "d", 1],
    ]);
    expect((await listed(loaded, "rejects")).map(({ table, key, original }) => [table, key, original])).toEqual([
      ["b", { id: 2 }, { id: 2, up: 99 }],
      ["b", { id: 4 }, { id: 4, up: 98 }],
      ["c", { id: 20 }, { id: 20, up: 2 }],
      ["c", { id: 21 }, { id: 21, up: 2 }],
      ["d", { id: 200 }, { id: 200, up: 20 }],
    ]);
    expect(await loaded.rows("SELECT id FROM c ORDER BY id")).toEqual([{ id: "10" }, { id: "30" }]);
    expect(await validity(loaded)).toEqual([
      { name: "b_up", valid: true },
      { name: "c_up", valid: true },
      { name: "d_up", valid: true },
    ]);
    expect(await loaded.finish()).toEqual(outcome);
  });

  it("keeps the actions of the keys that were taken away meanwhile", async () => {
    const loaded = await load(database, plan("quarantine", ...FAMILY), FAMILY_ROWS);
    await loaded.finish();
    expect(
      await loaded.rows(
        "SELECT confdeltype AS action FROM pg_constraint WHERE conname = 'c_up' AND connamespace = quote_ident(current_schema())::regnamespace",
      ),
    ).toEqual([{ action: "c" }]);
  });

  it("follows a chain in one table and leaves a cycle of rows that have each other", async () => {
    const loaded = await load(
      database,
      plan("quarantine", child("t", "t", { deferred: true })),
      "INSERT INTO t VALUES (1, 99), (2, 1), (3, 2), (4, 3), (10, 11), (11, 10), (12, 12), (13, NULL)",
    );
    expect(await loaded.finish()).toMatchObject({ quarantined: 4, leftOut: [] });
    expect(await loaded.rows("SELECT id::int FROM t ORDER BY id")).toEqual([10, 11, 12, 13].map((id) => ({ id })));
  });

  it("works through tables that point at each other", async () => {
    const loaded = await load(
      database,
      plan("quarantine", child("p", "q"), child("q", "p")),
      "INSERT INTO p VALUES (1, 1), (2, 2), (3, 7); INSERT INTO q VALUES (1, 1), (2, 3), (4, NULL)",
    );
    expect(await loaded.finish()).toMatchObject({ quarantined: 3, leftOut: [] });
    expect(await loaded.rows("SELECT id::int FROM p UNION ALL SELECT id::int * 10 FROM q ORDER BY 1")).toEqual([
      { id: 1 },
      { id: 10 },
      { id: 40 },
    ]);
  });

  it("tells the ledger about the rows that it took away", async () => {
    const loaded = await load(database, plan("quarantine", ...FAMILY), FAMILY_ROWS);
    await loaded.finish();
    expect(
      await loaded.rows(
        `SELECT table_name, sum(rows_written)::int AS written, sum(rows_rejected)::int AS rejected FROM landbridge.slices
         WHERE plan_hash = '${loaded.run.planHash}' GROUP BY table_name ORDER BY 1`,
      ),
    ).toEqual([
      { table_name: "b", written: -2, rejected: 2 },
      { table_name: "c", written: -2, rejected: 2 },
      { table_name: "d", written: -1, rejected: 1 },
    ]);
  });

  it("keeps the orphans of a table whose rows have no key to find them by", async () => {
    const keyless: GivenTable = { ...child("b", "a"), primaryKey: null, keyColumns: [] };
    const loaded = await load(
      database,
      plan("quarantine", top("a"), keyless, child("z", "a")),
      "INSERT INTO b VALUES (1, 5); INSERT INTO z VALUES (1, 5)",
    );
    const outcome = await loaded.finish();
    expect(outcome).toMatchObject({ quarantined: 1, leftOut: ["b_up"] });
    expect(outcome.findings[0]).toMatchObject({ code: "FK_ORPHANS", where: "b.Up", count: 1 });
    expect(outcome.findings[0]?.message).toContain("cannot be found again");
  });

  it("changes nothing for a process whose run was resumed elsewhere", async () => {
    const loaded = await load(database, plan("quarantine", ...FAMILY), FAMILY_ROWS);
    await loaded.rows(`UPDATE landbridge.runs SET epoch = 2 WHERE run_id = '${loaded.run.id}'`);
    await expect(loaded.finish()).rejects.toMatchObject({ code: "RUN_TAKEN_OVER" });
    expect(await loaded.rows("SELECT count(*)::int AS n FROM b")).toEqual([{ n: 4 }]);
    expect(await listed(loaded, "rejects")).toEqual([]);
  });
});

describe("null", () => {
  it("takes the reference away and lists each row with the value it had", async () => {
    const loaded = await load(database, plan("null", ...FAMILY), FAMILY_ROWS);
    const outcome = await loaded.finish();
    expect(outcome).toMatchObject({ quarantined: 0, cleaned: 2, leftOut: [] });
    expect(outcome.findings.map(({ code, where, count }) => [code, where, count])).toEqual([
      ["ORPHANS_SET_NULL", "b", 2],
    ]);
    expect(await loaded.rows("SELECT id::int, up FROM b ORDER BY id")).toEqual([
      { id: 1, up: "1" },
      { id: 2, up: null },
      { id: 3, up: null },
      { id: 4, up: null },
    ]);
    expect(await loaded.rows("SELECT count(*)::int AS n FROM c")).toEqual([{ n: 4 }]);
    expect(await loaded.finish()).toEqual(outcome);
  });

  it("lists the value by the column's name in the source", async () => {
    const loaded = await load(
      database,
      plan("null", top("a"), {
        ...child("b", "a"),
        columns: [{ target: "id", notNull: true }, { target: "up" }],
      }),
      "INSERT INTO b VALUES (2, 99)",
    );
    await loaded.finish();
    expect(await listed(loaded, "cleaned")).toEqual([{ table: "b", key: { id: 2 }, column: "up", original: 99 }]);
  });

  it("keeps a key whose columns may not be NULL, and one whose rows a check holds fast", async () => {
    const fixed: GivenTable = {
      ...child("b", "a"),
      columns: [
        { target: "id", notNull: true },
        { target: "up", notNull: true },
      ],
    };
    const held: GivenTable = {
      ...child("h", "a"),
      checks: [{ name: "held", expression: '"up" IS NOT NULL', source: "up IS NOT NULL" }],
    };
    const loaded = await load(
      database,
      plan("null", top("a"), fixed, held, child("z", "a")),
      "INSERT INTO b VALUES (1, 5); INSERT INTO h VALUES (1, 5); INSERT INTO z VALUES (1, 5)",
    );
    const outcome = await loaded.finish();
    expect(outcome).toMatchObject({ cleaned: 1, leftOut: ["b_up", "h_up"] });
    expect(outcome.findings[0]?.message).toContain("may not be NULL");
    expect(outcome.findings[1]?.message).toContain("held");
    expect(await loaded.rows("SELECT up FROM z")).toEqual([{ up: null }]);
  });

  it("sets only those columns of a composite key to NULL that may be", async () => {
    const loaded = await load(
      database,
      plan(
        "null",
        { target: "a", columns: [{ target: "x" }, { target: "y" }], uniques: [keyOf("a_xy", "x", "y")] },
        {
          target: "b",
          columns: [{ target: "id" }, { target: "x", notNull: true }, { target: "y" }],
          primaryKey: keyOf("b_pkey", "id"),
          foreignKeys: [foreignKeyOf({ name: "b_a", columns: ["x", "y"], parent: "a", parentColumns: ["x", "y"] })],
        },
      ),
      "INSERT INTO a VALUES (1, 1); INSERT INTO b VALUES (1, 1, 1), (2, 1, 2)",
    );
    expect(await loaded.finish()).toMatchObject({ cleaned: 1, leftOut: [] });
    expect(await loaded.rows("SELECT id::int, x::int, y::int FROM b ORDER BY id")).toEqual([
      { id: 1, x: 1, y: 1 },
      { id: 2, x: 1, y: null },
    ]);
  });
});

describe("fail", () => {
  it("ends the run and names the rows", async () => {
    const loaded = await load(database, plan("fail", ...FAMILY), FAMILY_ROWS);
    await expect(loaded.finish()).rejects.toMatchObject({
      code: "ORPHANS",
      exitCode: 1,
      message: expect.stringContaining("b.Up: 2 (id 2 → 99; id 4 → 98)"),
    });
  });
});
