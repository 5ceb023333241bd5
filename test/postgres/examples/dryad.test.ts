/** Dryad's move, as examples/dryad says it: two files that both know users, into Landbridge's tables and into the application's. */
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { dryad, dryadMemory } from "../../../examples/dryad/source.ts";
import { parseArguments } from "../../../scripts/cli/arguments.ts";
import { settingsOf } from "../../../scripts/cli/settings.ts";
import { MIGRATE } from "../../../scripts/cli/verbs.ts";
import type { RunReport } from "../../../src/report/model.ts";
import { parseSettings, type Settings } from "../../../src/settings.ts";
import { hashFile } from "../../../src/source/hash.ts";
import type { SeveralReports } from "../../../src/sources/outcome.ts";
import { migrateSeveral } from "../../../src/sources/several.ts";
import { CORPUS_ABSENT, corpusFile } from "../../support/corpus.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";
import { exampleDirectory, exampleText } from "../../support/example.ts";
import { consult } from "../../support/oracle.ts";

const SYSTEM = "dryad";
const CONFIG = join(import.meta.dirname, "../../../examples/dryad/landbridge.yaml");
const NAMES = ["dryad.db", "memory.db"];
const context = { emit: () => undefined, signal: new AbortController().signal };
const quietly = async (): Promise<void> => undefined;

/** Both files in a directory of their own: those that the example makes, and the real ones where they are there. */
const directory = exampleDirectory();
const made = join(directory, "made");
mkdirSync(made);
dryad(join(made, "dryad.db"));
dryadMemory(join(made, "memory.db"));
const corpus = ["seeds/dryad-main.db", "seeds/dryad-domain.db"].map(corpusFile);
const real = join(directory, "real");
if (corpus.includes(null)) console.log(`dryad: ${CORPUS_ABSENT}`);
else {
  mkdirSync(real);
  for (const [i, path] of corpus.entries()) copyFileSync(path!, join(real, NAMES[i]!));
}
const files = [
  { what: "the files it makes", place: made },
  ...(corpus.includes(null) ? [] : [{ what: "the real files", place: real }]),
];

/** The plan's tables that the files have; the real ones have fifty others. */
const TABLES: Readonly<Record<string, readonly string[]>> = {
  "dryad.db": ["users", "conversations", "messages", "documents", "document_chunks"],
  "memory.db": ["users", "groves", "branches", "vessels"],
};

const load = (place: string, target: Settings["target"], intoExisting = false): Promise<SeveralReports> =>
  migrateSeveral(
    NAMES.map((source) => ({
      ...parseSettings({ source, config: CONFIG, cwd: place, environment: {}, cores: 1, intoExisting }),
      ...(intoExisting ? { tables: TABLES[source]! } : {}),
      target,
    })),
    context,
    quietly,
  );

const missingIn = (report: RunReport): string[] =>
  report.findings.filter(({ code }) => code === "EXPECTED_TABLE_MISSING").map(({ where }) => where);

describe.each(files)("$what", ({ place }) => {
  let database: FreshDatabase;
  let several: SeveralReports;
  let before: readonly string[];
  const hashes = () => Promise.all(NAMES.map((name) => hashFile(join(place, name))));
  const rowsOf = async (sql: string) => (await database.admin.query<Record<string, unknown>>(sql)).rows;

  beforeAll(async () => {
    database = await freshDatabase();
    before = await hashes();
    several = await load(place, database.target);
  });

  it("crosses and is proven", async () => {
    expect(several.sources.flatMap(({ errors }) => errors)).toEqual([]);
    expect(several).toMatchObject({ status: "done", exitCode: 0 });
    for (const [i, { runId, tables, objects }] of several.sources.entries()) {
      const verdict = await consult({
        ...{ path: join(place, NAMES[i]!), client: database.admin, schema: "dryad", runId, tables },
        added: objects.added ?? [],
        policies: { mixed: true },
      });
      expect(verdict.differences).toEqual([]);
    }
  });

  it("stands in schema dryad, found without its name by the plan's search_path", async () => {
    await database.admin.query("SET search_path = dryad, public");
    const some = (table: string) => `(SELECT count(*) > 0 FROM ${table}) AS ${table}`;
    expect(await rowsOf(`SELECT ${["users", "memory_users", "groves"].map(some).join(", ")}`)).toEqual([
      { users: true, memory_users: true, groves: true },
    ]);
  });

  it("has the indexes of the plan, and statistics", async () => {
    const indexes = await rowsOf("SELECT indexname AS name FROM pg_indexes WHERE schemaname = 'dryad'");
    expect(indexes.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["idx_users_email", "idx_conversations_user_id", "idx_messages_conversation_id"]),
    );
    const unknown =
      "SELECT relname FROM pg_class WHERE relnamespace = 'dryad'::regnamespace AND relkind = 'r' AND reltuples < 0";
    expect(await rowsOf(unknown)).toEqual([]);
  });

  it("warns of expected tables that are not there", () => {
    expect(several.sources.map(missingIn)).toEqual([[], ["dialogues", "dialogue_messages"]]);
  });

  it("leaves the files as they were", async () => {
    expect(await hashes()).toEqual(before);
  });
});

describe.each(files)("into the tables that the application made: $what", ({ place }) => {
  it("crosses and is proven, and its triggers have changed nothing", async () => {
    const { target, admin } = await freshDatabase();
    await admin.query("CREATE SCHEMA dryad; SET search_path = dryad, public");
    await admin.query(exampleText(SYSTEM, "application.sql"));
    const several = await load(place, target, true);
    expect(several.sources.flatMap(({ errors }) => errors)).toEqual([]);
    expect(several).toMatchObject({ status: "done", exitCode: 0 });
    const { rows } = await admin.query(
      "SELECT (SELECT count(*) > 0 FROM users) AS users, (SELECT count(*) > 0 FROM memory_users) AS others, (SELECT count(*)::int FROM branches WHERE updated_at BETWEEN now() - interval '1 hour' AND now()) AS touched",
    );
    expect(rows).toEqual([{ users: true, others: true, touched: 0 }]);
    const revision = await admin.query("SELECT version_num FROM alembic_version");
    expect(revision.rows).toEqual([{ version_num: "003_groves" }]);
  });
});

it("takes the plan's own URLs, and says what is wrong with others", () => {
  const of = (...argv: readonly string[]) =>
    settingsOf(MIGRATE, parseArguments(MIGRATE, argv), { cwd: "/srv", environment: {} });
  const settings = of("sqlite:///./dryad.db", "postgresql+asyncpg://dryad_user:password@localhost/dryad");
  expect(settings.source).toBe("/srv/dryad.db");
  expect(settings.target?.config).toMatchObject({ host: "localhost", database: "dryad", user: "dryad_user" });
  expect(() => of("postgresql://localhost/dryad", "dryad.db")).toThrow(/The source is a PostgreSQL URL/);
});
