/**
 * One unit of work, start to commit: claim its slices, stream their rows, keep the rows that stay behind, write the counts. What the
 * server refuses is taken apart until the rows that cause it stand alone; the unit is still committed once.
 */
import type { Client } from "pg";
import { qualified, quoteIdentifier } from "../target/quote.ts";
import { findRefused } from "./bisect.ts";
import { beginAndClaim, completeAndCommit, insertRejects, type SliceName, type SliceResult } from "./claim.ts";
import type { CopyBuffer } from "./encode/buffer.ts";
import { copiedColumns } from "./encode/compile.ts";
import { type Refused, SliceEncoder } from "./encode-block.ts";
import { rejectOversize } from "./oversize.ts";
import { dataRefusal } from "./refusal.ts";
import type { CopySession } from "./session.ts";
import { type Slice, sliceRange } from "./slices.ts";
import { CopyIn } from "./stream.ts";

/** A buffer is sent once it holds this much. */
const SEND_BYTES = 512 * 1024;
/** What a buffer may keep after a huge row. */
const KEPT_CAPACITY = 4 << 20;
/** Rejected rows are written to the ledger in portions of about this many characters. */
const KEPT_CHARACTERS = 8 << 20;

/** Whole tables from here on are worth FREEZE. */
const FROZEN_BYTES = 1 << 20;

/** Rows and source bytes of the unit so far, counted from zero again when it is started over. */
export type OnProgress = (rows: number, bytes: number, table: string) => void;

interface Part extends SliceName {
  readonly slice: Slice;
}

/** Copies the slices of a unit that nobody else has copied, in one transaction. */
export const copySlices = async (
  session: CopySession,
  slices: readonly Slice[],
  onProgress: OnProgress,
): Promise<void> => {
  const { plan } = session.settings;
  const parts = slices.map((slice) => ({
    slice,
    table: plan.tables[slice.table]!.source,
    number: slice.number,
  }));
  try {
    await transact(session, parts, onProgress);
  } catch (error) {
    if (dataRefusal(error) === null) throw error;
    if (parts.length > 1) for (const part of parts) await copySlices(session, [part.slice], onProgress);
    else await copyWithout(session, parts[0]!, error, onProgress);
  }
};

/** The slice again, without the rows that the server refuses by themselves. */
const copyWithout = async (session: CopySession, part: Part, error: unknown, onProgress: OnProgress): Promise<void> => {
  const refused = await findRefused(await session.client(), session.prepare(part.slice.table), {
    range: sliceRange(session.prepare(part.slice.table).table, part.number),
    copy: plainCopy(session, part),
    buffer: session.buffers[0],
  });
  // Rows that are refused together but not alone: nothing to take out, so nothing to go on with.
  if (refused.size === 0) throw error;
  await transact(session, [part], onProgress, refused);
};

