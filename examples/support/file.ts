/** Makes the SQLite file of an example: whole or not at all, the same file wherever it is made. */
import { mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";

/**
 * Writes the file at `path`, in the place of what is there.
 * @param schema DDL · @param fill puts the rows in, in one transaction; foreign keys are checked at the end
 * @throws Error where the rows break the schema's own foreign keys
 */
export const makeFile = (path: string, schema: string, fill: (database: Database.Database) => void): void => {
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}.tmp`;
  rmSync(unfinished, { force: true });
  build(unfinished, schema, fill);
  renameSync(unfinished, path);
};

const build = (path: string, schema: string, fill: (database: Database.Database) => void): void => {
  const database = new Database(path);
  try {
    // A file that nobody else sees yet needs no journal; keys may be circular, so they are checked at the end.
    database.pragma("journal_mode = OFF");
    database.pragma("synchronous = OFF");
    database.pragma("foreign_keys = OFF");
    database.exec(schema);
    database.transaction(() => fill(database))();
    database.exec("ANALYZE");
    const violations = database.pragma("foreign_key_check") as unknown[];
    if (violations.length > 0) throw new Error(`${violations.length} rows break the file's own foreign keys`);
  } finally {
    database.close();
  }
};
