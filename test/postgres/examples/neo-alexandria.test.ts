/** Neo Alexandria's move, as examples/neo-alexandria says it: JSONB, weighted search, Alembic's own tables and trigger. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fillSubjects } from "../../../examples/neo-alexandria/source.ts";
import { seededRandom } from "../../../examples/support/random.ts";
import { crossFile } from "../../support/cross-file.ts";
import { freshDatabase } from "../../support/database.ts";
import { exampleConfig, exampleDirectory, exampleText, filledFiles } from "../../support/example.ts";
import { application } from "../../support/into-existing.ts";
import { allowedBy, goBack, goThere } from "../../support/reverse.ts";
import { differencesOf } from "../../support/there-and-back.ts";

const SYSTEM = "neo-alexandria";
const config = exampleConfig(SYSTEM);
const { target, admin } = await freshDatabase();
const directory = exampleDirectory();

/** The real file's subjects are all empty: it gets some of its own, by the application's own triggers. */
const files = filledFiles(SYSTEM, "seeds/neo-alexandria.db", directory, (db) => fillSubjects(db, seededRandom(11)));

const rowsOf = async (sql: string): Promise<Record<string, unknown>[]> => (await admin.query(sql)).rows;

/** The plan of a query when no index may be passed over. */
const explain = async (sql: string): Promise<string> => {
  await admin.query("SET enable_seqscan = off");
  const plan = await rowsOf(`EXPLAIN ${sql}`);
  await admin.query("RESET enable_seqscan");
  return JSON.stringify(plan);
};

describe.each(files)("$what", ({ what, path }) => {
  const schema = `neo_${what.replaceAll(/\W+/g, "_")}`;
  const resources = `${schema}.resources`;

  it("crosses and is proven", async () => {
    const { report, verdict } = await crossFile(path, { target, admin, schema, directory, config });
    expect(report.findings.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(report.exitCode).toBe(0);
    expect(verdict?.differences).toEqual([]);
    expect(report.findings.map(({ code }) => code)).not.toContain("TRIGGER_NOT_TRANSLATED");
  });

  it("writes the report under the name of the plan", () => {
    const names = readdirSync(directory, { recursive: true, encoding: "utf8" });
    expect(names.some((name) => /migration_report_\d{8}_\d{6}\.txt$/.test(name))).toBe(true);
  });

  it("is JSONB with GIN where the plan wants it", async () => {
    const columns = await rowsOf(
      `SELECT column_name AS name FROM information_schema.columns WHERE table_schema = '${schema}' AND table_name = 'resources' AND data_type = 'jsonb'`,
    );
    expect(columns.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["subject", "relation", "embedding", "sparse_embedding"]),
    );
  });

  it("finds by title, description and subject, through the index", async () => {
    const [row] = await rowsOf(
      `SELECT id, subject->>0 AS subject FROM ${resources} WHERE subject->>0 = 'Botany' LIMIT 1`,
    );
    const query = `SELECT id FROM ${resources} WHERE search_vector @@ websearch_to_tsquery('english', '${String(row!["subject"])}')`;
    expect((await rowsOf(query)).map(({ id }) => id)).toContain(row!["id"]);
    expect(await explain(query)).toContain("Bitmap Index Scan");
    expect(await rowsOf(`SELECT count(*)::int AS empty FROM ${resources} WHERE search_vector IS NULL`)).toEqual([
      { empty: 0 },
    ]);
  });

  it("ranks the title above the subject", async () => {
    const columns = "gen_random_uuid(), $1, $2, 'unread', 0, 'pending', 'pending'";
    const insert = (title: string, subject: string) =>
      what === "the file it makes"
        ? admin.query(
            `INSERT INTO ${resources} (id, title, subject, read_status, quality_score) VALUES (gen_random_uuid(), $1, $2, 'unread', 0)`,
            [title, subject],
          )
        : admin.query(
            `INSERT INTO ${resources} (id, title, subject, read_status, quality_score, ingestion_status, curation_status) VALUES (${columns})`,
            [title, subject],
          );
    await insert("Something else", '["Quetzal"]');
    await insert("Quetzal", "[]");
    const found = await rowsOf(
      `SELECT title FROM ${resources}, websearch_to_tsquery('english', 'quetzal') AS query
       WHERE search_vector @@ query ORDER BY ts_rank(search_vector, query) DESC`,
    );
    expect(found.map(({ title }) => title)).toEqual(["Quetzal", "Something else"]);
  });

  it("answers by containment, through the index", async () => {
    const query = `SELECT id FROM ${resources} WHERE subject @> '["Botany"]'`;
    expect((await rowsOf(query)).length).toBeGreaterThan(0);
    expect(await explain(query)).toContain("idx_resources_subject");
  });

  it("has the indexes of the plan", async () => {
    const indexes = await rowsOf(`SELECT indexname AS name FROM pg_indexes WHERE schemaname = '${schema}'`);
    const wanted = Object.values(config.tables ?? {}).flatMap(({ indexes: own }) =>
      (own ?? []).map(({ name }) => name),
    );
    expect(indexes.map(({ name }) => name)).toEqual(expect.arrayContaining(wanted));
  });
});

describe("into the tables that Alembic made", () => {
  const { path } = files[0]!;

  it("says what it would do, then crosses, is proven, and the application's trigger has filled the search column", async () => {
    const app = await application({
      ...{ target, admin, source: path },
      config: { ...config, tables: { ...config.tables, resources_fts_doc: { skip: true } } },
      tables: exampleText(SYSTEM, "application.sql"),
    });
    const dry = await app.load({ dryRun: true });
    expect(dry.errors).toEqual([]);
    expect(dry.exitCode).toBe(0);
    expect(await app.rows("SELECT count(*)::int AS rows FROM resources")).toEqual([{ rows: 0 }]);
    const report = await app.load();
    expect(report.findings.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(report.exitCode).toBe(0);
    expect(await app.rows("SELECT count(*)::int AS empty FROM resources WHERE search_vector IS NULL")).toEqual([
      { empty: 0 },
    ]);
    const stated = "SELECT updated_at <> created_at AS touched FROM resources WHERE updated_at <> created_at";
    expect(await app.rows(stated)).toEqual([]);
  });
});

it("comes back as it was", async () => {
  const { path } = files[0]!;
  const place = { target, schema: "neo_back", directory };
  expect((await goThere(path, config, place)).exitCode).toBe(0);
  const output = join(directory, "backend-back.db");
  const report = await goBack(output, place);
  expect(report.exitCode).toBe(0);
  expect(differencesOf(path, output, allowedBy(report, config))).toEqual([]);
});
