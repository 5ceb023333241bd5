/** The verb `verify`: the proof alone, at any later time, by the plan that the target's ledger keeps. */
import { basename } from "node:path";
import type { Client } from "pg";
import { embeddedTarget } from "./embedded-target.ts";
import { LandbridgeError, refusal } from "./errors.ts";
import { environmentOf, newRecord } from "./record.ts";
import { assembleReport, type RunRecord } from "./report/assemble.ts";
import type { RunReport } from "./report/model.ts";
import { refuseUnwritable, reported } from "./report/write.ts";
import type { Settings } from "./settings.ts";
import { findSnapshot, hashFile } from "./source/hash.ts";
import { type Context, Steps } from "./steps.ts";
import { holdFile } from "./stored-snapshot.ts";
import { type Holding, holdSource, snapshotDirectory } from "./survey.ts";
import { connect } from "./target/connect.ts";
import { readServerFacts } from "./target/facts.ts";
import { ledgerExists } from "./target/ledger.ts";
import { currentRuns, type LedgerRun, readStoredPlan } from "./target/runs.ts";
import { serverError } from "./target/server-error.ts";
import { readRejectedRows, readTally } from "./target/slices.ts";
import { readStoredReport } from "./target/stored-report.ts";
import { verifyRun } from "./verify/verify.ts";

/**
 * Compares a target with the snapshot that it was loaded from.
 * The source may be that snapshot itself, or the live file, where it has not changed since or its snapshot is still kept.
 * @throws LandbridgeError NOTHING_LOADED, SNAPSHOT_MISSING, and what the connection throws
 */
export const verify = async (settings: Settings, context: Context): Promise<RunReport> => {
  const record = newRecord(settings);
  const steps = new Steps(context.emit);
  await refuseUnwritable(settings.reportDir);
  const target = settings.target ?? (await embeddedTarget(settings));
  record.target = target;
  const client = await connect(target, "run");
  try {
    record.serverVersion = (await readServerFacts(client)).version;
    const run = await loadedRun(client, record.schema, settings, context);
    await prove(client, { settings, record, steps, context, run });
  } catch (error) {
    throw serverError(error, "the proof") ?? error;
  } finally {
    await client.end().catch(() => undefined);
  }
  const report = assembleReport(record, steps.timings, environmentOf(settings));
  return reported(report, settings.reportDir, record.startedAt);
};

interface Proving {
  readonly settings: Settings;
  readonly record: RunRecord;
  readonly steps: Steps;
  readonly context: Context;
  readonly run: LedgerRun;
}

const prove = async (client: Client, { settings, record, steps, context, run }: Proving): Promise<void> => {
  const plan = await readStoredPlan(client, run.id);
  const holding = await steps.run("snapshot", () => findSource(run, settings, context));
  record.runId = run.id;
  record.plan = plan;
  record.snapshot = holding.snapshot;
  record.findings.push(...plan.findings);
  const stored = await readStoredReport(client, run.id);
  const leftOut = [...(stored?.constraints.others ?? []), ...(stored?.objects.others ?? [])]
    .filter(({ state }) => state === "left out")
    .map(({ name }) => name);
  record.counts = await readTally(client, run.planHash);
  record.rejectedRows = await readRejectedRows(client, run.planHash);
  record.proof = await steps.run("verify", () =>
    verifyRun({
      plan,
      readPath: holding.readPath,
      target: record.target!,
      run,
      mode: settings.verify,
      jobs: settings.jobs,
      leftOut,
      ...context,
    }),
  );
};

const loadedRun = async (
  client: Client,
  schema: string,
  { source }: Settings,
  { signal }: Context,
): Promise<LedgerRun> => {
  const runs = (await ledgerExists(client)) ? await currentRuns(client, schema) : [];
  const [newest] = runs;
  if (newest === undefined)
    throw refusal({
      code: "NOTHING_LOADED",
      message: `The ledger of this target knows of no load into schema "${schema}".`,
      remedy: "Load it first with `npm run migrate`, or name the schema with --schema.",
    });
  const names = [...new Set(runs.map(({ sourceName }) => sourceName))];
  const own = runs.find(({ sourceName }) => sourceName === basename(source));
  if (own !== undefined) return own;
  // A snapshot has a name of its own.
  if (names.length === 1) return newest;
  const sha256 = await hashFile(source, signal).catch(() => null);
  const same = runs.find(({ sourceSha256 }) => sourceSha256 === sha256);
  if (same !== undefined) return same;
  throw refusal({
    code: "NOTHING_LOADED",
    message: `Schema "${schema}" holds the loads of ${names.join(", ")}, not of ${basename(source)}.`,
    remedy: "Name one of those files, or the very snapshot that was loaded.",
  });
};

/** The snapshot of the run: the file named, a kept one, or a new one of a source that has not changed. */
const findSource = async (run: LedgerRun, settings: Settings, context: Context): Promise<Holding> => {
  const facts = { sha256: run.sourceSha256, takenAt: run.startedAt.toISOString(), sourcePath: settings.source };
  const kept = await findSnapshot(snapshotDirectory(settings), run.sourceSha256);
  if (kept !== null) return holdFile(kept, facts);
  if ((await hashFile(settings.source, context.signal).catch(() => null)) === run.sourceSha256)
    return holdFile(settings.source, facts);
  const holding = await holdSource(settings, context);
  if (holding.snapshot.sha256 === run.sourceSha256) return holding;
  throw new LandbridgeError({
    code: "SNAPSHOT_MISSING",
    message: `The source has changed since run ${run.id}, and its snapshot ${run.snapshotFile ?? ""} is not in ${snapshotDirectory(settings)}.`,
    remedy: "Name the snapshot itself as SOURCE; the proof compares with what was copied, not with what came later.",
  });
};
