/** What one worker holds: a handle on the snapshot, a connection to the target, two buffers, and what is compiled per table. */
import type Database from "better-sqlite3";
import type { Client } from "pg";
import type { Plan, PlanTable } from "../plan/model.ts";
import { openSnapshot } from "../source/open.ts";
import { connect } from "../target/connect.ts";
import type { Run, Target } from "../target/model.ts";
import { CopyBuffer } from "./encode/buffer.ts";
import { compileEncoder, type RowEncoder } from "./encode/compile.ts";
import { type Keeper, keeper } from "./kept-row.ts";
import { TableReader } from "./rows/reader.ts";

/** What a worker needs to know; plain data, so that it can be sent to a thread. */
export interface SessionSettings {
  readonly plan: Plan;
  /** The snapshot. */
  readonly readPath: string;
  readonly target: Target;
  readonly run: Run;
  /** The most rows that a block may have. */
  readonly batchSize?: number;
  /** Where rows go that do not go straight into their table: SQL names by target name. */
  readonly into?: ReadonlyMap<string, string>;
}

/** A table made ready for copying. */
export interface PreparedTable {
  readonly table: PlanTable;
  readonly reader: TableReader;
  readonly encoder: RowEncoder;
  readonly keep: Keeper;
}

export class CopySession {
  readonly settings: SessionSettings;
  readonly db: Database.Database;
  /** One is filled while the other is on its way. */
  readonly buffers: readonly [CopyBuffer, CopyBuffer] = [new CopyBuffer(), new CopyBuffer()];
  #client: Client | null = null;
  #prepared: PreparedTable | null = null;

  constructor(settings: SessionSettings) {
    this.settings = settings;
    this.db = openSnapshot(settings.readPath);
  }

  /** The connection, made anew where there is none or it was dropped. */
  async client(): Promise<Client> {
    this.#client ??= await connect(this.settings.target, `copy ${this.settings.run.id}`);
    return this.#client;
  }

  /** Ends the connection, in the middle of a statement too; the server rolls back what is not committed. */
  async drop(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    await client?.end().catch(() => undefined);
  }

  /** The last table is kept: its slices come one after another. */
  prepare(index: number): PreparedTable {
    const { plan, batchSize } = this.settings;
    const table = plan.tables[index]!;
    if (this.#prepared?.table === table) return this.#prepared;
    const reader = new TableReader(this.db, table, plan.source.encoding, batchSize);
    this.#prepared = {
      table,
      reader,
      encoder: compileEncoder(table, plan.policies, plan.source.encoding),
      keep: keeper(table, reader.shape, plan.source.encoding),
    };
    return this.#prepared;
  }

  async close(): Promise<void> {
    await this.drop();
    this.db.close();
  }
}
