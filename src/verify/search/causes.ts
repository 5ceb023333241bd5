/** Why a question finds other rows on one side than on the other: told from one of the rows. */
import { fold } from "../../source/fold.ts";
import type { SearchCause } from "./model.ts";
import type { Question } from "./queries.ts";
import type { SearchedSource } from "./source.ts";
import { readingOf, type SearchedTable } from "./target.ts";

/** Kinds of words of PostgreSQL's parser that SQLite would cut. */
const COMPOUND: ReadonlySet<string> = new Set(
  "email url host url_path file tag entity protocol hword asciihword numhword".split(" "),
);
const NUMBER: ReadonlySet<string> = new Set(["int", "float", "sfloat", "version"]);

/** Of longer texts PostgreSQL may hold the beginning alone: a tsvector has 16,383 positions and one megabyte. */
const LONG = 60_000;

/** @param key one of the rows · `missing`: SQLite alone finds it */
export const causeOf = async (
  question: Question,
  { key, missing }: { readonly key: string; readonly missing: boolean },
  source: SearchedSource,
  target: SearchedTable,
): Promise<SearchCause> => {
  const whole = source.textsOf(key);
  const texts = whole.map((text) => text.slice(0, LONG));
  const words = question.words.map(folded);
  const row = {
    words,
    texts,
    foreign: isForeign(question.words.join("")),
    stands: standIn(words, texts),
  };
  if (isOfOtherColumns(missing, row, target)) return "other columns";
  if (question.kind === "part") return row.foreign ? "diacritics" : "other";
  if (!missing) return ofExtra(question, row, target);
  if (!row.stands && whole.some((text) => text.length > LONG)) return "too long";
  return ofMissing(question, row, target);
};

interface Row {
  readonly words: readonly string[];
  readonly texts: readonly string[];
  readonly foreign: boolean;
  /** All words are in one of its texts, as SQLite would cut it. */
  readonly stands: boolean;
}

/** PostgreSQL alone finds it. */
const ofExtra = (question: Question, { words, texts, foreign }: Row, target: SearchedTable): SearchCause => {
  if (question.kind === "phrase" && texts.length > 1) return "phrase across columns";
  if (hasOwnRules(target)) return "tokenizer options";
  if (stemsHere(target)) return "stemming";
  if (foreign || texts.some(isForeign)) return "diacritics";
  // PostgreSQL's parser ends a number where letters follow that are no part of it: 60e880 and a.
  const whole = texts.some((text) => words.every((word) => cut(text).includes(word)));
  return whole ? "index not in step" : "number";
};

/** SQLite alone finds it. */
const ofMissing = async (question: Question, row: Row, target: SearchedTable): Promise<SearchCause> => {
  const { words, texts, foreign, stands } = row;
  const text = texts.join(" ");
  const marks = /\p{M}/u.test(text);
  const { nodes, lexemes, tokens } = await readingOf(target, question, text);
  if (nodes === 0) return "stop word";
  if (!stemsThere(target) && !stands && !marks) return hasOwnRules(target) ? "tokenizer options" : "index not in step";
  const within = tokens.filter(({ token }) => words.some((word) => isWithin(word, folded(token))));
  if (within.some(({ kind }) => COMPOUND.has(kind))) return "compound word";
  if (within.some(({ kind }) => NUMBER.has(kind))) return "number";
  if (marks) return "combining marks";
  if (hasOwnRules(target)) return "tokenizer options";
  if (foreign) return "diacritics";
  return stemsHere(target) || lexemes.some((lexeme) => !words.includes(lexeme)) ? "stemming" : "other";
};

const isWithin = (word: string, token: string): boolean => token !== word && token.includes(word);

const isForeign = (text: string): boolean => /\P{ASCII}/u.test(text);

const tokenizerOf = ({ search }: SearchedTable) => search.compare?.declaration.tokenizer;

const stemsThere = (target: SearchedTable): boolean => tokenizerOf(target)?.stems === true;

const stemsHere = (target: SearchedTable): boolean => stemsThere(target) || target.search.configuration?.own === false;

/** The table cuts words by rules of its own. */
const hasOwnRules = (target: SearchedTable): boolean => {
  const tokenizer = tokenizerOf(target);
  if (tokenizer === undefined) return false;
  return tokenizer.tokenCharacters !== "" || tokenizer.separators !== "" || tokenizer.categories !== null;
};

/** The words may be in a column that one side alone searches. `texts` are those of the search's columns, in their order. */
const isOfOtherColumns = (missing: boolean, { words, texts }: Row, { search }: SearchedTable): boolean => {
  const declared = (search.compare?.declaration.columns ?? []).flatMap(({ name, indexed }) => (indexed ? [name] : []));
  if (declared.length === 0) return false;
  const parts = search.parts.map(({ source }) => fold(source));
  if (missing) return declared.some((name) => !parts.includes(fold(name)));
  const shared = texts.filter((_, i) => declared.some((name) => fold(name) === parts[i]));
  return shared.length < texts.length && !standIn(words, shared);
};

const standIn = (words: readonly string[], texts: readonly string[]): boolean =>
  texts.some((text) => words.every((word) => cut(text).some((own) => own.startsWith(word))));

const folded = (text: string): string => text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();

const cut = (text: string): readonly string[] => folded(text).match(/[\p{L}\p{N}]+/gu) ?? [];