const transact = async (
  session: CopySession,
  parts: readonly Part[],
  onProgress: OnProgress,
  refused?: Refused,
): Promise<void> => {
  const client = await session.client();
  const { run } = session.settings;
  try {
    const claimed = await beginAndClaim(client, run, parts);
    if (claimed.length === 0) {
      await client.query("ROLLBACK");
      return;
    }
    const results: SliceResult[] = [];
    for (const part of claimed) results.push(await copyPart(session, client, part, onProgress, refused));
    await completeAndCommit(client, run, results);
  } catch (error) {
    // Where the connection is gone this fails too, and the server rolls back by itself.
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
};

const copyPart = async (
  session: CopySession,
  client: Client,
  part: Part,
  onProgress: OnProgress,
  refused: Refused | undefined,
): Promise<SliceResult> => {
  const prepared = session.prepare(part.slice.table);
  const encoder = new SliceEncoder(prepared.reader, prepared.encoder, prepared.keep, refused);
  rejectOversize(session, prepared, part.number, encoder);
  const sender = new Sender(session, client, part);
  const averageBytes = prepared.table.bytes / Math.max(1, prepared.table.rows);
  for (const block of prepared.reader.blocks(sliceRange(prepared.table, part.number))) {
    encoder.encode(block, sender.buffer);
    if (sender.buffer.length >= SEND_BYTES) {
      await sender.send();
      onProgress(encoder.counts.read, encoder.counts.read * averageBytes, part.table);
    }
    if (encoder.keptSize > KEPT_CHARACTERS) await keep(sender, encoder, session, part);
  }
  await keep(sender, encoder, session, part);
  const { counts } = encoder;
  onProgress(counts.read, counts.read * averageBytes, part.table);
  if (sender.rows !== counts.written)
    throw new Error(`${part.table}: ${counts.written} rows sent, but the server has taken ${sender.rows}`);
  return { table: part.table, number: part.number, counts, bytes: sender.bytes };
};

/** Rejected rows go out between two COPYs of the same transaction: during one, the connection takes nothing else. */
const keep = async (sender: Sender, encoder: SliceEncoder, session: CopySession, { table }: Part): Promise<void> => {
  const client = await sender.finish();
  const { kept } = encoder;
  encoder.kept = [];
  encoder.keptSize = 0;
  await insertRejects(client, session.settings.run, table, kept);
};

/** Fills one buffer while the other is on its way; starts a COPY with the first bytes, so that an empty slice needs none. */
class Sender {
  rows = 0;
  bytes = 0;
  readonly #session: CopySession;
  readonly #client: Client;
  readonly #part: Part;
  #copy: CopyIn | null = null;
  #onItsWay: Promise<void> = Promise.resolve();
  #filling = 0;
  #truncated = false;

  constructor(session: CopySession, client: Client, part: Part) {
    this.#session = session;
    this.#client = client;
    this.#part = part;
    for (const buffer of session.buffers) buffer.shrink(KEPT_CAPACITY);
  }

  get buffer(): CopyBuffer {
    return this.#session.buffers[this.#filling]!;
  }

  async send(): Promise<void> {
    await this.#onItsWay;
    this.#copy ??= this.#start();
    const { buffer } = this;
    this.bytes += buffer.length;
    this.#onItsWay = this.#copy.send(buffer);
    this.#onItsWay.catch(() => undefined);
    this.#filling = 1 - this.#filling;
    this.buffer.shrink(KEPT_CAPACITY);
    // Gives the event loop a turn: signals, other connections, the server's refusal.
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** Ends the COPY that is running, if any. @returns the client, free for other statements */
  async finish(): Promise<Client> {
    if (this.buffer.length > 0) await this.send();
    await this.#onItsWay;
    if (this.#copy !== null) this.rows += await this.#copy.finish();
    this.#copy = null;
    return this.#client;
  }

  #start(): CopyIn {
    const first = !this.#truncated;
    this.#truncated = true;
    return new CopyIn(this.#client, copyStatement(this.#session, this.#part, first));
  }
}

/** COPY names its columns: the target's order is its own. */
const plainCopy = (session: CopySession, { slice }: Part): string => {
  const { plan, run, into } = session.settings;
  const table = plan.tables[slice.table]!;
  const columns = copiedColumns(table).map(({ target }) => quoteIdentifier(target));
  return `COPY ${into?.get(table.target) ?? qualified(run.loadSchema, table.target)} (${columns.join(", ")}) FROM STDIN (FORMAT binary)`;
};

/**
 * A whole table starts from zero; a slice never empties its table. TRUNCATE in the same transaction is what FREEZE
 * asks for, but it makes new files: for small tables that is most of the work, so those are emptied row by row and not frozen.
 */
const copyStatement = (session: CopySession, part: Part, first: boolean): string => {
  const { plan, run } = session.settings;
  const table = plan.tables[part.slice.table]!;
  const copy = plainCopy(session, part);
  if (table.mode === "sliced") return copy;
  const name = qualified(run.loadSchema, table.target);
  const large = table.bytes >= FROZEN_BYTES;
  // PostgreSQL freezes no rows on their way into partitions.
  const frozen = large && table.partitioning === null;
  const empty = large ? `TRUNCATE ${name}; ` : `DELETE FROM ${name}; `;
  return (first ? empty : "") + (frozen ? copy.replace(/binary\)$/, "binary, FREEZE)") : copy);
};
