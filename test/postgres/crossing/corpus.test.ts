/** Every real SQLite file that stands beside the repository crosses with full proof, and the oracle agrees. */
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { CORPUS_ABSENT, corpusFile, corpusFiles } from "../../support/corpus.ts";
import { crossFile, troublesOf } from "../../support/cross-file.ts";
import { freshDatabase } from "../../support/database.ts";
import { temporaryDirectory } from "../../support/sqlite.ts";

const database = await freshDatabase();
const absent = corpusFiles().length === 0;

/** What does not cross whole, and why: everything else ends with 0. */
const EXPECTED: Readonly<Record<string, { readonly rejected: number; readonly troubles: readonly string[] }>> = {
  "edge/issue-repros.db": {
    rejected: 4,
    troubles: ["e13_text: rejected rows"],
  },
};

/** The file is copied, so that nothing is ever left beside the original. */
const cross = async (files: readonly string[], accept: "suggestions" | string[]) => {
  const directory = temporaryDirectory();
  const [path = ""] = files.map((file) => {
    const copy = join(directory, file.replaceAll("/", "-"));
    copyFileSync(corpusFile(file) ?? "", copy);
    return copy;
  });
  const schema = `${files[0]} ${JSON.stringify(accept)}`;
  return crossFile(path, {
    ...{ target: database.target, admin: database.admin, schema, directory, config: { accept } },
  });
};

if (absent) it(CORPUS_ABSENT, ({ skip }) => skip());

it.each(corpusFiles().flatMap((file) => [[file, []] as const, [file, "suggestions"] as const]))(
  "%s arrives whole, accepting %j",
  async (file, accept) => {
    const { report, verdict } = await cross([file], accept === "suggestions" ? accept : []);
    const { rejected, troubles } = EXPECTED[file] ?? { rejected: 0, troubles: [] };
    expect(report.errors).toEqual([]);
    expect(verdict?.differences).toEqual([]);
    expect(verdict?.rejected).toBe(rejected);
    expect(troublesOf(report)).toEqual(expect.arrayContaining([...troubles]));
    expect(report.exitCode).toBe(troubles.length === 0 ? 0 : 3);
  },
);

it.skipIf(absent)("reads what is still in the WAL of a live file", async () => {
  const { report, verdict } = await cross(["edge/wal/live.db", "edge/wal/live.db-wal"], []);
  expect(report.exitCode).toBe(0);
  expect(verdict).toMatchObject({ differences: [], rows: 25 });
});
