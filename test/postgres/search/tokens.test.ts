/** Words: what FTS5 and FTS4 cut a text into, and what the configuration that stands for them makes of it. */
import Database from "better-sqlite3";
import { beforeAll, expect, it } from "vitest";
import { configurationOf } from "../../../src/plan/search/configuration.ts";
import { distinctTextSearch } from "../../../src/plan/search/plan.ts";
import { readSearchDeclaration } from "../../../src/source/search/declaration.ts";
import { freshDatabase } from "../../support/database.ts";

const database = await freshDatabase();

const MODULES = [
  "fts5(x)",
  "fts5(x, tokenize='unicode61 remove_diacritics 2')",
  "fts5(x, tokenize='unicode61 remove_diacritics 0')",
  "fts5(x, tokenize='ascii')",
  "fts4(x)",
  "fts4(x, tokenize=unicode61)",
];

const configuration = (module: string) =>
  configurationOf(readSearchDeclaration(`CREATE VIRTUAL TABLE t USING ${module}`)!.tokenizer);

beforeAll(async () => {
  await database.admin.query("CREATE EXTENSION unaccent");
  const objects = [...MODULES, "fts5(x, tokenize='porter')"].flatMap((module) => configuration(module).objects);
  for (const { statements } of distinctTextSearch(objects)) await database.admin.query(statements.join(";"));
});

const inSqlite = (module: string, text: string): string[] => {
  const db = new Database(":memory:");
  db.exec(`CREATE VIRTUAL TABLE t USING ${module}`);
  db.prepare("INSERT INTO t VALUES (?)").run(text);
  const [using, where] = module.startsWith("fts5") ? ["fts5vocab(t, row)", ""] : ["fts4aux(t)", "WHERE col = '*'"];
  db.exec(`CREATE VIRTUAL TABLE v USING ${using}`);
  const terms = db.prepare<[], string>(`SELECT term FROM v ${where}`).pluck().all();
  db.close();
  return terms.sort();
};

const inPostgres = async (module: string, text: string): Promise<string[]> => {
  const { name, words } = configuration(module);
  const { rows } = await database.admin.query<{ words: string[] }>(
    `SELECT tsvector_to_array(to_tsvector('${name}', ${words!.function}($1))) AS words`,
    [text],
  );
  return rows[0]!.words.sort();
};

const TEXTS = [
  "The Quick brown fox, jumps!",
  "State-of-the-art e-mail: write to User@example.com or see https://example.com/docs/a?b=c#d",
  "v1.2.3 costs 3.14 or -5 or +7 or .5 or 10,000.50 and 1e5 and 0x1F and 12abc",
  "and/or /usr/local/bin C:\\Windows file.tar.gz foo_bar __init__ C++ C# @user #tag 50%",
  '<p class=\'x\'>Fish &amp; chips</p> {"json": [1, "two"]}',
  "don't can't “quoted” „unten“ a—b a–b … «là» ¿qué? ¡sí!",
  "Café naïve ÉCOLE Ünïcödé čeština",
  "Привет МОСКВА Αθηνα 日本語テキスト 한국어 中文，标点。「引号」",
  "🙂 emoji→arrow ★ stars ©2024",
];

it.each(MODULES.flatMap((module) => TEXTS.map((text) => [module, text] as const)))(
  "%s finds the same words in %j",
  async (module, text) => {
    // Tokenizers that know ASCII alone keep the case of other letters apart; PostgreSQL folds them all.
    const words = /ascii|fts4\(x\)/.test(module)
      ? inSqlite(module, text).map((word) => word.toLowerCase())
      : inSqlite(module, text);
    expect(await inPostgres(module, text)).toEqual([...new Set(words)].sort());
  },
);

it.each([
  ["Ελληνικά", "ελληνικά", "ελληνικα"],
  ["Straße", "straße", "strasse"],
  ["Łódź", "łodz", "lodz"],
])("folds more than SQLite in %s: a search with either spelling finds both", async (text, there, here) => {
  expect(inSqlite("fts5(x)", text)).toEqual([there]);
  expect(await inPostgres("fts5(x)", text)).toEqual([here]);
  expect(await inPostgres("fts5(x)", there)).toEqual([here]);
});

it("stems by the same algorithm, without stop words", async () => {
  const text = "running connections relational generalization happiness the and hopping agreed conditional flies dying";
  const module = "fts5(x, tokenize='porter')";
  expect(await inPostgres(module, text)).toEqual(inSqlite(module, text));
});

it("finds a compound by its parts, whether or not the query is cut first", async () => {
  const { rows } = await database.admin.query<{ found: boolean }>(
    `SELECT to_tsvector('search_unaccent', search_words('a state-of-the-art e-mail')) @@ q AS found
     FROM (VALUES (websearch_to_tsquery('search_unaccent', 'e-mail')), (websearch_to_tsquery('search_unaccent', 'state-of-the-art')),
       (phraseto_tsquery('search_unaccent', search_words('e-mail'))), (to_tsquery('search_unaccent', 'art'))) AS v (q)`,
  );
  expect(rows).toEqual([{ found: true }, { found: true }, { found: true }, { found: true }]);
});

it("has the same words in a database of another locale", async () => {
  const other = await freshDatabase("ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'und' LOCALE 'C'");
  await other.admin.query("CREATE EXTENSION unaccent");
  for (const { statements } of configuration("fts5(x)").objects) await other.admin.query(statements.join(";"));
  for (const text of TEXTS) {
    const { rows } = await other.admin.query<{ words: string[] }>(
      "SELECT tsvector_to_array(to_tsvector('search_unaccent', search_words($1))) AS words",
      [text],
    );
    expect(rows[0]!.words.sort()).toEqual(inSqlite("fts5(x)", text));
  }
});
