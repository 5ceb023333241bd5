/** The whole story of a row: snapshot, profile, plan, prepare, copy, finish, verify, report. */
import { basename } from "node:path";
import type { Client } from "pg";
import { copyTables } from "./copy/copy.ts";
import { originalRows } from "./copy/originals.ts";
import { embeddedTarget } from "./embedded-target.ts";
import { LandbridgeError } from "./errors.ts";
import type { Finding } from "./findings.ts";
import { finishTables } from "./finish/finish.ts";
import { hashPlan } from "./plan/document.ts";
import type { Plan } from "./plan/model.ts";
import { type Prepared, prepareTarget } from "./prepare.ts";
import { environmentOf, newRecord } from "./record.ts";
import { assembleReport, type RunRecord } from "./report/assemble.ts";
import { jsonReport } from "./report/json.ts";
import type { RunReport } from "./report/model.ts";
import { refuseUnwritable, reported } from "./report/write.ts";
import { findResumable } from "./resume.ts";
import { RunSession } from "./run-session.ts";
import type { Settings } from "./settings.ts";
import { type Context, Steps } from "./steps.ts";
import { holdSource, type Origin, surveySource } from "./survey.ts";
import { checkTarget } from "./target/checks.ts";
import { readServerFacts } from "./target/facts.ts";
import type { Target } from "./target/model.ts";
import { checkNeighbours } from "./target/neighbours.ts";
import { takePlace } from "./target/replace.ts";
import { finishRun, type LedgerRun, noteFailure, readStoredPlan, setPhase } from "./target/runs.ts";
import { lostMidway, serverError } from "./target/server-error.ts";
import { readRejectedRows, readTally } from "./target/slices.ts";
import { readStoredReport } from "./target/stored-report.ts";
import { recallFindings } from "./verify/recall.ts";
import { searchFindings } from "./verify/search.ts";
import { verifyRun } from "./verify/verify.ts";

/** How a run comes by its snapshot and plan. */
export type Beginning = (settings: Settings, steps: Steps, context: Context) => Promise<Origin>;

/** How it comes by them where nobody has done so for it. */
export const resumeOrSurvey: Beginning = async (settings, steps, context) =>
  (settings.resume ? await findResumable(settings, context) : null) ??
  surveySource(settings, steps, context, holdSource, !settings.dryRun);

/**
 * Runs a crossing to its end and reports it, also where it fails: a LandbridgeError becomes part of the report.
 * @param steps where a part of it has been done and timed already
 * @throws only what is a defect of Landbridge
 */
export const migrate = async (
  settings: Settings,
  context: Context,
  begin: Beginning = resumeOrSurvey,
  steps: Steps = new Steps(context.emit),
): Promise<RunReport> => {
  const record = newRecord(settings);
  let stored: RunReport | null = null;
  try {
    stored = await cross(begin, { settings, record, steps, context });
  } catch (error) {
    record.error = asLandbridgeError(error, context.signal);
  }
  if (stored) return { ...stored, status: "nothing-to-do" };
  const report = assembleReport(record, steps.timings, environmentOf(settings));
  // A refusal touched nothing: its message is all there is to say.
  if (report.status === "refused") return report;
  return steps.run("report", () => reported(report, settings.reportDir, record.startedAt));
};

const asLandbridgeError = (error: unknown, signal: AbortSignal): LandbridgeError => {
  if (signal.aborted && !(error instanceof LandbridgeError)) return interrupted(error);
  const told = serverError(error, "the run");
  if (told === null) throw error;
  return told;
};

const interrupted = (cause: unknown): LandbridgeError =>
  new LandbridgeError({
    code: "INTERRUPTED",
    message: "The run was interrupted; what was committed by then is kept.",
    remedy: "Go on with the same command and --resume.",
    cause,
  });

interface Crossing {
  readonly settings: Settings;
  readonly record: RunRecord;
  readonly steps: Steps;
  readonly context: Context;
}

/** The steps before the report. Gives the stored report where the ledger says that this very load is finished. */
const cross = async (begin: Beginning, crossing: Crossing): Promise<RunReport | null> => {
  const { settings, record, steps, context } = crossing;
  await refuseUnwritable(settings.reportDir);
  const origin = await begin(settings, steps, context);
  try {
    record.snapshot = origin.snapshot;
    record.plan = origin.plan;
    record.schema = origin.plan.schema;
    record.findings.push(...origin.plan.findings);
    if (!settings.dryRun || settings.target !== null) return await reach(crossing, origin);
    record.planned = true;
    return null;
  } finally {
    origin.release();
  }
};

const reach = async (crossing: Crossing, origin: Origin): Promise<RunReport | null> => {
  const { settings, record, context } = crossing;
  const target = settings.target ?? (await embeddedTarget(settings));
  record.target = target;
  const session = await RunSession.open(target, context);
  try {
    record.serverVersion = (await session.breakable(readServerFacts)).version;
    if (settings.dryRun) return await session.breakable((client) => dryRun(client, crossing, origin.plan, target));
    await session.lock(origin.plan.schema);
    return await load(session, { ...crossing, origin, target });
  } finally {
    await session.close();
  }
};

