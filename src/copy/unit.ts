/** One unit in one session, again where it failed for a reason that passes by itself, and errors in the user's words. */
import type { Emit } from "../events.ts";
import { withRetry } from "../target/retry.ts";
import { explained, interrupted } from "./refusal.ts";
import type { CopySession } from "./session.ts";
import { copySlices, type OnProgress } from "./slice.ts";
import type { Unit } from "./slices.ts";

export interface UnitContext {
  readonly emit: Emit;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress: OnProgress;
}

/**
 * Copies a unit. Slices that the ledger has are left alone.
 * @throws LandbridgeError INTERRUPTED after an abort; the transaction in hand is rolled back
 */
export const copyUnit = async (
  session: CopySession,
  unit: Unit,
  { emit, signal, onProgress }: UnitContext,
): Promise<void> => {
  const first = session.settings.plan.tables[unit.slices[0]!.table]!.source;
  const what = unit.slices.length === 1 ? `copy of ${first}` : `copy of ${first} and ${unit.slices.length - 1} more`;
  const attempt = async (): Promise<void> => {
    try {
      await copySlices(session, unit.slices, onProgress);
    } catch (error) {
      // Whatever has happened, a connection that failed in the middle of a COPY is not used again.
      await session.drop();
      throw error;
    }
  };
  const onAbort = (): void => void session.drop();
  if (signal?.aborted) throw interrupted();
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    await withRetry(what, attempt, { emit, step: "copy", ...(signal === undefined ? {} : { signal }) });
  } catch (error) {
    throw signal?.aborted ? interrupted() : explained(error, first);
  } finally {
    signal?.removeEventListener("abort", onAbort);
  }
};
