/** Which CHECK constraints the stored rows really satisfy: SQLite may have been told to ignore them. */
import type { Database } from "better-sqlite3";
import type { SourceTable } from "./model.ts";
import { quoteSqlite } from "./quote.ts";

/**
 * Counts, for each CHECK of a table, the rows that violate it; null where SQLite cannot evaluate it here.
 * @param db a finished snapshot
 */
export const violatedChecks = (db: Database, table: SourceTable): readonly (number | null)[] =>
  table.checks.map(({ expression }) => {
    try {
      return db
        .prepare(`SELECT count(*) FROM ${quoteSqlite(table.name)} WHERE NOT (${expression})`)
        .pluck()
        .get() as number;
    } catch {
      // An application's own function or collation; the planner lists the check as not translated.
      return null;
    }
  });
