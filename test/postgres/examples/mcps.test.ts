/** MCPS's move, as examples/mcps says it: arrays, JSONB, search, embeddings, and its own module speaking to what arrived. */
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { writeDocuments } from "../../../examples/mcps/source.ts";
import { seededRandom } from "../../../examples/support/random.ts";
import { crossFile } from "../../support/cross-file.ts";
import { freshDatabase } from "../../support/database.ts";
import { exampleConfig, exampleDirectory, exampleText, filledFiles } from "../../support/example.ts";
import { application } from "../../support/into-existing.ts";
import { allowedBy, goBack, goThere } from "../../support/reverse.ts";
import { differencesOf } from "../../support/there-and-back.ts";

const SYSTEM = "mcps";
const config = exampleConfig(SYSTEM);
const { target, admin } = await freshDatabase();
const directory = exampleDirectory();

const [{ available }] = (
  await admin.query("SELECT count(*) > 0 AS available FROM pg_available_extensions WHERE name = 'vector'")
).rows as [{ available: boolean }];
if (!available) console.log("pgvector is not on this server: embeddings are looked at as jsonb");

/** The real file was filled for tests: its JSON becomes what the application writes. */
const files = filledFiles(SYSTEM, "seeds/mcps.db", directory, (db) => writeDocuments(db, seededRandom(13)));

const rowsOf = async (sql: string): Promise<Record<string, unknown>[]> => (await admin.query(sql)).rows;

const explain = async (sql: string): Promise<string> => {
  await admin.query("SET enable_seqscan = off");
  const plan = await rowsOf(`EXPLAIN ${sql}`);
  await admin.query("RESET enable_seqscan");
  return JSON.stringify(plan);
};

describe.each(files)("$what", ({ what, path }) => {
  const schema = `mcps_${what.replaceAll(/\W+/g, "_")}`;

  it("crosses and is proven", async () => {
    const { report, verdict } = await crossFile(path, { target, admin, schema, directory, config });
    expect(report.findings.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(report.exitCode).toBe(0);
    expect(verdict?.differences).toEqual([]);
  });

  it("has arrays of words, and answers by what they contain, through the index", async () => {
    const [row] = await rowsOf(
      `SELECT keywords[1] AS word FROM ${schema}.server WHERE cardinality(keywords) > 0 LIMIT 1`,
    );
    const query = `SELECT id FROM ${schema}.server WHERE keywords @> ARRAY[$$${String(row!["word"])}$$]`;
    expect((await rowsOf(query)).length).toBeGreaterThan(0);
    expect(await explain(query)).toContain("idx_server_keywords");
  });

  it("answers by containment, through the index", async () => {
    expect(await explain(`SELECT id FROM ${schema}.tool WHERE input_schema @> '{"type": "object"}'`)).toContain(
      "idx_tool_schema",
    );
  });

  it("carries embeddings", async () => {
    const [type] = await rowsOf(
      `SELECT format_type(atttypid, atttypmod) AS type FROM pg_attribute WHERE attrelid = '${schema}.toolembedding'::regclass AND attname = 'vector'`,
    );
    expect(type).toEqual({ type: available ? "vector(16)" : "jsonb" });
  });

  it("finds servers by their words, best first, and by the index", async () => {
    const [word] = await rowsOf(
      `SELECT word FROM ts_stat('SELECT search_vector FROM ${schema}.server') WHERE word ~ '^[a-z]{4,}$' ORDER BY nentry DESC, word LIMIT 1`,
    );
    const query = `SELECT id FROM ${schema}.server WHERE search_vector @@ to_tsquery('simple', '${String(word!["word"])}')`;
    expect((await rowsOf(query)).length).toBeGreaterThan(0);
    expect(await explain(query)).toContain("Bitmap Index Scan");
  });

  it("has the indexes of the plan", async () => {
    const indexes = await rowsOf(`SELECT indexname AS name FROM pg_indexes WHERE schemaname = '${schema}'`);
    const wanted = Object.values(config.tables ?? {}).flatMap(({ indexes: own }) =>
      (own ?? []).map(({ name }) => name),
    );
    expect(indexes.map(({ name }) => name)).toEqual(expect.arrayContaining(wanted));
  });

  it("leaves no foreign key of the tables that it speaks of without an index", async () => {
    const bare = await rowsOf(
      `SELECT c.conrelid::regclass::text AS table FROM pg_constraint c
       WHERE c.contype = 'f' AND c.connamespace = '${schema}'::regnamespace
         AND c.conrelid::regclass::text ~ '(tool|toolembedding|dependency|release)$'
         AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indkey[0] = c.conkey[1])`,
    );
    expect(bare).toEqual([]);
  });
});

describe("the application's file", () => {
  it("speaks to what arrived", async () => {
    const schema = "mcps_the_file_it_makes";
    const { host, port, user, password, database } = target.config;
    // As libpq's variables, which pg takes where DATABASE_URL is not set.
    const env = {
      ...{ PATH: process.env["PATH"] ?? "", PGHOST: host ?? "", PGPORT: String(port), PGUSER: user ?? "" },
      ...{ PGPASSWORD: String(password ?? ""), PGDATABASE: database ?? "", PGOPTIONS: `-c search_path=${schema}` },
    };
    const script = `
      const db = await import(${JSON.stringify(resolve(import.meta.dirname, "../../../examples/mcps/app/db.ts"))});
      const counts = await db.transaction(async (client) => (await client.query("SELECT count(*)::int AS tools FROM tool")).rows[0]);
      const takes = await db.toolsTaking("limit", "integer");
      const found = await db.withKeywords(["git"]);
      await db.searchServers("library");
      console.log(JSON.stringify({ ...counts, takes: takes.length, found: found.length > 0, healthy: await db.healthy() }));
      await db.close();`;
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
      env,
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual({ tools: 360, takes: 360, found: true, healthy: true });
  });
});

describe("into the tables that Alembic made", () => {
  it("crosses and is proven", async () => {
    const { path } = files[0]!;
    const tables = exampleText(SYSTEM, "application.sql");
    const app = await application({
      ...{ target, admin, source: path, config },
      tables: available
        ? `CREATE EXTENSION IF NOT EXISTS vector; ${tables}`
        : tables.replace("vector(16)", "DOUBLE PRECISION[]"),
    });
    const report = await app.load();
    expect(report.findings.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(report.exitCode).toBe(0);
    expect(await app.rows("SELECT count(*)::int AS empty FROM tool WHERE search_vector IS NULL")).toEqual([
      { empty: 0 },
    ]);
  });
});

it("comes back as it was", async () => {
  const { path } = files[0]!;
  const place = { target, schema: "mcps_back", directory };
  expect((await goThere(path, config, place)).exitCode).toBe(0);
  const output = join(directory, "mcps-back.db");
  const report = await goBack(output, place);
  expect(report.exitCode).toBe(0);
  expect(differencesOf(path, output, allowedBy(report, config))).toEqual([]);
});
