/** Which backup is rehearsed with: the one that is named, or the newest of a directory or a pattern. */
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { glob } from "zx";
import { refusal } from "../../src/errors.ts";
import { HEADER_BYTES, isSqliteHeader } from "../../src/source/header.ts";
import { sourcePath } from "../../src/source/location.ts";

/** @throws LandbridgeError BACKUP_MISSING (refused) where a directory or pattern holds no SQLite file */
export const newestBackup = async (named: string, cwd: string): Promise<string> => {
  const path = resolve(cwd, sourcePath(named));
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isFile()) return path;
  if (found === undefined && !/[*?[{]/.test(named)) return path;
  const [pattern, from] = found?.isDirectory() ? ["*", path] : [named, cwd];
  const files = (await glob(pattern, { cwd: from, absolute: true }))
    .filter(isSqlite)
    .map((file) => ({ file, changed: statSync(file).mtimeMs }))
    .sort((a, b) => b.changed - a.changed || (a.file < b.file ? 1 : -1));
  const [newest] = files;
  if (newest !== undefined) return newest.file;
  throw refusal({
    code: "BACKUP_MISSING",
    message: `There is no SQLite file in ${named}.`,
    remedy: "Name the backup itself, or the directory that holds backups: --source ./backups",
  });
};

const isSqlite = (file: string): boolean => {
  const start = Buffer.alloc(HEADER_BYTES);
  try {
    const descriptor = openSync(file, "r");
    try {
      readSync(descriptor, start);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return false;
  }
  return isSqliteHeader(start);
};
