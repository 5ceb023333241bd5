import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statfsSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../../src/events.ts";
import { findSnapshot } from "../../../src/source/hash.ts";
import type { CheckedSnapshot } from "../../../src/source/model.ts";
import { openSnapshot } from "../../../src/source/open.ts";
import { takeSnapshot } from "../../../src/source/snapshot.ts";
import { CORPUS_ABSENT, corpusFile } from "../../support/corpus.ts";
import { killedWhile, manyRows, sqliteFile, temporaryDirectory, whileOpen } from "../../support/sqlite.ts";

interface Options {
  readonly directory?: string;
  readonly timeoutSeconds?: number;
  readonly events?: RunEvent[];
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
}

const snap = (sourcePath: string, options: Options = {}): Promise<CheckedSnapshot> =>
  takeSnapshot({
    sourcePath,
    directory: options.directory ?? temporaryDirectory(),
    timeoutSeconds: options.timeoutSeconds ?? 60,
    signal: options.signal ?? new AbortController().signal,
    emit: (event) => {
      options.events?.push(event);
      options.onEvent?.(event);
    },
  });

const sha256 = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");

function ask(path: string, sql: string): unknown {
  const db = openSnapshot(path);
  try {
    return db.prepare(sql).pluck().get();
  } finally {
    db.close();
  }
}

const WAL = "PRAGMA journal_mode = WAL;";

