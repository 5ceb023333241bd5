/** Crash and resume: whatever ends in the middle, no row is lost and none is doubled. */
import { expect, test } from "vitest";
import { connect } from "../../../src/target/connect.ts";
import { crossing, sqliteFile } from "../../support/crossing.ts";
import { freshDatabase } from "../../support/database.ts";

const database = await freshDatabase();
const { admin, target } = database;

const ROWS = 4000;
const path = sqliteFile(
  `CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${ROWS}) INSERT INTO t SELECT i, hex(zeroblob(500)) FROM n`,
);
const sliced = {
  tables: [
    {
      target: "t",
      read: { by: "rowid", name: "rowid", alias: "id" },
      mode: "sliced",
      borders: ["1000", "2000", "3000"],
      columns: [{ target: "id" }, { target: "v", type: { name: "text" } }],
    },
  ],
} as const;
const ALL = { n: ROWS, d: ROWS };

const count = async (schema: string) =>
  (await admin.query(`SELECT count(*)::int AS n, count(DISTINCT id)::int AS d FROM ${schema}.t`)).rows[0];

test("a killed connection in the middle of a slice is a retry, not a loss", async () => {
  const { copy, plan, run, events } = await crossing(database, path, sliced);
  let killed = false;
  const outcome = await copy({
    batchSize: 50,
    emit: (event) => {
      events.push(event);
      if (killed || event.kind !== "progress" || (event.rows ?? 0) < 1500) return;
      killed = true;
      void admin.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1 AND state <> 'idle'",
        [`landbridge copy ${run.id}`],
      );
    },
  });
  expect(outcome.tables[0]).toMatchObject({ rowsRead: ROWS, rowsWritten: ROWS });
  expect(await count(plan.schema)).toEqual(ALL);
  expect(events.filter(({ kind }) => kind === "retry").length).toBeGreaterThan(0);
});

test.each([1, 2])("an abort with %i workers rolls the slice in hand back, and the next run goes on", async (jobs) => {
  const { copy, plan } = await crossing(database, path, sliced);
  const stop = new AbortController();
  const interrupted = copy({
    jobs,
    batchSize: 50,
    signal: stop.signal,
    emit: (event) => {
      if (event.kind === "progress" && (event.rows ?? 0) > 1200) stop.abort();
    },
  });
  await expect(interrupted).rejects.toMatchObject({ code: "INTERRUPTED", remedy: expect.stringContaining("--resume") });
  const { n } = await count(plan.schema);
  expect(n % 1000).toBe(0);
  expect(n).toBeLessThan(ROWS);
  expect((await copy({ jobs })).tables[0]).toMatchObject({ rowsRead: ROWS, rowsWritten: ROWS });
  expect(await count(plan.schema)).toEqual(ALL);
});

test("running again copies nothing twice", async () => {
  const { copy, plan } = await crossing(database, path, sliced);
  await copy();
  expect(await copy()).toEqual({
    tables: [{ table: "t", rowsRead: ROWS, rowsWritten: ROWS, rowsRejected: 0, rowsCleaned: 0 }],
  });
  expect(await count(plan.schema)).toEqual(ALL);
});

test("a killed loader whose commit comes late is waited for, and its slice is skipped", async () => {
  const { copy, plan, run } = await crossing(database, path, sliced);
  // What the server may still be doing for a client that is gone: slice 1 loaded, not yet committed.
  const late = await connect(target, "copy of a killed client");
  await late.query("BEGIN");
  await late.query(
    "INSERT INTO landbridge.slices (plan_hash, table_name, number, run_id, epoch, rows_read, rows_written) VALUES ($1, 't', 1, $2, 1, 1000, 1000)",
    [run.planHash, run.id],
  );
  await late.query(`INSERT INTO ${plan.schema}.t SELECT i, 'late' FROM generate_series(1001, 2000) AS i`);
  const copied = copy();
  const waiting = async (): Promise<boolean> =>
    (
      await admin.query("SELECT FROM pg_stat_activity WHERE application_name = $1 AND wait_event_type = 'Lock'", [
        `landbridge copy ${run.id}`,
      ])
    ).rowCount === 1;
  while (!(await waiting())) await new Promise((resolve) => setTimeout(resolve, 20));
  await late.query("COMMIT");
  await late.end();
  expect((await copied).tables[0]).toMatchObject({ rowsRead: ROWS, rowsWritten: ROWS });
  expect(await count(plan.schema)).toEqual(ALL);
});

test("a run that somebody else has resumed writes nothing more", async () => {
  const { copy, plan, run } = await crossing(database, path, sliced);
  await admin.query("UPDATE landbridge.runs SET epoch = 2 WHERE run_id = $1", [run.id]);
  await expect(copy()).rejects.toMatchObject({ code: "RUN_TAKEN_OVER" });
  expect(await count(plan.schema)).toEqual({ n: 0, d: 0 });
});

test("a whole table starts from zero: what a foreign hand left in it is gone, and rejects are not kept twice", async () => {
  const file = sqliteFile("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, 'a'), (2, x'00')");
  const { copy, plan, rejects } = await crossing(database, file, {
    tables: [{ ...sliced.tables[0], mode: "whole", borders: [] }],
  });
  await admin.query(`INSERT INTO ${plan.schema}.t VALUES (77, 'left over')`);
  await copy();
  await copy();
  expect(await count(plan.schema)).toEqual({ n: 1, d: 1 });
  expect(await rejects()).toHaveLength(1);
});

test("a lack that a person must mend is said with its remedy", async () => {
  const { copy, plan } = await crossing(database, path, sliced);
  await admin.query(`DROP TABLE ${plan.schema}.t`);
  await expect(copy()).rejects.toMatchObject({ code: "TARGET_TABLE_MISSING" });
});
