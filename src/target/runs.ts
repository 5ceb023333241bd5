/** The ledger's runs: opened, resumed, advanced and finished here. A run is one attempt to bring one plan into one schema. */
import type { Client } from "pg";
import { LandbridgeError } from "../errors.ts";
import type { Plan } from "../plan/model.ts";
import type { Phase } from "./ledger-schema.ts";
import { stopLeftovers } from "./leftovers.ts";
import type { Run } from "./model.ts";
import { quoteIdentifier } from "./quote.ts";
import { inTransaction } from "./transaction.ts";

export interface LedgerRun extends Run {
  /** Which of several sources this is; "main" where there is one. */
  readonly sourceId: string;
  readonly sourceSha256: string;
  readonly sourceName: string;
  readonly snapshotFile: string | null;
  /** Where the tables are to be found in the end; `loadSchema` is where they are now. */
  readonly schema: string;
  readonly phase: Phase;
  readonly status: string | null;
  readonly exitCode: number | null;
  readonly landbridge: string | null;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
}

export interface NewRun {
  readonly id: string;
  readonly sourceId?: string;
  readonly planHash: string;
  readonly sourceSha256: string;
  /** Base name only: a path says more about a machine than a database should know. */
  readonly sourceName: string;
  readonly snapshotFile?: string;
  readonly schema: string;
  readonly loadSchema: string;
  /** The plan's exact text, the one that was hashed. */
  readonly plan: string;
  readonly landbridge: string;
}

const COLUMNS = `run_id AS id, source_id AS "sourceId", plan_hash AS "planHash", source_sha256 AS "sourceSha256", source_name AS "sourceName",
  snapshot_file AS "snapshotFile", schema_name AS schema, load_schema AS "loadSchema", phase, status, exit_code AS "exitCode",
  epoch, landbridge, started_at AS "startedAt", finished_at AS "finishedAt"`;

/** Writes a new run in phase `prepare`. */
export const openRun = async (client: Client, run: NewRun): Promise<LedgerRun> => {
  const { rows } = await client.query<LedgerRun>(
    `INSERT INTO landbridge.runs (run_id, plan_hash, source_sha256, source_name, snapshot_file, schema_name, load_schema, phase, plan, landbridge, source_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7, 'prepare', $8, $9, $10) RETURNING ${COLUMNS}`,
    [
      ...[run.id, run.planHash, run.sourceSha256, run.sourceName, run.snapshotFile ?? null],
      ...[run.schema, run.loadSchema, run.plan, run.landbridge, run.sourceId ?? "main"],
    ],
  );
  return rows[0]!;
};

/**
 * Takes an unfinished run over: ends what a killed process left at work on the server, then bumps the epoch, after which no
 * slice of the old one can commit — the bump waits for those that hold the run's row.
 * @throws LandbridgeError TARGET_BUSY when sessions of the old process may not be ended and do not end
 */
export const resumeRun = async (client: Client, runId: string, signal?: AbortSignal): Promise<LedgerRun> => {
  await stopLeftovers(client, runId, signal);
  const { rows } = await client.query<LedgerRun>(
    `UPDATE landbridge.runs SET epoch = epoch + 1, status = NULL, exit_code = NULL, report = NULL, finished_at = NULL, updated_at = now()
     WHERE run_id = $1 RETURNING ${COLUMNS}`,
    [runId],
  );
  return found(rows[0], runId);
};

export const setPhase = async (client: Client, runId: string, phase: Phase): Promise<void> => {
  await client.query("UPDATE landbridge.runs SET phase = $2, updated_at = now() WHERE run_id = $1", [runId, phase]);
};

export interface Outcome {
  readonly phase: Extract<Phase, "done" | "failed">;
  readonly status: string;
  readonly exitCode: number;
  /** The report's JSON document. */
  readonly report?: string;
}

export const finishRun = async (
  client: Client,
  runId: string,
  { phase, status, exitCode, report }: Outcome,
): Promise<void> => {
  await client.query(
    `UPDATE landbridge.runs SET phase = $2, status = $3, exit_code = $4, report = $5, finished_at = now(), updated_at = now()
     WHERE run_id = $1`,
    [runId, phase, status, exitCode, report ?? null],
  );
};

