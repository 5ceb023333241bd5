/**
 * The session that holds the target's lock from prepare to the end. Others do the work meanwhile, so it may be lost unnoticed,
 * by a restart of the server that they got over: then it is made anew, with the lock.
 */
import type { Client } from "pg";
import type { Step } from "./events.ts";
import type { Context } from "./steps.ts";
import { connectPatiently } from "./target/connect-patiently.ts";
import { lockTarget } from "./target/lock.ts";
import type { Run, Target } from "./target/model.ts";
import { isTransient, withRetry } from "./target/retry.ts";
import { assertOurs } from "./target/runs.ts";

export class RunSession {
  readonly #target: Target;
  readonly #context: Context;
  #client: Client;
  #schema: string | null = null;

  /** @throws LandbridgeError as `connect` */
  static async open(target: Target, context: Context): Promise<RunSession> {
    return new RunSession(target, context, await connectPatiently(target, "run", { ...context, step: "prepare" }));
  }

  private constructor(target: Target, context: Context, client: Client) {
    this.#target = target;
    this.#context = context;
    this.#client = client;
  }

  /** The session as it is, without a look whether it lives. */
  get current(): Client {
    return this.#client;
  }

  /** @throws LandbridgeError TARGET_BUSY (refused) where another run holds it */
  async lock(schema: string): Promise<void> {
    await this.breakable((client) => lockTarget(client, schema));
    this.#schema = schema;
  }

  /**
   * The session, alive and holding the lock.
   * @throws LandbridgeError TARGET_BUSY or RUN_TAKEN_OVER where another process has used the gap; what the server says else
   */
  async client(run: Run, step: Step): Promise<Client> {
    if (await answers(this.#client)) return this.#client;
    await withRetry("the run's session", () => this.#renew(run, step), { ...this.#context, step });
    return this.#client;
  }

  /** An abort ends the connection under `work`: a statement that waits for somebody else's lock hears of nothing else. */
  async breakable<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const { signal } = this.#context;
    const client = this.#client;
    const stop = (): void => void client.end().catch(() => undefined);
    signal.throwIfAborted();
    signal.addEventListener("abort", stop, { once: true });
    try {
      return await work(client);
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  async close(): Promise<void> {
    await this.#client.end().catch(() => undefined);
  }

  async #renew(run: Run, step: Step): Promise<void> {
    await this.close();
    this.#client = await connectPatiently(this.#target, "run", { ...this.#context, step });
    if (this.#schema !== null) await lockTarget(this.#client, this.#schema);
    await assertOurs(this.#client, run);
  }
}

const answers = (client: Client): Promise<boolean> =>
  client.query("SELECT").then(
    () => true,
    (error: unknown) => {
      if (isTransient(error)) return false;
      throw error;
    },
  );
