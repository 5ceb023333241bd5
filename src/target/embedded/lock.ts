/** Two processes that start, stop or reset the same embedded server wait for each other. */
import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";
import { LandbridgeError } from "../../errors.ts";

const PAUSE_MS = 50;
/** Longer than a first start (initdb) or a crash recovery takes. */
const PATIENCE_MS = 300_000;

/**
 * Runs `action` while holding the lock `file`. The lock is SQLite's own on an empty file: the operating system lets go of
 * it when its holder dies, which no file with a process id in it can promise.
 * @throws LandbridgeError EMBEDDED_BUSY after five minutes
 */
export const withLock = async <T>(file: string, action: () => Promise<T>): Promise<T> => {
  const lock = new Database(file, { timeout: 0 });
  try {
    const patience = Date.now() + PATIENCE_MS;
    while (!acquired(lock)) {
      if (Date.now() > patience) throw busy(file);
      await sleep(PAUSE_MS);
    }
    return await action();
  } finally {
    lock.close();
  }
};

const acquired = (lock: Database.Database): boolean => {
  try {
    lock.exec("BEGIN EXCLUSIVE");
    return true;
  } catch (error) {
    if (error instanceof Database.SqliteError && error.code.startsWith("SQLITE_BUSY")) return false;
    throw error;
  }
};

const busy = (file: string): LandbridgeError =>
  new LandbridgeError({
    code: "EMBEDDED_BUSY",
    message: `Another process has been starting or stopping the embedded PostgreSQL for five minutes (lock: ${file}).`,
    remedy: "Wait for it or end it, then try again.",
  });
