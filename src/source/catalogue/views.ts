/**
 * Views with their columns as SQLite resolves them. A view that this SQLite cannot evaluate (a function or module of the
 * application) is listed with the reason: it must not stop the rows. Texts in double quotes are no such reason: another SQLite
 * takes them.
 */
import type { Database } from "better-sqlite3";
import { messageOf } from "../../errors.ts";
import { isDoubleQuotedText } from "../double-quoted.ts";
import type { SourceView } from "../model.ts";
import { quoteSqlite } from "../quote.ts";

/** In the order of their making. */
export const readViews = (db: Database): SourceView[] =>
  db
    .prepare<[], { name: string; sql: string }>(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'view' ORDER BY rowid",
    )
    .all()
    .map(({ name, sql }) => ({ name, sql, ...resolve(db, name) }));

function resolve(db: Database, name: string): Pick<SourceView, "columns" | "problem"> {
  try {
    const columns = db.prepare(`SELECT * FROM ${quoteSqlite(name)}`).columns();
    return { columns: columns.map((column) => column.name), problem: null };
  } catch (error) {
    return { columns: null, problem: isDoubleQuotedText(error) ? null : messageOf(error) };
  }
}
