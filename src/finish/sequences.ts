/**
 * Identity sequences end up past every id that was ever given out: past the largest in the table and past what
 * sqlite_sequence remembers, so that ids of deleted rows do not come back.
 */
import type { Client } from "pg";
import type { PlanColumn, PlanTable } from "../plan/model.ts";
import { qualified, quoteIdentifier, quoteLiteral } from "../target/quote.ts";
import { batchesOf } from "./batches.ts";
import type { Finishing } from "./finishing.ts";
import { overSessions } from "./sessions.ts";

/** Columns read in one round trip. */
const BATCH = 100;

export interface IdentityColumn {
  readonly table: PlanTable;
  readonly column: PlanColumn;
}

/** The identity columns of the plan. */
export const identityColumns = (tables: readonly PlanTable[]): IdentityColumn[] =>
  tables.flatMap((table) =>
    table.columns.filter(({ identity }) => identity !== null).map((column) => ({ table, column })),
  );

/** Sets each sequence; never back, so that a sequence which has been used since the last run keeps its place. */
export const setSequences = async (finishing: Finishing): Promise<void> => {
  const batches = batchesOf(identityColumns(finishing.plan.tables), BATCH);
  await overSessions(finishing, {}, batches, async (session, batch) => {
    await session.use("sequences", (client) => setBatch(client, finishing, batch));
    finishing.advance(batch.at(-1)?.table.source ?? "", batch.length);
  });
};

const setBatch = async (client: Client, finishing: Finishing, batch: readonly IdentityColumn[]): Promise<void> => {
  const names = await sequencesOf(client, finishing.schema, batch);
  const states = batch.map((identity, i) => stateOf(finishing.schema, identity, names[i]!, i));
  const { rows } = await client.query<SequenceState>(states.join(" UNION ALL "));
  const moves: string[] = [];
  for (const state of rows) {
    const identity = batch[state.i]!;
    const next = nextState(state, identity.column.identity?.past ?? null);
    if (next.exhausted) finishing.findings.push(exhausted(identity, state));
    if (next.value !== null) moves.push(`setval(${quoteLiteral(names[state.i]!)}::regclass, ${next.value}, true)`);
  }
  if (moves.length > 0) await client.query(`SELECT ${moves.join(", ")}`);
};

/** Quoted and qualified names, by ownership: whatever the sequence is called. */
const sequencesOf = async (client: Client, schema: string, batch: readonly IdentityColumn[]): Promise<string[]> => {
  const { rows } = await client.query<{ name: string | null }>(
    `SELECT coalesce(pg_get_serial_sequence("table", "column"), own) AS name
     FROM unnest($1::text[], $2::text[], $3::text[]) WITH ORDINALITY AS identity("table", "column", own, i) ORDER BY i`,
    [
      batch.map(({ table }) => qualified(schema, table.target)),
      batch.map(({ column }) => column.target),
      batch.map(({ column }) => column.identity?.sequence ?? null),
    ],
  );
  return rows.map(({ name }, i) => {
    if (name === null) throw new Error(`${batch[i]?.table.target} has lost its identity sequence`);
    return name;
  });
};

/** 64-bit integers as decimal strings. */
export interface SequenceState {
  /** Position in the batch. */
  readonly i: number;
  readonly last: string;
  readonly called: boolean;
  /** The sequence's own limit. */
  readonly limit: string;
  /** The largest id in the table, null when it is empty. */
  readonly largest: string | null;
}

const stateOf = (schema: string, { table, column }: IdentityColumn, sequence: string, i: number): string =>
  `SELECT ${i} AS i, s.last_value::text AS last, s.is_called AS called,
     (SELECT seqmax::text FROM pg_sequence WHERE seqrelid = ${quoteLiteral(sequence)}::regclass) AS "limit",
     (SELECT max(${quoteIdentifier(column.target)})::text FROM ${qualified(schema, table.target)}) AS largest
   FROM ${sequence} AS s`;

/** What setval has to be told (is_called = true), null for nothing; and whether no id is left to give out. */
const nextState = (
  { last, called, limit, largest }: Omit<SequenceState, "i">,
  past: string | null,
): { value: bigint | null; exhausted: boolean } => {
  let highest = 0n;
  for (const id of [largest, past]) if (id !== null && BigInt(id) > highest) highest = BigInt(id);
  // Only ids below 1, or none at all: the sequence starts at 1 as it was made.
  if (highest < 1n) return { value: null, exhausted: false };
  const top = BigInt(limit);
  const wanted = highest > top ? top : highest;
  const reached = called ? BigInt(last) : BigInt(last) - 1n;
  return { value: reached < wanted ? wanted : null, exhausted: wanted === top };
};

const exhausted = ({ table, column }: IdentityColumn, { limit }: SequenceState) =>
  ({
    code: "SEQUENCE_EXHAUSTED",
    severity: "warning",
    where: `${table.source}.${column.source}`,
    message: `the largest id is ${limit}, the last that the sequence can give: the next insert without an id will fail`,
    remedy: "Renumber the row with the largest id, then set the sequence past the next largest (setval).",
    count: 1,
  }) as const;
