/** Semantik's move, as examples/semantik says it: into Landbridge's tables, into Alembic's, and what its queries find there. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { addChunks, writeMetadata } from "../../../examples/semantik/source.ts";
import { seededRandom } from "../../../examples/support/random.ts";
import { crossFile } from "../../support/cross-file.ts";
import { freshDatabase } from "../../support/database.ts";
import { exampleConfig, exampleDirectory, exampleText, filledFiles } from "../../support/example.ts";
import { application } from "../../support/into-existing.ts";
import { allowedBy, goBack, goThere } from "../../support/reverse.ts";
import { differencesOf } from "../../support/there-and-back.ts";

const SYSTEM = "semantik";
const SIX = ["users", "collections", "operations", "api_keys", "documents", "chunks"];
const config = exampleConfig(SYSTEM);
const { target, admin } = await freshDatabase();
const directory = exampleDirectory();

/** The real file has no chunks yet, and was filled for tests: it gets chunks, and metadata as the application writes it. */
const files = filledFiles(SYSTEM, "seeds/semantik-head.db", directory, (db) => {
  db.pragma("foreign_keys = OFF");
  writeMetadata(db, seededRandom(5));
  addChunks(db, seededRandom(7));
});

const rowsOf = async (sql: string): Promise<Record<string, unknown>[]> => (await admin.query(sql)).rows;

describe.each(files)("$what", ({ what, path }) => {
  const schema = `semantik_${what.replaceAll(/\W+/g, "_")}`;

  it("crosses and is proven, the six tables of the plan among them", async () => {
    const { report, verdict } = await crossFile(path, { target, admin, schema, directory, config });
    expect(report.findings.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(report.exitCode).toBe(0);
    expect(report.findings.map(({ code }) => code)).not.toContain("EXPECTED_TABLE_MISSING");
    const equal = report.tables.filter(({ proof }) => proof === "equal").map(({ name }) => name);
    expect(equal).toEqual(expect.arrayContaining(SIX));
    expect(verdict?.differences).toEqual([]);
  });

  it("leaves the file as it was", async () => {
    const before = readFileSync(path);
    await crossFile(path, { target, admin, schema: `${schema}_again`, directory, config });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it("spreads chunks over partitions, and each row says where it is", async () => {
    const found = await rowsOf(
      `SELECT count(DISTINCT tableoid)::int AS partitions, count(*)::int AS rows FROM ${schema}.chunks`,
    );
    expect(found[0]!["partitions"]).toBeGreaterThan(4);
    expect(found[0]!["rows"]).toBeGreaterThan(100);
  });

  it("goes on behind the last key", async () => {
    const [max] = await rowsOf(`SELECT max(id)::text AS id FROM ${schema}.chunks`);
    const [row] = await rowsOf(
      `INSERT INTO ${schema}.chunks (collection_id, document_id, chunk_index, content, created_at)
       SELECT collection_id, id, 99, 'new', '2025-01-01' FROM ${schema}.documents LIMIT 1 RETURNING id::text`,
    );
    expect(BigInt(String(row!["id"]))).toBeGreaterThan(BigInt(String(max!["id"])));
  });

  it("finds chunks by their words, and by the index", async () => {
    const [word] = await rowsOf(
      `SELECT word FROM ts_stat('SELECT search_vector FROM ${schema}.chunks') WHERE length(word) > 3 ORDER BY nentry DESC, word LIMIT 1`,
    );
    const query = `FROM ${schema}.chunks WHERE search_vector @@ to_tsquery('simple', '${String(word!["word"])}')`;
    expect((await rowsOf(`SELECT count(*) > 0 AS any ${query}`))[0]).toEqual({ any: true });
    await admin.query("SET enable_seqscan = off");
    const plan = await rowsOf(`EXPLAIN SELECT * ${query}`);
    await admin.query("RESET enable_seqscan");
    expect(JSON.stringify(plan)).toContain("Bitmap Index Scan");
  });

  it("answers by containment, through the index", async () => {
    await admin.query("SET enable_seqscan = off");
    const plan = await rowsOf(`EXPLAIN SELECT * FROM ${schema}.documents WHERE meta @> '{"pages": 12}'`);
    await admin.query("RESET enable_seqscan");
    expect(JSON.stringify(plan)).toContain("idx_documents_meta");
  });

  it("has the indexes of the plan", async () => {
    const indexes = await rowsOf(`SELECT indexname AS name FROM pg_indexes WHERE schemaname = '${schema}'`);
    const wanted = Object.values(config.tables ?? {}).flatMap(({ indexes: own }) =>
      (own ?? []).map(({ name }) => name),
    );
    expect(wanted.length).toBeGreaterThan(7);
    expect(indexes.map(({ name }) => name)).toEqual(expect.arrayContaining(wanted));
  });
});

describe("into the tables that Alembic made", () => {
  const { path } = files[0]!;
  const load = () =>
    application({ ...{ target, admin, source: path, config }, tables: exampleText(SYSTEM, "application.sql") });

  it("crosses and is proven; the migration table stays as it is, search columns are filled", async () => {
    const app = await load();
    const report = await app.load();
    expect(report.findings.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(report.exitCode).toBe(0);
    expect(report.tables.filter(({ proof }) => proof === "equal").map(({ name }) => name)).toEqual(
      expect.arrayContaining(SIX),
    );
    expect(await app.rows("SELECT version_num FROM alembic_version")).toEqual([{ version_num: "202511150001" }]);
    expect(await app.rows("SELECT count(*)::int AS empty FROM documents WHERE search_vector IS NULL")).toEqual([
      { empty: 0 },
    ]);
  });

  it("takes rows that are there already for new ones where that is asked for", async () => {
    const app = await load();
    await app.rows(
      "INSERT INTO users (id, username, email, hashed_password, created_at) VALUES (1, 'old', 'old@example.org', 'x', now())",
    );
    const report = await app.load({ onConflict: "update" });
    expect(report.exitCode).toBe(0);
    expect(await app.rows("SELECT count(*)::int AS old FROM users WHERE username = 'old'")).toEqual([{ old: 0 }]);
  });
});

it("comes back as it was", async () => {
  const { path } = files[0]!;
  const place = { target, schema: "semantik_back", directory };
  expect((await goThere(path, config, place)).exitCode).toBe(0);
  const output = join(directory, "webui-back.db");
  const report = await goBack(output, place);
  expect(report.exitCode).toBe(0);
  expect(differencesOf(path, output, allowedBy(report, config))).toEqual([]);
});
