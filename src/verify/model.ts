/** What the proof says. Plain data: the report prints it, the exit code follows from it. */

import type { RecallProof } from "./recall/model.ts";
import type { SearchProof } from "./search/model.ts";
import type { ViewProof } from "./views/model.ts";

export type VerifyMode = "full" | "counts" | "sample";

export interface Proof {
  readonly tables: readonly TableProof[];
  readonly constraints: ConstraintsProof;
  readonly sequences: readonly SequenceProof[];
  readonly objects: ObjectsProof;
  /** Full-text searches; absent where the plan has none. */
  readonly searches?: readonly SearchProof[];
  /** The rows of views; absent where the plan has none, or where only counts were asked for. */
  readonly views?: readonly ViewProof[];
  /** Indexes over vectors; absent where the plan has none. */
  readonly recall?: readonly RecallProof[];
  /** No difference anywhere: every table equal (or counted, where that was asked for), every object there and valid. */
  readonly equal: boolean;
}

export interface TableProof {
  /** Names, unquoted: in the SQLite file and in the target. */
  readonly source: string;
  readonly target: string;
  readonly proof: "equal" | "different" | "counted" | "skipped";
  /** Source rows that are not listed as rejected. */
  readonly rowsExpected: number;
  readonly rowsFound: number;
  /** Source rows that the ledger lists as rejected: expected to be absent. */
  readonly rowsRejected: number;
  /** Source rows that are not expected because the application's table had rows with their keys already (--on-conflict skip). */
  readonly rowsSkipped?: number;
  /** Rows whose value was changed because the user asked for it by name: expected with that change. */
  readonly rowsCleaned: number;
  /** Rows that differ; a lower bound where `differingIsAtLeast`. */
  readonly differing: number;
  readonly differingIsAtLeast: boolean;
  /** The first of them, at most MAX_DIFFERENCES. */
  readonly differences: readonly Difference[];
  /** Compared block against block in key order, or as a multiset of row hashes in buckets. */
  readonly how: "ordered" | "buckets";
}

export interface Difference {
  /** The row's key for a person, e.g. `id = 5`; "" where the difference is the whole table's. */
  readonly key: string;
  /** Target column name; null where whole rows are missing or unexpected. */
  readonly column: string | null;
  /** Both values as text, shortened; "" where a side has no row. */
  readonly source: string;
  readonly target: string;
  readonly kind: "missing" | "unexpected" | "value";
}

export const MAX_DIFFERENCES = 50;
export const MAX_VALUE_CHARACTERS = 200;

export type ConstraintKind = "primary key" | "unique" | "check" | "foreign key" | "index" | "not null";

export interface ConstraintProof {
  /** Target table and the constraint's, index's or column's name. */
  readonly table: string;
  readonly name: string;
  readonly kind: ConstraintKind;
  /** `left out`: finish left it out on purpose and said why; listed, not a difference. */
  readonly state: "valid" | "invalid" | "missing" | "left out";
  /** What was found where that is not what was planned. */
  readonly message: string | null;
}

export interface ConstraintsProof {
  readonly checked: number;
  readonly valid: number;
  /** Everything that is not simply there and valid. */
  readonly others: readonly ConstraintProof[];
}

export interface SequenceProof {
  readonly table: string;
  readonly column: string;
  /** Qualified as the server prints it; null where the column owns no sequence. */
  readonly name: string | null;
  /** What the next insert would get, decimal; null where the sequence is exhausted or there is none. */
  readonly next: string | null;
  /** The largest value stored, decimal; null for an empty table. */
  readonly maximum: string | null;
  readonly state: "ok" | "behind" | "exhausted" | "missing";
}

export interface ObjectProof {
  readonly kind: "table" | "column" | "view" | "constraint" | "index" | "trigger";
  readonly name: string;
  readonly state: "missing" | "different" | "left out";
  readonly message: string | null;
}

export interface ObjectsProof {
  readonly checked: number;
  /** Everything that is not simply there. */
  readonly others: readonly ObjectProof[];
  /** Columns that the source does not have; absent where the plan adds none. */
  readonly added?: readonly AddedProof[];
}

/** An added column has no value in the source to be compared with: so many rows have one. */
export interface AddedProof {
  /** Target names. */
  readonly table: string;
  readonly column: string;
  /** As SQL. */
  readonly type: string;
  readonly reason: string;
  readonly rows: number;
  readonly filled: number;
}
