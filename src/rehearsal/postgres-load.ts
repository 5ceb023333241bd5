/** PostgreSQL under the sessions of an application: many connections, each with one statement at a time, in this process. */
import type { Client } from "pg";
import { connect } from "../target/connect.ts";
import type { Target } from "../target/model.ts";
import { type Count, failed, measureOf, newCount, succeeded } from "./counting.ts";
import type { LoadMeasure } from "./model.ts";
import type { LoadOptions } from "./sqlite-load.ts";
import { type Statements, turns } from "./workload.ts";

/**
 * @throws LandbridgeError TARGET_TOO_MANY_CONNECTIONS and the like where the sessions cannot be opened; the signal's reason
 */
export const loadPostgres = async (target: Target, options: LoadOptions): Promise<LoadMeasure> => {
  const { writers, readers, seconds, signal } = options;
  signal.throwIfAborted();
  const opened = await Promise.allSettled(
    Array.from({ length: writers + readers }, (_, index) =>
      connect(target, index < writers ? "rehearsal writer" : "rehearsal reader"),
    ),
  );
  const clients = opened.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  try {
    const refused = opened.find((one) => one.status === "rejected");
    if (refused !== undefined) throw refused.reason;
    const end = performance.now() + seconds * 1000;
    const counts = await Promise.all(
      clients.map((client, index) => work(client, { ...options, writes: index < writers, seed: index + 1, end })),
    );
    signal.throwIfAborted();
    return {
      ...{ seconds, writers, readers },
      writes: measureOf(counts.slice(0, writers), seconds),
      reads: readers === 0 ? null : measureOf(counts.slice(writers), seconds),
    };
  } finally {
    await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
  }
};

interface Work extends LoadOptions {
  readonly writes: boolean;
  readonly seed: number;
  /** Of `performance.now()`. */
  readonly end: number;
}

const work = async (client: Client, { statements, keys, writes, seed, end, signal }: Work): Promise<Count> => {
  const count = newCount();
  const next = turns(keys, seed);
  for (let turn = 0; !signal.aborted; turn++) {
    const { table, key, insert } = next(turn);
    const began = performance.now();
    if (began >= end) break;
    try {
      await client.query(statementOf(statements[table]!, table, writes, insert, key));
      succeeded(count, began, end);
    } catch (error) {
      failed(count, error);
      // A connection that is gone fails at once, millions of times.
      if (!(error instanceof Error && "code" in error)) break;
    }
  }
  return count;
};

/** Named, so that the server plans it once a session, as SQLite's prepared statements and most drivers' are. */
const statementOf = (
  { update, insert: add, select }: Statements,
  table: number,
  writes: boolean,
  insert: boolean,
  key: bigint,
): { name: string; text: string; values: string[] } => {
  const values = [String(key)];
  if (!writes) return { name: `select ${table}`, text: select, values };
  if (insert && add !== null) return { name: `insert ${table}`, text: add, values };
  return { name: `update ${table}`, text: update, values };
};
