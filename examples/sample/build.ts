/** Makes the sample database that `npm start` migrates: a bookshop of some 50,000 rows, the same file wherever it is made. */
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { seededRandom } from "./random.ts";
import { fill } from "./rows.ts";
import { SCHEMA } from "./schema.ts";

/** Returns the path of `sample.sqlite` in `directory`; builds it there if it is missing (a second or two). */
export const sampleDatabase = (directory: string): string => {
  const path = join(directory, "sample.sqlite");
  if (existsSync(path)) return path;
  mkdirSync(directory, { recursive: true });
  const unfinished = `${path}.${process.pid}.tmp`;
  rmSync(unfinished, { force: true });
  build(unfinished);
  renameSync(unfinished, path);
  return path;
};

const build = (path: string): void => {
  const database = new Database(path);
  try {
    // A file that nobody else sees yet needs no journal; keys are circular, so they are checked at the end.
    database.pragma("journal_mode = OFF");
    database.pragma("synchronous = OFF");
    database.pragma("foreign_keys = OFF");
    database.exec(SCHEMA);
    database.transaction(() => fill(database, seededRandom(0x1a4d)))();
    database.exec("ANALYZE");
    const violations = database.pragma("foreign_key_check") as unknown[];
    if (violations.length > 0) throw new Error(`the sample breaks ${violations.length} of its own foreign keys`);
  } finally {
    database.close();
  }
};
