/**
 * Texts in double quotes. SQLite takes `"open"` for a text where no column has that name, unless it is built not to, as the library
 * is that everything else is read with. The SQLite inside Node can be told to take it so, as an application's own does; it is
 * asked only where the library has refused. What such a name means is then SQLite's word, not a translator's.
 */
import { resolve } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { messageOf } from "../errors.ts";

/** Whether SQLite has refused a name for that reason: these are its own words. */
export const isDoubleQuotedText = (error: unknown): boolean =>
  messageOf(error).endsWith("should this be a string literal in single-quotes?");

/**
 * Opens a file with SQLite's old rule for double quotes. Meanwhile no connection of the library should rely on its locks on the file:
 * two SQLites in one process do not know of each other, and closing one's descriptor drops the other's POSIX locks.
 * @throws what `node:sqlite` throws; its messages are SQLite's
 */
export const openWithDoubleQuotedTexts = (path: string, { readOnly }: { readonly readOnly: boolean }): DatabaseSync => {
  // Loaded when it is needed: earlier releases of Node 24 warn that it is experimental.
  const { DatabaseSync: Connection } = process.getBuiltinModule("node:sqlite");
  const options = { readOnly, enableDoubleQuotedStringLiterals: true, enableForeignKeyConstraints: false };
  const db = new Connection(resolve(path), { ...options, timeout: 5_000 });
  db.exec("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON");
  if (readOnly) db.exec("PRAGMA query_only = ON");
  return db;
};
