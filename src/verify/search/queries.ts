/** Queries that both sides are asked: the same question in SQLite's words and in PostgreSQL's. */
import type { PlanSearch, PlanSearchComparison } from "../../plan/search/model.ts";
import { qualified, quoteLiteral } from "../../target/quote.ts";

export type Question =
  | { readonly kind: "word"; readonly words: readonly [string] }
  | { readonly kind: "prefix"; readonly words: readonly [string] }
  /** All of them, anywhere in the row. */
  | { readonly kind: "all"; readonly words: readonly string[] }
  /** Side by side. */
  | { readonly kind: "phrase"; readonly words: readonly string[] }
  /** Anywhere within a word. */
  | { readonly kind: "part"; readonly words: readonly [string] };

/** What stands behind MATCH. */
export const matchOf = ({ kind, words }: Question, { declaration }: PlanSearchComparison): string => {
  const quoted = words.map((word) => `"${word.replaceAll('"', '""')}"`);
  switch (kind) {
    case "word":
    case "part":
      return quoted[0]!;
    case "prefix":
      return declaration.module === "fts5" ? `${quoted[0]}*` : `"${words[0]}*"`;
    case "all":
      return quoted.join(" ");
    case "phrase":
      return `"${words.join(" ").replaceAll('"', '""')}"`;
  }
};

/** A tsquery, with the words as literals. */
export const tsqueryOf = ({ kind, words }: Question, search: PlanSearch, schema: string): string => {
  const { configuration } = search;
  const name =
    configuration === null ? "simple" : configuration.own ? qualified(schema, configuration.name) : configuration.name;
  const config = `${quoteLiteral(name)}::regconfig`;
  const plain = (text: string): string =>
    search.words === null ? quoteLiteral(text) : `${qualified(schema, search.words)}(${quoteLiteral(text)})`;
  const side = (text: string): string => `phraseto_tsquery(${config}, ${plain(text)})`;
  if (kind === "prefix") return `to_tsquery(${config}, quote_literal(${plain(words[0])}) || ':*')`;
  return kind === "all" ? words.map(side).join(" && ") : side(words.join(" "));
};

/** A pattern for LIKE. */
export const likeOf = ({ words }: Question): string =>
  quoteLiteral(`%${words[0]!.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`);
