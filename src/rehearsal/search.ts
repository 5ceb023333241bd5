/**
 * Search in text: LIKE on both sides, the source's own full-text table where it has one, and what PostgreSQL has for it, a
 * tsvector column with a GIN index. https://www.postgresql.org/docs/current/textsearch-indexes.html
 */
import type Database from "better-sqlite3";
import type { Plan, PlanTable } from "../plan/model.ts";
import { quoteSqlite } from "../source/quote.ts";
import { qualified, quoteIdentifier } from "../target/quote.ts";
import type { Sides } from "./compare.ts";
import { type Latencies, latenciesOf, newHistogram, record } from "./histogram.ts";
import type { Search } from "./model.ts";
import { SCRATCH } from "./scratch.ts";
import { WORK_ROWS } from "./workload.ts";

const REPEATS = 20;
/** Texts that the word is chosen from, and how many of their rarest words are looked for in the whole table. */
const SAMPLE = 500;
const CANDIDATES = 20;

interface Subject {
  readonly table: PlanTable;
  readonly column: { readonly source: string; readonly target: string };
  readonly fullText: boolean;
}

/** null where the source has no text to search in. @param virtual the source's tables of modules */
export const compareSearch = async (
  sides: Sides,
  plan: Plan,
  virtual: ReadonlySet<string>,
  schema: string,
): Promise<Search | null> => {
  const subject = subjectOf(sides.sqlite, plan, virtual);
  if (subject === null) return null;
  const word = rarest(sides.sqlite, subject, rareWords(texts(sides.sqlite, subject)));
  if (word === null) return null;
  await makeWords(sides, subject, schema);
  const { table, column, fullText } = subject;
  const like = `%${word}%`;
  const source = quoteSqlite(table.source);
  const sqliteLike = likeStatement(sides.sqlite, subject);
  const match = fullText ? sides.sqlite.prepare(`SELECT count(*) FROM ${source} WHERE ${source} MATCH ?`) : null;
  const words = qualified(SCRATCH, "landbridge_words");
  return {
    where: `${table.source}.${column.source}`,
    word,
    sqliteLike: await repeated(() => sqliteLike.all(like)),
    sqliteMatch: match === null ? null : await repeated(() => match.all(`"${word}"`)),
    // SQLite's LIKE ignores the case of ASCII letters.
    postgresLike: await repeated(() =>
      sides.postgres.query({
        name: "like",
        text: `SELECT count(*) FROM ${words} WHERE body ILIKE $1`,
        values: [like],
      }),
    ),
    postgresWords: await repeated(() =>
      sides.postgres.query({
        name: "words",
        text: `SELECT count(*) FROM ${words} WHERE words @@ plainto_tsquery('simple', $1)`,
        values: [word],
      }),
    ),
  };
};

/** Of a full-text table first, for its users do search; the column with most text. */
const subjectOf = (sqlite: Database.Database, plan: Plan, virtual: ReadonlySet<string>): Subject | null => {
  const candidates = plan.tables
    .filter(({ rows }) => rows > 0)
    .flatMap((table) =>
      table.columns
        .filter(({ type, form }) => (type.name === "text" || type.name === "varchar") && form.kind === "text")
        .map((column) => ({ table, column, fullText: virtual.has(table.source) })),
    );
  const searched = candidates.filter(({ table, fullText }) => fullText && isFullText(sqlite, table.source));
  const ranked = (searched.length > 0 ? searched : candidates.filter(({ fullText }) => !fullText))
    .map((candidate) => ({ candidate, characters: charactersIn(sqlite, candidate) }))
    .sort((a, b) => b.characters - a.characters);
  return ranked[0]?.candidate ?? null;
};

const isFullText = (sqlite: Database.Database, table: string): boolean =>
  sqlite
    .prepare<[string], number>("SELECT sql LIKE '%USING fts%' FROM sqlite_schema WHERE name = ?")
    .pluck()
    .get(table) === 1;

/** About how much there is to search: the mean length of the first texts times the rows. */
const charactersIn = (sqlite: Database.Database, subject: Subject): number => {
  const some = texts(sqlite, subject);
  const mean = some.reduce((sum, text) => sum + text.length, 0) / Math.max(1, some.length);
  return mean * subject.table.rows;
};

const texts = (sqlite: Database.Database, { table, column }: Subject): readonly string[] =>
  sqlite
    .prepare<[], string>(
      `SELECT ${quoteSqlite(column.source)} FROM ${quoteSqlite(table.source)}
       WHERE typeof(${quoteSqlite(column.source)}) = 'text' LIMIT ${SAMPLE}`,
    )
    .pluck()
    .all();

/** All matches are counted, as a ranking of them needs: a page of the first ones would be found at once, whatever the index. */
const likeStatement = (sqlite: Database.Database, { table, column }: Subject): Database.Statement<[string], number> => {
  const rows = `(SELECT ${quoteSqlite(column.source)} AS body FROM ${quoteSqlite(table.source)} LIMIT ${WORK_ROWS})`;
  return sqlite.prepare<[string], number>(`SELECT count(*) FROM ${rows} WHERE body LIKE ?`).pluck();
};

/** Words of five ASCII letters or more, the rarest first. */
export const rareWords = (sample: readonly string[]): readonly string[] => {
  const counts = new Map<string, number>();
  for (const text of sample)
    for (const [word] of text.matchAll(/(?<![\p{L}\p{N}_])[A-Za-z]{5,20}(?![\p{L}\p{N}_])/gu))
      counts.set(word.toLowerCase(), (counts.get(word.toLowerCase()) ?? 0) + 1);
  return [...counts].sort(([a, many], [b, more]) => many - more || (a < b ? -1 : 1)).map(([word]) => word);
};

/** The one of them that fewest rows of the whole table hold: nobody searches for what is everywhere. */
const rarest = (sqlite: Database.Database, subject: Subject, words: readonly string[]): string | null => {
  const statement = likeStatement(sqlite, subject);
  const counted = words.slice(0, CANDIDATES).map((word) => ({ word, rows: statement.get(`%${word}%`) ?? 0 }));
  return counted.sort((a, b) => a.rows - b.rows)[0]?.word ?? null;
};

const makeWords = async ({ postgres }: Sides, { table, column }: Subject, schema: string): Promise<void> => {
  const words = qualified(SCRATCH, "landbridge_words");
  await postgres.query(`DROP TABLE IF EXISTS ${words}`);
  await postgres.query(
    `CREATE TABLE ${words} AS SELECT body, to_tsvector('simple', left(body, 100000)) AS words
     FROM (SELECT ${quoteIdentifier(column.target)}::text AS body FROM ${qualified(schema, table.target)} LIMIT ${WORK_ROWS}) rows`,
  );
  await postgres.query(`CREATE INDEX ON ${words} USING gin (words)`);
  await postgres.query(`ANALYZE ${words}`);
};

const repeated = async (action: () => unknown): Promise<Latencies> => {
  await action();
  const histogram = newHistogram();
  for (let times = 0; times < REPEATS; times++) {
    const began = performance.now();
    await action();
    record(histogram, performance.now() - began);
  }
  return latenciesOf(histogram)!;
};
