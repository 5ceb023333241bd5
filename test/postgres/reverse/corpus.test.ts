/** Every real SQLite file that stands beside the repository goes there and comes back as it was. */
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { CORPUS_ABSENT, corpusFile, corpusFiles } from "../../support/corpus.ts";
import { freshDatabase } from "../../support/database.ts";
import { allowedBy, goBack, goThere } from "../../support/reverse.ts";
import { temporaryDirectory } from "../../support/sqlite.ts";
import { differencesOf } from "../../support/there-and-back.ts";

const database = await freshDatabase();

if (corpusFiles().length === 0) it(CORPUS_ABSENT, ({ skip }) => skip());

it.each(corpusFiles().flatMap((file) => [[file, []] as const, [file, "suggestions"] as const]))(
  "%s comes back as it was, accepting %j",
  async (file, accept) => {
    const directory = temporaryDirectory();
    const path = join(directory, "source.sqlite");
    copyFileSync(corpusFile(file) ?? "", path);
    const config = { accept: accept === "suggestions" ? accept : [...accept] };
    const place = { target: database.target, schema: `${file} ${JSON.stringify(accept)}`, directory };
    const there = await goThere(path, config, place);
    expect([0, 3]).toContain(there.exitCode);
    const output = join(directory, "back.sqlite");
    const report = await goBack(output, place);
    expect(report.findings.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(report.differences).toEqual([]);
    expect(differencesOf(path, output, allowedBy(report, config))).toEqual([]);
    expect(report.exitCode).toBe(0);
  },
);
