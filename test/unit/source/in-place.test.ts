import { createHash } from "node:crypto";
import { readFileSync, renameSync } from "node:fs";
import Database from "better-sqlite3";
import { describe, expect, onTestFinished, test } from "vitest";
import { type InPlaceSnapshot, openInPlace } from "../../../src/source/in-place.ts";
import { killedWhile, manyRows, sqliteFile, whileOpen } from "../../support/sqlite.ts";

async function inPlace(path: string): Promise<InPlaceSnapshot> {
  const snapshot = await openInPlace(path);
  onTestFinished(() => snapshot.release());
  return snapshot;
}

const WAL = "PRAGMA journal_mode = WAL;";

describe("a source that is read without a snapshot", () => {
  test("is identified by its own hash, and keeps writers out until it is released", async () => {
    const path = sqliteFile(manyRows(3));
    // Before the lock is taken: closing the file again would give up this process's locks on it.
    const sha256 = createHash("sha256").update(readFileSync(path)).digest("hex");
    const snapshot = await inPlace(path);
    expect(snapshot).toMatchObject({
      path,
      sha256,
      health: { integrity: ["ok"] },
    });
    // Another process: the lock must have survived that the file was read for its hash.
    const outside = `try { db.pragma("busy_timeout = 0"); db.exec("DELETE FROM t"); } catch {}`;
    killedWhile(path, outside);
    snapshot.assertUnchanged();
    snapshot.release();
    const db = new Database(path);
    expect(db.prepare("SELECT count(*) FROM t").pluck().get()).toBe(3);
    db.exec("DELETE FROM t");
    db.close();
  });

  test("is refused with rows in a write-ahead log, or while somebody writes", async () => {
    const logged = sqliteFile(`${WAL}${manyRows(1)}`);
    killedWhile(logged, "db.exec(\"INSERT INTO t VALUES (2, 'in the log')\")");
    await expect(openInPlace(logged)).rejects.toMatchObject({ code: "SOURCE_IS_LIVE", exitCode: 4 });
    const written = sqliteFile(manyRows(1));
    await whileOpen(written, "db.exec(\"BEGIN IMMEDIATE; INSERT INTO t VALUES (2, 'soon')\")");
    await expect(openInPlace(written)).rejects.toMatchObject({ code: "SOURCE_IS_LIVE", exitCode: 4 });
  });

  test("may keep an old journal whose header is zeroed", async () => {
    const path = sqliteFile("CREATE TABLE t(a);");
    const db = new Database(path);
    db.pragma("journal_mode = PERSIST");
    db.exec("INSERT INTO t VALUES (1)");
    db.close();
    (await inPlace(path)).assertUnchanged();
  });

  test("is found changed after a commit to a write-ahead log, which no lock can keep out", async () => {
    const path = sqliteFile(`${WAL}${manyRows(3)}`);
    const snapshot = await inPlace(path);
    snapshot.assertUnchanged();
    killedWhile(path, 'db.exec("DELETE FROM t")');
    expect(() => snapshot.assertUnchanged()).toThrow(expect.objectContaining({ code: "SOURCE_CHANGED", exitCode: 1 }));
  });

  test("is found changed when another file took its name", async () => {
    const path = sqliteFile(manyRows(3));
    const snapshot = await inPlace(path);
    renameSync(sqliteFile(manyRows(3)), path);
    expect(() => snapshot.assertUnchanged()).toThrow(expect.objectContaining({ code: "SOURCE_CHANGED" }));
  });
});
