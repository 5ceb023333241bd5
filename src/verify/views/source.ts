/** The snapshot, as the proof of views asks it: what one SQLite refuses for its texts in double quotes, the other answers. */
import type { DatabaseSync } from "node:sqlite";
import type { Database } from "better-sqlite3";
import { isDoubleQuotedText, openWithDoubleQuotedTexts } from "../../source/double-quoted.ts";
import { openSnapshot } from "../../source/open.ts";
import type { SourceValue } from "../source-values/value.ts";

export class SourceConnections {
  readonly #path: string;
  readonly #db: Database;
  #lenient: DatabaseSync | null = null;

  /** @param path the snapshot. A source that is read in place has its lock no longer once `close` is called; a write is still noticed. */
  constructor(path: string) {
    this.#path = path;
    this.#db = openSnapshot(path);
  }

  /**
   * The rows of a query: integers as bigint, BLOBs as Buffer, what is not valid in TEXT replaced.
   * @throws SQLite's error where neither can run it
   */
  rows(sql: string): Iterable<SourceValue[]> {
    try {
      return this.#db.prepare<[], SourceValue[]>(sql).safeIntegers().raw().iterate() as Iterable<SourceValue[]>;
    } catch (error) {
      if (!isDoubleQuotedText(error)) throw error;
      return this.#lenientRows(sql);
    }
  }

  *#lenientRows(sql: string): Iterable<SourceValue[]> {
    this.#lenient ??= openWithDoubleQuotedTexts(this.#path, { readOnly: true });
    const statement = this.#lenient.prepare(sql);
    statement.setReadBigInts(true);
    statement.setReturnArrays(true);
    for (const row of statement.iterate() as Iterable<unknown>) yield (row as unknown[]).map(asSourceValue);
  }

  close(): void {
    this.#lenient?.close();
    this.#db.close();
  }
}

const asSourceValue = (value: unknown): SourceValue =>
  value instanceof Uint8Array
    ? Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    : (value as Exclude<SourceValue, Buffer>);
