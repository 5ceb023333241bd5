/** AUTOINCREMENT goes on where the target's sequence stands. */
import type { Database } from "better-sqlite3";
import type { Client } from "pg";
import { readCatalogue } from "../../source/catalogue/read.ts";
import { qualified } from "../../target/quote.ts";
import type { BackPlan } from "../model.ts";

/** Writes sqlite_sequence for the tables that have one; one that nothing was taken from is as the load found it. */
export const carrySequences = async (client: Client, db: Database, { schema, tables }: BackPlan): Promise<void> => {
  for (const { name, autoincrement, rowidAlias } of readCatalogue(db).tables) {
    if (!autoincrement) continue;
    const planned = tables.find(({ planned: { source } }) => source === name)?.planned;
    const column = planned?.columns.find(({ source }) => source === rowidAlias);
    if (planned === undefined || column === undefined) continue;
    const past = column.identity?.past ?? null;
    const last =
      (await lastValue(client, qualified(schema, planned.target), column.target)) ??
      (past === null ? null : BigInt(past));
    if (last === null) continue;
    db.prepare("DELETE FROM sqlite_sequence WHERE name = ?").run(name);
    db.prepare("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)").run(name, last);
  }
};

/** What was last handed out; null where there is no sequence, or nothing was. */
const lastValue = async (client: Client, table: string, column: string): Promise<bigint | null> => {
  const { rows } = await client.query<{ sequence: string | null }>(
    "SELECT pg_catalog.pg_get_serial_sequence($1, $2) AS sequence",
    [table, column],
  );
  const sequence = rows[0]?.sequence ?? null;
  if (sequence === null) return null;
  const state = await client.query<{ last: string; called: boolean }>(
    `SELECT last_value::text AS last, is_called AS called FROM ${sequence}`,
  );
  const { last, called } = state.rows[0]!;
  if (called) return BigInt(last);
  return BigInt(last) > 1n ? BigInt(last) - 1n : null;
};
