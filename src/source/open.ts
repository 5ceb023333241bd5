// The two ways a SQLite file is opened: the user's own file, read-only and with a precise refusal for whatever stands in the way, and a finished snapshot.
import { resolve } from "node:path";
import Database from "better-sqlite3";
import { inspectFile, refusalOf, sizeOf, truncated } from "./refusals.ts";

export interface OpenOptions {
  /** How long to wait for a writer that holds the file locked. Blocks the thread meanwhile. */
  readonly waitMilliseconds?: number;
}

/** Bytes of a snapshot that may be mapped: reads of them need no copy, but they count as this process's memory, once for each connection. */
const MAPPED_BYTES = 64 * 1024 * 1024;
const CACHE_KIBIBYTES = 8 * 1024;

/**
 * Opens the user's file read-only, its -wal included, and reads its schema once. Content is never written; a WAL file's -shm and -wal may appear beside it (SQLite needs them).
 * @throws LandbridgeError (refusal) with a code SOURCE_… that says why the file cannot be read.
 */
export function openSource(path: string, { waitMilliseconds = 5000 }: OpenOptions = {}): Database.Database {
  const file = resolve(path);
  inspectFile(file);
  let db: Database.Database | undefined;
  try {
    db = new Database(file, { readonly: true, fileMustExist: true, timeout: waitMilliseconds });
    harden(db);
    readOnce(db, file);
    return db;
  } catch (error) {
    // Closed before the file is looked at by other means: closing a plain descriptor would drop this process's POSIX locks on it.
    db?.close();
    throw refusalOf(file, error);
  }
}

/** Reads the schema, and checks under the same lock that a last page is not cut in two, which SQLite lets pass. Pages may still be in the -wal alone. */
function readOnce(db: Database.Database, file: string): void {
  db.transaction(() => {
    db.prepare("SELECT count(*) FROM sqlite_schema").get();
    const expected =
      Number(db.pragma("page_count", { simple: true })) * Number(db.pragma("page_size", { simple: true }));
    const size = sizeOf(file);
    if (size < expected && sizeOf(`${file}-wal`) === 0) throw truncated(file, size, expected);
  })();
}

/** Opens a finished snapshot for reading by rows. Numbers come as doubles until a statement asks for `safeIntegers`. */
export function openSnapshot(path: string): Database.Database {
  const db = new Database(resolve(path), { readonly: true, fileMustExist: true });
  harden(db);
  db.pragma(`mmap_size = ${MAPPED_BYTES}`);
  db.pragma(`cache_size = -${CACHE_KIBIBYTES}`);
  return db;
}

/** The file is somebody else's: its views, triggers and defaults may not run anything with an effect, and nothing may be written. */
function harden(db: Database.Database): void {
  db.pragma("query_only = ON");
  db.pragma("trusted_schema = OFF");
  db.pragma("cell_size_check = ON");
}
