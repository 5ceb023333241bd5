/** Full-text tables of every kind on their way: what is made of them, that it is used, and that both sides find the same rows. */
import { randomBytes } from "node:crypto";
import Database from "better-sqlite3";
import { expect, it } from "vitest";
import { migrate } from "../../../src/migrate.ts";
import type { Config } from "../../../src/plan/config.ts";
import type { RunReport } from "../../../src/report/model.ts";
import { textReport } from "../../../src/report/text.ts";
import { parseSettings } from "../../../src/settings.ts";
import { freshDatabase } from "../../support/database.ts";
import { sqliteFile, temporaryDirectory } from "../../support/sqlite.ts";

const database = await freshDatabase();

const cross = async (schema: string, path: string, config: Config = {}): Promise<RunReport> =>
  migrate(
    {
      ...parseSettings({ source: path, schema, cwd: temporaryDirectory(), environment: {}, cores: 1 }),
      ...{ target: database.target, config: { ...config, schema }, replace: true },
    },
    { emit: () => undefined, signal: new AbortController().signal },
  );

const rows = async (statement: string): Promise<unknown[][]> =>
  (await database.admin.query<unknown[]>({ text: statement, rowMode: "array" })).rows;

const NOTES = `
  CREATE TABLE note (id INTEGER PRIMARY KEY, title TEXT, body TEXT);
  INSERT INTO note VALUES
    (1, 'State-of-the-art café', 'Write to user@example.com or see https://example.com/docs/a?b=c#d and v1.2.3'),
    (2, 'Running connections', 'The runner ran; relational generalizations of 3.14 and -5 and/or 10,000.50 foo_bar'),
    (3, 'Čeština a Łódź', 'naïve Москва don’t “quoted” a—b C++ C#'),
    (4, '日本語テキスト', NULL),
    (5, NULL, NULL);`;

it("finds the same rows on both sides, whatever the module, the content and the tokenizer", async () => {
  const report = await cross(
    "kinds",
    sqliteFile(`${NOTES}
      CREATE VIRTUAL TABLE own5 USING fts5(title, body, extra UNINDEXED, tokenize='porter', prefix='2 3');
      INSERT INTO own5 (rowid, title, body, extra) SELECT id, title, body, 'words of no index' FROM note;
      CREATE VIRTUAL TABLE ext5 USING fts5(title, body, content='note', content_rowid='id');
      INSERT INTO ext5 (ext5) VALUES ('rebuild');
      CREATE VIRTUAL TABLE none5 USING fts5(title, body, content='', contentless_delete=1);
      CREATE TRIGGER feed AFTER INSERT ON note BEGIN INSERT INTO none5 (rowid, title, body) VALUES (new.id, new.title, ifnull(new.body, '')); END;
      INSERT INTO none5 (rowid, title, body) SELECT id, title, body FROM note;
      CREATE VIRTUAL TABLE tri5 USING fts5(body, content='note', content_rowid='id', tokenize='trigram');
      INSERT INTO tri5 (tri5) VALUES ('rebuild');
      CREATE VIRTUAL TABLE ascii5 USING fts5(body, detail=none, tokenize='ascii');
      INSERT INTO ascii5 (rowid, body) SELECT id, body FROM note;
      CREATE VIRTUAL TABLE own4 USING fts4(title, body, notindexed=title, tokenize=unicode61, prefix="2,4", order=desc);
      INSERT INTO own4 (docid, title, body) SELECT id, title, body FROM note;
      CREATE VIRTUAL TABLE ext4 USING fts4(content="note", title, body);
      INSERT INTO ext4 (ext4) VALUES ('rebuild');
      CREATE VIRTUAL TABLE own3 USING fts3(body);
      INSERT INTO own3 (docid, body) SELECT id, body FROM note;`),
  );
  expect(report).toMatchObject({ exitCode: 0, errors: [] });
  expect(
    report.findings
      .filter(({ code }) => code === "SEARCH_TRANSLATED")
      .map(({ where }) => where)
      .sort(),
  ).toEqual(["ascii5", "ext4", "ext5", "none5", "own3", "own4", "own5", "tri5"]);
  expect(report.findings.filter(({ code }) => code === "SEARCH_RESULTS_DIFFER")).toEqual([]);
  for (const search of report.searches ?? [])
    expect(search).toMatchObject({ empty: 0, differences: [], notCompared: null, same: search.queries });
  expect(report.searches?.every(({ queries }) => queries > 0)).toBe(true);
  expect(report.searches).toHaveLength(8);
  // Words of a column without index, and stems.
  expect(
    await rows(
      `SELECT search_vector @@ to_tsquery('kinds.search_porter_unaccent', 'connected'), search_vector @@ to_tsquery('kinds.search_porter_unaccent', 'index')
       FROM kinds.own5 WHERE rowid = 2`,
    ),
  ).toEqual([[true, false]]);
  expect(textReport(report)).toContain("sample queries find the same rows");
});

