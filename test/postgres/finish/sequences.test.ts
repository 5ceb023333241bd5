import { beforeAll, describe, expect, it } from "vitest";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";
import { load } from "../../support/finishing.ts";
import { keyOf, planOf } from "../../support/plan.ts";

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});

const TOP = "9223372036854775807";

const tableWith = (past: string | null) =>
  planOf({
    tables: [
      {
        target: "t",
        columns: [{ target: "id", notNull: true, identity: { past } }, { target: "n" }],
        primaryKey: keyOf("t_pkey", "id"),
      },
    ],
  });

describe("sequences", () => {
  it.each([
    ["an empty table that never held a row", null, "", "1"],
    ["an empty table whose rows were deleted", "41", "", "42"],
    ["the largest id", null, "INSERT INTO t VALUES (7, 0), (3, 0)", "8"],
    ["sqlite_sequence beyond the largest id", "41", "INSERT INTO t VALUES (7, 0)", "42"],
    ["the largest id beyond sqlite_sequence", "5", "INSERT INTO t VALUES (7, 0)", "8"],
    ["negative ids alone", null, "INSERT INTO t VALUES (-5, 0), (0, 0)", "1"],
    ["a sequence value of 0", "0", "", "1"],
    ["ids beyond 2^53", null, "INSERT INTO t VALUES (9007199254740993, 0)", "9007199254740994"],
  ])("gives the next id after %s", async (_, past, fill, next) => {
    const loaded = await load(database, tableWith(past), fill);
    expect((await loaded.finish()).findings).toEqual([]);
    expect(await loaded.rows("INSERT INTO t (n) VALUES (1) RETURNING id")).toEqual([{ id: next }]);
  });

  it("never goes back when finish runs again after the sequence was used", async () => {
    const loaded = await load(database, tableWith("10"));
    await loaded.finish();
    await loaded.rows("INSERT INTO t (n) VALUES (1), (2); DELETE FROM t");
    await loaded.finish();
    expect(await loaded.rows("INSERT INTO t (n) VALUES (1) RETURNING id")).toEqual([{ id: "13" }]);
  });

  it("does not burn an id by running twice", async () => {
    const loaded = await load(database, tableWith(null), "INSERT INTO t VALUES (7, 0)");
    await loaded.finish();
    await loaded.finish();
    expect(await loaded.rows("INSERT INTO t (n) VALUES (1) RETURNING id")).toEqual([{ id: "8" }]);
  });

  it("finds a sequence exhausted by the largest 64-bit id, and the next insert fails instead of repeating an id", async () => {
    const loaded = await load(database, tableWith(null), `INSERT INTO t VALUES (${TOP}, 0)`);
    const outcome = await loaded.finish();
    expect(outcome.findings[0]).toMatchObject({ code: "SEQUENCE_EXHAUSTED", severity: "warning", where: "t.id" });
    await expect(loaded.rows("INSERT INTO t (n) VALUES (1)")).rejects.toThrow("nextval: reached maximum value");
  });
});
