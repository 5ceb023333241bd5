/**
 * --no-backup: the source itself is read, which is allowed only while it provably does not change. A shared
 * lock is held to the end, and what a writer could not avoid touching is compared whenever it matters.
 */
import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { Database } from "better-sqlite3";
import { LandbridgeError, refusal } from "../errors.ts";
import { refuseDamage } from "./damage.ts";
import { hashDescriptor } from "./hash.ts";
import { HEADER_BYTES } from "./header.ts";
import { readHealth } from "./health.ts";
import type { CheckedSnapshot } from "./model.ts";
import { openSource } from "./open.ts";
import { sizeOf } from "./refusals.ts";

/** A source that is read where it lies. Its SHA-256 is of the file itself. */
export interface InPlaceSnapshot extends CheckedSnapshot {
  /** @throws LandbridgeError SOURCE_CHANGED where anyone has written since. */
  assertUnchanged(): void;
  /** Gives the lock back. */
  release(): void;
}

/**
 * Locks the source against writers and takes its identity.
 * @throws LandbridgeError (refusal) SOURCE_IS_LIVE where it is being written or has a write-ahead log with content; SOURCE_… as `openSource`.
 */
export async function openInPlace(sourcePath: string): Promise<InPlaceSnapshot> {
  const file = resolve(sourcePath);
  const db = openSource(file);
  // Stays open as long as the connection: closing any descriptor of a file drops this process's POSIX locks on it.
  let descriptor: number | undefined;
  const release = (): void => {
    db.close();
    if (descriptor !== undefined) closeSync(descriptor);
    descriptor = undefined;
  };
  try {
    db.exec("BEGIN");
    db.prepare("SELECT count(*) FROM sqlite_schema").get();
    refuseWriters(file);
    const open = openSync(file, "r");
    descriptor = open;
    const before = fingerprint(db, open, file);
    const sha256 = await hashDescriptor(open);
    const takenAt = new Date().toISOString();
    const health = readHealth(db);
    refuseDamage(db, file, health.integrity);
    const assertUnchanged = (): void => {
      if (fingerprint(db, open, file) !== before) throw changed(file);
    };
    assertUnchanged();
    return { path: file, sha256, bytes: fstatSync(open).size, takenAt, sourcePath, health, assertUnchanged, release };
  } catch (error) {
    release();
    throw error;
  }
}

function refuseWriters(file: string): void {
  const wal = sizeOf(`${file}-wal`) > 0;
  if (!wal && !hasLiveJournal(`${file}-journal`)) return;
  throw refusal({
    code: "SOURCE_IS_LIVE",
    message: wal
      ? `${file} has a write-ahead log with content, so that the file alone is not the database.`
      : `${file} has a rollback journal: somebody is writing to it.`,
    remedy: `Leave --no-backup out, or stop every writer${wal ? " and run: sqlite3 FILE 'PRAGMA wal_checkpoint(TRUNCATE)'" : ""}.`,
  });
}

/** The part of a journal's header that is written when a transaction begins, before it is complete. */
const JOURNAL_HEADER_BYTES = 28;

/** A journal that is empty or has its whole header zeroed is only kept for reuse (journal_mode TRUNCATE and PERSIST). */
function hasLiveJournal(journal: string): boolean {
  if (sizeOf(journal) === 0) return false;
  const descriptor = openSync(journal, "r");
  try {
    const header = Buffer.alloc(JOURNAL_HEADER_BYTES);
    readSync(descriptor, header, 0, header.length, 0);
    return header.some((byte) => byte !== 0);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Everything that a writer changes: size, time, inode behind the path, the header's change counter, the write-ahead log, and
 * SQLite's own data_version.
 */
function fingerprint(db: Database, descriptor: number, file: string): string {
  const header = Buffer.alloc(HEADER_BYTES);
  readSync(descriptor, header, 0, header.length, 0);
  const { size, mtimeMs, ino, dev } = fstatSync(descriptor);
  const named = statSync(file, { throwIfNoEntry: false });
  const version = db.pragma("data_version", { simple: true });
  return JSON.stringify([
    size,
    mtimeMs,
    ino,
    dev,
    named?.ino,
    named?.dev,
    header.toString("hex", 0, 100),
    sizeOf(`${file}-wal`),
    version,
  ]);
}

const changed = (file: string): LandbridgeError =>
  new LandbridgeError({
    code: "SOURCE_CHANGED",
    message: `${file} was written to while it was being read without a snapshot.`,
    remedy: "Run again without --no-backup: a snapshot is consistent beside writers.",
  });