it("tells a difference with its cause, and the proof stands", async () => {
  const report = await cross(
    "differ",
    sqliteFile(`${NOTES} INSERT INTO note VALUES (6, 'The and of', 'नमस्ते दुनिया');
      CREATE VIRTUAL TABLE f USING fts5(title, body, content='note', content_rowid='id');
      INSERT INTO f (f) VALUES ('rebuild');
      UPDATE note SET body = 'changed behind the index' WHERE id = 3;`),
    { tables: { note: { search: { words: { columns: { title: "A", body: "B" }, language: "english" } } } } },
  );
  expect(report.exitCode).toBe(0);
  const [search] = report.searches ?? [];
  expect(search?.differences.map(({ cause }) => cause).sort()).toEqual(
    expect.arrayContaining(["combining marks", "compound word", "index not in step", "number", "stop word"]),
  );
  expect(report.findings).toContainEqual(
    expect.objectContaining({ code: "SEARCH_RESULTS_DIFFER", where: "f", severity: "warning" }),
  );
});

it("compares texts that hold a NUL in SQLite", async () => {
  const path = sqliteFile(`CREATE TABLE part (id INTEGER PRIMARY KEY, name TEXT);
    INSERT INTO part VALUES (1, 'the bolt' || char(0) || ' of steel'), (2, 'a nut');
    CREATE VIRTUAL TABLE part_fts USING fts5(name, content='part', content_rowid='id');
    INSERT INTO part_fts (part_fts) VALUES ('rebuild');`);
  const report = await cross("nul", path, {
    text: { nul: "strip" },
    tables: { part: { search: { words: { columns: { name: "A" }, language: "english" } } } },
  });
  expect(report).toMatchObject({ errors: [], exitCode: 0 });
  expect(report.searches?.[0]?.differences.map(({ cause }) => cause)).toContain("stop word");
});

it("answers by the index", async () => {
  const path = sqliteFile(
    "CREATE VIRTUAL TABLE d USING fts5(x); CREATE VIRTUAL TABLE t USING fts5(x, tokenize='trigram');",
  );
  const db = new Database(path);
  for (const name of ["d", "t"]) {
    const insert = db.prepare(`INSERT INTO ${name} VALUES (?)`);
    db.transaction(() => {
      for (let i = 0; i < 3000; i++) insert.run(`row ${i} ${"common words of every row ".repeat(4)} w${i % 500}x`);
    })();
  }
  db.close();
  expect((await cross("indexed", path)).exitCode).toBe(0);
  await database.admin.query("SET search_path = indexed, public");
  const plan = async (query: string): Promise<string> => (await rows(`EXPLAIN ${query}`)).join("\n");
  expect(
    await plan("SELECT rowid FROM d WHERE search_vector @@ websearch_to_tsquery('search_unaccent', 'w77x')"),
  ).toContain("Bitmap Index Scan on d_search_vector_idx");
  expect(await plan("SELECT rowid FROM t WHERE x ILIKE '%w77x%'")).toContain("Bitmap Index Scan on t_x_trgm");
});

it("never refuses a row because of its length, and tells which words are not searched", async () => {
  const path = sqliteFile(
    "CREATE TABLE doc (id INTEGER PRIMARY KEY, title TEXT, body TEXT); CREATE VIRTUAL TABLE f USING fts5(title, body, content='doc', content_rowid='id');",
  );
  const db = new Database(path);
  const long = Array.from({ length: 90_000 }, () => randomBytes(5).toString("hex")).join(" ");
  db.prepare("INSERT INTO doc VALUES (1, 'long', ?), (2, 'short', 'a few words')").run(long);
  db.exec("INSERT INTO f (f) VALUES ('rebuild')");
  db.close();
  const report = await cross("long", path);
  expect(report).toMatchObject({ exitCode: 0, tables: [{ rowsWritten: 2, proof: "equal" }, {}] });
  expect(report.searches?.[0]).toMatchObject({ empty: 0, differences: [{ cause: "too long" }] });
  const first = long.slice(0, 10);
  expect(await rows(`SELECT id FROM long.doc WHERE search_vector @@ '${first}'::tsquery`)).toEqual([["1"]]);
  // Later rows of the application's are no other.
  await database.admin.query("INSERT INTO long.doc VALUES (3, 'later', $1)", [long]);
  await database.admin.query("UPDATE long.doc SET body = 'words anew' WHERE id = 1");
  expect(
    await rows(
      "SELECT id FROM long.doc WHERE search_vector @@ 'anew'::tsquery OR search_vector @@ 'later'::tsquery ORDER BY 1",
    ),
  ).toEqual([["1"], ["3"]]);
});

