import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Plan } from "../../../src/plan/model.ts";
import { connect } from "../../../src/target/connect.ts";
import { installLedger } from "../../../src/target/ledger.ts";
import { takePlace } from "../../../src/target/replace.ts";
import { currentRuns, setPhase } from "../../../src/target/runs.ts";
import { assess } from "../../../src/target/standing.ts";
import { freshDatabase } from "../../support/database.ts";
import { loadByHand } from "../../support/loaded.ts";
import { columnOf, planOf, viewOf } from "../../support/plan.ts";

const database = await freshDatabase();
const { admin } = database;

const id = columnOf({ target: "id", identity: { past: null } });
const oldPlan: Plan = planOf({
  schema: "public",
  tables: [
    { target: "users", columns: [id] },
    { target: "gone", columns: [columnOf({ target: "x" })] },
  ],
  views: [viewOf({ target: "all_users", query: "SELECT id FROM users" })],
});
const newPlan: Plan = planOf({
  schema: "public",
  tables: [
    { target: "users", columns: [id, columnOf({ target: "name", type: { name: "text" } })] },
    { target: "born", columns: [columnOf({ target: "x" })] },
  ],
  views: [viewOf({ target: "all_users", query: "SELECT name FROM users" })],
});

const prepared = async () => {
  const oldRun = await loadByHand(admin, oldPlan, {
    id: "r1",
    planHash: "A",
    rows: { users: "INSERT INTO %s SELECT generate_series(1, 10)" },
  });
  await admin.query("CREATE VIEW all_users AS SELECT id FROM users");
  await setPhase(admin, "r1", "done");
  const newRun = await loadByHand(admin, newPlan, {
    ...{ id: "r2", planHash: "B", loadSchema: "public_r2" },
    rows: {
      users: "INSERT INTO %s (name) SELECT 'user ' || i FROM generate_series(1, 20) AS i",
      born: "INSERT INTO %s VALUES (1)",
    },
  });
  await admin.query(
    "CREATE VIEW public_r2.all_users AS SELECT name FROM public_r2.users; CREATE TYPE public_r2.mood AS ENUM ('ok'); CREATE INDEX by_name ON public_r2.users (name)",
  );
  await setPhase(admin, "r2", "verify");
  return { oldRun, oldPlan, newRun, newPlan };
};

beforeEach(async () => installLedger(admin));
afterEach(async () => {
  await admin.query(
    "DROP SCHEMA landbridge CASCADE; DROP SCHEMA IF EXISTS public_r2 CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public",
  );
});

const tables = async (): Promise<string[]> => {
  const { rows } = await admin.query<{ name: string }>(
    "SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v') ORDER BY 1",
  );
  return rows.map(({ name }) => name);
};

describe("a new load", () => {
  test("takes the old one's place in one step: tables, views, sequences, types and indexes", async () => {
    await takePlace(admin, await prepared());
    expect(await tables()).toEqual(["all_users", "born", "users"]);
    expect((await admin.query("SELECT name FROM all_users WHERE name = 'user 20'")).rowCount).toBe(1);
    const { rows } = await admin.query("INSERT INTO users (name) VALUES ('next') RETURNING id::int");
    expect(rows).toEqual([{ id: 21 }]);
    expect((await admin.query("SELECT 'ok'::public.mood, 'public.by_name'::regclass")).rowCount).toBe(1);
    expect((await admin.query("SELECT FROM pg_namespace WHERE nspname = 'public_r2'")).rowCount).toBe(0);
  });

  test("is then what stands there, and the old run's rows in the ledger are gone", async () => {
    await takePlace(admin, await prepared());
    await setPhase(admin, "r2", "done");
    expect(await assess(admin, newPlan, "B")).toMatchObject({
      kind: "finished",
      run: { id: "r2", loadSchema: "public" },
    });
    expect(await assess(admin, oldPlan, "A")).toMatchObject({ kind: "replace", run: { id: "r2" } });
    expect((await currentRuns(admin, "public")).map((run) => run.id)).toEqual(["r2"]);
    expect((await admin.query("SELECT FROM landbridge.slices WHERE plan_hash = 'A'")).rowCount).toBe(0);
  });

  test("keeps what others were allowed to do with the old tables", async () => {
    const replacement = await prepared();
    const { role } = await database.role();
    await admin.query(`GRANT SELECT, INSERT ON users TO ${role}; GRANT SELECT ON all_users TO PUBLIC`);
    await takePlace(admin, replacement);
    const { rows } = await admin.query(
      `SELECT has_table_privilege('${role}', 'users', 'SELECT') AS reads, has_table_privilege('${role}', 'users', 'INSERT') AS writes,
              has_table_privilege('${role}', 'users', 'DELETE') AS deletes, has_table_privilege('${role}', 'all_users', 'SELECT') AS views`,
    );
    expect(rows).toEqual([{ reads: true, writes: true, deletes: false, views: true }]);
  });

  test("changes nothing when somebody has written to the old one meanwhile", async () => {
    const replacement = await prepared();
    await admin.query("UPDATE users SET id = id WHERE id = 3");
    await expect(takePlace(admin, replacement)).rejects.toMatchObject({ code: "TARGET_WRITTEN_SINCE" });
    expect(await tables()).toEqual(["all_users", "gone", "users"]);
    expect((await admin.query("SELECT FROM public_r2.users")).rowCount).toBe(20);
  });

  test("changes nothing when somebody's view depends on the old tables, and names it", async () => {
    const replacement = await prepared();
    await admin.query("CREATE VIEW report AS SELECT count(*) FROM users");
    await expect(takePlace(admin, replacement)).rejects.toMatchObject({
      code: "TARGET_DEPENDENTS",
      exitCode: 4,
      message: expect.stringContaining("view report"),
    });
    expect(await tables()).toEqual(["all_users", "gone", "report", "users"]);
  });

  test("changes nothing when a name that it needs has been taken", async () => {
    const replacement = await prepared();
    await admin.query("CREATE TABLE born (theirs text); INSERT INTO born VALUES ('precious')");
    await expect(takePlace(admin, replacement)).rejects.toMatchObject({ code: "TARGET_NAME_TAKEN" });
    expect((await admin.query("SELECT theirs FROM born")).rows).toEqual([{ theirs: "precious" }]);
    expect(await tables()).toContain("gone");
  });

  test("waits for a reader of the old tables", async () => {
    const replacement = await prepared();
    const reader = await connect(database.target, "reader");
    await reader.query("BEGIN; SELECT * FROM users");
    const placing = takePlace(admin, replacement);
    const other = await connect(database.target, "watcher");
    await expect
      .poll(
        async () =>
          (await other.query("SELECT FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'")).rowCount,
      )
      .toBeGreaterThan(0);
    await reader.query("COMMIT");
    await placing;
    expect(await tables()).toContain("born");
    await Promise.all([reader.end(), other.end()]);
  });
});