describe("a snapshot", () => {
  test("is one plain file named after the source, its time and its hash, and leaves the source as it was", async () => {
    const path = sqliteFile(manyRows(100), { name: "my app.v2.db" });
    const before = readFileSync(path);
    const events: RunEvent[] = [];
    const directory = join(temporaryDirectory(), "kept", "snapshots");
    const snapshot = await snap(path, { directory, events });
    expect(basename(snapshot.path)).toMatch(/^my app\.v2\.\d{8}_\d{6}\.[0-9a-f]{12}\.sqlite$/);
    expect(readdirSync(directory)).toEqual([basename(snapshot.path)]);
    expect(snapshot.sha256).toBe(sha256(snapshot.path));
    expect(snapshot.path).toContain(snapshot.sha256.slice(0, 12));
    expect(snapshot).toMatchObject({ bytes: statSync(snapshot.path).size, sourcePath: path });
    expect(snapshot.health).toMatchObject({ integrity: ["ok"], journalMode: "delete", foreignKeyViolations: 0 });
    expect(ask(snapshot.path, "SELECT count(*) FROM t")).toBe(100);
    expect(readFileSync(path)).toEqual(before);
    expect(events.at(-1)).toMatchObject({
      kind: "progress",
      step: "snapshot",
      unit: "bytes",
      done: snapshot.bytes,
      total: snapshot.bytes,
    });
  });

  test.each([
    ["a rollback journal", ""],
    ["WAL", WAL],
  ])("of the same state has the same hash and is kept once, with %s", async (_, mode) => {
    const path = sqliteFile(`${mode}${manyRows(300)}`);
    const directory = temporaryDirectory();
    const first = await snap(path, { directory });
    const second = await snap(path, { directory });
    expect(second).toMatchObject({ sha256: first.sha256, path: first.path });
    expect(readdirSync(directory)).toHaveLength(1);
    killedWhile(path, 'db.exec("UPDATE t SET v = 1 WHERE id = 7")');
    const third = await snap(path, { directory });
    expect(third.sha256).not.toBe(first.sha256);
    expect(readdirSync(directory)).toHaveLength(2);
  });

  test("has the same hash whether rows are still in the write-ahead log or were checkpointed", async () => {
    const path = sqliteFile(`${WAL}${manyRows(10)}`);
    killedWhile(path, "db.exec(\"INSERT INTO t VALUES (1000, 'in the log')\")");
    const log = readFileSync(`${path}-wal`);
    const before = await snap(path);
    expect(ask(before.path, "SELECT count(*) FROM t")).toBe(11);
    expect(before.health.journalMode).toBe("wal");
    expect(ask(before.path, "SELECT journal_mode FROM pragma_journal_mode")).toBe("delete");
    expect(readFileSync(`${path}-wal`)).toEqual(log);
    const db = new Database(path);
    db.pragma("wal_checkpoint(TRUNCATE)");
    db.close();
    expect((await snap(path)).sha256).toBe(before.sha256);
  });

  test.each([
    ["a rollback journal", ""],
    ["WAL", WAL],
  ])("is finished and consistent beside a steady writer, with %s", async (_, mode) => {
    // Each transaction keeps the two tables equal; a page copied later than the rest would break that, or the file.
    const path = sqliteFile(`${mode}${manyRows(4000)} CREATE TABLE a(n); CREATE TABLE b(n);`);
    const writer = `const step = db.transaction(() => {
        db.exec("INSERT INTO a VALUES (1); INSERT INTO b VALUES (1); UPDATE t SET v = lower(v) WHERE id = 1 + abs(random() % 4000)");
      });
      step(); setInterval(() => { for (let i = 0; i < 5; i++) try { step(); } catch {} }, 1)`;
    await whileOpen(path, writer);
    const snapshot = await snap(path);
    expect(snapshot.health.integrity).toEqual(["ok"]);
    expect(ask(snapshot.path, "SELECT count(*) FROM t")).toBe(4000);
    const written = ask(snapshot.path, "SELECT count(*) FROM a");
    expect(written).toBeGreaterThan(0);
    expect(ask(snapshot.path, "SELECT count(*) FROM b")).toBe(written);
    expect(ask(path, "SELECT count(*) FROM a")).toBeGreaterThanOrEqual(written as number);
  });

  test("is of the moment at which its transaction began, though a writer commits while pages are copied", async () => {
    const path = sqliteFile(`${WAL}PRAGMA page_size = 4096;${manyRows(40_000)}`);
    const writer = new Database(path);
    let written = 0;
    const onEvent = ({ kind }: RunEvent): void => {
      if (kind === "progress") written += writer.prepare("UPDATE t SET v = 'late'").run().changes;
    };
    const snapshot = await snap(path, { onEvent });
    writer.close();
    expect(written).toBeGreaterThan(0);
    expect(snapshot.health.integrity).toEqual(["ok"]);
    expect(ask(snapshot.path, "SELECT count(*) FROM t WHERE v = 'late'")).toBe(0);
  });

  test("waits for a writer that holds the file, and gives up in time", async () => {
    const path = sqliteFile(manyRows(5));
    const directory = temporaryDirectory();
    await whileOpen(path, 'db.exec("BEGIN EXCLUSIVE"); setTimeout(() => db.exec("COMMIT"), 1500)');
    await expect(snap(path, { directory, timeoutSeconds: 0.3 })).rejects.toMatchObject({ code: "SOURCE_LOCKED" });
    expect(readdirSync(directory)).toEqual([]);
    expect(ask((await snap(path, { timeoutSeconds: 60 })).path, "SELECT count(*) FROM t")).toBe(5);
  });

  test("leaves nothing behind when it is aborted or takes too long, and the source can be written again", async () => {
    const path = sqliteFile(manyRows(40_000));
    const directory = temporaryDirectory();
    const abort = new AbortController();
    const onEvent = ({ kind }: RunEvent): void => {
      if (kind === "progress") abort.abort(new Error("stopped by the user"));
    };
    await expect(snap(path, { directory, signal: abort.signal, onEvent })).rejects.toThrow("stopped by the user");
    const spend = ({ kind }: RunEvent): void => {
      if (kind === "progress") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 400);
    };
    await expect(snap(path, { directory, timeoutSeconds: 0.3, onEvent: spend })).rejects.toMatchObject({
      code: "SNAPSHOT_TIMEOUT",
      exitCode: 4,
    });
    expect(readdirSync(directory)).toEqual([]);
    const db = new Database(path, { timeout: 0 });
    db.exec("INSERT INTO t(v) VALUES ('after')");
    db.close();
  });

  test("is found again by its hash, and not when a byte of it has changed", async () => {
    const directory = temporaryDirectory();
    const { path, sha256 } = await snap(sqliteFile(manyRows(5)), { directory });
    expect(await findSnapshot(directory, sha256)).toBe(path);
    expect(await findSnapshot(directory, sha256.replace(/.$/, "x"))).toBeNull();
    expect(await findSnapshot(join(directory, "nowhere"), sha256)).toBeNull();
    const bytes = readFileSync(path);
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(path, bytes);
    expect(await findSnapshot(directory, sha256)).toBeNull();
  });

  test("is as private as its source", async () => {
    const path = sqliteFile(manyRows(1));
    chmodSync(path, 0o640);
    expect(statSync((await snap(path)).path).mode & 0o777).toBe(0o640);
    chmodSync(path, 0o444);
    expect(statSync((await snap(path)).path).mode & 0o777).toBe(0o644);
  });

  test("keeps encoding, page size and rows of UTF-16 files", async () => {
    const path = sqliteFile(
      `PRAGMA encoding = 'UTF-16le'; PRAGMA page_size = 1024; CREATE TABLE t(v); INSERT INTO t VALUES ('Ā😀');`,
    );
    const snapshot = await snap(path);
    expect(snapshot.health).toMatchObject({ encoding: "UTF-16le", pageSize: 1024 });
    expect(ask(snapshot.path, "SELECT v FROM t")).toBe("Ā😀");
  });

  test("has all 25 rows of the corpus's live file", async ({ skip }) => {
    const live = corpusFile("edge/wal/live.db");
    if (live === null) return skip(CORPUS_ABSENT);
    const directory = join(temporaryDirectory(), "wal");
    mkdirSync(directory);
    for (const suffix of ["", "-wal"]) copyFileSync(`${live}${suffix}`, join(directory, `live.db${suffix}`));
    expect(ask((await snap(join(directory, "live.db"))).path, "SELECT count(*) FROM t")).toBe(25);
  });
});

