/** Statements of the original whose texts stand in double quotes: made by the SQLite that takes them so, in the same file. */
import type { Database } from "better-sqlite3";
import { openWithDoubleQuotedTexts } from "../../source/double-quoted.ts";

/**
 * Makes what `db` refuses; afterwards `db` reads and writes it as anything else, since a schema that is there may have such texts.
 * No transaction may be open. `db` holds no lock meanwhile, and gets its own back.
 * @throws the other SQLite's error
 */
export const execWithDoubleQuotedTexts = (db: Database, sql: string): void => {
  settleEncoding(db);
  db.pragma("locking_mode = NORMAL");
  // The lock is given back by the first use after that.
  db.prepare("SELECT count(*) FROM sqlite_schema").get();
  try {
    const other = openWithDoubleQuotedTexts(db.name, { readOnly: false });
    try {
      other.exec("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536");
      other.exec(sql);
    } finally {
      other.close();
    }
  } finally {
    db.pragma("locking_mode = EXCLUSIVE");
  }
};

/** The encoding is in the file from its first table on: until then it is known to `db` alone. */
const settleEncoding = (db: Database): void => {
  if (db.prepare("SELECT count(*) FROM sqlite_schema").pluck().get() !== 0) return;
  db.exec("CREATE TABLE landbridge_first (a); DROP TABLE landbridge_first");
};
