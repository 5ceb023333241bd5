/**
 * Real files into tables that stand there already: the very ones that Landbridge would have made for them, with all their keys and
 * indexes, so that the oracle can say of every value what it has to be.
 */
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { makePlan } from "../../../src/make-plan.ts";
import { parseSettings } from "../../../src/settings.ts";
import { CORPUS_ABSENT, corpusFile, corpusFiles } from "../../support/corpus.ts";
import { freshDatabase } from "../../support/database.ts";
import { application, objectsOf } from "../../support/into-existing.ts";
import { consult } from "../../support/oracle.ts";
import { temporaryDirectory } from "../../support/sqlite.ts";

const { target, admin } = await freshDatabase();
const files = corpusFiles().filter((name) => /^(seeds|classic)/.test(name));

if (files.length === 0) it.skip(CORPUS_ABSENT, () => undefined);

it.each(files)("%s", async (name) => {
  const directory = temporaryDirectory();
  const source = join(directory, "source.db");
  copyFileSync(corpusFile(name)!, source);
  const settings = parseSettings({ source, cwd: directory, environment: {}, cores: 1 });
  const { sql, plan } = await makePlan(settings, { emit: () => undefined, signal: new AbortController().signal });
  // The script names the schema that it is for; here it goes into the one that is there.
  const tables = sql
    .replace(/^CREATE SCHEMA.*;\nSET search_path.*;$/m, "")
    .replaceAll('"public".', "")
    .replaceAll(/^(CREATE EXTENSION .*);$/gm, "$1 SCHEMA public;");
  const app = await application({ target, admin, source, tables });
  const before = await objectsOf(admin, app.schema);
  const report = await app.load();
  expect(report.errors).toEqual([]);
  expect(report.tables.filter(({ proof, target: to }) => proof !== "equal" && to !== "")).toEqual([]);
  // A key that has orphans is NOT VALID now; nothing else has changed.
  const orphans = new Set(report.constraints.others.map(({ name: key }) => key));
  const changed = (await objectsOf(admin, app.schema)).filter((line) => !before.includes(line));
  expect(changed.filter((line) => ![...orphans].some((key) => line.includes(`constraint ${key} on`)))).toEqual([]);
  const verdict = await consult({
    ...{ path: app.path, client: admin, schema: app.schema, runId: report.runId, tables: report.tables },
    added: plan.tables.flatMap(({ target: table, added }) => added.map(({ target: column }) => ({ table, column }))),
  });
  expect(verdict.differences).toEqual([]);
  expect(plan.tables.length).toBeGreaterThan(0);
});
