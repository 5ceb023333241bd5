/**
 * Binary COPY has no row errors: one row that the server refuses fails its whole slice. Here the slice's rows are offered again
 * in halves, in a transaction that is rolled back, until the refused ones stand alone. What is taken stays there until the
 * end: of two rows that a unique key does not let stand together, the second is the one that is refused.
 */
import type { Client } from "pg";
import type { CopyBuffer } from "./encode/buffer.ts";
import type { Reject } from "./encode/reject.ts";
import { type Refused, type RowEnds, SliceEncoder } from "./encode-block.ts";
import { dataRefusal, type ServerRefusal } from "./refusal.ts";
import type { KeyRange } from "./rows/reader.ts";
import type { PreparedTable } from "./session.ts";
import { CopyIn } from "./stream.ts";

interface Trial {
  readonly range: KeyRange;
  /** COPY without FREEZE: a table that was not emptied cannot be frozen. */
  readonly copy: string;
  readonly buffer: CopyBuffer;
}

/**
 * Offers every block of a slice by itself, refused ones in halves.
 * @returns the rows that the server refuses even alone, by their position in the slice
 * @throws any error that is not about the data
 */
export const findRefused = async (client: Client, table: PreparedTable, trial: Trial): Promise<Refused> => {
  const refused = new Map<number, Reject>();
  await client.query("BEGIN");
  try {
    await offerAll(client, table, trial, refused);
    return refused;
  } finally {
    await client.query("ROLLBACK").catch(() => undefined);
  }
};

const offerAll = async (
  client: Client,
  { reader, encoder, keep }: PreparedTable,
  { range, copy, buffer }: Trial,
  refused: Map<number, Reject>,
): Promise<void> => {
  const slice = new SliceEncoder(reader, encoder, keep);
  for (const block of reader.blocks(range)) {
    const rows: RowEnds = { ends: [], ordinals: [] };
    buffer.length = 0;
    slice.encode(block, buffer, rows);
    slice.kept = [];
    await search(0, rows.ends.length);

    async function search(from: number, to: number): Promise<void> {
      if (from === to) return;
      const refusal = await offer(client, copy, buffer, rows, from, to);
      if (refusal === null) return;
      if (to - from === 1) {
        refused.set(rows.ordinals[from]!, rejectOf(refusal));
        return;
      }
      const middle = (from + to) >> 1;
      await search(from, middle);
      await search(middle, to);
    }
  }
};

/** Rows `from` to `to` (excluded) of a block, beside those that were taken before. @returns why the server refuses them, null where it takes them */
const offer = async (
  client: Client,
  copy: string,
  { bytes }: CopyBuffer,
  { ends }: RowEnds,
  from: number,
  to: number,
): Promise<ServerRefusal | null> => {
  const start = from === 0 ? 0 : ends[from - 1]!;
  await client.query("SAVEPOINT offer");
  try {
    const copyIn = new CopyIn(client, copy);
    await copyIn.send({ bytes: bytes.subarray(start), length: ends[to - 1]! - start });
    await copyIn.finish();
    // What is checked only at commit is asked for now.
    await client.query("SET CONSTRAINTS ALL IMMEDIATE");
    await client.query("RELEASE SAVEPOINT offer");
    return null;
  } catch (error) {
    const refusal = dataRefusal(error);
    if (refusal === null) throw error;
    await client.query("ROLLBACK TO SAVEPOINT offer");
    return refusal;
  }
};

const rejectOf = ({ sqlstate, message }: ServerRefusal): Reject => ({
  column: null,
  code: `SERVER_${sqlstate}`,
  message,
});
