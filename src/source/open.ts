/**
 * The two ways a SQLite file is opened: the user's own file, read-only and with a precise refusal for whatever stands in
 * the way, and a finished snapshot.
 */
import { resolve } from "node:path";
import Database from "better-sqlite3";
import { inspectFile, refusalOf, sizeOf, truncated } from "./refusals.ts";
import { showVectorTables } from "./vectors/views.ts";

export interface OpenOptions {
  /** How long to wait for a writer that holds the file locked. Blocks the thread meanwhile. */
  readonly waitMilliseconds?: number;
}

/**
 * Rows are read once and in order, so a small cache does. Nothing is mapped: mapped pages count as this process's memory, are checked again each time that SQLite
 * comes back to them (`cell_size_check`), and reading was no faster (docs/decisions/0006-memory-and-speed.md).
 */
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

/**
 * Reads the schema, and checks under the same lock that a last page is not cut in two, which SQLite lets pass. Pages may
 * still be in the -wal alone.
 */
function readOnce(db: Database.Database, file: string): void {
  db.transaction(() => {
    db.prepare("SELECT count(*) FROM sqlite_schema").get();
    const expected =
      Number(db.pragma("page_count", { simple: true })) * Number(db.pragma("page_size", { simple: true }));
    const size = sizeOf(file);
    if (size < expected && sizeOf(`${file}-wal`) === 0) throw truncated(file, size, expected);
  })();
}

/**
 * Opens a finished snapshot for reading by rows. Numbers come as doubles until a statement asks for `safeIntegers`.
 * @param cacheKibibytes more than the usual for work that comes back to pages
 */
export function openSnapshot(path: string, cacheKibibytes: number = CACHE_KIBIBYTES): Database.Database {
  const db = new Database(resolve(path), { readonly: true, fileMustExist: true });
  showVectorTables(db, resolve(path));
  harden(db);
  db.pragma("mmap_size = 0");
  db.pragma(`cache_size = -${cacheKibibytes}`);
  return db;
}

/**
 * The file is somebody else's: its views, triggers and defaults may not run anything with an effect, and nothing may be
 * written.
 */
function harden(db: Database.Database): void {
  db.pragma("query_only = ON");
  db.pragma("trusted_schema = OFF");
  db.pragma("cell_size_check = ON");
}
