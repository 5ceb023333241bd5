/**
 * Why a source file cannot be read, in a user's words. What SQLite says ("file is not a database", "database disk image is
 * malformed", "unable to open database file") fits many causes; the file itself is looked at to tell them apart.
 */
import { accessSync, closeSync, constants, openSync, readSync, type Stats, statSync } from "node:fs";
import { dirname } from "node:path";
import type { LandbridgeError } from "../errors.ts";
import { refusal } from "../errors.ts";
import { HEADER_BYTES, isSqliteHeader, looksEncrypted, readHeader } from "./header.ts";

/** Checks what can be known without reading the file. @throws LandbridgeError (refusal) */
export function inspectFile(file: string): void {
  const stats = statOf(file);
  if (stats.isDirectory()) {
    throw refusal({
      code: "SOURCE_IS_DIRECTORY",
      message: `${file} is a directory.`,
      remedy: "Name the SQLite file inside it.",
    });
  }
  if (!stats.isFile()) {
    throw refusal({
      code: "SOURCE_UNREADABLE",
      message: `${file} is not a regular file.`,
      remedy: "Name a SQLite database file.",
    });
  }
  if (stats.size === 0) {
    throw refusal({
      code: "SOURCE_EMPTY",
      message: `${file} is empty (0 bytes).`,
      remedy: "Check the path: an application that opens a wrong path makes an empty file there.",
    });
  }
  // The driver trims its file name, so that such a file would be opened under another name.
  if (file !== file.trimEnd()) {
    throw refusal({
      code: "SOURCE_UNREADABLE",
      message: `The name of ${JSON.stringify(file)} ends in white space, which the SQLite driver cannot open.`,
      remedy: "Make a symbolic link to it under a plain name, and name the link.",
    });
  }
}

/**
 * Turns what the driver threw while a source was opened or first read into the refusal that fits; anything else comes back
 * as it is.
 */
export function refusalOf(file: string, error: unknown): unknown {
  const code = sqliteCode(error);
  if (/^SQLITE_(?:BUSY|LOCKED)/.test(code)) return locked(file, error);
  if (code === "SQLITE_READONLY_ROLLBACK") return hotJournal(file, error);
  if (/^SQLITE_(?:READONLY|CANTOPEN|PERM|AUTH)/.test(code)) return closedOff(file, error);
  if (code === "SQLITE_NOTADB") return notADatabase(file, error);
  if (/^SQLITE_(?:CORRUPT|IOERR)/.test(code)) return damaged(file, error);
  if (code === "SQLITE_ERROR") return corrupt(file, error);
  return error;
}

/** The driver's error code, e.g. "SQLITE_CORRUPT_VTAB"; "" for anything that is not the driver's. */
export function sqliteCode(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : "";
  return typeof code === "string" && code.startsWith("SQLITE_") ? code : "";
}

function statOf(file: string): Stats {
  try {
    accessSync(file, constants.R_OK);
    return statSync(file);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : "";
    if (code === "ENOENT" || code === "ENOTDIR") {
      throw refusal({
        code: "SOURCE_MISSING",
        message: `There is no file ${file}.`,
        remedy: "Check the path; a relative one is taken from the directory in which the command runs.",
        cause,
      });
    }
    throw unreadable(file, cause);
  }
}

const unreadable = (file: string, cause: unknown): LandbridgeError =>
  refusal({
    code: "SOURCE_UNREADABLE",
    message: `${file} may not be read by this user.`,
    remedy: "Run as a user who may read the file and its directory, or change their permissions.",
    cause,
  });

const locked = (file: string, cause: unknown): LandbridgeError =>
  refusal({
    code: "SOURCE_LOCKED",
    message: `${file} is locked by another process that is writing, and did not become free in time.`,
    remedy: "Wait for the writer to finish (or stop it) and run again; a longer --snapshot-timeout waits longer.",
    cause,
  });

const hotJournal = (file: string, cause: unknown): LandbridgeError =>
  refusal({
    code: "SOURCE_HOT_JOURNAL",
    message: `${file} has a rollback journal beside it: a writer was killed in mid-transaction, and reading now would mean writing the rollback into the file.`,
    remedy:
      "Open it once with its application (or: sqlite3 FILE 'SELECT 1 FROM sqlite_schema') so that it rolls back, or do so with a copy of the file and its -journal.",
    cause,
  });

const corrupt = (file: string, cause: unknown): LandbridgeError =>
  refusal({
    code: "SOURCE_CORRUPT",
    message: `The schema of ${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`,
    remedy: "Restore a backup, or recover what can be read with: sqlite3 FILE .recover | sqlite3 recovered.sqlite",
    cause,
  });

/** CANTOPEN and READONLY: either the file is closed to this user, or SQLite needs to write beside a WAL file and may not. */
function closedOff(file: string, cause: unknown): LandbridgeError {
  const header = headerOf(file);
  if (header === null) return unreadable(file, cause);
  const wal = sizeOf(`${file}-wal`) > 0;
  if (!wal && !readHeader(header)?.wal) return unreadable(file, cause);
  return refusal({
    code: "SOURCE_HOT_WAL_READONLY",
    message: wal
      ? `${file} has a write-ahead log (-wal) beside it that is part of the database, and SQLite cannot open the two in ${dirname(file)}, where this user may not write.`
      : `${file} is in WAL mode, and SQLite cannot open such a file in ${dirname(file)}, where this user may not write.`,
    remedy:
      "Copy the file together with its -wal, while no one writes, to a directory where you may write, and name the copy.",
    cause,
  });
}

function notADatabase(file: string, cause: unknown): LandbridgeError {
  const start = headerOf(file) ?? Buffer.alloc(0);
  if (isSqliteHeader(start)) return corrupt(file, cause);
  if (looksEncrypted(start)) {
    return refusal({
      code: "SOURCE_ENCRYPTED",
      message: `${file} looks like an encrypted database (SQLCipher, SEE or the like): its first page is random bytes.`,
      remedy:
        "Decrypt it first, e.g. in sqlcipher: PRAGMA key=…; ATTACH 'plain.sqlite' AS p KEY ''; SELECT sqlcipher_export('p');",
      cause,
    });
  }
  return refusal({
    code: "SOURCE_NOT_SQLITE",
    message: `${file} is not a SQLite 3 database: it does not start with "SQLite format 3".`,
    remedy: "Check the path; a dump in SQL is made a database by: sqlite3 app.sqlite < dump.sql",
    cause,
  });
}

function damaged(file: string, cause: unknown): LandbridgeError {
  const header = readHeader(headerOf(file) ?? Buffer.alloc(0));
  const size = sizeOf(file);
  if (header === null || size < header.pageSize || size < header.pageSize * (header.pageCount ?? 0)) {
    return truncated(file, size, header === null ? null : header.pageSize * (header.pageCount ?? 1), cause);
  }
  return corrupt(file, cause);
}

/** `expected` is null where even the header is cut. */
export const truncated = (file: string, size: number, expected: number | null, cause?: unknown): LandbridgeError =>
  refusal({
    code: "SOURCE_TRUNCATED",
    message: `${file} is cut off: it has ${size} bytes${expected === null ? "" : ` and its header says ${expected}`}.`,
    remedy:
      "Copy or download it again, completely; if this is the only copy: sqlite3 FILE .recover | sqlite3 recovered.sqlite",
    cause,
  });

function headerOf(file: string): Buffer | null {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, "r");
    const buffer = Buffer.alloc(HEADER_BYTES);
    return buffer.subarray(0, readSync(descriptor, buffer, 0, HEADER_BYTES, 0));
  } catch {
    return null;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** 0 for a file that is not there. */
export const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
