/**
 * Whether the next insert gets a fresh number: from each sequence's state, never by an insert, which would burn values, trip
 * over NOT NULL columns and fire triggers (pitfall S13).
 */
import type { Client } from "pg";
import type { Plan, PlanColumn } from "../plan/model.ts";
import { qualified, quoteIdentifier, quoteLiteral } from "../target/quote.ts";
import type { SequenceProof } from "./model.ts";

export const verifySequences = async (client: Client, plan: Plan, schema: string): Promise<SequenceProof[]> => {
  const proofs: SequenceProof[] = [];
  for (const table of plan.tables)
    for (const column of table.columns)
      if (column.identity !== null) proofs.push(await verifySequence(client, schema, table.target, column));
  return proofs;
};

interface State {
  readonly lastValue: string;
  readonly isCalled: boolean;
  readonly increment: string;
  readonly limit: string;
}

const verifySequence = async (
  client: Client,
  schema: string,
  table: string,
  column: PlanColumn,
): Promise<SequenceProof> => {
  const maximum = await maximumOf(client, schema, table, column.target);
  const name = await ownedSequence(client, schema, table, column.target);
  const say = (state: SequenceProof["state"], next: bigint | null): SequenceProof => ({
    table,
    column: column.target,
    name,
    next: next === null ? null : next.toString(),
    maximum: maximum === null ? null : maximum.toString(),
    state,
  });
  if (name === null) return say("missing", null);
  // The name comes from pg_get_serial_sequence, which quotes it as SQL needs it.
  const { rows } = await client.query<State>(
    `SELECT s.last_value::text AS "lastValue", s.is_called AS "isCalled", q.seqincrement::text AS increment, q.seqmax::text AS limit
     FROM ${name} s, pg_catalog.pg_sequence q WHERE q.seqrelid = ${quoteLiteral(name)}::regclass`,
  );
  const { lastValue, isCalled, increment, limit } = rows[0]!;
  const next = BigInt(lastValue) + (isCalled ? BigInt(increment) : 0n);
  const past = greatest(
    maximum,
    column.identity?.past === undefined || column.identity.past === null ? null : BigInt(column.identity.past),
  );
  if (next > BigInt(limit)) return say("exhausted", null);
  return say(past !== null && next <= past ? "behind" : "ok", next);
};

const greatest = (a: bigint | null, b: bigint | null): bigint | null => (a === null ? b : b === null || a > b ? a : b);

const maximumOf = async (client: Client, schema: string, table: string, column: string): Promise<bigint | null> => {
  const { rows } = await client.query<{ maximum: string | null }>(
    `SELECT max(${quoteIdentifier(column)})::text AS maximum FROM ${qualified(schema, table)}`,
  );
  const maximum = rows[0]!.maximum;
  return maximum === null ? null : BigInt(maximum);
};

const ownedSequence = async (client: Client, schema: string, table: string, column: string): Promise<string | null> => {
  const { rows } = await client.query<{ name: string | null }>("SELECT pg_get_serial_sequence($1, $2) AS name", [
    qualified(schema, table),
    column,
  ]);
  return rows[0]!.name;
};