interface Load extends Crossing {
  readonly origin: Origin;
  readonly target: Target;
}

const load = async (session: RunSession, all: Load): Promise<RunReport | null> => {
  const { settings, record, steps, context, origin, target } = all;
  const { plan, snapshot } = origin;
  const { sourceId, replace } = settings;
  const beside = origin.beside ?? settings.beside;
  const prepared = await steps.run("prepare", () =>
    session.breakable((client) =>
      prepareTarget(client, { plan, snapshot, target, context, sourceId, beside, replace }),
    ),
  );
  if ("finished" in prepared) return readStoredReport(session.current, prepared.finished.id);
  record.runId = prepared.run.id;
  record.findings.push(...prepared.findings);
  try {
    await carry(session, all, prepared);
    await session.client(prepared.run, "verify");
    await session.breakable((client) => settle(client, all, prepared));
  } catch (error) {
    record.error = lostMidway(asLandbridgeError(error, context.signal));
    if (plan.existing !== undefined) record.findings.push(stillSetAside(plan.schema));
    await keepFailure(session, all, prepared.run).catch(() => undefined);
    throw record.error;
  }
  return null;
};

/** An application that is started now would miss its triggers, and its foreign keys would not be checked. */
const stillSetAside = (schema: string): Finding => ({
  code: "STILL_SET_ASIDE",
  severity: "error",
  where: schema,
  message: "triggers, foreign keys and indexes of the application's tables are still set aside",
  remedy: "Do not start the application before the same command with --resume has put them back.",
  count: 1,
});

/** The rows, what is built on them, and the proof. */
const carry = async (session: RunSession, all: Load, { run, leftOut, into }: Prepared): Promise<void> => {
  const { settings, record, steps, context, origin, target } = all;
  const { plan, readPath } = origin;
  const shared = { plan, readPath, target, run, jobs: settings.jobs, ...context };
  const batch = settings.batchSize === null ? {} : { batchSize: settings.batchSize };
  await steps.run("copy", () => copyTables({ ...shared, ...batch, into }));
  origin.assertUnchanged();
  await setPhase(await session.client(run, "finish"), run.id, "finish");
  const finished = await steps.run("finish", () =>
    finishTables({ ...shared, originalOf: originalRows(plan, readPath) }),
  );
  record.findings.push(...finished.findings);
  await setPhase(await session.client(run, "verify"), run.id, "verify");
  record.proof = await steps.run("verify", () =>
    verifyRun({ ...shared, mode: settings.verify, leftOut: [...leftOut, ...finished.leftOut] }),
  );
  record.findings.push(...searchFindings(record.proof.searches ?? []), ...recallFindings(record.proof.recall ?? []));
  origin.assertUnchanged();
};

/** The ledger keeps why a run broke off, where the target can still be reached. */
const keepFailure = async (session: RunSession, { record, steps, settings }: Load, run: LedgerRun): Promise<void> => {
  const client = session.current;
  await readCounts(client, record, run.planHash);
  const report = assembleReport(record, steps.timings, environmentOf(settings));
  await noteFailure(client, run, { ...report, report: jsonReport(report) });
};

/** Counts and rejected rows come from the ledger, so that a resumed run reports the whole. */
const readCounts = async (client: Client, record: RunRecord, planHash: string): Promise<void> => {
  record.counts = await readTally(client, planHash).catch(() => new Map());
  record.rejectedRows = await readRejectedRows(client, planHash).catch(() => []);
};

/** A proven load takes the place of the one before it; then the ledger keeps the outcome. */
const settle = async (
  client: Client,
  { record, steps, settings, origin: { plan } }: Load,
  { run, replaces }: Prepared,
): Promise<void> => {
  await readCounts(client, record, run.planHash);
  if (replaces !== null && record.proof?.equal) {
    await takePlace(client, {
      oldRun: replaces,
      newRun: run,
      oldPlan: await readStoredPlan(client, replaces.id),
      newPlan: plan,
    });
  } else if (replaces !== null) {
    record.findings.push({
      code: "OLD_LOAD_KEPT",
      severity: "error",
      where: plan.schema,
      message: `this load differs from its source, so the one before it stays in place; the new one is in schema "${run.loadSchema}"`,
      remedy: "Look at the differences, then run again.",
      count: 1,
    });
  }
  const report = assembleReport(record, steps.timings, environmentOf(settings));
  await finishRun(client, run.id, {
    phase: "done",
    status: report.status,
    exitCode: report.exitCode,
    report: jsonReport(report),
  });
};

/** Read-only checks of the target: nothing is made, not even the ledger. */
const dryRun = async (client: Client, { settings, record }: Crossing, plan: Plan, target: Target): Promise<null> => {
  record.findings.push(...(await checkTarget(client, plan, target, record.sourcePath)));
  const claimant = { sourceName: basename(record.snapshot?.sourcePath ?? settings.source), beside: settings.beside };
  await checkNeighbours(client, plan, hashPlan(plan), claimant);
  record.planned = true;
  return null;
};
