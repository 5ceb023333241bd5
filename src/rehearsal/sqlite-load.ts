/**
 * The baseline: SQLite under the same sessions as PostgreSQL later, each a thread with a connection of its own, as the threads
 * or processes of an application have. On a private copy; nothing here opens the source.
 */
import { Worker } from "node:worker_threads";
import { type Count, measureOf } from "./counting.ts";
import type { LoadMeasure } from "./model.ts";
import type { Statements } from "./workload.ts";

/** How long an application waits for SQLite's lock by default: five seconds, as Python's sqlite3 and better-sqlite3 do. */
const BUSY_MILLISECONDS = 5000;

export interface ClientTask {
  readonly path: string;
  readonly writes: boolean;
  readonly statements: readonly Statements[];
  readonly keys: readonly (readonly bigint[])[];
  readonly seed: number;
  readonly seconds: number;
  readonly busyMilliseconds: number;
}

export interface LoadOptions {
  readonly statements: readonly Statements[];
  /** Per table. */
  readonly keys: readonly (readonly bigint[])[];
  readonly writers: number;
  readonly readers: number;
  readonly seconds: number;
  readonly signal: AbortSignal;
}

type FromClient = { readonly kind: "ready" } | { readonly kind: "done"; readonly count: Count };

const CLIENT = new URL("./sqlite-client.ts", import.meta.url);

/**
 * @param path a copy that may be written to, in the source's own journal mode
 * @throws the signal's reason; what SQLite says where a statement cannot even be prepared
 */
export const loadSqlite = async (path: string, options: LoadOptions): Promise<LoadMeasure> => {
  const { writers, readers, seconds, statements, keys, signal } = options;
  signal.throwIfAborted();
  const clients = Array.from({ length: writers + readers }, (_, index) => {
    const workerData: ClientTask = {
      ...{ path, statements, keys, seconds, busyMilliseconds: BUSY_MILLISECONDS },
      writes: index < writers,
      seed: index + 1,
    };
    return new Worker(CLIENT, { workerData });
  });
  const endAll = (): void => {
    for (const client of clients) void client.terminate();
  };
  signal.addEventListener("abort", endAll, { once: true });
  try {
    // All at once, when the last one is ready: threads take a while to start.
    await Promise.all(clients.map((client) => answer(client, signal)));
    const running = clients.map((client) => answer(client, signal));
    for (const client of clients) client.postMessage("go");
    const answers = await Promise.all(running);
    const counts = answers.map((message) => (message.kind === "done" ? message.count : unexpected()));
    return {
      ...{ seconds, writers, readers },
      writes: measureOf(counts.slice(0, writers), seconds),
      reads: readers === 0 ? null : measureOf(counts.slice(writers), seconds),
    };
  } finally {
    signal.removeEventListener("abort", endAll);
    endAll();
  }
};

const answer = (client: Worker, signal: AbortSignal): Promise<FromClient> =>
  new Promise((resolve, reject) => {
    client.once("message", resolve);
    client.once("error", reject);
    client.once("exit", () => reject(signal.aborted ? signal.reason : new Error("a client ended before its time")));
  });

const unexpected = (): never => {
  throw new Error("a client answered out of turn");
};
