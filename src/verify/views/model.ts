/** What the proof says of a view: its rows as both databases give them. */

export interface ViewProof {
  /** Names, unquoted: in the SQLite file and in the target. */
  readonly source: string;
  readonly target: string;
  /** `not compared`: nothing is said of it, for the reason that is given; no difference. */
  readonly state: "equal" | "different" | "not compared";
  /** Rows that SQLite gave; null where they were not read. */
  readonly rows: number | null;
  readonly reason: string | null;
  /** Rows that one side has and the other has not. */
  readonly differing: number;
  /** The first of them, at most MAX_VIEW_DIFFERENCES. */
  readonly differences: readonly ViewDifference[];
}

export interface ViewDifference {
  readonly side: "SQLite" | "PostgreSQL";
  /** The row as text, shortened. */
  readonly row: string;
}

export const MAX_VIEW_DIFFERENCES = 20;

/** A view is run where the tables under it have at most so many rows: a limit of time that does not depend on the clock. */
export const MOST_ROWS_UNDER_A_VIEW = 5_000_000;

/** A view is compared up to so many rows, and all of them together up to so many: beyond, they are not compared. */
export const MOST_ROWS_OF_A_VIEW = 100_000;
export const MOST_ROWS_OF_ALL = 1_000_000;
