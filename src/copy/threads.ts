/** Hands units out to worker threads, the largest first, and gathers what they say. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Emit } from "../events.ts";
import { type FromWorker, fromPlain, type ToWorker } from "./messages.ts";
import type { Progress } from "./progress.ts";
import { interrupted } from "./refusal.ts";
import type { SessionSettings } from "./session.ts";
import type { Unit } from "./slices.ts";

export interface ThreadContext {
  readonly workers: number;
  readonly emit: Emit;
  readonly signal: AbortSignal | undefined;
  readonly progress: Progress;
}

/** @throws the first worker's error, after the others have rolled back what they had in hand */
export const copyInThreads = async (
  settings: SessionSettings,
  units: readonly Unit[],
  { workers, emit, signal, progress }: ThreadContext,
): Promise<void> => {
  let next = 0;
  let failure: Error | null = null;
  const threads = Array.from(
    { length: workers },
    () => new Worker(WORKER, { workerData: settings, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEBIBYTES } }),
  );
  const stopAll = (): void => {
    for (const thread of threads) say(thread, { kind: "stop" });
  };
  const fail = (error: Error): void => {
    failure ??= error;
    stopAll();
  };

  const serve = async (thread: Worker): Promise<void> => {
    let inHand = -1;
    thread.on("error", fail);
    thread.on("message", (message: FromWorker) => {
      switch (message.kind) {
        case "event":
          return emit(message.event);
        case "progress":
          return progress.update(inHand, message.rows, message.bytes, message.table);
        case "failed":
          return fail(fromPlain(message.error));
        case "ready": {
          if (inHand >= 0) progress.finish(inHand, units[inHand]!.bytes);
          inHand = next++;
          const unit = failure === null && !signal?.aborted ? units[inHand] : undefined;
          say(thread, unit === undefined ? { kind: "stop" } : { kind: "copy", unit });
        }
      }
    });
    const [exitCode] = (await once(thread, "exit")) as [number];
    if (exitCode !== 0) fail(new Error(`a copy worker ended with exit code ${exitCode}`));
  };

  signal?.addEventListener("abort", stopAll, { once: true });
  try {
    await Promise.all(threads.map(serve));
  } finally {
    signal?.removeEventListener("abort", stopAll);
  }
  if (signal?.aborted) throw interrupted();
  if (failure !== null) throw failure;
};

const WORKER = new URL("./worker.ts", import.meta.url);

/** Rows die as soon as they are encoded: a larger young generation only takes memory (docs/decisions/0006-memory-and-speed.md). */
const YOUNG_MEBIBYTES = 48;

const say = (thread: Worker, message: ToWorker): void => thread.postMessage(message);
