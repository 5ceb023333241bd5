import { beforeAll, expect, test } from "vitest";
import { describeForeignWrites } from "../../../src/target/foreign-writes.ts";
import { installLedger } from "../../../src/target/ledger.ts";
import { writtenSince } from "../../../src/written-since.ts";
import { freshDatabase } from "../../support/database.ts";
import { loadByHand } from "../../support/loaded.ts";
import { columnOf, planOf } from "../../support/plan.ts";

const database = await freshDatabase();
const { admin, target } = database;
const plan = planOf({
  schema: "app",
  tables: [
    { target: "users", columns: [columnOf({ target: "id" })] },
    { target: "still", columns: [columnOf({ target: "id" })] },
  ],
});

beforeAll(async () => {
  await installLedger(admin);
  await loadByHand(admin, plan, {
    ...{ id: "r1", planHash: "A" },
    rows: { users: "INSERT INTO %s SELECT generate_series(1, 10)", still: "INSERT INTO %s VALUES (1)" },
  });
});

test("nothing came in where nobody has written", async () => {
  expect(await writtenSince(target, "app")).toMatchObject({ run: { id: "r1" }, tables: [] });
});

test("rows inserted, changed and deleted by others are counted per table, and so are tables that they made", async () => {
  await admin.query("INSERT INTO app.users VALUES (11), (12); UPDATE app.users SET id = -1 WHERE id = 1");
  await admin.query("DELETE FROM app.users WHERE id IN (3, 4, 5, 6)");
  await admin.query(
    "CREATE TABLE app.theirs (x int); INSERT INTO app.theirs VALUES (1), (2); CREATE TABLE app.void ()",
  );
  const { run, tables } = await writtenSince(target, "app");
  expect(run?.id).toBe("r1");
  expect(tables).toEqual([
    { table: "users", foreign: 3, rows: 8, expected: 10 },
    { table: "theirs", foreign: 2, rows: 2, expected: 0 },
  ]);
  expect(describeForeignWrites(tables)).toBe(
    '"users": 3 written by others, 8 rows where 10 were loaded; "theirs": 2 written by others, 2 rows where 0 were loaded',
  );
});

test("in a schema that Landbridge has not loaded, every row is somebody else's", async () => {
  await admin.query("CREATE SCHEMA other; CREATE TABLE other.t AS SELECT 1 AS x");
  const { run, tables } = await writtenSince(target, "other");
  expect({ run, tables }).toEqual({ run: null, tables: [{ table: "t", foreign: 1, rows: 1, expected: 0 }] });
});

test("what a migration tool writes down is nobody's data, and partitions are counted once", async () => {
  await admin.query("CREATE SCHEMA tools; CREATE TABLE tools.alembic_version AS SELECT 'a1' AS version_num");
  await admin.query(`CREATE TABLE tools.parted (x int) PARTITION BY RANGE (x);
    CREATE TABLE tools.low PARTITION OF tools.parted FOR VALUES FROM (0) TO (10); INSERT INTO tools.parted VALUES (1), (2)`);
  expect((await writtenSince(target, "tools")).tables).toEqual([{ table: "parted", foreign: 2, rows: 2, expected: 0 }]);
});

test("a role that may not read the tables is told so", async () => {
  const guest = await database.role();
  await admin.query(`GRANT USAGE ON SCHEMA other TO ${guest.role}`);
  await expect(writtenSince(guest.target, "other")).rejects.toMatchObject({ code: "TARGET_PRIVILEGES" });
});
