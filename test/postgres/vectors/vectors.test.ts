/** Vectors in a PostgreSQL that has pgvector: what the proof sees, what recall says, and an application's own columns. */
import Database from "better-sqlite3";
import { load as loadVectors } from "sqlite-vec";
import { describe, expect, it } from "vitest";
import { migrate } from "../../../src/migrate.ts";
import type { Config } from "../../../src/plan/config.ts";
import type { RunReport } from "../../../src/report/model.ts";
import { parseSettings } from "../../../src/settings.ts";
import { verify } from "../../../src/verify-stored.ts";
import { application } from "../../support/into-existing.ts";
import { pgvectorDatabase } from "../../support/pgvector.ts";
import { sqliteFile, temporaryDirectory } from "../../support/sqlite.ts";
import { vssFile } from "../../support/vss-file.ts";

const database = await pgvectorDatabase();
const context = { emit: () => undefined, signal: new AbortController().signal };

const settingsFor = (path: string, schema: string, config: Config = {}, directory = temporaryDirectory()) => ({
  ...parseSettings({ source: path, schema, cwd: directory, environment: {}, cores: 1 }),
  target: database!.target,
  config: { ...config, schema },
});

const told = ({ findings }: RunReport, code: string): string[] =>
  findings.filter((finding) => finding.code === code).map(({ where, message }) => `${where}: ${message}`);

/** Vectors without any order, from a generator of its own so that they are the same each time. */
const fillItems = (path: string, count: number, dimensions: number): void => {
  let state = 1;
  const next = (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647 - 0.5;
  };
  const db = new Database(path);
  loadVectors(db);
  const insert = db.prepare("INSERT INTO items (v) VALUES (?)");
  db.transaction(() => {
    for (let i = 0; i < count; i++) insert.run(Buffer.from(Float32Array.from({ length: dimensions }, next).buffer));
  })();
  db.close();
};

