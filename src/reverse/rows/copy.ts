/** Brings the rows of every table over, all of them out of one transaction of the server. */
import type { Database } from "better-sqlite3";
import type { Client } from "pg";
import { to } from "pg-copy-streams";
import type { Policies } from "../../plan/model.ts";
import type { Encoding } from "../../source/model.ts";
import type { Context } from "../../steps.ts";
import { quoteIdentifier } from "../../target/quote.ts";
import type { FittedTable } from "../file/fit.ts";
import type { SetAside } from "../model.ts";
import { wireReader } from "../values/wire.ts";
import { CopyStream } from "./copy-stream.ts";
import { RowWriter } from "./write.ts";

export interface CopiedTable {
  readonly written: number;
  readonly setAside: readonly SetAside[];
  readonly merged: ReadonlyMap<string, number>;
  readonly bytes: number;
  readonly maxRowBytes: number;
}

export interface CopySettings extends Context {
  readonly client: Client;
  readonly db: Database;
  readonly encoding: Encoding;
  readonly policies: Policies;
  /** By source table: rowids that rows of the ledger are to have again. */
  readonly reserved: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Progress is told every so many rows. */
const ROWS_PER_EVENT = 20_000;

/**
 * Copies every table in one transaction of the file. Rows that SQLite cannot hold are given back, set aside.
 * @param settings `client` stands in the transaction whose state is read
 */
export const copyBack = async (
  tables: readonly FittedTable[],
  settings: CopySettings,
): Promise<ReadonlyMap<FittedTable, CopiedTable>> => {
  const { client, db, emit } = settings;
  // A parallel scan, or one that joins another half way, would give the rows in another order than they lie in.
  await client.query("SET LOCAL synchronize_seqscans = off; SET LOCAL max_parallel_workers_per_gather = 0");
  const total = await estimatedRows(client, tables);
  let done = 0;
  const copied = new Map<FittedTable, CopiedTable>();
  db.exec("BEGIN");
  for (const table of tables) {
    const report = (rows: number): void => {
      const unit = { unit: "rows", at: table.planned.source } as const;
      emit({ kind: "progress", step: "copy", done: done + rows, total: Math.max(total, done + rows), ...unit });
    };
    const result = await copyTable(table, settings, report);
    copied.set(table, result);
    done += result.written;
    report(0);
  }
  db.exec("COMMIT");
  return copied;
};

const estimatedRows = async (client: Client, tables: readonly FittedTable[]): Promise<number> => {
  let total = 0;
  for (const { relation } of tables) {
    const { rows } = await client.query<{ rows: string }>(
      "SELECT reltuples::bigint AS rows FROM pg_catalog.pg_class WHERE oid = $1::regclass",
      [relation.replace(/^ONLY /, "")],
    );
    total += Math.max(0, Number(rows[0]?.rows ?? 0));
  }
  return total;
};

/** tableoid and ctid stand before the columns: where a row lies names it for this transaction. */
const copyTable = async (
  table: FittedTable,
  { client, db, encoding, policies, reserved, signal }: CopySettings,
  report: (rows: number) => void,
): Promise<CopiedTable> => {
  const writer = new RowWriter(db, table, {
    encoding,
    policies,
    reserved: reserved.get(table.planned.source) ?? new Set(),
  });
  const setAside: SetAside[] = [];
  const place = { oid: 0, block: 0, line: 0 };
  let told = 0;
  const stream = new CopyStream();
  const source = client.query(to(`COPY (${selectOf(table)}) TO STDOUT (FORMAT binary)`));
  const field = (column: number, bytes: Buffer, at: number, length: number): void => {
    if (column >= 2) writer.field(column - 2, bytes, at, length);
    else if (column === 0) place.oid = bytes.readUInt32BE(at);
    else {
      place.block = bytes.readUInt32BE(at);
      place.line = bytes.readUInt16BE(at + 4);
    }
  };
  const endOfRow = (): void => {
    const refused = writer.endOfRow();
    if (refused === null) return;
    setAside.push({
      table: table.planned,
      place: [String(place.oid), `(${place.block},${place.line})`],
      ...refused,
    });
  };
  for await (const chunk of source) {
    signal.throwIfAborted();
    stream.push(chunk as Buffer, field, endOfRow);
    if (writer.written - told < ROWS_PER_EVENT) continue;
    told = writer.written;
    report(told);
  }
  stream.finish();
  const { written, merged, bytes, maxRowBytes } = writer;
  return { written, setAside, merged, bytes, maxRowBytes };
};

const selectOf = ({ relation, columns }: FittedTable): string => {
  const selected = columns.map(({ column, select }) => {
    const name = quoteIdentifier(column.target);
    return select ?? wireReader(column.type).select(name);
  });
  return `SELECT ${["tableoid", "ctid", ...selected].join(", ")} FROM ${relation}`;
};
