/**
 * SQL over the rows of a foreign key that have no parent, as PostgreSQL itself decides it: MATCH SIMPLE, any NULL is no
 * reference.
 */
import type { Client } from "pg";
import type { PlanTable } from "../plan/model.ts";
import { qualified, quoteIdentifier } from "../target/quote.ts";
import { EXAMPLES, keyText, shortText } from "./rows.ts";
import type { Reference } from "./validate.ts";

/** The code of orphans in landbridge.rejects and landbridge.cleaned. */
export const ORPHAN_CODE = "ORPHAN";

/** `FROM … WHERE …` over the orphans, as `c`. */
export const fromOrphans = (schema: string, { child, key }: Reference): string => {
  const set = key.columns.map((column) => `c.${quoteIdentifier(column)} IS NOT NULL`);
  const same = key.columns.map(
    (column, i) => `p.${quoteIdentifier(key.parentColumns[i] ?? "")} = c.${quoteIdentifier(column)}`,
  );
  return (
    `FROM ${qualified(schema, child.target)} AS c WHERE ${set.join(" AND ")} AND NOT EXISTS ` +
    `(SELECT FROM ${qualified(schema, key.parent)} AS p WHERE ${same.join(" AND ")})`
  );
};

export interface OrphanCount {
  readonly count: number;
  /** e.g. `id 7 → 99`: the row's key, and the parent that is not there. */
  readonly examples: readonly string[];
}

export const countOrphans = async (client: Client, schema: string, reference: Reference): Promise<OrphanCount> => {
  const { child, key } = reference;
  const parent = shortText(
    `concat_ws(', ', ${key.columns.map((column) => `c.${quoteIdentifier(column)}`).join(", ")})`,
  );
  const name = keyText(child, "c");
  const { rows } = await client.query<{ key: string | null; parent: string; total: string }>(
    `SELECT ${name ?? "NULL"} AS key, ${parent} AS parent, count(*) OVER () AS total ${fromOrphans(schema, reference)}
     LIMIT ${EXAMPLES}`,
  );
  return {
    count: Number(rows[0]?.total ?? 0),
    examples: rows.map((row) => (row.key === null ? `→ ${row.parent}` : `${row.key} → ${row.parent}`)),
  };
};

/** The columns of the key that may be NULL; empty where the policy `null` cannot work. */
export const nullableColumns = (child: PlanTable, columns: readonly string[]): string[] =>
  columns.filter((name) => {
    const column = child.columns.find(({ target }) => target === name);
    const isFree = column !== undefined && !column.notNull && column.generated === null && column.identity === null;
    return isFree && child.primaryKey?.columns.includes(name) !== true;
  });
