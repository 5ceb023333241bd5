/** What a full-text table declares: https://sqlite.org/fts5.html and https://sqlite.org/fts3.html. Plain data. */

export interface SearchDeclaration {
  readonly module: "fts3" | "fts4" | "fts5";
  /** In their order, as written; empty where FTS4 takes them from the content table. */
  readonly columns: readonly { readonly name: string; readonly indexed: boolean }[];
  readonly content: SearchContent;
  readonly tokenizer: Tokenizer;
  /** Lengths of prefixes that have an index of their own. */
  readonly prefixes: readonly number[];
  /** Everything else that is said, by key in lower case: detail, columnsize, compress, languageid, order, matchinfo … */
  readonly options: Readonly<Record<string, string>>;
}

export type SearchContent =
  /** The table keeps the text itself. */
  | { readonly kind: "own" }
  /** The text is another table's or view's; `rowid`: the column there that is the row's number. */
  | { readonly kind: "external"; readonly table: string; readonly rowid: string }
  /** No text is kept, only the index. */
  | { readonly kind: "none"; readonly deletes: boolean };

/** How text becomes words. */
export interface Tokenizer {
  /** Its name, of the innermost where one wraps another; an application's own keeps its name. */
  readonly name: "unicode61" | "ascii" | "simple" | "trigram" | "icu" | (string & {});
  /** Porter's stemmer is around it. */
  readonly stems: boolean;
  /** 0 kept, 1 removed (from most), 2 removed. */
  readonly removeDiacritics: 0 | 1 | 2;
  /** Characters that count as letters, and that do not, against the rule. */
  readonly tokenCharacters: string;
  readonly separators: string;
  /** Unicode categories of letters, where they are said. */
  readonly categories: string | null;
  /** Of trigram alone. */
  readonly caseSensitive: boolean;
}
