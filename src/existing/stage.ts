/**
 * A table that has rows already is not copied into: its rows go into a table beside it, in the ledger's schema, and are merged in
 * finish.
 */
import { createHash } from "node:crypto";
import type { Client } from "pg";
import type { PlanTable } from "../plan/model.ts";
import { qualified, quoteIdentifier } from "../target/quote.ts";
import type { LedgerRun } from "../target/runs.ts";
import { note, piecesOf } from "./scaffolding.ts";

/** Numbers the rows in the order in which they came, so that some of them can be named. */
export const STAGED_ROW = "landbridge_row";

/** A name of its own for each run and table, of one length whatever both are called. */
export const stagedName = (prefix: "staged" | "keys", run: Pick<LedgerRun, "id">, table: string): string =>
  `${prefix}_${createHash("sha256").update(`${run.id} ${table}`).digest("hex").slice(0, 16)}`;

/** Checks come along, so that a row that one refuses is found as it comes; keys do not. Part of a transaction. */
export const stage = async (
  client: Client,
  { target }: PlanTable,
  run: Pick<LedgerRun, "id" | "schema">,
): Promise<void> => {
  const staged = stagedName("staged", run, target);
  const name = qualified("landbridge", staged);
  await client.query(
    `CREATE TABLE ${name} (LIKE ${qualified(run.schema, target)} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED);
     ALTER TABLE ${name} ADD ${quoteIdentifier(STAGED_ROW)} bigint GENERATED ALWAYS AS IDENTITY`,
  );
  await note(client, run, "staging", { table: target, object: target, facts: { staged } });
};

/** Where rows go that do not go straight into their table: SQL names by the table's target name. */
export const stagedTables = async (client: Client, schema: string): Promise<ReadonlyMap<string, string>> =>
  new Map(
    (await piecesOf(client, schema, "staging")).map(({ table, facts }) => [
      table,
      qualified("landbridge", facts.staged),
    ]),
  );
