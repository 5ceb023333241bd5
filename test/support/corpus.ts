/** The real SQLite files that stand beside the repository, where they are there: reference data for tests, never written to. */
import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";

const DIRECTORY = resolve(import.meta.dirname, "../../../shared/corpus");

/** What a test says, in one line, when it is skipped for want of the corpus. */
export const CORPUS_ABSENT = "skipped: the corpus of real SQLite files (../shared/corpus) is not here";

if (!existsSync(DIRECTORY)) console.log(CORPUS_ABSENT);

/** The path of one file, e.g. "classic/Chinook_Sqlite.sqlite"; null where it is not there. */
export function corpusFile(relative: string): string | null {
  const path = join(DIRECTORY, relative);
  return existsSync(path) ? path : null;
}

/**
 * All databases of the corpus, sorted, relative to it; empty where there is none. Those of edge/wal are left out: opening them where they lie would leave files
 * beside them, so that they are for tests that copy them first.
 */
export function corpusFiles(): string[] {
  if (!existsSync(DIRECTORY)) return [];
  return readdirSync(DIRECTORY, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(?:db|sqlite)$/.test(name) && !name.startsWith(join("edge", "wal")))
    .sort();
}
