/** What full-text tables and searches by landbridge.yaml become in the plan. */
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { buildPlan } from "../../../src/plan/build.ts";
import type { Config } from "../../../src/plan/config.ts";
import { renderScript } from "../../../src/plan/ddl/ddl.ts";
import type { Plan } from "../../../src/plan/model.ts";
import { readCatalogue } from "../../../src/source/catalogue/read.ts";
import { profileSource } from "../../../src/source/profile.ts";

const plan = async (sql: string, config: Config = {}): Promise<Plan> => {
  const db = new Database(":memory:");
  db.exec(sql);
  const catalogue = readCatalogue(db);
  const profile = await profileSource(db, catalogue, { emit: () => undefined, signal: new AbortController().signal });
  db.close();
  const source = { sha256: "0", bytes: 0, encoding: catalogue.encoding };
  return buildPlan({
    ...{ catalogue, profile, config, only: [], violations: {}, source, landbridge: "0", capabilities: null },
  });
};
const searches = ({ tables }: Plan) => tables.flatMap((table) => table.searches ?? []);
const said = ({ findings }: Plan, code: string) => findings.filter((finding) => finding.code === code);

const DOCS =
  "CREATE TABLE doc (id INTEGER PRIMARY KEY, title TEXT, body TEXT, tags TEXT, made TEXT, raw BLOB, search_vector TEXT); INSERT INTO doc VALUES (1, 'a', 'b', '[\"x\"]', '2024-01-02 03:04:05', x'01', 'old');";
const EXTERNAL = `${DOCS} CREATE VIRTUAL TABLE doc_fts USING fts5(title, body, content='doc', content_rowid='id');`;

describe("a full-text table", () => {
  it("with content elsewhere becomes a generated column of that table, weighted by the columns' order", async () => {
    const made = await plan(EXTERNAL);
    expect(searches(made)).toMatchObject([
      {
        ...{ source: "doc_fts", kind: "generated", column: "search_vector_1", words: "search_words" },
        configuration: { name: "search_unaccent", own: true },
        parts: [
          { target: "title", weight: "A" },
          { target: "body", weight: "B" },
        ],
      },
    ]);
    expect(made.tables[0]?.indexes).toMatchObject([
      { name: "doc_search_vector_1_idx", method: "gin", elements: ['"search_vector_1"'] },
    ]);
    expect(made.extensions).toEqual(["unaccent"]);
    expect(made.skipped).toMatchObject([{ source: "doc_fts" }]);
  });

  it("without content takes the table that feeds it, or the one table that has its columns", async () => {
    const contentless = "CREATE VIRTUAL TABLE idx USING fts5(title, body, content='');";
    const fed = await plan(
      `${DOCS} CREATE TABLE other (title TEXT, body TEXT); ${contentless}
       CREATE TRIGGER t AFTER INSERT ON doc BEGIN INSERT INTO idx(rowid, title, body) VALUES (new.id, new.body, new.title); END;`,
    );
    expect(searches(fed)[0]?.parts.map(({ source }) => source)).toEqual(["body", "title"]);
    expect(searches(fed)[0]?.compare?.rowid).toBe("new.id");
    const guessed = await plan(`${DOCS} ${contentless}`);
    expect(searches(guessed)).toMatchObject([{ source: "idx", compare: null }]);
  });

  it.each([
    [
      "two tables have its columns",
      "CREATE TABLE a (t TEXT, u TEXT); CREATE TABLE b (t TEXT, u TEXT);",
      "fts5(t, u, content='')",
    ],
    ["one column alone is no evidence", "CREATE TABLE a (t TEXT);", "fts5(t, content='')"],
    ["its content is a view", "CREATE TABLE a (t TEXT); CREATE VIEW v AS SELECT t FROM a;", "fts5(t, content='v')"],
    [
      "its text is computed",
      "CREATE TABLE a (t TEXT, u TEXT); CREATE TRIGGER tr AFTER INSERT ON a BEGIN INSERT INTO f(rowid, t) VALUES (new.rowid, new.t || new.u); END;",
      "fts5(t, content='')",
    ],
  ])("is a finding where %s", async (_, tables, module) => {
    const made = await plan(`${tables} CREATE VIRTUAL TABLE f USING ${module};`);
    expect(searches(made)).toEqual([]);
    expect(said(made, "SEARCH_CONTENT_UNKNOWN")).toMatchObject([{ where: "f", severity: "warning" }]);
  });

  it("of trigrams becomes an index for LIKE on each column", async () => {
    const made = await plan("CREATE VIRTUAL TABLE t USING fts5(a, b, c UNINDEXED, tokenize='trigram');");
    expect(searches(made)).toMatchObject([{ kind: "trigram", column: null, indexes: ["t_a_trgm", "t_b_trgm"] }]);
    expect(made.tables[0]?.indexes.map(({ elements }) => elements)).toEqual([
      ['"a" gin_trgm_ops'],
      ['"b" gin_trgm_ops'],
    ]);
    expect(made.tables[0]?.added).toEqual([]);
    expect(made.extensions).toEqual(["pg_trgm"]);
  });

  it.each([
    ["fts5(a, tokenize='porter')", "search_porter_unaccent"],
    ["fts5(a, tokenize='porter ascii')", "search_porter_plain"],
    ["fts5(a, tokenize='unicode61 remove_diacritics 0')", "search_plain"],
    ["fts4(a)", "search_plain"],
    ["fts4(a, tokenize=unicode61)", "search_unaccent"],
  ])("declared %s takes the configuration %s", async (module, configuration) => {
    expect(searches(await plan(`CREATE VIRTUAL TABLE t USING ${module};`))[0]?.configuration?.name).toBe(configuration);
  });

  it("says what of its tokenizer has no equal", async () => {
    const made = await plan(
      `CREATE VIRTUAL TABLE t USING fts5(a, tokenize="unicode61 tokenchars '-_'"); CREATE VIRTUAL TABLE u USING fts4(a, languageid="l");`,
    );
    expect(said(made, "SEARCH_TOKENIZER_APPROXIMATED")).toMatchObject([{ where: "t" }]);
    expect(said(made, "SEARCH_LANGUAGE_COLUMN")).toMatchObject([{ where: "u" }]);
  });
});

