import { randomBytes } from "node:crypto";
import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { ExitCode } from "../../../src/errors.ts";
import { openSnapshot, openSource } from "../../../src/source/open.ts";
import { CORPUS_ABSENT, corpusFile } from "../../support/corpus.ts";
import { asNobody, killedWhile, manyRows, sqliteFile, temporaryDirectory, whileOpen } from "../../support/sqlite.ts";

function refusalCode(path: string): string {
  try {
    openSource(path, { waitMilliseconds: 50 }).close();
    return "opened";
  } catch (error) {
    expect(error).toMatchObject({ exitCode: ExitCode.REFUSED, remedy: expect.stringMatching(/\w/) });
    return (error as { code: string }).code;
  }
}

const fileOf = (content: Uint8Array | string, name = "app.db"): string => {
  const path = join(temporaryDirectory(), name);
  writeFileSync(path, content);
  return path;
};

const rowsIn = (path: string): unknown => {
  const db = openSource(path);
  try {
    return db.prepare("SELECT count(*) FROM t").pluck().get();
  } finally {
    db.close();
  }
};

describe("a source that cannot be read is refused", () => {
  test("when it is missing, a directory or empty", () => {
    const directory = temporaryDirectory();
    expect(refusalCode(join(directory, "nope.db"))).toBe("SOURCE_MISSING");
    expect(refusalCode(join(directory, "nope", "app.db"))).toBe("SOURCE_MISSING");
    expect(refusalCode(directory)).toBe("SOURCE_IS_DIRECTORY");
    expect(refusalCode(fileOf(""))).toBe("SOURCE_EMPTY");
  });

  test("when it is text, an archive, or an older SQLite", () => {
    expect(refusalCode(fileOf("INSERT INTO t VALUES (1);\n".repeat(400)))).toBe("SOURCE_NOT_SQLITE");
    expect(refusalCode(fileOf("hi"))).toBe("SOURCE_NOT_SQLITE");
    expect(refusalCode(fileOf(gzipSync(randomBytes(9000))))).toBe("SOURCE_NOT_SQLITE");
    expect(refusalCode(fileOf("** This file contains an SQLite 2.1 database **\0".padEnd(4096, "\0")))).toBe(
      "SOURCE_NOT_SQLITE",
    );
  });

  test("when it is encrypted: whole pages of random bytes", () => {
    expect(refusalCode(fileOf(randomBytes(8192)))).toBe("SOURCE_ENCRYPTED");
    expect(refusalCode(fileOf(randomBytes(1024)))).toBe("SOURCE_ENCRYPTED");
  });

  test("when it is cut off, at a page, inside the last page or inside the header", () => {
    const whole = readFileSync(sqliteFile(manyRows(50)));
    for (const size of [50, 1000, 4096, whole.length / 2 + 100, whole.length - 4096, whole.length - 1]) {
      expect(refusalCode(fileOf(whole.subarray(0, size)))).toBe("SOURCE_TRUNCATED");
    }
  });

  test("when its schema is damaged", () => {
    const path = sqliteFile(manyRows(1));
    const bytes = readFileSync(path);
    bytes.write("CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT,,", bytes.indexOf("CREATE TABLE t"));
    expect(refusalCode(fileOf(bytes))).toBe("SOURCE_CORRUPT");
    const header = readFileSync(path);
    header[21] = 9;
    expect(refusalCode(fileOf(header))).toBe("SOURCE_CORRUPT");
  });

  test("when a writer holds it locked, after a bounded wait", async () => {
    const path = sqliteFile(manyRows(1));
    const writer = await whileOpen(path, 'db.exec("BEGIN EXCLUSIVE")');
    expect(refusalCode(path)).toBe("SOURCE_LOCKED");
    writer.kill("SIGKILL");
    await new Promise((resolve) => writer.once("exit", resolve));
    expect(refusalCode(path)).toBe("opened");
  });

  test("when a killed writer left a rollback journal", () => {
    const path = sqliteFile(manyRows(200));
    killedWhile(path, 'db.pragma("cache_size = 5"); db.exec("BEGIN; UPDATE t SET v = lower(v)")');
    expect(refusalCode(path)).toBe("SOURCE_HOT_JOURNAL");
  });

  test("when its directory is read-only and it is in WAL mode, with or without a log", () => {
    const path = sqliteFile(`PRAGMA journal_mode = WAL;${manyRows(1)}`);
    chmodSync(dirname(path), 0o555);
    expect(asNobody(() => refusalCode(path))).toBe("SOURCE_HOT_WAL_READONLY");
    chmodSync(dirname(path), 0o755);
    killedWhile(path, "db.exec(\"INSERT INTO t VALUES (2, 'in the log')\")");
    rmSync(`${path}-shm`);
    chmodSync(dirname(path), 0o555);
    expect(asNobody(() => refusalCode(path))).toBe("SOURCE_HOT_WAL_READONLY");
  });

  test("when this user may not read it", () => {
    const path = sqliteFile(manyRows(1));
    chmodSync(path, 0);
    expect(asNobody(() => refusalCode(path))).toBe("SOURCE_UNREADABLE");
  });
});

