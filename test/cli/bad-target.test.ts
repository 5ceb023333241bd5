/** Targets that cannot be loaded into, and such that stop being so midway: a code, a remedy, an exit code, and what is there stays as it is. */
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, describe, expect, inject, it } from "vitest";
import type { Target } from "../../src/target/model.ts";
import { otherDatabase } from "../../src/target/other-database.ts";
import { documentOf, type Ended, passwordOf, run, start, workingDirectory } from "../support/cli.ts";
import { freshDatabase, otherUser } from "../support/database.ts";
import { oldServer } from "../support/old-server.ts";
import { everythingIn } from "../support/untouched.ts";

const directory = workingDirectory();
const { target, admin, role, name } = await freshDatabase();

const ROWS = 8000;

const sourceIn = (place: string, rows: number): string => {
  mkdirSync(join(directory, place));
  const path = join(directory, place, "app.sqlite");
  const db = new Database(path);
  db.exec(`CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); CREATE INDEX t_v ON t (v);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows})
    INSERT INTO t SELECT i, hex(randomblob(300)) FROM n`);
  db.close();
  return path;
};

const source = sourceIn("first", ROWS);
const later = sourceIn("later", ROWS - 1);

const migrate = (to: Target, ...more: readonly string[]): Promise<Ended> =>
  run(directory, "migrate", [source, "--target", to.display, "--json", ...more], passwordOf(to));

const expectError = (ended: Ended, code: string, exit: number, ...says: readonly string[]): void => {
  expect(ended.code, ended.stderr).toBe(exit);
  const document = documentOf(ended);
  expect(document).toMatchObject({ status: exit === 4 ? "refused" : "failed", exitCode: exit });
  expect(document.errors).toMatchObject([{ code, remedy: expect.stringMatching(/\w{3}/) }]);
  for (const words of says) expect(`${document.errors[0]!.message}\n${document.errors[0]!.remedy}`).toContain(words);
  expect(ended.stderr).toContain(`error ${code}: `);
  expect(ended.stderr).not.toMatch(/^ +at /m);
};

/** Refused, also to a dry run, and not an object, a row or a setting of the database is another one afterwards. */
const expectRefusal = async (to: Target, code: string, exit: number, ...says: readonly string[]): Promise<void> => {
  const before = await everythingIn(admin);
  expectError(await migrate(to), code, exit, ...says);
  expectError(await migrate(to, "--dry-run"), code, exit, ...says);
  expect(await everythingIn(admin)).toEqual(before);
};

describe("a target", () => {
  it("that nobody answers for", () =>
    expectRefusal({ ...target, display: "postgresql://me@127.0.0.1:1/db" }, "TARGET_UNREACHABLE", 1, "127.0.0.1:1"));

  it("that refuses the password", () => {
    const wrong = otherUser(target, String(target.config.user), "not-the-password");
    return expectRefusal(wrong, "TARGET_AUTHENTICATION", 1, "PGPASSWORD");
  });

  it("whose database is not there", () =>
    expectRefusal(otherDatabase(target, "nowhere"), "TARGET_DATABASE_MISSING", 1, "CREATE DATABASE"));

  it("that is older than 15, and nothing is asked of it beyond its version", async () => {
    const { port, asked } = await oldServer({ version: "14.19", versionNumber: 140_019 });
    const old = { ...target, display: `postgresql://me@127.0.0.1:${port}/old` };
    expectError(await migrate(old), "TARGET_TOO_OLD", 4, "14.19", "15");
    expect(asked.filter((sql) => /CREATE|INSERT|DROP|ALTER|DELETE/.test(sql))).toEqual([]);
  });

  it("that has rows of somebody else", async () => {
    await admin.query("CREATE TABLE theirs (id int); INSERT INTO theirs VALUES (1)");
    await expectRefusal(target, "TARGET_NOT_EMPTY", 4, "theirs", "--schema");
    await admin.query("DROP TABLE theirs");
  });

  it("that has the tables already, empty: the differences are named", async () => {
    await admin.query("CREATE TABLE t (id bigint, v varchar(10))");
    await expectRefusal(target, "TARGET_TABLES_EXIST", 4, "v is character varying(10)", "--schema");
    await admin.query("DROP TABLE t");
  });

  it("whose role may connect and no more", async () => {
    const { target: mine } = await role();
    await expectRefusal(mine, "TARGET_PRIVILEGES", 4, "GRANT");
  });

  it("whose sessions are read-only", async () => {
    const { role: login, target: mine } = await role();
    await admin.query(
      `GRANT CREATE ON DATABASE ${name} TO ${login}; ALTER ROLE ${login} SET default_transaction_read_only = on`,
    );
    await admin.query(`GRANT CREATE ON SCHEMA public TO ${login}`);
    await expectRefusal(mine, "TARGET_READ_ONLY", 4, "default_transaction_read_only");
  });
});

