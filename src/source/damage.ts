/**
 * Corrupt pages: which tables can still be read to the last row. A file with a damaged index alone is good, because rows
 * are never read through an index.
 */
import type { Database } from "better-sqlite3";
import { type LandbridgeError, refusal } from "../errors.ts";
import { integrityOf } from "./health.ts";
import { quoteSqlite } from "./quote.ts";
import { sqliteCode } from "./refusals.ts";

/**
 * Refuses a database with a table that cannot be read whole; `integrity` is what integrity_check said of it.
 * @throws LandbridgeError (refusal) SOURCE_CORRUPT, naming the tables that can be read and those that cannot.
 */
export function refuseDamage(db: Database, file: string, integrity: readonly string[]): void {
  if (!integrity.some((line) => /^Tree \d|malformed|disk image|unable to get the page/.test(line))) return;
  const tables = db
    .prepare<[], { name: string; root: number }>(
      "SELECT name, rootpage AS root FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 ORDER BY rowid",
    )
    .all();
  const damaged = new Set(tables.filter(({ name, root }) => isDamaged(db, name, root)).map(({ name }) => name));
  if (damaged.size > 0)
    throw corrupt(
      file,
      integrity,
      [...damaged],
      tables.map(({ name }) => name).filter((name) => !damaged.has(name)),
    );
}

function isDamaged(db: Database, name: string, root: number): boolean {
  // "Tree 5 page 9 cell 2: …": the tree's root page tells whether the table itself or one of its indexes is meant.
  if (integrityOf(db, name).some((line) => line.startsWith(`Tree ${root} `))) return true;
  try {
    const rows = db
      .prepare(`SELECT * FROM ${quoteSqlite(name)} NOT INDEXED`)
      .raw()
      .safeIntegers()
      .iterate();
    for (const _ of rows);
    return false;
  } catch (error) {
    // A function or collation of the application, or a value past SQLite's limit, is not damage.
    return /^SQLITE_(?:CORRUPT|IOERR|NOTADB)/.test(sqliteCode(error));
  }
}

const corrupt = (
  file: string,
  integrity: readonly string[],
  damaged: readonly string[],
  readable: readonly string[],
): LandbridgeError =>
  refusal({
    code: "SOURCE_CORRUPT",
    message:
      `${file} is damaged: ${integrity[0]}. Tables that cannot be read whole: ${damaged.join(", ")}. ` +
      `Tables that can: ${readable.join(", ") || "none"}.`,
    remedy:
      "Restore a backup, or recover what can be read with: sqlite3 FILE .recover | sqlite3 recovered.sqlite, and migrate that file.",
  });
