/** Rows of the source that the application's foreign keys will not find a parent for, counted before a row moves. */
import type { Database } from "better-sqlite3";
import type { PlanTable } from "../plan/model.ts";
import { quoteSqlite } from "../source/quote.ts";
import { counted, type Notes } from "./notes.ts";

/** SQLite's own comparison, which is a little laxer than PostgreSQL's: finish counts once more. */
export const noteOrphans = (db: Database, tables: readonly PlanTable[], notes: Notes): void => {
  for (const child of tables)
    for (const { name, columns, parent: parentName, parentColumns } of child.foreignKeys) {
      const parent = tables.find(({ target }) => target === parentName);
      const own = sourcesOf(child, columns);
      const theirs = parent === undefined ? null : sourcesOf(parent, parentColumns);
      if (parent === undefined || own === null || theirs === null) continue;
      const orphans = countOrphans(db, child.source, own, parent.source, theirs);
      if (orphans > 0)
        notes.add(
          "FK_ORPHANS_AHEAD",
          "warning",
          own.length === 1 ? `${child.source}.${own[0]}` : child.source,
          `${counted(orphans, "row points", "rows point")} to a row of ${parent.source} that is not there; the application's foreign key ${name} would be left NOT VALID`,
          "Mend the rows in the source, or choose orphans: quarantine, null or fail in landbridge.yaml.",
          orphans,
        );
    }
};

/** null where one of the columns does not come from the source. */
const sourcesOf = (table: PlanTable, targets: readonly string[]): readonly string[] | null => {
  const sources = targets.map((target) => table.columns.find((column) => column.target === target)?.source);
  return sources.every((source) => source !== undefined) ? sources : null;
};

const countOrphans = (
  db: Database,
  child: string,
  columns: readonly string[],
  parent: string,
  parentColumns: readonly string[],
): number => {
  const set = columns.map((column) => `c.${quoteSqlite(column)} IS NOT NULL`);
  const same = columns.map((column, i) => `p.${quoteSqlite(parentColumns[i]!)} = c.${quoteSqlite(column)}`);
  return db
    .prepare<[], number>(
      `SELECT count(*) FROM ${quoteSqlite(child)} AS c WHERE ${set.join(" AND ")}
       AND NOT EXISTS (SELECT 1 FROM ${quoteSqlite(parent)} AS p WHERE ${same.join(" AND ")})`,
    )
    .pluck()
    .get()!;
};
