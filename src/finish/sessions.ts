/** Sessions of the finish step: they come back after a broken connection, and end at once when the run is aborted. */
import type { Client } from "pg";
import type { Emit } from "../events.ts";
import { connect } from "../target/connect.ts";
import type { Target } from "../target/model.ts";
import { isTransient, withRetry } from "../target/retry.ts";

export interface SessionContext {
  readonly target: Target;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** The setting that a plan's own SQL asks for. */
export type SearchPath = { readonly search_path: string };

/** One session at a time, opened when it is first needed. */
export class Session {
  readonly #context: SessionContext;
  readonly #settings: Readonly<Record<string, string>>;
  #client: Client | null = null;

  /** `settings` are set in every session that is opened, e.g. { lock_timeout: "5s" }. */
  constructor(context: SessionContext, settings: Readonly<Record<string, string>> = {}) {
    this.#context = context;
    this.#settings = settings;
  }

  /**
   * Runs `action` and repeats it on transient errors, on a new connection: what the first attempt did may be committed.
   * @throws the signal's reason once the run is aborted, else what the last attempt threw
   */
  async use<T>(what: string, action: (client: Client) => Promise<T>, attempts?: number): Promise<T> {
    const { emit, signal } = this.#context;
    const once = async (): Promise<T> => {
      const client = await this.#open();
      // Closing breaks off the statement that runs; its backend notices by client_connection_check_interval.
      const stop = (): void => void client.end().catch(() => undefined);
      signal.addEventListener("abort", stop, { once: true });
      try {
        return await action(client);
      } catch (error) {
        if (isTransient(error)) await this.close();
        signal.throwIfAborted();
        throw error;
      } finally {
        signal.removeEventListener("abort", stop);
      }
    };
    return withRetry(what, once, { emit, step: "finish", signal, ...(attempts === undefined ? {} : { attempts }) });
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    await client?.end().catch(() => undefined);
  }

  async #open(): Promise<Client> {
    if (this.#client !== null) return this.#client;
    const client = await connect(this.#context.target, "finish");
    this.#client = client;
    // Some systems cannot watch a connection; the setting is then refused, and nothing else depends on it.
    for (const [name, value] of Object.entries({ client_connection_check_interval: "2s", ...this.#settings }))
      await client.query("SELECT set_config($1, $2, false)", [name, value]).catch(() => undefined);
    return client;
  }
}

/** Runs `work` in a session of its own and closes it. */
export const inSession = async <T>(
  context: SessionContext,
  settings: Readonly<Record<string, string>>,
  work: (session: Session) => Promise<T>,
): Promise<T> => {
  const session = new Session(context, settings);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
};

/**
 * Works through the tasks with up to `jobs` sessions, in order of the list. The first failure stops the others after the
 * task that they are at.
 */
export const overSessions = async <T>(
  context: SessionContext & { readonly jobs: number },
  settings: Readonly<Record<string, string>>,
  tasks: readonly T[],
  work: (session: Session, task: T) => Promise<void>,
): Promise<void> => {
  const queue = tasks.values();
  let failed = false;
  const worker = (): Promise<void> =>
    inSession(context, settings, async (session) => {
      for (const task of queue) {
        if (failed) return;
        context.signal.throwIfAborted();
        try {
          await work(session, task);
        } catch (error) {
          failed = true;
          throw error;
        }
      }
    });
  const workers = Array.from({ length: Math.min(Math.max(1, context.jobs), tasks.length) }, worker);
  const results = await Promise.allSettled(workers);
  for (const result of results) if (result.status === "rejected") throw result.reason;
};
