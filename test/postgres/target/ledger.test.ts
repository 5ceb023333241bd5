import { beforeAll, describe, expect, test } from "vitest";
import { toJson } from "../../../src/report/json.ts";
import { keyText } from "../../../src/report/words.ts";
import { applicationName, connect } from "../../../src/target/connect.ts";
import { installLedger, ledgerExists } from "../../../src/target/ledger.ts";
import { lockTarget } from "../../../src/target/lock.ts";
import {
  currentRuns,
  dropSupersededRun,
  finishRun,
  newestRun,
  openRun,
  readPlanText,
  resumeRun,
  setPhase,
} from "../../../src/target/runs.ts";
import { readRejectedRows, readTally, recordXid } from "../../../src/target/slices.ts";
import { freshDatabase } from "../../support/database.ts";

const database = await freshDatabase();
const { admin, name } = database;

const newRun = (id: string, planHash = `hash of ${id}`) => ({
  ...{ id, planHash, schema: "app", loadSchema: "app", plan: '{ "exact":  "text", "é": 1.0 }' },
  ...{ sourceSha256: "ab", sourceName: "app.sqlite", landbridge: "0.1.0" },
});

describe("installing the ledger", () => {
  test("is refused to a role that may not create anything, with the words of the remedy", async () => {
    const client = await connect((await database.role()).target, "test");
    await expect(installLedger(client)).rejects.toMatchObject({ code: "TARGET_PRIVILEGES", exitCode: 4 });
    expect(await ledgerExists(client)).toBe(false);
    await client.end();
  });

  test.each([
    ["CREATEROLE and CREATE on the database", "CREATEROLE"],
    ["nothing but CREATE on the database", "NOCREATEROLE"],
  ])("works with %s, also twice and by two at once", async (_, attribute) => {
    const { role, target } = await database.role(attribute);
    await admin.query(`GRANT CREATE ON DATABASE ${name} TO ${role}`);
    const clients = await Promise.all([connect(target, "test"), connect(target, "test")]);
    await Promise.all(clients.map(installLedger));
    await installLedger(clients[0]!);
    expect(await ledgerExists(clients[1]!)).toBe(true);
    const run = await openRun(clients[0]!, newRun("by loader"));
    expect(await newestRun(clients[1]!, "app")).toEqual(run);
    await Promise.all(clients.map((client) => client.end()));
    await admin.query("DROP SCHEMA landbridge CASCADE");
  });

  test("asks for nothing where an administrator has made it", async () => {
    await installLedger(admin);
    const { role, target } = await database.role();
    await admin.query(
      `GRANT USAGE ON SCHEMA landbridge TO ${role}; GRANT ALL ON ALL TABLES IN SCHEMA landbridge TO ${role}`,
    );
    const client = await connect(target, "test");
    await installLedger(client);
    await openRun(client, newRun("guest"));
    await client.end();
    await admin.query("DELETE FROM landbridge.runs");
  });
});

