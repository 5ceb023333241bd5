import {
  copyFileSync,
  existsSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it, onTestFinished } from "vitest";
import { fingerprint } from "../../../src/source/fingerprint.ts";
import { takeSnapshot } from "../../../src/source/snapshot.ts";
import { killedWhile, sqliteFile, temporaryDirectory, whileOpen } from "../../support/sqlite.ts";

const ROWS = "CREATE TABLE t(x); INSERT INTO t VALUES (1), (2), (3);";
const WAL = `PRAGMA journal_mode = WAL; ${ROWS}`;

/** SQL in another process: closing a plain descriptor here would drop the locks of a connection of this one. */
const elsewhere = (path: string, sql: string): void => killedWhile(path, `db.exec(${JSON.stringify(sql)})`);

const snapshotOf = (path: string) =>
  takeSnapshot({
    sourcePath: path,
    directory: temporaryDirectory(),
    timeoutSeconds: 60,
    emit: () => undefined,
    signal: new AbortController().signal,
  });

describe("the fingerprint of a file", () => {
  it.each([ROWS, WAL])("is the same while nobody writes, also after a snapshot was taken (%s)", async (sql) => {
    const path = sqliteFile(sql);
    const before = await fingerprint(path);
    expect(await fingerprint(path)).toBe(before);
    await snapshotOf(path);
    expect(await fingerprint(path)).toBe(before);
  });

  it("is the same before and after a snapshot of a file whose writer was killed with a log open", async () => {
    const path = sqliteFile(WAL);
    elsewhere(path, "INSERT INTO t VALUES (4)");
    rmSync(`${path}-shm`);
    const before = await fingerprint(path);
    await snapshotOf(path);
    expect(await fingerprint(path)).toBe(before);
  });

  it("is the same by a link, whose -wal lies beside the file itself", async () => {
    const path = sqliteFile(WAL);
    elsewhere(path, "INSERT INTO t VALUES (4)");
    const link = join(temporaryDirectory(), "link.db");
    symlinkSync(path, link);
    expect(await fingerprint(link)).toBe(await fingerprint(path));
  });

  it("leaves nothing beside a file in WAL mode", async () => {
    const path = sqliteFile(WAL);
    await fingerprint(path);
    expect([existsSync(`${path}-shm`), existsSync(`${path}-wal`)]).toEqual([false, false]);
  });

  it("differs after a commit without a write-ahead log, even where size and time are put back", async () => {
    const path = sqliteFile(ROWS);
    const at = new Date("2026-01-01");
    utimesSync(path, at, at);
    const before = await fingerprint(path);
    elsewhere(path, "UPDATE t SET x = 7 WHERE x = 1");
    utimesSync(path, at, at);
    expect(await fingerprint(path)).not.toBe(before);
  });

  it("differs after each commit into a write-ahead log, and not for what was rolled back", async () => {
    const path = sqliteFile(WAL);
    const seen = [await fingerprint(path)];
    for (const x of [4, 5, 6]) {
      elsewhere(path, `INSERT INTO t VALUES (${x})`);
      seen.push(await fingerprint(path));
    }
    expect(new Set(seen).size).toBe(4);
    // More than the cache holds, so that pages of the open transaction are already in the log.
    elsewhere(
      path,
      "PRAGMA cache_size = 1; BEGIN; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO t SELECT i FROM n",
    );
    expect(statSync(`${path}-wal`).size).toBeGreaterThan(100_000);
    expect(await fingerprint(path)).toBe(seen[3]);
  });

  it("differs where the log is begun anew in place and grows to the very size it had", async () => {
    const path = sqliteFile(WAL);
    const writer = `db.pragma("wal_autocheckpoint = 0"); db.exec("UPDATE t SET x = x + 1");`;
    await whileOpen(path, `${writer} db.pragma("wal_checkpoint(RESTART)"); ${writer}`);
    const before = await fingerprint(path);
    const log = readFileSync(`${path}-wal`);
    elsewhere(path, "PRAGMA wal_checkpoint(RESTART); UPDATE t SET x = x + 1");
    expect(readFileSync(`${path}-wal`).length).toBe(log.length);
    expect(await fingerprint(path)).not.toBe(before);
  });

  it("differs after a commit that a clean close has carried into the file, whose header stays as it was", async () => {
    const path = sqliteFile(WAL);
    const before = await fingerprint(path);
    const header = readFileSync(path).subarray(0, 100);
    const db = new Database(path);
    db.exec("UPDATE t SET x = 9 WHERE x = 1");
    db.close();
    expect(existsSync(`${path}-wal`)).toBe(false);
    expect(readFileSync(path).subarray(0, 100)).toEqual(header);
    expect(await fingerprint(path)).not.toBe(before);
  });

  it("differs for another file that is put in its place with the same size and time", async () => {
    const directory = temporaryDirectory();
    const path = sqliteFile(ROWS, { directory });
    const other = sqliteFile(ROWS.replace("3", "8"), { directory, name: "other.db" });
    const at = new Date("2026-01-01");
    utimesSync(path, at, at);
    const before = await fingerprint(path);
    copyFileSync(other, path);
    utimesSync(path, at, at);
    expect(await fingerprint(path)).not.toBe(before);
  });

  it("comes to an end beside a writer that never pauses", async () => {
    const path = sqliteFile(ROWS);
    const writer = await whileOpen(path, `setInterval(() => db.exec("UPDATE t SET x = x + 1"), 2)`);
    onTestFinished(() => void writer.kill("SIGKILL"));
    expect(await fingerprint(path)).toMatch(/^[0-9a-f]{64}$/);
  });

  it("is refused for a file that is not there", async () => {
    await expect(fingerprint(join(temporaryDirectory(), "none.db"))).rejects.toMatchObject({ code: "SOURCE_MISSING" });
  });

  it("is taken of a log that is cut in mid-frame", async () => {
    const path = sqliteFile(WAL);
    elsewhere(path, "INSERT INTO t VALUES (4)");
    writeFileSync(`${path}-wal`, readFileSync(`${path}-wal`).subarray(0, 40));
    expect(await fingerprint(path)).toMatch(/^[0-9a-f]{64}$/);
  });
});