describe("a role that may make neither extensions nor schemas", () => {
  it("loads without extensions and is told; a second load, which needs a schema beside the first, is refused", async () => {
    const { role: login, target: mine } = await role();
    await admin.query(`CREATE SCHEMA own AUTHORIZATION ${login}; GRANT CREATE ON DATABASE ${name} TO ${login}`);
    // With CREATE, for the ledger; extensions of this kind come with that right, so they go again.
    await migrate(mine, "--schema", "ledger_maker");
    await admin.query(
      `REVOKE CREATE ON DATABASE ${name} FROM ${login}; DROP EXTENSION pg_trgm; DROP EXTENSION btree_gin`,
    );
    await admin.query("DELETE FROM landbridge.init_files");
    const ended = await migrate(mine, "--schema", "own");
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stderr).toContain("extension pg_trgm is not available");

    const before = await everythingIn(admin);
    const argv = [later, "--target", mine.display, "--schema", "own", "--json"];
    expectError(
      await run(directory, "migrate", argv, passwordOf(mine)),
      "TARGET_PRIVILEGES",
      4,
      "GRANT CREATE ON DATABASE",
    );
    expect(await everythingIn(admin)).toEqual(before);
    await admin.query("DROP SCHEMA landbridge CASCADE");
  });
});

describe("a server without a connection to spare", () => {
  const limited = async (limit: number) => {
    const given = await role();
    await admin.query(
      `GRANT CREATE ON DATABASE ${name} TO ${given.role}; ALTER ROLE ${given.role} CONNECTION LIMIT ${limit}`,
    );
    return given;
  };

  it("is asked again for a while, and then it is said", async () => {
    const { target: mine } = await limited(0);
    const ended = await migrate(mine, "--schema", "full");
    expectError(ended, "TARGET_TOO_MANY_CONNECTIONS", 1, "--jobs");
    expect(ended.stderr).toMatch(/attempt 5 of the connection failed/);
  });

  it("is waited for", async () => {
    const { role: login, target: mine } = await limited(1);
    const argv = [source, "--target", mine.display, "--json", "--schema", "waited"];
    const running = start(directory, "migrate", argv, passwordOf(mine));
    await running.saw(/attempt 1 of the connection failed/);
    await admin.query(`ALTER ROLE ${login} CONNECTION LIMIT -1`);
    const ended = await running.ended;
    expect(ended.code, ended.stderr).toBe(0);
    await admin.query("DROP SCHEMA landbridge CASCADE");
  });
});

describe("a server whose disk runs full", () => {
  const mounted: string[] = [];
  afterAll(async () => {
    for (const path of mounted) {
      await admin.query("DROP SCHEMA IF EXISTS small CASCADE; DROP SCHEMA IF EXISTS landbridge CASCADE");
      await admin.query("DROP TABLESPACE IF EXISTS landbridge_small").catch(() => undefined);
      spawnSync("umount", [path]);
      rmSync(path, { recursive: true, force: true });
    }
  });

  /** A disk of its own for the tables of the test's database; null where none can be made here. */
  const smallDisk = async (size: string): Promise<string | null> => {
    if (!inject("adminTarget").embedded || process.getuid?.() !== 0) return null;
    const path = mkdtempSync(join(tmpdir(), "landbridge-disk-"));
    if (spawnSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", path]).status !== 0) return null;
    mounted.push(path);
    const place = join(path, "tables");
    mkdirSync(place);
    // The server may run as another user, who must own the directory; where it does, this is not the place to find out who.
    for (const each of [path, place]) chmodSync(each, 0o777);
    const made = await admin.query(`CREATE TABLESPACE landbridge_small LOCATION '${place}'`).catch(() => null);
    return made === null ? null : path;
  };

  it("stops the copy, then the finish, and --resume goes on where there is room again", async ({ skip }) => {
    const path = await smallDisk("3m");
    if (path === null) return skip("no small disk can be mounted here");
    await admin.query(`ALTER DATABASE ${name} SET default_tablespace = 'landbridge_small'`);
    const first = await migrate(target, "--schema", "small");
    expectError(first, "TARGET_DISK_FULL", 1, "--resume");
    spawnSync("mount", ["-o", "remount,size=8m", path]);
    const second = await migrate(target, "--schema", "small", "--resume");
    expect(second.stderr).toMatch(/resuming run .* stopped in copy \(TARGET_DISK_FULL: /);
    expectError(second, "TARGET_DISK_FULL", 1, "--resume");
    spawnSync("mount", ["-o", "remount,size=200m", path]);
    const third = await migrate(target, "--schema", "small", "--resume");
    expect(third.stderr).toMatch(/resuming run .* stopped in finish \(TARGET_DISK_FULL: /);
    expect(third.code, third.stderr).toBe(0);
    expect(documentOf(third).tables).toMatchObject([{ rowsWritten: ROWS, proof: "equal" }]);
  });
});
