/**
 * What an encoder says of a value: written, written after a cleaning that the user asked for, or the reason for its row's
 * rejection.
 */
import type { CopyBuffer } from "./buffer.ts";

/** Stable words of `landbridge.rejects.code`; what the server itself refuses is `SERVER_<sqlstate>`. Listed in docs/errors.md. */
export type RejectCode =
  | "NOT_AN_INTEGER"
  | "NOT_A_NUMBER"
  | "NOT_A_BOOLEAN"
  | "NOT_A_DATE"
  | "NOT_A_TIME"
  | "NOT_A_TIMESTAMP"
  | "NOT_A_UUID"
  | "NOT_JSON"
  | "NOT_JSONB"
  | "NOT_AN_ARRAY"
  | "NOT_A_VECTOR"
  | "NOT_A_LABEL"
  | "OUT_OF_RANGE"
  | "SCALE_EXCEEDED"
  | "TOO_LONG"
  | "TRAILING_BLANKS"
  | "NUL_IN_TEXT"
  | "INVALID_TEXT"
  | "WRONG_STORAGE_CLASS"
  | "NULL_NOT_ALLOWED"
  | "VALUE_TOO_LARGE"
  | `SERVER_${string}`;

/** Why one value cannot cross. `message` describes the value, never quotes it: the original is kept beside it. */
export class Problem {
  readonly code: RejectCode;
  readonly message: string;

  constructor(code: RejectCode, message: string) {
    this.code = code;
    this.message = message;
  }
}

/** The value was written changed, because a policy of the user's names this very change. */
export const CLEANED = Symbol("cleaned");

/** null: written as it is. */
export type Outcome = null | typeof CLEANED | Problem;

/** A row that stays behind, whole. `column` is the source name, null where the row as such is refused. */
export interface Reject {
  readonly column: string | null;
  readonly code: RejectCode;
  readonly message: string;
}

/** TEXT whose stored bytes are not valid in the file's encoding, as the careful reader hands it out. */
export class InvalidText {
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }
}

/** A value as the reader hands it out. INTEGER is bigint, REAL number. */
export type SqliteValue = null | number | bigint | string | Buffer | InvalidText;

/** SQLite's name of a value's storage class, for messages. */
export const storageClass = (value: SqliteValue): string => {
  switch (typeof value) {
    case "bigint":
      return "INTEGER";
    case "number":
      return "REAL";
    case "string":
      return "TEXT";
    default:
      return value === null ? "NULL" : value instanceof InvalidText ? "TEXT" : "BLOB";
  }
};

/**
 * Writes one value that is not NULL as one field (length and bytes), or says why not; what it wrote before a Problem is
 * rolled back.
 */
export type FieldEncoder = (value: Exclude<SqliteValue, null>, out: CopyBuffer) => Outcome;