/** All runs that are, or were to be, in `schema` and have not been superseded; the newest first. */
export const currentRuns = async (client: Client, schema: string): Promise<LedgerRun[]> => {
  const { rows } = await client.query<LedgerRun>(
    `SELECT ${COLUMNS} FROM landbridge.runs WHERE schema_name = $1 AND phase <> 'superseded' ORDER BY started_at DESC, run_id DESC`,
    [schema],
  );
  return rows;
};

export const newestRun = async (client: Client, schema: string): Promise<LedgerRun | undefined> =>
  (await currentRuns(client, schema))[0];

/** The stored plan, byte for byte as it was hashed. */
export const readPlanText = async (client: Client, runId: string): Promise<string> => {
  const { rows } = await client.query<{ plan: string }>("SELECT plan FROM landbridge.runs WHERE run_id = $1", [runId]);
  return found(rows[0], runId).plan;
};

export const readStoredPlan = async (client: Client, runId: string): Promise<Plan> =>
  JSON.parse(await readPlanText(client, runId)) as Plan;

/**
 * Forgets a run that will never be finished: drops what it has loaded into a schema of its own (never the plan's schema), its
 * slices and kept values, and marks it superseded.
 */
export const dropSupersededRun = async (client: Client, run: LedgerRun): Promise<void> => {
  await inTransaction(client, async () => {
    // Named `<schema>_<run>` by us, for this run alone: whatever is in it is the run's.
    if (run.loadSchema !== run.schema)
      await client.query(`DROP SCHEMA IF EXISTS ${quoteIdentifier(run.loadSchema)} CASCADE`);
    await forgetRun(client, run);
  });
};

/** Part of a transaction: the run's rows in the ledger go, but for the run itself, which stays as history. */
export const forgetRun = async (client: Client, { id, planHash }: Run): Promise<void> => {
  for (const table of ["slices", "rejects", "cleaned", "skipped"]) {
    // Another run of the same plan may be current: what is its own stays.
    await client.query(`DELETE FROM landbridge.${table} WHERE plan_hash = $1 AND run_id = $2`, [planHash, id]);
  }
  await client.query("UPDATE landbridge.runs SET phase = 'superseded', updated_at = now() WHERE run_id = $1", [id]);
};

const found = <T>(row: T | undefined, runId: string): T => {
  if (row === undefined) throw new Error(`run ${runId} is not in the ledger`);
  return row;
};

/** Keeps why a run broke off, for whoever resumes it; its phase stays, and another process that has taken it over is left alone. */
export const noteFailure = async (
  client: Client,
  { id, epoch }: Run,
  { status, exitCode, report }: Pick<Outcome, "status" | "exitCode"> & { readonly report: string },
): Promise<void> => {
  await inTransaction(client, async () => {
    // A backend of ours that hangs somewhere else may still hold the run's row; a note is not worth waiting for it.
    await client.query("SET LOCAL lock_timeout = '2s'");
    await client.query(
      "UPDATE landbridge.runs SET status = $3, exit_code = $4, report = $5, updated_at = now() WHERE run_id = $1 AND epoch = $2",
      [id, epoch, status, exitCode, report],
    );
  });
};

/** Inside a transaction the run's row is held until its end. @throws LandbridgeError RUN_TAKEN_OVER where another process has resumed the run */
export const assertOurs = async (client: Client, run: Run): Promise<void> => {
  const { rows } = await client.query<{ epoch: number }>(
    "SELECT epoch FROM landbridge.runs WHERE run_id = $1 FOR SHARE",
    [run.id],
  );
  if (rows[0]?.epoch !== run.epoch) throw takenOver(run);
};

/** For whoever finds that the run's epoch is no longer its own. */
export const takenOver = ({ id }: Run): LandbridgeError =>
  new LandbridgeError({
    code: "RUN_TAKEN_OVER",
    message: `Run ${id} has been resumed or given up by another process; this one stops.`,
    remedy: "Let the other process finish, or end it and start again with --resume.",
  });
