/** What the way back works with between the server's answer and a bound parameter. */
import type { Policies, StoredClasses } from "../../plan/model.ts";
import type { Affinity, Encoding } from "../../source/model.ts";

/** A value as SQLite is given it: bigint is INTEGER, number is REAL. */
export type Bound = null | bigint | number | string | Buffer | StoredText;

/** Text by its stored bytes, valid in the file's encoding or not. */
export class StoredText {
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
}

/** A value that the column cannot hold in the form of all its others: the whole row is set aside. */
export class Misfit {
  /** What the value is, e.g. "infinity in a column of ISO dates". */
  readonly why: string;

  constructor(why: string) {
    this.why = why;
  }
}

/** A date, a time or both: days since 1970-01-01 (0 for a time alone) and microseconds of the day. */
export interface Moment {
  readonly days: number;
  readonly micros: number;
}

/** One value as the server sent it, decoded: bigint for integers, number for floats, text for everything without a decoder. */
export type Wire = bigint | number | boolean | string | Buffer | Moment;

export interface ColumnPlace {
  readonly affinity: Affinity;
  readonly encoding: Encoding;
  readonly policies: Policies;
  /** null where nobody has counted. */
  readonly stored: StoredClasses | null;
  /** Called for each value that two storage classes of the source could have been, with those that were not taken. */
  readonly merged: (others: readonly Bound[]) => void;
}

export type Renderer = (value: Wire) => Bound | Misfit;
