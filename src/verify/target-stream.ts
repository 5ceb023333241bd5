/** Reads a table of the target as canonical rows, as they come over the wire. */
import type { Client } from "pg";
import { to } from "pg-copy-streams";
import { quoteIdentifier } from "../target/quote.ts";
import type { Layout } from "./layout.ts";
import { RowBuffer } from "./row-buffer.ts";
import { TargetRows } from "./target-rows.ts";

export interface TargetTable {
  readonly client: Client;
  /** What stands in FROM. */
  readonly relation: string;
  readonly layout: Layout;
  readonly signal: AbortSignal | undefined;
}

/**
 * Hands each batch of rows to `take` in turn; gives the number of rows.
 * @param bounds only rows whose key (the layout's first column) lies between these, both included
 */
export const readTarget = async (
  { client, relation, layout, signal }: TargetTable,
  take: (rows: RowBuffer) => void,
  bounds: readonly [from: bigint, to: bigint] | null = null,
): Promise<number> => {
  const columns = layout.columns.map(({ target }) => quoteIdentifier(target));
  const where = bounds === null ? "" : ` WHERE ${columns[0]} BETWEEN ${bounds[0]} AND ${bounds[1]}`;
  const order = layout.how === "ordered" ? ` ORDER BY ${columns[0]}` : "";
  const query = `SELECT ${columns.join(", ")} FROM ${relation}${where}${order}`;
  const stream = client.query(to(`COPY (${query}) TO STDOUT (FORMAT binary)`));
  const rows = new TargetRows(layout);
  const batch = new RowBuffer();
  for await (const chunk of stream) {
    signal?.throwIfAborted();
    rows.push(chunk as Buffer, batch);
    if (batch.count === 0) continue;
    take(batch);
    batch.clear();
  }
  rows.finish();
  return rows.read;
};