describe("a snapshot is refused", () => {
  test("where it cannot be written", async () => {
    const path = sqliteFile(manyRows(1));
    const file = join(temporaryDirectory(), "file");
    writeFileSync(file, "");
    await expect(snap(path, { directory: join(file, "below") })).rejects.toMatchObject({
      code: "SNAPSHOT_UNWRITABLE",
      exitCode: 4,
    });
  });

  test("before anything is copied where the disk has no room for it", async () => {
    const directory = temporaryDirectory();
    const path = sqliteFile("PRAGMA page_size = 65536; CREATE TABLE t(a);", { directory });
    // A sparse file: it takes no space itself, but its copy would take more than there is.
    const { bavail, bsize } = statfsSync(directory);
    const pages = Math.ceil((bavail * bsize) / 65536) + 20_000;
    const header = readFileSync(path);
    header.writeUInt32BE(pages, 28);
    writeFileSync(path, header);
    truncateSync(path, pages * 65536);
    await expect(snap(path, { directory: join(directory, "kept") })).rejects.toMatchObject({
      code: "SNAPSHOT_NO_SPACE",
      exitCode: 4,
    });
    expect(readdirSync(join(directory, "kept"))).toEqual([]);
  });

  test("of a file whose pages are corrupt, naming what can be read and what cannot", async () => {
    const path = sqliteFile(
      `${manyRows(200)} CREATE TABLE good(a); INSERT INTO good VALUES (1); CREATE INDEX i ON t(v);`,
    );
    const bytes = readFileSync(path);
    const lastLeaf = Number(ask(path, "SELECT max(pageno) FROM dbstat WHERE name = 't' AND pagetype = 'leaf'"));
    bytes.fill(0xee, (lastLeaf - 1) * 4096, lastLeaf * 4096);
    writeFileSync(path, bytes);
    const directory = temporaryDirectory();
    await expect(snap(path, { directory })).rejects.toMatchObject({
      code: "SOURCE_CORRUPT",
      exitCode: 4,
      message: expect.stringMatching(/cannot be read whole: t\. Tables that can: good\./),
    });
    expect(readdirSync(directory)).toEqual([]);
  });

  test("but not for a damaged index, which is reported in its health", async () => {
    const path = sqliteFile(`${manyRows(200)} CREATE INDEX i ON t(v);`);
    const bytes = readFileSync(path);
    const leaf = Number(ask(path, "SELECT max(pageno) FROM dbstat WHERE name = 'i' AND pagetype = 'leaf'"));
    bytes.fill(0xee, (leaf - 1) * 4096, leaf * 4096);
    writeFileSync(path, bytes);
    const { health, path: copy } = await snap(path);
    expect(health.integrity[0]).toMatch(/^Tree \d+ page/);
    expect(ask(copy, "SELECT count(*) FROM t NOT INDEXED")).toBe(200);
  });
});
