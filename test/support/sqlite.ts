/** SQLite files for tests: built in a directory of their own, damaged, locked or written to by another process. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { load as loadVectors } from "sqlite-vec";
import { onTestFinished } from "vitest";

/** A new directory that every user may read, removed when the test ends. */
export function temporaryDirectory(): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "landbridge-test-")));
  chmodSync(directory, 0o755);
  onTestFinished(() => {
    chmodSync(directory, 0o755);
    rmSync(directory, { recursive: true, force: true });
  });
  return directory;
}

/** Builds a file from SQL and gives its path. */
export function sqliteFile(sql: string, { name = "app.db", directory = temporaryDirectory() } = {}): string {
  const path = join(directory, name);
  const db = new Database(path);
  db.unsafeMode(true);
  loadVectors(db);
  db.pragma("foreign_keys = OFF");
  db.exec(sql);
  db.close();
  return path;
}

/** SQL for a table `t(id, v)` of so many rows of about 1 KB. */
export const manyRows = (count: number): string =>
  `CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT);
   WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
   INSERT INTO t SELECT i, hex(randomblob(500)) FROM n;`;

const REPOSITORY = join(import.meta.dirname, "../..");
const OPEN = 'const db = new (require("better-sqlite3"))(process.argv[1]);';

/** Runs JavaScript on an open `db` of another process, which is then killed with everything still open. */
export function killedWhile(path: string, code: string): void {
  spawnSync(process.execPath, ["-e", `${OPEN}${code};process.kill(process.pid, "SIGKILL")`, path], { cwd: REPOSITORY });
}

/** Runs JavaScript on an open `db` of another process, which stays until the test ends; resolves when the code has run once. */
export async function whileOpen(path: string, code: string): Promise<ChildProcess> {
  const script = `${OPEN}${code};console.log("ready");setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["-e", script, path], {
    cwd: REPOSITORY,
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  });
  await once(child.stdout!, "data");
  return child;
}

/** Runs something as a user who is not root: permissions mean nothing to root. */
export function asNobody<Result>(act: () => Result): Result {
  if (process.getuid?.() !== 0) return act();
  process.seteuid!(65534);
  try {
    return act();
  } finally {
    process.seteuid!(0);
  }
}
