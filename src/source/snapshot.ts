/**
 * The first step of the story: a consistent copy of a file that others may be writing to. One read transaction is held
 * while all pages are copied; without it a steady writer would restart the backup for ever. The copy is what
 * is migrated, proven against and kept to go back to.
 */
import { randomBytes } from "node:crypto";
import { chmod, mkdir, rename, rm, stat, statfs, writeFile } from "node:fs/promises";
import { basename, join, parse, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Database from "better-sqlite3";
import { LandbridgeError, refusal } from "../errors.ts";
import type { Emit } from "../events.ts";
import { stampOf } from "../stamp.ts";
import { refuseDamage } from "./damage.ts";
import { findSnapshot, HASH_IN_NAME, hashFile } from "./hash.ts";
import { readHealth } from "./health.ts";
import type { CheckedSnapshot, Health } from "./model.ts";
import { openSnapshot, openSource } from "./open.ts";
import { refusalOf, sizeOf, sqliteCode } from "./refusals.ts";

export interface SnapshotRequest {
  readonly sourcePath: string;
  /** Where snapshots are kept; made where it is missing. */
  readonly directory: string;
  /** Bounds the wait for a lock and the copy: writers of a file without WAL wait as long. */
  readonly timeoutSeconds: number;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** Bytes per step of the backup: progress, the deadline and the signal are looked at in between. */
const STEP_BYTES = 16 * 1024 * 1024;
/** A log that grows by this much while we hold its start is worth a word: it cannot be checkpointed meanwhile. */
const WAL_GROWTH_BYTES = 256 * 1024 * 1024;
/** Smaller files are copied in less time than it takes to read a word about it. */
const NOTICEABLE_BYTES = 64 * 2 ** 20;
const RETRY_MILLISECONDS = 100;
/**
 * Looking up every row in every index is most of the check's work, and it comes back to the indexes' pages in any order: twice as fast where most of them stay in
 * memory. Given back before anything else is held.
 */
const CHECK_CACHE_KIBIBYTES = 128 * 1024;
/** The check of a larger file takes seconds, during which nothing else is told. */
const LONG_CHECK_BYTES = 256 * 1024 * 1024;

/**
 * Copies the source to `<base>.<YYYYMMDD_HHMMSS>.<sha>.sqlite` in `directory`, or finds that the same content is there already. The same source state gives the same bytes.
 * @throws LandbridgeError SOURCE_… (see docs/errors.md), SNAPSHOT_NO_SPACE, SNAPSHOT_TIMEOUT; the signal's reason when aborted.
 */
export async function takeSnapshot(request: SnapshotRequest): Promise<CheckedSnapshot> {
  const file = resolve(request.sourcePath);
  const directory = resolve(request.directory);
  await mkdir(directory, { recursive: true }).catch((cause) => {
    throw unwritable(directory, cause);
  });
  const partial = join(directory, `.snapshot.${randomBytes(6).toString("hex")}.partial`);
  try {
    const { takenAt, journalMode } = await copyPages(file, partial, request);
    usePlainJournal(partial);
    if (sizeOf(partial) > LONG_CHECK_BYTES) {
      const message = "The copy is complete; it is being checked now (integrity_check, foreign keys).";
      request.emit({ kind: "note", step: "snapshot", message });
    }
    const health = { ...checkHealth(partial, file), journalMode };
    // The rows are no less private in the copy, and it may be taken away by who made it.
    await chmod(partial, ((await stat(file)).mode & 0o666) | 0o600);
    const sha256 = await hashFile(partial, request.signal);
    const existing = await findSnapshot(directory, sha256);
    const path = existing ?? join(directory, snapshotName(file, takenAt, sha256));
    if (existing === null) await rename(partial, path);
    return {
      path,
      sha256,
      bytes: sizeOf(path),
      takenAt: takenAt.toISOString(),
      sourcePath: request.sourcePath,
      health,
    };
  } finally {
    for (const suffix of ["", "-journal", "-wal", "-shm"]) await rm(`${partial}${suffix}`, { force: true });
  }
}

interface Copied {
  readonly takenAt: Date;
  /** Of the live file. */
  readonly journalMode: string;
}

async function copyPages(file: string, partial: string, request: SnapshotRequest): Promise<Copied> {
  const deadline = performance.now() + request.timeoutSeconds * 1000;
  const db = await holdSource(file, deadline, request.signal);
  try {
    const takenAt = new Date();
    const pageSize = Number(db.pragma("page_size", { simple: true }));
    const journalMode = String(db.pragma("journal_mode", { simple: true }));
    const bytes = pageSize * Number(db.pragma("page_count", { simple: true }));
    await checkSpace(request.directory, bytes);
    if (journalMode !== "wal" && bytes >= NOTICEABLE_BYTES) {
      const message = `Writers to ${basename(file)} wait while its ${Math.ceil(bytes / 2 ** 20)} MiB are copied, ${request.timeoutSeconds} seconds at most (--snapshot-timeout).`;
      request.emit({ kind: "note", step: "snapshot", message });
    }
    // Made here so that no one else can read it meanwhile.
    await writeFile(partial, "", { mode: 0o600, flag: "wx" }).catch((cause) => {
      throw unwritable(request.directory, cause);
    });
    const watch = watcher(file, bytes, deadline, request);
    await db.backup(partial, { progress: (step) => watch(step, pageSize) });
    request.emit({ kind: "progress", step: "snapshot", done: bytes, total: bytes, unit: "bytes" });
    return { takenAt, journalMode };
  } catch (error) {
    // What fails on writing is the copy's side, whatever the name of the source.
    if (/^SQLITE_(?:FULL|IOERR_(?:WRITE|FSYNC|TRUNCATE))/.test(sqliteCode(error)))
      throw unwritable(request.directory, error);
    throw refusalOf(file, error);
  } finally {
    db.close();
  }
}

/** Opens the source and holds a read transaction, waiting for a writer in small steps so that the signal is heard. */
async function holdSource(file: string, deadline: number, signal: AbortSignal): Promise<Database.Database> {
  for (;;) {
    signal.throwIfAborted();
    let db: Database.Database | undefined;
    try {
      db = openSource(file, { waitMilliseconds: RETRY_MILLISECONDS });
      db.exec("BEGIN");
      db.prepare("SELECT count(*) FROM sqlite_schema").get();
      return db;
    } catch (error) {
      db?.close();
      const reason = refusalOf(file, error);
      const locked = reason instanceof LandbridgeError && reason.code === "SOURCE_LOCKED";
      if (!locked || performance.now() > deadline) throw reason;
      await sleep(RETRY_MILLISECONDS, undefined, { signal });
    }
  }
}

/** Called between steps of the backup: gives the pages of the next one, or throws to end it. */
function watcher(file: string, total: number, deadline: number, { emit, signal, timeoutSeconds }: SnapshotRequest) {
  const walAtStart = sizeOf(`${file}-wal`);
  let told = false;
  return ({ totalPages, remainingPages }: Database.BackupMetadata, pageSize: number): number => {
    signal.throwIfAborted();
    if (performance.now() > deadline) throw timedOut(file, timeoutSeconds);
    emit({ kind: "progress", step: "snapshot", done: (totalPages - remainingPages) * pageSize, total, unit: "bytes" });
    const growth = sizeOf(`${file}-wal`) - walAtStart;
    if (!told && growth > WAL_GROWTH_BYTES) {
      told = true;
      const message = `${basename(file)}-wal has grown by ${growth} bytes so far; it is checkpointed again after the snapshot.`;
      emit({ kind: "note", step: "snapshot", message });
    }
    return Math.max(1, Math.floor(STEP_BYTES / pageSize));
  };
}

const timedOut = (file: string, seconds: number): LandbridgeError =>
  refusal({
    code: "SNAPSHOT_TIMEOUT",
    message: `The snapshot of ${file} was not finished after ${seconds} seconds and was given up, so that writers need not wait longer.`,
    remedy: "Give more time with --snapshot-timeout SECONDS, or switch the source to WAL, where writers do not wait.",
  });

/** For whoever writes a snapshot's file, or moves it. */
export const unwritable = (directory: string, cause: unknown): LandbridgeError =>
  refusal({
    code: sqliteCode(cause) === "SQLITE_FULL" ? "SNAPSHOT_NO_SPACE" : "SNAPSHOT_UNWRITABLE",
    message: `The snapshot could not be written to ${directory}: ${cause instanceof Error ? cause.message : String(cause)}.`,
    remedy: "Check the directory's permissions and free space, or keep snapshots in another one.",
    cause,
  });

async function checkSpace(directory: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(directory);
  const free = bavail * bsize;
  if (free > bytes) return;
  throw refusal({
    code: "SNAPSHOT_NO_SPACE",
    message: `The snapshot needs ${bytes} bytes in ${directory}, where ${free} are free.`,
    remedy:
      "Free some space, or keep snapshots on another disk; --no-backup works without one where the source does not change.",
  });
}

/** A snapshot of a WAL file is marked WAL itself; a plain journal makes it one file that nothing appears beside. */
function usePlainJournal(path: string): void {
  const db = new Database(path);
  try {
    db.pragma("trusted_schema = OFF");
    db.pragma("journal_mode = DELETE");
  } finally {
    db.close();
  }
}

function checkHealth(path: string, file: string): Health {
  const db = openSnapshot(path, CHECK_CACHE_KIBIBYTES);
  try {
    const health = readHealth(db);
    refuseDamage(db, file, health.integrity);
    return health;
  } finally {
    db.close();
  }
}

/** A base of at most 40 characters keeps the name inside a file system's 255 bytes. Times are UTC. */
function snapshotName(file: string, takenAt: Date, sha256: string): string {
  const base = [...parse(file).name].slice(0, 40).join("");
  return `${base}.${stampOf(takenAt)}.${sha256.slice(0, HASH_IN_NAME)}.sqlite`;
}