describe("a run in the ledger", () => {
  beforeAll(async () => installLedger(admin));

  test("keeps its plan byte for byte and walks through its phases", async () => {
    await openRun(admin, newRun("r1"));
    expect(await readPlanText(admin, "r1")).toBe('{ "exact":  "text", "é": 1.0 }');
    await setPhase(admin, "r1", "copy");
    await finishRun(admin, "r1", { phase: "done", status: "ok", exitCode: 0, report: "{}" });
    expect(await newestRun(admin, "app")).toMatchObject({ id: "r1", phase: "done", exitCode: 0, epoch: 1 });
  });

  test("cannot have a phase that does not exist", async () => {
    await expect(admin.query("UPDATE landbridge.runs SET phase = 'dreaming'")).rejects.toMatchObject({ code: "23514" });
  });

  test("that is resumed ends the sessions of the killed process and gets a new epoch", async () => {
    await openRun(admin, newRun("r2"));
    const left = await connect(database.target, "copy r2");
    const other = await connect(database.target, "copy r20");
    await left.query("BEGIN");
    await left.query("SELECT epoch FROM landbridge.runs WHERE run_id = 'r2' FOR SHARE");
    expect((await resumeRun(admin, "r2")).epoch).toBe(2);
    await expect(left.query("COMMIT")).rejects.toThrow();
    expect((await other.query("SELECT 1 AS x")).rows).toEqual([{ x: 1 }]);
    await left.end().catch(() => undefined);
    await other.end();
  });

  test("is found by its sessions' names even where these are cut", () => {
    expect(applicationName(`copy ${"r".repeat(100)}`)).toHaveLength(63);
  });

  test("counts its slices, later writes and kept rows per table", async () => {
    const run = await openRun(admin, newRun("r3"));
    await admin.query(`INSERT INTO landbridge.slices (plan_hash, table_name, number, run_id, epoch, rows_read, rows_written, rows_rejected, bytes)
      VALUES ('hash of r3', 'users', 0, 'r3', 1, 10, 9, 1, 100), ('hash of r3', 'users', 1, 'r3', 1, 5, 5, 0, 9000000000000)`);
    await admin.query(
      `INSERT INTO landbridge.rejects (run_id, plan_hash, source_table, code, message) VALUES ('r3', 'hash of r3', 'users', 'X', 'x')`,
    );
    await recordXid(admin, run, "users", { rowsWritten: -2, rowsRejected: 2 });
    await recordXid(admin, run, "users");
    await recordXid(admin, run, "orders");
    const tally = await readTally(admin, run.planHash);
    expect(tally.get("users")).toEqual({
      ...{ slices: new Set([0, 1]), rowsRead: 15, rowsWritten: 12, rowsRejected: 3, rowsCleaned: 0 },
      ...{ bytes: 9_000_000_000_100, rejects: 1, cleaned: 0 },
    });
    expect(tally.get("orders")).toMatchObject({ slices: new Set(), rowsWritten: 0 });
  });

  test("names rejected rows by their exact keys", async () => {
    await openRun(admin, newRun("r6"));
    await admin.query(`INSERT INTO landbridge.rejects (run_id, plan_hash, source_table, source_key, code, message)
      VALUES ('r6', 'hash of r6', 'users', '{"id": 9007199254740993}', 'X', 'x'), ('r6', 'hash of r6', 'users', '{"id": 1.5}', 'X', 'x')`);
    const rejected = await readRejectedRows(admin, "hash of r6");
    expect(rejected.map(({ key }) => key)).toEqual([{ id: 9007199254740993n }, { id: 1.5 }]);
    expect(toJson(rejected[0])).toContain('"id": 9007199254740993');
    expect(keyText(rejected[0]?.key)).toBe("id=9007199254740993");
  });

  test("that is given up leaves neither slices nor a schema of its own, and never drops the plan's", async () => {
    await admin.query(
      "CREATE SCHEMA app; CREATE TABLE app.keep (x int); CREATE SCHEMA app_r4; CREATE TABLE app_r4.t (x int)",
    );
    const beside = await openRun(admin, { ...newRun("r4"), loadSchema: "app_r4" });
    await recordXid(admin, beside, "t");
    await dropSupersededRun(admin, beside);
    await dropSupersededRun(admin, await openRun(admin, newRun("r5")));
    const { rows } = await admin.query("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'app%'");
    expect(rows).toEqual([{ nspname: "app" }]);
    expect((await admin.query("SELECT FROM app.keep")).rowCount).toBe(0);
    expect(await readTally(admin, beside.planHash)).toEqual(new Map());
    expect((await currentRuns(admin, "app")).map(({ id }) => id)).not.toContain("r5");
  });
});

describe("the lock on a target", () => {
  test("lets one run in, names who holds it to another, and is free after release and after a lost session", async () => {
    const [one, two] = await Promise.all([connect(database.target, "one"), connect(database.target, "two")]);
    const lock = await lockTarget(one, "app");
    await expect(lockTarget(two, "app")).rejects.toMatchObject({
      code: "TARGET_BUSY",
      exitCode: 4,
      message: expect.stringContaining("landbridge one"),
    });
    await (await lockTarget(two, "another schema")).release();
    await lock.release();
    await (await lockTarget(two, "app")).release();
    await lockTarget(one, "app");
    await one.end();
    await expect
      .poll(async () =>
        lockTarget(two, "app").then(
          () => true,
          () => false,
        ),
      )
      .toBe(true);
    await two.end();
  });
});
