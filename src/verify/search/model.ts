/** What the proof says of full-text search: information, because two engines cut and fold words by rules of their own. */

export interface SearchProof {
  /** The full-text table of the source; null where the user alone has asked for the search. */
  readonly source: string | null;
  /** Target names; no column where indexes for LIKE take the table's place. */
  readonly table: string;
  readonly column: string | null;
  /** Rows whose search column is empty although it is to be filled. */
  readonly empty: number;
  /** Queries that both sides were asked, and how many of them found the very same rows. */
  readonly queries: number;
  readonly same: number;
  readonly differences: readonly SearchDifference[];
  /** Why nothing was compared; null where something was. */
  readonly notCompared: string | null;
}

export type SearchCause =
  | "other columns"
  | "stop word"
  | "stemming"
  | "diacritics"
  | "compound word"
  | "number"
  | "combining marks"
  | "phrase across columns"
  | "too long"
  | "tokenizer options"
  | "index not in step"
  | "other";

/** Queries that differ for one reason, with the first of them. */
export interface SearchDifference {
  readonly cause: SearchCause;
  readonly queries: number;
  readonly example: {
    /** As SQLite was asked. */
    readonly query: string;
    readonly onlySqlite: number;
    readonly onlyPostgres: number;
    /** One of these rows. */
    readonly key: string;
  };
}
