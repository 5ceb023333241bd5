/** Names, titles and sentences for the sample, in more than one script. */
import type { Random } from "./random.ts";

export const FIRST = [
  "Ada",
  "Björn",
  "Chiara",
  "Dmitri",
  "Élodie",
  "Fatima",
  "Grace",
  "Haruki",
  "Inés",
  "Jürgen",
  "Кира",
  "Liam",
  "美咲",
  "Noor",
  "Olga",
  "Pádraig",
  "Rosa",
  "Søren",
  "Tomáš",
  "Zoë",
];
export const LAST = [
  "Abbott",
  "Bergström",
  "Castellanos",
  "D'Angelo",
  "Eriksen",
  "Fontaine",
  "Grünwald",
  "Hashimoto",
  "Ivanova",
  "Jansen",
  "Kowalski",
  "López",
  "Mbeki",
  "Nakamura",
  "O'Brien",
  "Petrović",
  "Quinn",
  "Rossi",
  "Şahin",
  "Virtanen",
];
export const COUNTRIES = ["GB", "SE", "IT", "RU", "FR", "EG", "US", "JP", "ES", "DE", "IE", "DK", "CZ", "TR", null];

const ADJECTIVES = [
  "Silent",
  "Golden",
  "Lost",
  "Winter",
  "Secret",
  "Paper",
  "Distant",
  "Blue",
  "Last",
  "Hidden",
  "Burning",
  "Little",
];
const NOUNS = [
  "Harbour",
  "Garden",
  "Clockmaker",
  "Island",
  "Letter",
  "Orchard",
  "Mountain",
  "Sea",
  "Library",
  "Bridge",
  "Lantern",
  "Café",
];
const PATTERNS = [
  "The {a} {n}",
  "{a} {n}s",
  "A {n} in the {n}",
  "The {n}'s {a} {n}",
  "{n} & {n}",
  "How to Build a {n}",
];
const WORDS = [
  "a",
  "quiet",
  "story",
  "about",
  "the",
  "sea",
  "and",
  "what",
  "it",
  "keeps",
  "100%",
  "true",
  "“unputdownable”",
  "slow",
  "at",
  "first",
  "then",
  "brilliant",
  "— really",
  "naïve",
  "charming",
  "🙂",
  "long",
  "my",
  "children",
  "loved",
  "every",
  "page",
];

/** A title such as "The Silent Harbour". */
export const title = (random: Random): string =>
  random
    .pick(PATTERNS)
    .replaceAll("{a}", () => random.pick(ADJECTIVES))
    .replaceAll("{n}", () => random.pick(NOUNS));

/** Up to `most` words, now and then with a line break, a quote or a tab. */
export const blurb = (random: Random, most: number): string => {
  const words = Array.from({ length: 3 + random.below(most) }, () => random.pick(WORDS));
  return words.join(random.below(30) === 0 ? "\n" : " ");
};
