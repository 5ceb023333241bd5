/** The step `copy`: every slice of every table that the ledger does not have yet, by one worker or several. */
import type { Client } from "pg";
import type { Emit } from "../events.ts";
import type { Plan } from "../plan/model.ts";
import { connectPatiently } from "../target/connect-patiently.ts";
import type { Run, Target } from "../target/model.ts";
import { finishedSlices, outcomeOf } from "./outcome.ts";
import { Progress } from "./progress.ts";
import { interrupted } from "./refusal.ts";
import { CopySession, type SessionSettings } from "./session.ts";
import { type Unit, unitsOf } from "./slices.ts";
import { copyInThreads } from "./threads.ts";
import { copyUnit } from "./unit.ts";

export interface CopyOptions {
  readonly plan: Plan;
  /** The snapshot that the plan was made from. */
  readonly readPath: string;
  readonly target: Target;
  /** Registered in the ledger, its tables made and empty but for finished slices. */
  readonly run: Run;
  /** Workers; 1 runs in this thread. */
  readonly jobs: number;
  /** The most rows read at a time. */
  readonly batchSize?: number;
  /** Where rows go that do not go straight into their table: SQL names by target name. */
  readonly into?: ReadonlyMap<string, string>;
  readonly emit: Emit;
  readonly signal?: AbortSignal;
}

/** What a table's slices came to, those of earlier runs of the same plan included. */
export interface TableOutcome {
  /** Source name. */
  readonly table: string;
  readonly rowsRead: number;
  readonly rowsWritten: number;
  readonly rowsRejected: number;
  readonly rowsCleaned: number;
}

export interface CopyOutcome {
  readonly tables: readonly TableOutcome[];
}

/**
 * Copies what is missing. May be run again at any time: finished slices are skipped.
 * @throws LandbridgeError INTERRUPTED, RUN_TAKEN_OVER, TARGET_…, COPY_REFUSED
 */
export const copyTables = async (options: CopyOptions): Promise<CopyOutcome> => {
  const { plan, readPath, target, run, jobs, batchSize, into, emit, signal } = options;
  if (signal?.aborted) throw interrupted();
  const settings: SessionSettings = {
    ...{ plan, readPath, target, run },
    ...(batchSize === undefined ? {} : { batchSize }),
    ...(into === undefined ? {} : { into }),
  };
  const finished = await askLedger(options, (ledger) => finishedSlices(ledger, run));
  const units = unitsOf(plan, (table, number) => finished.has(`${number} ${table}`));
  const total = plan.tables.reduce((sum, { bytes }) => sum + bytes, 0);
  const missing = units.reduce((sum, { bytes }) => sum + bytes, 0);
  const progress = new Progress(emit, total, total - missing);
  const workers = Math.min(Math.max(1, jobs), units.length);
  if (workers > 1) await copyInThreads(settings, units, { workers, emit, signal, progress });
  else if (workers === 1) await copyHere(settings, units, progress, emit, signal);
  return { tables: await askLedger(options, (ledger) => outcomeOf(ledger, plan, run)) };
};

/** In a session of its own each time: one that idles while others copy is lost unnoticed when the server restarts. */
const askLedger = async <T>(
  { target, run, emit, signal }: CopyOptions,
  question: (ledger: Client) => Promise<T>,
): Promise<T> => {
  const ledger = await connectPatiently(target, `copy ${run.id}`, {
    ...{ emit, step: "copy" as const },
    ...(signal === undefined ? {} : { signal }),
  });
  try {
    return await question(ledger);
  } finally {
    await ledger.end().catch(() => undefined);
  }
};

const copyHere = async (
  settings: SessionSettings,
  units: readonly Unit[],
  progress: Progress,
  emit: Emit,
  signal: AbortSignal | undefined,
): Promise<void> => {
  const session = new CopySession(settings);
  try {
    for (const [index, unit] of units.entries()) {
      const onProgress = (rows: number, bytes: number, at: string): void => progress.update(index, rows, bytes, at);
      await copyUnit(session, unit, { emit, signal, onProgress });
      progress.finish(index, unit.bytes);
    }
  } finally {
    await session.close();
  }
};