it("searches every text of a JSON array, whatever the array has become, also of rows to come", async () => {
  const report = await cross(
    "arrays",
    sqliteFile(`CREATE TABLE d (id INTEGER PRIMARY KEY, title TEXT, a JSON, b TEXT, c TEXT, search_vector TEXT);
      INSERT INTO d VALUES (1, 'One', '["deep learning", {"k": "nested"}]', '["plain text", "caf\\u00e9"]', '["native array"]', 'derived');`),
    {
      accept: "suggestions",
      tables: {
        d: {
          columns: { b: { type: "text" }, c: { type: "text[]" } },
          search: {
            search_vector: { columns: { title: "A", a: "B", b: "C", c: "D" }, language: "english" },
            s: { columns: { a: "A" } },
          },
        },
      },
    },
  );
  expect(report.exitCode).toBe(0);
  const vectors = "SELECT search_vector::text, s::text FROM arrays.d WHERE id = ";
  expect(await rows(`${vectors}1`)).toEqual([
    [
      "'array':9 'café':7C 'deep':2B 'learn':3B 'nativ':8 'nest':4B 'one':1A 'plain':5C 'text':6C",
      "'deep':1A 'learning':2A 'nested':4A",
    ],
  ]);
  await database.admin.query(`INSERT INTO arrays.d (id, a, b, c) VALUES (2, '["x y"]', 'not [ JSON', '{"e f"}')`);
  expect(await rows(`${vectors}2`)).toEqual([["'e':5 'f':6 'json':4C 'x':1B 'y':2B", "'x':1A 'y':2A"]]);
});

it("keeps search working where a new load takes an old one's place, and drops what nobody needs", async () => {
  const make = (module: string, body: string) =>
    sqliteFile(`CREATE VIRTUAL TABLE f USING ${module}; INSERT INTO f VALUES ('${body}');`);
  expect((await cross("again", make("fts5(x)", "café one"))).exitCode).toBe(0);
  expect(
    (await cross("again", make("fts5(x, tokenize='porter')", `connections ${"long ".repeat(60_000)}`))).exitCode,
  ).toBe(0);
  const names = async () =>
    (
      await rows(
        `SELECT cfgname::text FROM pg_ts_config WHERE cfgnamespace = 'again'::regnamespace
       UNION ALL SELECT dictname::text FROM pg_ts_dict WHERE dictnamespace = 'again'::regnamespace
       UNION ALL SELECT proname::text FROM pg_proc WHERE pronamespace = 'again'::regnamespace ORDER BY 1`,
      )
    ).flat();
  expect(await names()).toEqual([
    "f_search_vector_fill",
    "search_porter_stem",
    "search_porter_unaccent",
    "search_words",
  ]);
  await database.admin.query("INSERT INTO again.f (x) VALUES ('connecting')");
  expect(
    await rows(
      "SELECT count(*)::int FROM again.f WHERE search_vector @@ to_tsquery('again.search_porter_unaccent', 'connected')",
    ),
  ).toEqual([[2]]);
});

it("turns the verdict where a search column is empty", async () => {
  const path = sqliteFile(`CREATE VIRTUAL TABLE f USING fts5(x); INSERT INTO f VALUES ('${"long ".repeat(60_000)}');`);
  // Whoever makes a trigger of the name first decides what it does: nothing.
  await database.admin.query(`CREATE FUNCTION public.emptied() RETURNS event_trigger LANGUAGE plpgsql AS $$
    BEGIN IF current_schema = 'emptied' AND tg_tag = 'CREATE TRIGGER' THEN ALTER TABLE emptied.f DISABLE TRIGGER USER; END IF; END $$;
    CREATE EVENT TRIGGER emptied ON ddl_command_end EXECUTE FUNCTION public.emptied()`);
  const report = await cross("emptied", path);
  await database.admin.query("DROP EVENT TRIGGER emptied");
  expect(report).toMatchObject({ exitCode: 3, searches: [{ empty: 1 }] });
  expect(report.objects.others).toMatchObject([{ name: "f.search_vector", state: "different" }]);
});
