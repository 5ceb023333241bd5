/** The least and greatest date that a column's texts begin with: asked only for a column by which a table is to be partitioned. */
import type { Database } from "better-sqlite3";
import { quoteSqlite } from "./quote.ts";

/**
 * Texts that do not begin as `YYYY-MM-DD` do not count. ISO dates sort as the text that they are.
 * @param db a finished snapshot
 * @returns null where there is no such text, or the column cannot be read here
 */
export const textRange = (db: Database, table: string, column: string): { min: string; max: string } | null => {
  const name = quoteSqlite(column);
  const digits = (count: number): string => "[0-9]".repeat(count);
  try {
    const range = db
      .prepare<[], { min: string | null; max: string | null }>(
        `SELECT min(${name} COLLATE BINARY) AS min, max(${name} COLLATE BINARY) AS max FROM ${quoteSqlite(table)}
         WHERE typeof(${name}) = 'text' AND ${name} GLOB '${digits(4)}-${digits(2)}-${digits(2)}*'`,
      )
      .get();
    return range?.min == null || range.max === null ? null : { min: range.min, max: range.max };
  } catch {
    // An application's own function or collation: the planner says what is not known.
    return null;
  }
};