describe("a source is opened", () => {
  test.each([
    "with space.db",
    "100%.db",
    "a%20b.db",
    "ünï'co\"de 日本.db",
    "q?x=1#f.db",
    "file:x.db",
    "-rf.db",
    " lead.db",
  ])("under the name %j", (name) => {
    expect(rowsIn(sqliteFile(manyRows(2), { name }))).toBe(2);
  });

  test("through a symbolic link, its write-ahead log found beside the real file", () => {
    const path = sqliteFile(`PRAGMA journal_mode = WAL;${manyRows(1)}`);
    killedWhile(path, "db.exec(\"INSERT INTO t VALUES (2, 'in the log')\")");
    const link = join(temporaryDirectory(), "link.db");
    symlinkSync(path, link);
    expect(rowsIn(link)).toBe(2);
  });

  test("with rows that are in the write-ahead log alone, and without writing to either", () => {
    const path = sqliteFile(`PRAGMA journal_mode = WAL;${manyRows(1)}`);
    killedWhile(path, "db.exec(\"INSERT INTO t VALUES (2, 'in the log')\")");
    const before = [readFileSync(path), readFileSync(`${path}-wal`)];
    expect(rowsIn(path)).toBe(2);
    expect([readFileSync(path), readFileSync(`${path}-wal`)]).toEqual(before);
  });

  test("in the old schema format, in UTF-16 and with pages of 64 KiB", () => {
    expect(rowsIn(sqliteFile(`PRAGMA legacy_file_format = ON; PRAGMA encoding = 'UTF-16be';${manyRows(2)}`))).toBe(2);
    expect(rowsIn(sqliteFile(`PRAGMA page_size = 65536;${manyRows(2)}`))).toBe(2);
  });

  test("for reading alone", () => {
    const path = sqliteFile(manyRows(1));
    for (const open of [openSource, openSnapshot]) {
      const db = open(path);
      expect(() => db.exec("DELETE FROM t")).toThrow();
      expect(() => db.exec("CREATE TEMP TABLE x(a)")).toThrow();
      db.close();
    }
  });

  test("with garbage behind its last page, as SQLite does", () => {
    const path = sqliteFile(manyRows(3));
    writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.from("garbage")]));
    expect(rowsIn(path)).toBe(3);
  });

  test("with the 25 rows of the corpus's live file, of which a bare copy has only 10", ({ skip }) => {
    const live = corpusFile("edge/wal/live.db");
    if (live === null) return skip(CORPUS_ABSENT);
    const directory = join(temporaryDirectory(), "wal");
    mkdirSync(directory);
    for (const suffix of ["", "-wal"]) {
      copyFileSync(`${live}${suffix}`, join(directory, `live.db${suffix}`));
      chmodSync(join(directory, `live.db${suffix}`), 0o644);
    }
    cpSync(join(directory, "live.db"), join(directory, "bare.db"));
    expect(rowsIn(join(directory, "live.db"))).toBe(25);
    expect(rowsIn(join(directory, "bare.db"))).toBe(10);
  });
});
