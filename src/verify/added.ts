/**
 * Columns that the plan adds: nothing in the source says what their values should be, so they are no part of the proof of the rows.
 * What can be said is proven apart: each is there as planned, and so many rows have a value in it.
 */
import type { Client } from "pg";
import type { Plan, PlanAddedColumn, PlanTable } from "../plan/model.ts";
import { qualified, quoteIdentifier } from "../target/quote.ts";
import { searchPath } from "../target/search-path.ts";
import type { AddedProof, ObjectProof } from "./model.ts";
import type { FoundColumn, FoundColumns } from "./target-catalogue.ts";

export interface AddedColumns {
  readonly proofs: readonly AddedProof[];
  /** Those that are not as planned. */
  readonly others: readonly ObjectProof[];
}

/** @param tables that are there, with their columns */
export const verifyAdded = async (
  client: Client,
  plan: Plan,
  schema: string,
  tables: ReadonlyMap<string, FoundColumns>,
): Promise<AddedColumns> => {
  const others: ObjectProof[] = [];
  const proofs: AddedProof[] = [];
  const types = await typeNames(client, plan, schema);
  for (const table of plan.tables) {
    const there = tables.get(table.target);
    if (there === undefined || table.added.length === 0) continue;
    for (const column of table.added) {
      const problem = problemOf(column, there.get(column.target), types.get(column.type) ?? null);
      if (problem !== null) others.push({ kind: "column", name: `${table.target}.${column.target}`, ...problem });
    }
    proofs.push(...(await filledIn(client, schema, table, there)));
  }
  return { proofs, others };
};

type Problem = Pick<ObjectProof, "state" | "message">;

/** @param type as the server's catalogue calls the planned one; null where it knows none of that name */
const problemOf = (planned: PlanAddedColumn, found: FoundColumn | undefined, type: string | null): Problem | null => {
  const differs = (message: string): Problem => ({ state: "different", message });
  if (found === undefined) return { state: "missing", message: null };
  if (type !== null && type !== found.type) return differs(`${planned.type} was planned, ${found.type} is there`);
  if (planned.notNull && !found.notNull) return differs("it lacks NOT NULL");
  if (planned.generated !== null && !found.generated) return differs("it is no generated column");
  if (planned.default !== null && !found.hasDefault) return differs("it has no default");
  return null;
};

/** The planned types as the catalogue prints them, without modifiers: `citext`, `numeric`, `"Mood"` … */
const typeNames = async (client: Client, plan: Plan, schema: string): Promise<ReadonlyMap<string, string | null>> => {
  const types = [...new Set(plan.tables.flatMap(({ added }) => added.map(({ type }) => type)))];
  if (types.length === 0) return new Map();
  const path = await searchPath(client, schema, plan.extensions);
  await client.query("BEGIN READ ONLY");
  await client.query("SELECT set_config('search_path', $1, true)", [path]);
  const { rows } = await client.query<{ type: string; oid: string | null }>(
    "SELECT type, to_regtype(type)::oid AS oid FROM unnest($1::text[]) AS planned(type)",
    [types],
  );
  await client.query("ROLLBACK");
  // Printed outside, as the columns that are there have been: with a schema or without by the same search_path.
  const named = await client.query<{ type: string; name: string | null }>(
    "SELECT type, format_type(oid, NULL) AS name FROM unnest($1::text[], $2::oid[]) AS planned(type, oid)",
    [rows.map(({ type }) => type), rows.map(({ oid }) => oid)],
  );
  return new Map(named.rows.map(({ type, name }) => [type, name]));
};

/** One reading for all added columns of a table. */
const filledIn = async (
  client: Client,
  schema: string,
  { target, added }: PlanTable,
  there: FoundColumns,
): Promise<AddedProof[]> => {
  const columns = added.filter((column) => there.has(column.target));
  if (columns.length === 0) return [];
  const counts = columns.map((column) => `count(${quoteIdentifier(column.target)})`);
  const { rows } = await client.query<string[]>({
    text: `SELECT count(*), ${counts.join(", ")} FROM ${qualified(schema, target)}`,
    rowMode: "array",
  });
  const [all, ...filled] = rows[0]!.map(Number);
  return columns.map((column, i) => ({
    table: target,
    column: column.target,
    type: column.type,
    reason: column.reason,
    rows: all!,
    filled: filled[i]!,
  }));
};
