/** Tells what passes by itself from what does not, and waits for the former a bounded number of times. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Emit, Step } from "../events.ts";

const ATTEMPTS = 6;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 15_000;

/** SQLSTATEs (https://www.postgresql.org/docs/current/errcodes-appendix.html); the whole class 08 (connection) besides. */
const TRANSIENT_STATES = new Set([
  "53300", // too_many_connections
  "57P01", // admin_shutdown
  "57P02", // crash_shutdown
  "57P03", // cannot_connect_now
  "40001", // serialization_failure
  "40P01", // deadlock_detected
  "55P03", // lock_not_available
]);
const TRANSIENT_SYSTEM = new Set([
  ...["ECONNRESET", "ECONNREFUSED", "ECONNABORTED", "EPIPE", "ETIMEDOUT"],
  ...["EHOSTUNREACH", "ENETUNREACH", "ENETDOWN", "EAI_AGAIN"],
]);
/** What the driver says without a code when a connection goes away or does not come. */
const TRANSIENT_WORDS =
  /^Connection terminated|^Connection ended unexpectedly|^timeout expired|connection timeout|Client has encountered a connection error|Client was closed|socket hang up/i;

/** Whether doing the same again, on a new connection, may succeed. Looks through `cause` and through collected errors. */
export const isTransient = (error: unknown): boolean => {
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(isTransient);
  if (!(error instanceof Error)) return false;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (TRANSIENT_STATES.has(code) || TRANSIENT_SYSTEM.has(code) || /^08[0-9A-Z]{3}$/.test(code)) return true;
  if (TRANSIENT_WORDS.test(error.message)) return true;
  return error.cause !== undefined && isTransient(error.cause);
};

export interface RetryContext {
  readonly emit: Emit;
  readonly step: Step;
  readonly signal?: AbortSignal;
  /** Which errors are worth another attempt. Default: all that are transient. */
  readonly worth?: (error: unknown) => boolean;
  /** How often at most, the first time included. Default 6, over about half a minute. */
  readonly attempts?: number;
  /** Milliseconds before the second attempt; doubled each time, at most 15 s. Default 250. */
  readonly firstPause?: number;
}

/**
 * Runs `action` until it succeeds, fails for good, or has failed `attempts` times. Each attempt must begin from scratch: what
 * it did before may or may not have been committed.
 * @throws the last error, or the signal's reason
 */
export const withRetry = async <T>(
  what: string,
  action: (attempt: number) => Promise<T>,
  { emit, step, signal, worth = isTransient, attempts = ATTEMPTS, firstPause = FIRST_PAUSE_MS }: RetryContext,
): Promise<T> => {
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    try {
      return await action(attempt);
    } catch (error) {
      if (attempt >= attempts || signal?.aborted || !worth(error)) throw error;
      emit({ kind: "retry", step, what, attempt, reason: error instanceof Error ? error.message : String(error) });
      await pause(Math.min(LONGEST_PAUSE_MS, firstPause * 2 ** (attempt - 1)), signal);
    }
  }
};

/** Half of the time for sure and half by chance, so that workers that failed together do not come back together. */
const pause = async (ms: number, signal: AbortSignal | undefined): Promise<void> => {
  await sleep(ms / 2 + Math.random() * (ms / 2), undefined, signal === undefined ? {} : { signal }).catch(
    (error: unknown) => {
      signal?.throwIfAborted();
      throw error;
    },
  );
};
