/** How far long index builds are: asked of the server by a session of its own, so that the step's progress moves meanwhile. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "pg";
import type { Statement } from "../plan/ddl/ddl.ts";
import type { Finishing } from "./finishing.ts";
import { inSession, type Session } from "./sessions.ts";

/** A build that is over before this is not asked about. */
const EVERY_MS = 1000;

/** Tables whose builds are watched: of smaller ones they take a moment. */
const WATCHED_BYTES = 4 * 1024 * 1024;

interface Build {
  readonly object: string;
  readonly rows: number;
}

/** As pg_stat_progress_create_index has them; what a kind of index does not tell is 0. */
export interface BuildProgress {
  readonly pid: number;
  readonly blocksDone: number;
  readonly blocksTotal: number;
  readonly tuplesDone: number;
  readonly tuplesTotal: number;
}

/**
 * The share of a build that is done, 0 to 1. A btree, and ivfflat, first read the table by blocks, then load as many entries as
 * they have found: each is taken for half. An hnsw index counts its entries alone, of as many as there are rows.
 */
export const shareDone = (progress: Omit<BuildProgress, "pid">, rows: number): number => {
  const { blocksDone, blocksTotal, tuplesDone, tuplesTotal } = progress;
  if (tuplesTotal > 0) return 0.5 + Math.min(1, tuplesDone / tuplesTotal) / 2;
  if (tuplesDone > 0) return Math.min(1, tuplesDone / Math.max(1, rows));
  return blocksTotal > 0 ? Math.min(1, blocksDone / blocksTotal) / 2 : 0;
};

/** Watches the builds that run at the same time. */
export class BuildWatch {
  readonly #finishing: Finishing;
  readonly #builds = new Map<number, Build>();
  readonly #over = new AbortController();
  readonly #asking: Promise<void>;

  constructor(finishing: Finishing) {
    this.#finishing = finishing;
    this.#asking = inSession(finishing, {}, (session) => this.#ask(session)).catch(() => undefined);
  }

  /** Runs what builds one index of a large table, or anything else, which is not watched. */
  async during<T>(session: Session, [one, ...others]: readonly Statement[], build: () => Promise<T>): Promise<T> {
    if (one === undefined || others.length > 0) return build();
    const { bytes, rows } = this.#finishing.table(one.table);
    if (bytes < WATCHED_BYTES) return build();
    const pid = await session.use("its process", processOf);
    this.#builds.set(pid, { object: one.object, rows });
    try {
      return await build();
    } finally {
      this.#builds.delete(pid);
      this.#finishing.partly(one.object, 0);
    }
  }

  async end(): Promise<void> {
    this.#over.abort();
    await this.#asking;
  }

  /** Opens no connection before a build lasts; whatever goes wrong here ends the asking and nothing else. */
  async #ask(session: Session): Promise<void> {
    const { signal } = this.#over;
    for (;;) {
      await sleep(EVERY_MS, undefined, { signal });
      const pids = [...this.#builds.keys()];
      if (pids.length === 0) continue;
      for (const progress of await session.use("progress", (client) => readProgress(client, pids), 1)) {
        const build = this.#builds.get(progress.pid);
        if (build !== undefined) this.#finishing.partly(build.object, shareDone(progress, build.rows));
      }
    }
  }
}

const processOf = async (client: Client): Promise<number> => {
  const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  return rows[0]!.pid;
};

const readProgress = async (client: Client, pids: readonly number[]): Promise<BuildProgress[]> => {
  const { rows } = await client.query<BuildProgress>(
    `SELECT pid, coalesce(blocks_done, 0)::float8 AS "blocksDone", coalesce(blocks_total, 0)::float8 AS "blocksTotal",
            coalesce(tuples_done, 0)::float8 AS "tuplesDone", coalesce(tuples_total, 0)::float8 AS "tuplesTotal"
     FROM pg_stat_progress_create_index WHERE pid = ANY($1)`,
    [pids],
  );
  return rows;
};