describe.skipIf(database === null)("with pgvector", () => {
  it("the proof sees one changed element of a vector, and one changed bit", async () => {
    const path = sqliteFile(`CREATE VIRTUAL TABLE docs USING vec0(v float[3], h int8[3], b bit[8]);
      INSERT INTO docs (rowid, v, h, b) VALUES (1, '[1, 2, 3]', vec_int8('[1, 2, 3]'), vec_bit(x'01')), (2, '[4, 5, 6]', vec_int8('[4, 5, 6]'), vec_bit(x'02'));`);
    const settings = settingsFor(path, "seen");
    expect((await migrate(settings, context)).exitCode).toBe(0);
    await database!.admin.query("UPDATE seen.docs SET v = '[1, 2.0000002, 3]' WHERE rowid = 1");
    await database!.admin.query("UPDATE seen.docs SET h = '[4, 5, 7]', b = '01000001' WHERE rowid = 2");
    const report = await verify(settings, context);
    expect(report.exitCode).toBe(3);
    expect(report.differences.map(({ column, source, target }) => [column, source, target])).toEqual([
      ["v", "[1, 2, 3]", "[1, 2.000000238418579, 3]"],
      ["h", "[4, 5, 6]", "[4, 5, 7]"],
      ["b", "01000000", "01000001"],
    ]);
  });

  it("the proof does not believe the table that the copy finds its vectors by", async () => {
    // Two rows whose places in the chunk are swapped in one list alone: the copy reads one, the proof the other.
    const path = sqliteFile(`CREATE VIRTUAL TABLE docs USING vec0(v float[1]);
      INSERT INTO docs (rowid, v) VALUES (1, '[1]'), (2, '[2]');
      PRAGMA writable_schema = ON; UPDATE docs_rowids SET chunk_offset = 1 - chunk_offset;`);
    const report = await migrate(settingsFor(path, "swapped"), context);
    expect(report).toMatchObject({ exitCode: 3, tables: [{ name: "docs", proof: "different" }] });
  });

  it("an index that finds too few of the nearest is told, and breaks no proof", async () => {
    const path = sqliteFile("CREATE VIRTUAL TABLE items USING vec0(v float[16] distance_metric=l2)");
    fillItems(path, 3000, 16);
    const config: Config = {
      tables: {
        items: {
          indexes: [{ method: "ivfflat", columns: ["v"], opclass: "vector_l2_ops", with: { lists: 200 } }],
        },
      },
    };
    const report = await migrate(settingsFor(path, "coarse", config), context);
    expect(report.exitCode).toBe(0);
    expect(told(report, "VECTOR_RECALL_LOW")).toEqual([
      expect.stringMatching(/^items\.v: recall@10 by l2: 0\.\d+ through the index, 1\.000 without it, over 20 queries/),
    ]);
  });

  it.each(["l2", "l1", "cosine"])("HNSW by %s finds nearly all of the nearest", async (metric) => {
    const path = sqliteFile(`CREATE VIRTUAL TABLE items USING vec0(v float[8] distance_metric=${metric})`);
    fillItems(path, 1000, 8);
    const report = await migrate(settingsFor(path, `by_${metric}`), context);
    expect(told(report, "VECTOR_RECALL")).toEqual([
      expect.stringMatching(
        new RegExp(`^items\\.v: recall@10 by ${metric}: (0\\.9\\d+|1\\.000) through the index, 1\\.000 without`),
      ),
    ]);
  });

  it("indexes over vectors are built one at a time, with memory of their own and by several processes", async () => {
    // What each CREATE INDEX had when it was through, and how many others were being built.
    await database!.admin.query(`CREATE TABLE builds (name text, memory text, least text, others bigint);
      CREATE FUNCTION note_build() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO public.builds SELECT object_identity, current_setting('maintenance_work_mem'), current_setting('min_parallel_table_scan_size'),
            (SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'CREATE%INDEX%' AND state = 'active' AND pid <> pg_backend_pid())
          FROM pg_event_trigger_ddl_commands();
      END $$;
      CREATE EVENT TRIGGER note_builds ON ddl_command_end WHEN TAG IN ('CREATE INDEX') EXECUTE FUNCTION note_build()`);
    const path = sqliteFile(`CREATE VIRTUAL TABLE items USING vec0(v float[512], w float[512]);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
        INSERT INTO items (v, w) SELECT unit, unit FROM n, (SELECT CAST(zeroblob(2044) || x'0000803f' AS BLOB) AS unit);`);
    const settings = settingsFor(path, "one_by_one");
    expect((await migrate({ ...settings, jobs: 4 }, context)).exitCode).toBe(0);
    await database!.admin.query("DROP EVENT TRIGGER note_builds");
    const { rows } = await database!.admin.query(
      "SELECT * FROM builds WHERE name LIKE 'one_by_one.%' AND name NOT LIKE '%pkey'",
    );
    expect(rows).toEqual(
      ["v", "w"].map((name) => ({ name: `one_by_one.items_${name}_idx`, memory: "64MB", least: "0", others: "0" })),
    );
  });

  it("a server without the shared memory for several processes builds such an index with one", async () => {
    // As PostgreSQL says it where /dev/shm is too small.
    await database!.admin.query(`CREATE FUNCTION no_memory() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
        IF current_setting('min_parallel_table_scan_size') = '0' AND current_setting('max_parallel_maintenance_workers') <> '0' THEN
          RAISE EXCEPTION 'could not resize shared memory segment' USING ERRCODE = '53100';
        END IF;
      END $$;
      CREATE EVENT TRIGGER no_memories ON ddl_command_start WHEN TAG IN ('CREATE INDEX') EXECUTE FUNCTION no_memory()`);
    const path = sqliteFile("CREATE VIRTUAL TABLE items USING vec0(v float[8])");
    fillItems(path, 100, 8);
    const report = await migrate(settingsFor(path, "alone"), context);
    await database!.admin.query("DROP EVENT TRIGGER no_memories");
    expect(report.exitCode).toBe(0);
    expect(told(report, "VECTOR_RECALL")).toEqual([expect.stringContaining("over 20 queries")]);
  });

  it("the rows of a vss0 table arrive, each index by its own metric", async () => {
    const report = await migrate(settingsFor(vssFile(), "vss"), context);
    expect(report).toMatchObject({ exitCode: 0, tables: [{ name: "notes", rowsWritten: 4, proof: "equal" }] });
    const { rows } = await database!.admin.query(
      "SELECT rowid::text, headline::text, body::text FROM vss.notes ORDER BY 1 LIMIT 1",
    );
    expect(rows).toEqual([{ rowid: "21", headline: "[3,2,3,4]", body: "[3,0.5,-1]" }]);
    const indexes = await database!.admin.query(
      "SELECT indexdef FROM pg_indexes WHERE schemaname = 'vss' AND indexdef LIKE '%hnsw%' ORDER BY 1",
    );
    expect(indexes.rows.map(({ indexdef }) => String(indexdef).replace(/.*USING /, ""))).toEqual([
      "hnsw (body vector_ip_ops)",
      "hnsw (headline vector_l2_ops)",
    ]);
  });

  it("a row of a vector table that stays behind is kept with its key and its bytes", async () => {
    const path = sqliteFile(`CREATE VIRTUAL TABLE docs USING vec0(doc TEXT PRIMARY KEY, v float[2], title TEXT);
      INSERT INTO docs VALUES ('a', '[1, 2]', 'fits'), ('b', x'0000c07f0000803f', 'has a NaN'), ('c', '[3, 4]', 'fits too');`);
    const report = await migrate(settingsFor(path, "kept"), context);
    expect(report).toMatchObject({ exitCode: 3, tables: [{ rowsWritten: 2, rowsRejected: 1, proof: "equal" }] });
    const { rows } = await database!.admin.query(
      "SELECT source_key::text AS key, code, original::text FROM landbridge.rejects WHERE run_id = $1",
      [report.runId],
    );
    expect(rows).toEqual([
      { key: '{"doc": "b"}', code: "NOT_A_VECTOR", original: expect.stringContaining("has a NaN") },
    ]);
  });

  it("a second run of the same file has nothing to do", async () => {
    const path = sqliteFile("CREATE VIRTUAL TABLE items USING vec0(v float[8])");
    fillItems(path, 20, 8);
    const directory = temporaryDirectory();
    expect((await migrate(settingsFor(path, "twice", {}, directory), context)).exitCode).toBe(0);
    expect((await migrate(settingsFor(path, "twice", {}, directory), context)).status).toBe("nothing-to-do");
  });

  it("an application's own columns of vectors take them, and its index comes back", async () => {
    const app = await application({
      ...{ target: database!.target, admin: database!.admin },
      source: `CREATE VIRTUAL TABLE docs USING vec0(id INTEGER PRIMARY KEY, v float[3], h int8[3], b bit[8]);
        INSERT INTO docs VALUES (1, '[1, 2, 3]', vec_int8('[1, 2, 3]'), vec_bit(x'01'));
        CREATE TABLE memory (id INTEGER PRIMARY KEY, listed TEXT, packed BLOB);
        INSERT INTO memory VALUES (1, '[0.5, 1, 2]', vec_f32('[0.1, 2]')), (2, '[1, 2]', NULL);`,
      tables: `CREATE TABLE docs (id bigint PRIMARY KEY, v public.vector(3), h public.halfvec(3), b bit(8));
        CREATE INDEX docs_v ON docs USING hnsw (v public.vector_cosine_ops);
        CREATE TABLE memory (id bigint PRIMARY KEY, listed public.vector(3), packed real[]);`,
    });
    const report = await app.load();
    expect(report).toMatchObject({ exitCode: 3, errors: [] });
    expect(await app.rows("SELECT v::text, h::text, b::text FROM docs")).toEqual([
      { v: "[1,2,3]", h: "[1,2,3]", b: "10000000" },
    ]);
    expect(await app.rows("SELECT id::text, listed::text, packed::text FROM memory")).toEqual([
      { id: "1", listed: "[0.5,1,2]", packed: "{0.1,2}" },
    ]);
    expect(
      await app.rows(`SELECT indexname FROM pg_indexes WHERE schemaname = '${app.schema}' AND indexname = 'docs_v'`),
    ).toHaveLength(1);
  });
});
