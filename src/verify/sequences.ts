/**
 * Whether the next insert gets a fresh number: from each sequence's state, never by an insert, which would burn values, trip
 * over NOT NULL columns and fire triggers.
 */
import type { Client } from "pg";
import type { Plan, PlanColumn } from "../plan/model.ts";
import { qualified, quoteIdentifier, quoteLiteral } from "../target/quote.ts";
import type { SequenceProof } from "./model.ts";

/** Columns asked for in one statement: some three locks each stay well below what a server allows. */
const BATCH = 100;

interface Identity {
  readonly table: string;
  readonly column: PlanColumn;
  /** As pg_get_serial_sequence gives it, which quotes it as SQL needs it; null where the column owns none. */
  readonly sequence: string | null;
}

export const verifySequences = async (client: Client, plan: Plan, schema: string): Promise<SequenceProof[]> => {
  const columns = await identities(client, plan, schema);
  const proofs: SequenceProof[] = [];
  for (let start = 0; start < columns.length; start += BATCH) {
    const batch = columns.slice(start, start + BATCH);
    const states = await statesOf(client, schema, batch);
    proofs.push(...batch.map((identity, at) => judge(identity, states.get(at)!)));
  }
  return proofs;
};

const identities = async (client: Client, plan: Plan, schema: string): Promise<Identity[]> => {
  const columns = plan.tables.flatMap((table) =>
    table.columns.flatMap((column) => (column.identity === null ? [] : [{ table: table.target, column }])),
  );
  const { rows } = await client.query<{ sequence: string | null }>(
    `SELECT coalesce(pg_get_serial_sequence(t, c), own) AS sequence
     FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS identities(t, c, own, at) ORDER BY at`,
    [
      columns.map(({ table }) => qualified(schema, table)),
      columns.map(({ column }) => column.target),
      columns.map(({ column }) => column.identity?.sequence ?? null),
    ],
  );
  return columns.map((column, at) => ({ ...column, sequence: rows[at]!.sequence }));
};

interface State {
  readonly at: number;
  /** The greatest value of the column. */
  readonly maximum: string | null;
  /** Of the sequence; all of them null where there is none. */
  readonly lastValue: string | null;
  readonly isCalled: boolean | null;
  readonly increment: string | null;
  readonly limit: string | null;
}

const statesOf = async (
  client: Client,
  schema: string,
  batch: readonly Identity[],
): Promise<ReadonlyMap<number, State>> => {
  const { rows } = await client.query<State>(
    batch.map((identity, at) => stateOf(schema, identity, at)).join("\nUNION ALL\n"),
  );
  return new Map(rows.map((state) => [state.at, state]));
};

const stateOf = (schema: string, { table, column, sequence }: Identity, at: number): string => {
  const maximum = `(SELECT max(${quoteIdentifier(column.target)})::text FROM ${qualified(schema, table)}) AS maximum`;
  if (sequence === null)
    return `SELECT ${at} AS "at", ${maximum}, NULL::text AS "lastValue", NULL::boolean AS "isCalled", NULL::text AS increment, NULL::text AS "limit"`;
  return `SELECT ${at} AS "at", ${maximum}, s.last_value::text AS "lastValue", s.is_called AS "isCalled", q.seqincrement::text AS increment, q.seqmax::text AS "limit"
    FROM ${sequence} s, pg_catalog.pg_sequence q WHERE q.seqrelid = ${quoteLiteral(sequence)}::regclass`;
};

const judge = ({ table, column, sequence }: Identity, { maximum, lastValue, ...state }: State): SequenceProof => {
  const say = (verdict: SequenceProof["state"], next: bigint | null): SequenceProof => ({
    table,
    column: column.target,
    name: sequence,
    next: next === null ? null : next.toString(),
    maximum,
    state: verdict,
  });
  if (lastValue === null || state.increment === null || state.limit === null) return say("missing", null);
  const next = BigInt(lastValue) + (state.isCalled ? BigInt(state.increment) : 0n);
  if (next > BigInt(state.limit)) return say("exhausted", null);
  const past = greatest(maximum, column.identity?.past ?? null);
  return say(past !== null && next <= past ? "behind" : "ok", next);
};

const greatest = (...values: readonly (string | null)[]): bigint | null =>
  values.reduce<bigint | null>((most, value) => {
    if (value === null) return most;
    const number = BigInt(value);
    return most === null || number > most ? number : most;
  }, null);
