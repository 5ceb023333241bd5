/** A killed process leaves sessions on the server that may still commit; a resumed run ends them first. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "pg";
import { refusal } from "../errors.ts";
import { applicationName } from "./connect.ts";

const POLL_MS = 100;
/** Longer than the server takes to notice a dead client that it is waiting for. */
const PATIENCE_MS = 120_000;

/**
 * Ends every session `landbridge copy <run>` but this one; where this role may not, waits until they are over.
 * @throws LandbridgeError TARGET_BUSY when they are still there after two minutes
 */
export const stopLeftovers = async (client: Client, runId: string, signal?: AbortSignal): Promise<void> => {
  const patience = Date.now() + PATIENCE_MS;
  for (;;) {
    signal?.throwIfAborted();
    const { rows } = await client.query<{ pid: number; mine: boolean }>(
      `SELECT pid, pg_has_role(usesysid, 'MEMBER') AS mine FROM pg_stat_activity
       WHERE application_name = $1 AND datname = current_database() AND pid <> pg_backend_pid()`,
      [applicationName(`copy ${runId}`)],
    );
    if (rows.length === 0) return;
    if (Date.now() > patience)
      throw stillThere(
        runId,
        rows.map(({ pid }) => pid),
      );
    for (const { pid, mine } of rows)
      if (mine) await client.query("SELECT pg_terminate_backend($1)", [pid]).catch(() => undefined);
    await sleep(POLL_MS);
  }
};

const stillThere = (runId: string, pids: readonly number[]) =>
  refusal({
    code: "TARGET_BUSY",
    message: `Sessions of the interrupted run ${runId} are still at work on the server (process ids ${pids.join(", ")}).`,
    remedy: "Wait for them, or let their owner run SELECT pg_terminate_backend(<process id>), then resume again.",
  });
