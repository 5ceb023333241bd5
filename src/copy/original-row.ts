/** One row of the snapshot by its key, as the ledger keeps it: for rows that are rejected or cleaned after the copy. */
import type { OriginalOf } from "../finish/source-key.ts";
import type { Plan, PlanTable } from "../plan/model.ts";
import { openSnapshot } from "../source/open.ts";
import { quoteSqlite } from "../source/quote.ts";
import { type Keeper, keeper } from "./originals.ts";
import { type RowShape, rowShape, selectFrom } from "./rows/select.ts";
import { textRestorer } from "./rows/stored-text.ts";

export interface OriginalRows {
  readonly originalOf: OriginalOf;
  readonly close: () => void;
}

/** Opens the snapshot for look-ups by key. The column and code of a kept row are the caller's; only the row itself is read here. */
export const originalRows = (plan: Plan, readPath: string): OriginalRows => {
  const db = openSnapshot(readPath);
  const lookups = new Map<string, (key: readonly unknown[]) => ReturnType<OriginalOf>>();
  const prepare = (table: PlanTable) => {
    const shape = rowShape(table);
    const where = table.keyColumns.map((column) => `${quoteSqlite(column)} = ?`).join(" AND ");
    const statement = db
      .prepare<unknown[], unknown[]>(`${selectFrom(table, { careful: true, keyAsText: false })} WHERE ${where} LIMIT 2`)
      .raw(true)
      .safeIntegers(true);
    const restore = textRestorer(plan.source.encoding, shape.width);
    const keep = keeper(table, shape, plan.source.encoding);
    return (key: readonly unknown[]) => {
      const rows = statement.all(...key);
      return rows.length === 1 ? kept(keep, shape, restore(rows[0]!)) : null;
    };
  };
  return {
    originalOf: (table, key) => {
      const lookup = lookups.get(table.source) ?? prepare(table);
      lookups.set(table.source, lookup);
      return lookup(key);
    },
    close: () => db.close(),
  };
};

const kept = (keep: Keeper, { keyAt }: RowShape, row: Parameters<Keeper>[0]): ReturnType<OriginalOf> => {
  const key = keyAt < 0 ? null : (row[keyAt] as bigint);
  const { sourceKey, rowid, original } = keep(row, { key, ordinal: 0 }, { column: null, code: "", message: "" });
  return { sourceKey, rowid, original };
};
