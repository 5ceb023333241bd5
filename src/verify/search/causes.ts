/** Why a question finds other rows on one side than on the other: told from one of the rows. */
import type { SearchCause } from "./model.ts";
import type { Question } from "./queries.ts";
import type { SearchedSource } from "./source.ts";
import { readingOf, type SearchedTable } from "./target.ts";

/** Kinds of words of PostgreSQL's parser that SQLite would cut. */
const COMPOUND = new Set([
  "email",
  "url",
  "host",
  "url_path",
  "file",
  "tag",
  "entity",
  "protocol",
  "hword",
  "asciihword",
  "numhword",
]);
const NUMBER = new Set(["int", "float", "sfloat", "version"]);

/** @param key one of the rows · `missing`: SQLite alone finds it */
export const causeOf = async (
  question: Question,
  { key, missing }: { readonly key: string; readonly missing: boolean },
  source: SearchedSource,
  target: SearchedTable,
): Promise<SearchCause> => {
  const { search } = target;
  if (otherColumns(target)) return "other columns";
  const texts = source.textsOf(key);
  const words = question.words.map(folded);
  const stands = words.every((word) =>
    texts.some((text) => cut(text).some((own) => own === word || own.startsWith(word))),
  );
  const stems = search.compare?.declaration.tokenizer.stems === true || search.configuration?.own === false;
  const foreign = /[^\0-\x7f]/.test(question.words.join(""));
  if (question.kind === "part") return foreign ? "diacritics" : "other";
  if (!missing) {
    if (question.kind === "phrase" && texts.length > 1) return "phrase across columns";
    if (ownRules(target)) return "tokenizer options";
    if (stems) return "stemming";
    if (stands && !foreign && texts.join("").match(/^[\0-\x7f]*$/)) return "index not in step";
    return "diacritics";
  }
  const text = texts.join(" ");
  const marks = /\p{M}/u.test(text);
  const { nodes, lexemes, tokens } = await readingOf(target, question, text);
  if (nodes === 0) return "stop word";
  if (!stems && !stands && !marks) return ownRules(target) ? "tokenizer options" : "index not in step";
  const within = tokens.filter(({ token }) =>
    words.some((word) => folded(token) !== word && folded(token).includes(word)),
  );
  if (within.some(({ kind }) => COMPOUND.has(kind))) return "compound word";
  if (within.some(({ kind }) => NUMBER.has(kind))) return "number";
  if (marks) return "combining marks";
  if (ownRules(target)) return "tokenizer options";
  if (text.length > LONG) return "too long";
  if (foreign) return "diacritics";
  return stems || lexemes.some((lexeme) => !words.includes(lexeme)) ? "stemming" : "other";
};

/** A tsvector holds 16,383 positions and one megabyte. */
const LONG = 60_000;

/** The table cuts words by rules of its own. */
const ownRules = ({ search }: SearchedTable): boolean => {
  const tokenizer = search.compare?.declaration.tokenizer;
  if (tokenizer === undefined) return false;
  return tokenizer.tokenCharacters !== "" || tokenizer.separators !== "" || tokenizer.categories !== null;
};

const otherColumns = ({ search, table }: SearchedTable): boolean => {
  const declared = search.compare?.declaration.columns.filter(({ indexed }) => indexed) ?? [];
  if (declared.length === 0) return false;
  const mine = search.parts.filter(({ source }) => table.columns.some((column) => column.source === source));
  return mine.length !== declared.length;
};

const folded = (text: string): string => text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();

const cut = (text: string): readonly string[] => folded(text).match(/[\p{L}\p{N}]+/gu) ?? [];
