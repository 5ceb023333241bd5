/** `--resume`: the unfinished run of the target, with the very snapshot and plan that it began with. */
import { basename } from "node:path";
import { embeddedTarget } from "./embedded-target.ts";
import { LandbridgeError, refusal } from "./errors.ts";
import { parsePlan } from "./plan/document.ts";
import type { Settings } from "./settings.ts";
import { findSnapshot } from "./source/hash.ts";
import type { Context } from "./steps.ts";
import { holdFile } from "./stored-snapshot.ts";
import { type Holding, type Origin, readPlan, snapshotDirectory } from "./survey.ts";
import { connectPatiently } from "./target/connect-patiently.ts";
import { ledgerExists } from "./target/ledger.ts";
import { isFinished } from "./target/neighbours.ts";
import { currentRuns, type LedgerRun, readPlanText } from "./target/runs.ts";
import { readStoredReport } from "./target/stored-report.ts";

/**
 * Finds what there is to resume in the target's schema; null where nothing is unfinished, and then the run begins anew.
 * @throws LandbridgeError RESUME_OTHER_SOURCE, SNAPSHOT_MISSING
 */
export const findResumable = async (settings: Settings, { emit, signal }: Context): Promise<Origin | null> => {
  const target = settings.target ?? (await embeddedTarget(settings));
  const client = await connectPatiently(target, "resume", { emit, signal, step: "snapshot" });
  try {
    const schema = settings.planFile === null ? settings.config.schema : readPlan(settings.planFile, settings).schema;
    const runs = (await ledgerExists(client)) ? await currentRuns(client, schema ?? "public") : [];
    const run = unfinishedOf(runs, settings);
    if (!run) {
      emit({ kind: "note", step: "snapshot", message: "nothing is unfinished in this target; the run begins anew" });
      return null;
    }
    refuseOtherSource(run, settings.source);
    const plan = parsePlan(await readPlanText(client, run.id), "the stored plan");
    const why = (await readStoredReport(client, run.id))?.errors[0];
    const reason = why === undefined ? "" : ` (${why.code}: ${why.message})`;
    emit({ kind: "note", step: "snapshot", message: `resuming run ${run.id}, which stopped in ${run.phase}${reason}` });
    // Without a backup there is no snapshot to go back to: the source is read in place again, and the ledger tells whether it is the same.
    if (!settings.backup) return null;
    return { ...(await holdStored(run, settings)), plan };
  } finally {
    await client.end().catch(() => undefined);
  }
};

/** Its own before any other: another file's stands in its way only where that is not to stay beside it. */
const unfinishedOf = (runs: readonly LedgerRun[], { source, beside }: Settings): LedgerRun | undefined => {
  const unfinished = runs.filter((run) => !isFinished(run));
  const own = unfinished.find(({ sourceName }) => sourceName === basename(source));
  if (own !== undefined || runs.some(({ sourceName }) => sourceName === basename(source))) return own;
  return unfinished.find(({ sourceName }) => !beside.includes(sourceName));
};

const refuseOtherSource = (run: LedgerRun, source: string): void => {
  if (run.sourceName === basename(source)) return;
  throw refusal({
    code: "RESUME_OTHER_SOURCE",
    message: `The unfinished run ${run.id} copies ${run.sourceName}, not ${basename(source)}.`,
    remedy: `Name ${run.sourceName} to go on with it, or leave --resume away to begin anew.`,
  });
};

const holdStored = async (run: LedgerRun, settings: Settings): Promise<Holding> => {
  const path = await findSnapshot(snapshotDirectory(settings), run.sourceSha256);
  if (path === null)
    throw new LandbridgeError({
      code: "SNAPSHOT_MISSING",
      message: `The snapshot of run ${run.id} (${run.snapshotFile ?? run.sourceSha256.slice(0, 12)}) is not in ${snapshotDirectory(settings)}.`,
      remedy: "Put the file back, or begin anew without --resume.",
    });
  return holdFile(path, {
    sha256: run.sourceSha256,
    takenAt: run.startedAt.toISOString(),
    sourcePath: settings.source,
  });
};