describe("a search by landbridge.yaml", () => {
  const search = (given: NonNullable<NonNullable<Config["tables"]>[string]["search"]>): Config => ({
    tables: { doc: { search: given } },
  });

  it("takes the place of a source column of its name, and of the full-text table over the same rows", async () => {
    const made = await plan(
      EXTERNAL,
      search({ search_vector: { columns: { title: "B", body: "A" }, language: "english" } }),
    );
    expect(searches(made)).toMatchObject([
      {
        ...{ source: "doc_fts", column: "search_vector", words: null },
        configuration: { name: "english", own: false },
        parts: [
          { target: "title", weight: "B" },
          { target: "body", weight: "A" },
        ],
      },
    ]);
    expect(made.tables[0]?.columns.map(({ source }) => source)).not.toContain("search_vector");
    expect(said(made, "SEARCH_REPLACES_COLUMN")).toMatchObject([{ where: "doc.search_vector", count: 1 }]);
    expect(made.textSearch).toBeUndefined();
  });

  it("takes every text of a JSON array by a trigger, and a moment too, which no generated column may read", async () => {
    const { tables } = search({
      s: { columns: { title: "A", tags: "C" } },
      m: { columns: { made: "D" }, index: "none" },
    });
    const made = await plan(DOCS, {
      tables: { doc: { ...tables?.["doc"], columns: { made: { type: "timestamp" } } } },
    });
    expect(searches(made).map(({ kind, column, indexes }) => [kind, column, indexes])).toEqual([
      ["trigger", "s", ["doc_s_idx"]],
      ["trigger", "m", []],
    ]);
    expect(renderScript(made)).toContain('BEFORE INSERT OR UPDATE OF "title", "tags" ON "public"."doc"');
  });

  it("leaves out a column that has no text, and says so", async () => {
    const made = await plan(DOCS, search({ s: { columns: { title: "A", raw: "B" } } }));
    expect(searches(made)[0]?.parts.map(({ source }) => source)).toEqual(["title"]);
    expect(said(made, "SEARCH_COLUMN_LEFT_OUT")).toMatchObject([{ where: "doc.raw" }]);
  });

  it.each([
    [{ s: { columns: { titel: "A" } } }, 'Did you mean "title"?'],
    [{ s: { columns: { title: "A" }, replaces: "doc_ftz" } }, 'Did you mean "doc_fts"?'],
  ] as const)("refuses a name that there is not: %j", async (given, remedy) => {
    await expect(plan(EXTERNAL, search(given))).rejects.toMatchObject({
      code: "CONFIG_UNKNOWN_NAME",
      exitCode: 2,
      remedy,
    });
  });

  it("is refused on a full-text table that holds no rows", async () => {
    await expect(
      plan(EXTERNAL, { tables: { doc_fts: { search: { s: { columns: { title: "A" } } } } } }),
    ).rejects.toMatchObject({ code: "CONFIG_UNKNOWN_NAME" });
  });

  it("of several, the one with all columns stands for the full-text table", async () => {
    const made = await plan(
      EXTERNAL,
      search({ s: { columns: { title: "A" } }, t: { columns: { body: "A", title: "B" } } }),
    );
    expect(searches(made).map(({ column, source }) => [column, source])).toEqual([
      ["s", null],
      ["t", "doc_fts"],
    ]);
  });
});

it("guards against texts that are too long for one tsvector", async () => {
  const made = await plan(`${EXTERNAL} INSERT INTO doc (id, body) VALUES (2, '${"word ".repeat(60_000)}');`);
  expect(searches(made)[0]).toMatchObject({ kind: "trigger" });
  expect(searches(made)[0]?.trigger?.body).toContain('left(NEW."body", 125000)');
  expect(said(made, "SEARCH_LONG_TEXTS")).toMatchObject([{ where: "doc.body" }]);
});
