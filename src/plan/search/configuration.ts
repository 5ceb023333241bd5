/** The text search configuration that stands for a tokenizer of SQLite, and what it needs in the schema. */
import type { Tokenizer } from "../../source/search/model.ts";
import type { PlanTextSearch } from "./model.ts";
import { type WordRule, withoutSeparators } from "./separators.ts";

export interface SearchConfiguration {
  /** As regconfig reads it. */
  readonly name: string;
  readonly own: boolean;
  /** null: texts are parsed as they are. */
  readonly words: { readonly function: string; readonly rule: WordRule } | null;
  readonly extensions: readonly string[];
  readonly objects: readonly PlanTextSearch[];
}

const STEMMER = "search_porter_stem";

/** One that the user has named: PostgreSQL's own, or one that the database has. */
export const namedConfiguration = (name: string): SearchConfiguration => ({
  ...{ name, own: false, words: null, extensions: [], objects: [] },
});

/** The nearest to a tokenizer: the same words, without diacritics and stemmed where SQLite does so, and never a stop word. */
export const configurationOf = ({ name, stems, removeDiacritics }: Tokenizer): SearchConfiguration => {
  const rule: WordRule = name === "ascii" || name === "simple" ? "ascii" : "unicode";
  const folds = rule === "unicode" && removeDiacritics > 0;
  const configuration = ["search", ...(stems ? ["porter"] : []), folds ? "unaccent" : "plain"].join("_");
  const words = rule === "unicode" ? "search_words" : "search_ascii_words";
  return {
    name: configuration,
    own: true,
    words: { function: words, rule },
    extensions: folds ? ["unaccent"] : [],
    objects: [
      ...(stems ? [stemmer] : []),
      { kind: "configuration", name: configuration, statements: configurationSql(configuration, stems, folds) },
      { kind: "function", name: words, statements: [wordsSql(words, rule)] },
    ],
  };
};

/** PostgreSQL's own `english` has a younger stemmer and stop words; this is the algorithm that SQLite has, without any. */
const stemmer: PlanTextSearch = {
  kind: "dictionary",
  name: STEMMER,
  statements: [`CREATE TEXT SEARCH DICTIONARY ${STEMMER} (TEMPLATE = pg_catalog.snowball, LANGUAGE = porter)`],
};

const ASCII_WORDS = "asciiword, hword_asciipart";
const OTHER_WORDS = "word, numword, hword_part, hword_numpart";
/** A compound as a whole: its parts follow it, and a search for it is a search for them. */
const COMPOUNDS = "asciihword, hword, numhword";

const configurationSql = (name: string, stems: boolean, folds: boolean): string[] => {
  const last = stems ? STEMMER : "simple";
  const other = folds ? `unaccent, ${last}` : last;
  return [
    `CREATE TEXT SEARCH CONFIGURATION ${name} (COPY = pg_catalog.simple)`,
    `ALTER TEXT SEARCH CONFIGURATION ${name} DROP MAPPING FOR ${COMPOUNDS}`,
    ...(stems ? [`ALTER TEXT SEARCH CONFIGURATION ${name} ALTER MAPPING FOR ${ASCII_WORDS} WITH ${last}`] : []),
    ...(stems || folds
      ? [`ALTER TEXT SEARCH CONFIGURATION ${name} ALTER MAPPING FOR ${OTHER_WORDS} WITH ${other}`]
      : []),
  ];
};

/** A body in standard SQL is bound when it is made: it needs no search_path, and may move to another schema. */
const wordsSql = (name: string, rule: WordRule): string =>
  `CREATE FUNCTION ${name}(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN ${withoutSeparators("$1", rule)}`;
