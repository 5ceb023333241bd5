/** A row of the snapshot by its key, as the ledger keeps rows: for those that later steps set aside (orphans). */
import type Database from "better-sqlite3";
import type { Plan, PlanTable } from "../plan/model.ts";
import { openSnapshot } from "../source/open.ts";
import { quoteSqlite } from "../source/quote.ts";
import type { SqliteValue } from "./encode/reject.ts";
import { type KeptRow, keeper } from "./kept-row.ts";
import { readableOnly, rowShape, selectFrom } from "./rows/select.ts";
import { textRestorer } from "./rows/stored-text.ts";

type OriginalRow = Pick<KeptRow, "sourceKey" | "rowid" | "original">;

/**
 * Takes a table and the values of its key columns in order; gives its one row with this key, null where it is not exactly
 * one.
 */
type ReadOriginal = (table: PlanTable, key: readonly (bigint | number | string | Buffer)[]) => OriginalRow | null;

/** @param readPath the snapshot; opened with the first row that is asked for, and closed when the function is let go */
export const originalRows = (plan: Plan, readPath: string): ReadOriginal => {
  const readers = new Map<PlanTable, (key: readonly unknown[]) => OriginalRow | null>();
  let db: Database.Database | null = null;
  return (table, key) => {
    let read = readers.get(table);
    if (read === undefined) {
      db ??= openSnapshot(readPath);
      read = rowReader(db, table, plan);
      readers.set(table, read);
    }
    return read(key);
  };
};

const rowReader = (
  db: Database.Database,
  table: PlanTable,
  plan: Plan,
): ((key: readonly unknown[]) => OriginalRow | null) => {
  const { encoding } = plan.source;
  const shape = rowShape(table);
  const restore = textRestorer(encoding, shape.width);
  const keep = keeper(table, shape, encoding);
  // The first comparison uses the key's own index, whatever its collation; the second one is exact.
  const same = table.keyColumns.map((name) => {
    const column = quoteSqlite(name);
    return `${column} = ? AND ${column} = ? COLLATE BINARY`;
  });
  const select = selectFrom(table, true);
  const statement = db
    .prepare<unknown[], unknown[]>(`${select} WHERE ${same.join(" AND ")}${readableOnly(table)} LIMIT 2`)
    .raw(true)
    .safeIntegers(true);
  return (key) => {
    const found = statement.all(...key.flatMap((value) => [value, value]));
    if (found.length !== 1) return null;
    const row: SqliteValue[] = restore(found[0]!);
    const rowKey = shape.keyAt < 0 ? null : BigInt(row[shape.keyAt] as bigint);
    return keep(row, { key: rowKey, ordinal: -1 }, { column: null, code: "SERVER_", message: "" });
  };
};
