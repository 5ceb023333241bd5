import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Plan } from "../../../src/plan/model.ts";
import { connect } from "../../../src/target/connect.ts";
import { installLedger } from "../../../src/target/ledger.ts";
import { type LedgerRun, setPhase } from "../../../src/target/runs.ts";
import { recordXid } from "../../../src/target/slices.ts";
import { assess, clearStale } from "../../../src/target/standing.ts";
import { freshDatabase } from "../../support/database.ts";
import { loadByHand } from "../../support/loaded.ts";
import { columnOf, planOf } from "../../support/plan.ts";

const database = await freshDatabase();
const { admin } = database;

const users = {
  target: "users",
  source: "Users",
  columns: [columnOf({ target: "id" }), columnOf({ target: "name", type: { name: "text" } })],
};
const empty = { target: "empty", columns: [columnOf({ target: "id" })] };
const plan: Plan = planOf({ tables: [users, empty] });
const ROWS = { Users: "INSERT INTO %s SELECT i, 'user ' || i FROM generate_series(1, 100) AS i" };

const load = (id: string, planHash: string, loadSchema = "app"): Promise<LedgerRun> =>
  loadByHand(admin, plan, { id, planHash, loadSchema, rows: ROWS });

beforeEach(async () => installLedger(admin));
afterEach(async () => {
  await admin.query(
    "DROP SCHEMA landbridge CASCADE; DROP SCHEMA IF EXISTS app CASCADE; DROP SCHEMA IF EXISTS app_r2 CASCADE",
  );
});

describe("a target", () => {
  test("without a ledger, or without a run, is fresh, and looking makes nothing", async () => {
    await admin.query("DROP SCHEMA landbridge CASCADE");
    expect(await assess(admin, plan, "A")).toEqual({ kind: "fresh", stale: [] });
    await installLedger(admin);
    expect(await assess(admin, plan, "A")).toEqual({ kind: "fresh", stale: [] });
  });

  test("with the same plan done has nothing to do", async () => {
    await load("r1", "A");
    await setPhase(admin, "r1", "done");
    expect(await assess(admin, plan, "A")).toMatchObject({ kind: "finished", run: { id: "r1" } });
  });

  test("with the same plan done stays so when somebody has written to it since", async () => {
    await load("r1", "A");
    await setPhase(admin, "r1", "cutover");
    await admin.query("INSERT INTO app.users VALUES (101, 'new')");
    expect(await assess(admin, plan, "A")).toMatchObject({ kind: "finished", run: { id: "r1" } });
  });

  test.each(["prepare", "copy", "finish", "verify", "failed"] as const)(
    "with the same plan in phase %s is resumed",
    async (phase) => {
      await load("r1", "A");
      await setPhase(admin, "r1", phase);
      expect(await assess(admin, plan, "A")).toMatchObject({ kind: "unfinished", run: { id: "r1" }, stale: [] });
    },
  );

  test.each(["copy", "done", "failed"] as const)("with another plan in phase %s is replaced", async (phase) => {
    await load("r1", "A");
    await setPhase(admin, "r1", phase);
    expect(await assess(admin, plan, "B")).toMatchObject({ kind: "replace", run: { id: "r1", planHash: "A" } });
  });

  test.each(["sync", "cutover"] as const)(
    "that serves (%s) is never replaced, though every row is ours",
    async (phase) => {
      await load("r1", "A");
      await setPhase(admin, "r1", phase);
      await expect(assess(admin, plan, "B")).rejects.toMatchObject({ code: "TARGET_WRITTEN_SINCE", exitCode: 4 });
    },
  );

  test("with half a replacement beside the old load resumes it", async () => {
    await load("r1", "A");
    await setPhase(admin, "r1", "done");
    await load("r2", "B", "app_r2");
    await setPhase(admin, "r2", "copy");
    expect(await assess(admin, plan, "B")).toMatchObject({
      kind: "unfinished",
      run: { id: "r2" },
      replaces: { id: "r1" },
      stale: [],
    });
  });

  test("with half a replacement of another plan forgets it, and its schema with it", async () => {
    await load("r1", "A");
    await setPhase(admin, "r1", "done");
    await load("r2", "B", "app_r2");
    await setPhase(admin, "r2", "copy");
    const standing = await assess(admin, plan, "C");
    expect(standing).toMatchObject({ kind: "replace", run: { id: "r1" }, stale: [{ id: "r2" }] });
    await clearStale(admin, standing);
    expect((await admin.query("SELECT FROM pg_namespace WHERE nspname = 'app_r2'")).rowCount).toBe(0);
    expect(await assess(admin, plan, "C")).toMatchObject({ kind: "replace", stale: [] });
  });

  test("whose tables were dropped by hand is fresh once the stale run is forgotten", async () => {
    await load("r1", "A");
    await setPhase(admin, "r1", "done");
    await admin.query("DROP TABLE app.users, app.empty");
    const standing = await assess(admin, plan, "A");
    expect(standing).toMatchObject({ kind: "fresh", stale: [{ id: "r1" }] });
    await clearStale(admin, standing);
    expect(await assess(admin, plan, "A")).toEqual({ kind: "fresh", stale: [] });
    expect((await admin.query("SELECT FROM landbridge.slices")).rowCount).toBe(0);
  });

  test.each([["done"], ["copy"]] as const)(
    "in phase %s of which one table was dropped by hand is not resumed behind its owner's back",
    async (phase) => {
      await load("r1", "A");
      await setPhase(admin, "r1", phase);
      await admin.query("DROP TABLE app.users");
      await expect(assess(admin, plan, "A")).rejects.toMatchObject({
        code: "TARGET_WRITTEN_SINCE",
        message: expect.stringContaining("users"),
      });
    },
  );
});

