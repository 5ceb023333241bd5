/** What the tests of the worked examples share: their files, crossed as they lie there. */
import { chmodSync, copyFileSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import Database from "better-sqlite3";
import { afterAll } from "vitest";
import { EXAMPLES } from "../../examples/build.ts";
import { type Config, parseConfig } from "../../src/plan/config.ts";
import { CORPUS_ABSENT, corpusFile } from "./corpus.ts";

const DIRECTORY = resolve(import.meta.dirname, "../../examples");

/** The text of one of an example's files, e.g. ("idea-planner", "application.sql"). */
export const exampleText = (system: string, file: string): string =>
  readFileSync(join(DIRECTORY, system, file), "utf8");

/** An example's landbridge.yaml. */
export const exampleConfig = (system: string): Config =>
  parseConfig(exampleText(system, "landbridge.yaml"), "landbridge.yaml");

/** A directory for one test file, gone after it; every user may look into it, as the embedded server's may have to. */
export const exampleDirectory = (): string => {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "landbridge-example-")));
  chmodSync(directory, 0o755);
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
};

export interface ExampleFile {
  /** For a test's name. */
  readonly what: string;
  readonly path: string;
}

/**
 * The files that an example is tried on: the one that it makes itself, and the real one of the corpus where that is there.
 * @param made the example's name in examples/build.ts · @param corpus the real file's path in the corpus
 */
export const exampleFiles = (made: string, corpus: string, directory: string): ExampleFile[] => {
  const path = join(directory, `${made}.db`);
  EXAMPLES[made]?.(path);
  const real = corpusFile(corpus);
  if (real === null) console.log(`${corpus}: ${CORPUS_ABSENT}`);
  return [{ what: "the file it makes", path }, ...(real === null ? [] : [{ what: "the real file", path: real }])];
};

/** The same, the real file filled with what it lacks: `fill` works on a copy. */
export const filledFiles = (
  made: string,
  corpus: string,
  directory: string,
  fill: (db: Database.Database) => void,
): ExampleFile[] =>
  exampleFiles(made, corpus, directory).map(({ what, path }) => {
    if (path.startsWith(directory)) return { what, path };
    const copy = join(directory, `real-${basename(path)}`);
    copyFileSync(path, copy);
    const db = new Database(copy);
    fill(db);
    db.close();
    return { what, path: copy };
  });

/** The numbered lines of an example's answers.md: number → the rest of the row. */
export const answersOf = (system: string): ReadonlyMap<number, string> =>
  new Map(
    [...exampleText(system, "answers.md").matchAll(/^\| (\d+) \|(.*)\|$/gm)].map(([, number, rest]) => [
      Number(number),
      rest!.trim(),
    ]),
  );

/** Paths that answers.md points to and that are not there. */
export const brokenLinks = (system: string): string[] =>
  [...exampleText(system, "answers.md").matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
    .map(([, link]) => link!)
    .filter((link) => !/^https?:/.test(link) && !existsSync(join(DIRECTORY, system, link)));
