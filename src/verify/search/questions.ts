/** Which questions are asked: words of every frequency, and of their kind what the table is made for. The same ones each time. */
import type { PlanSearchComparison } from "../../plan/search/model.ts";
import type { Question } from "./queries.ts";
import { MOST_ROWS, type SearchedSource } from "./source.ts";

const WORDS = 160;
const PREFIXES = 20;
const PAIRS = 20;
const PHRASES = 20;
/** Rows that are read for phrases, and for words where the index holds stems. */
const TEXTS = 400;
/** Frequency classes: 1, 2–9, 10–99, 100–999, more. */
const classOf = (rows: number): number => Math.min(4, Math.ceil(Math.log10(rows + 1)) - (rows === 1 ? 1 : 0));

/** Words, prefixes where the table has indexes for them, pairs and phrases; of a trigram table, parts of its texts. */
export const questionsFor = (source: SearchedSource, { declaration }: PlanSearchComparison): Question[] => {
  const texts = source.someTexts(TEXTS);
  if (declaration.tokenizer.name === "trigram") return parts(texts);
  const words = declaration.tokenizer.stems ? wordsOf(texts) : frequent(source.vocabulary());
  const questions: Question[] = words.map((word) => ({ kind: "word", words: [word] }));
  for (const length of declaration.prefixes)
    for (const word of spread(
      words.filter((one) => [...one].length > length),
      PREFIXES,
    ))
      questions.push({ kind: "prefix", words: [[...word].slice(0, length).join("")] });
  const some = spread(words, 2 * PAIRS);
  for (let at = 0; at + 1 < some.length; at += 2) questions.push({ kind: "all", words: [some[at]!, some[at + 1]!] });
  return [...questions, ...phrases(texts)];
};

/** Up to `count` of them, evenly. */
const spread = <T>(items: readonly T[], count: number): T[] =>
  items.length <= count
    ? [...items]
    : Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)]!);

const frequent = (vocabulary: readonly { readonly word: string; readonly rows: number }[]): string[] => {
  const classes = Map.groupBy(
    vocabulary.filter(({ rows }) => rows <= MOST_ROWS),
    ({ rows }) => classOf(rows),
  );
  const each = Math.floor(WORDS / Math.max(1, classes.size));
  return [...classes].sort(([a], [b]) => a - b).flatMap(([, words]) => spread(words, each).map(({ word }) => word));
};

const cut = (text: string): string[] => text.match(/[\p{L}\p{N}]+/gu) ?? [];

const wordsOf = (texts: readonly (readonly string[])[]): string[] =>
  spread(
    [
      ...new Set(
        texts
          .flat()
          .flatMap(cut)
          .map((word) => word.toLowerCase()),
      ),
    ].sort(),
    WORDS,
  );

const phrases = (texts: readonly (readonly string[])[]): Question[] =>
  spread(
    texts.flat().flatMap((text, at): Question[] => {
      const words = cut(text);
      const start = words.length < 2 ? 0 : at % (words.length - 1);
      return words.length < 2 ? [] : [{ kind: "phrase", words: words.slice(start, start + 2) }];
    }),
    PHRASES,
  );

/** Five characters out of a text: a trigram index finds nothing shorter than three. */
const parts = (texts: readonly (readonly string[])[]): Question[] =>
  spread(
    texts.flat().flatMap((text, at): Question[] => {
      const characters = [...text];
      if (characters.length < 5) return [];
      const start = at % (characters.length - 4);
      return [{ kind: "part", words: [characters.slice(start, start + 5).join("")] }];
    }),
    WORDS,
  );