describe("a write by somebody else", () => {
  test.each([
    [
      "an insert",
      "INSERT INTO app.users VALUES (101, 'new')",
      '"users": 1 written by others, 101 rows where 100 were loaded',
    ],
    [
      "an insert into an empty table",
      "INSERT INTO app.empty VALUES (1)",
      '"empty": 1 written by others, 1 rows where 0 were loaded',
    ],
    ["an update", "UPDATE app.users SET name = name WHERE id = 7", '"users": 1 written by others'],
    ["a delete", "DELETE FROM app.users WHERE id = 7", '"users": 99 rows where 100 were loaded'],
    ["a truncate", "TRUNCATE app.users", '"users": 0 rows where 100 were loaded'],
    [
      "a delete and an insert",
      "DELETE FROM app.users WHERE id = 7; INSERT INTO app.users VALUES (7, 'user 7')",
      '"users": 1 written by others',
    ],
  ])("(%s) keeps the target from being replaced and from being resumed", async (_, sql, evidence) => {
    await load("r1", "A");
    await setPhase(admin, "r1", "failed");
    const stranger = await connect(database.target, "stranger");
    await stranger.query(sql);
    await stranger.end();
    for (const planHash of ["A", "B"])
      await expect(assess(admin, plan, planHash)).rejects.toMatchObject({
        code: "TARGET_WRITTEN_SINCE",
        message: expect.stringContaining(evidence),
      });
  });

  test("is told from vacuum, freezing, indexes and reads", async () => {
    await load("r1", "A");
    await setPhase(admin, "r1", "done");
    await admin.query("VACUUM (FREEZE, ANALYZE) app.users");
    await admin.query("CREATE INDEX ON app.users (name)");
    await admin.query("SELECT * FROM app.users FOR UPDATE");
    expect(await assess(admin, plan, "B")).toMatchObject({ kind: "replace" });
  });

  test("is told from a later write of ours that the ledger has", async () => {
    const run = await load("r1", "A");
    await setPhase(admin, "r1", "done");
    await admin.query("BEGIN");
    await recordXid(admin, run, "Users", { rowsWritten: -1, rowsRejected: 1 });
    await admin.query("UPDATE app.users SET name = NULL WHERE id = 7; DELETE FROM app.users WHERE id = 8");
    await admin.query("COMMIT");
    expect(await assess(admin, plan, "B")).toMatchObject({ kind: "replace" });
  });
});
