/** The rehearsal from beginning to end; whatever happens, what it has made is taken away and what it has seen is reported. */
import { mkdirSync, rmSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { LandbridgeError, messageOf } from "../../src/errors.ts";
import type { Plan } from "../../src/plan/model.ts";
import { environmentOf } from "../../src/record.ts";
import { assembleRehearsal, crossingOf, type Rehearsal, writeRehearsal } from "../../src/rehearsal/assemble.ts";
import { measure } from "../../src/rehearsal/measure.ts";
import type { RehearsalReport } from "../../src/rehearsal/model.ts";
import { predict } from "../../src/rehearsal/prediction.ts";
import { tryWayBack } from "../../src/rehearsal/way-back.ts";
import { windowPhases } from "../../src/rehearsal/window.ts";
import type { ReportError } from "../../src/report/model.ts";
import { refuseUnwritable } from "../../src/report/write.ts";
import { hashFile } from "../../src/source/hash.ts";
import { openSource } from "../../src/source/open.ts";
import { connect } from "../../src/target/connect.ts";
import type { Target } from "../../src/target/model.ts";
import { readStoredPlan } from "../../src/target/runs.ts";
import { serverError } from "../../src/target/server-error.ts";
import type { VerbRun } from "../cli/exit.ts";
import { redact } from "../cli/redact.ts";
import { tryApplication } from "./application.ts";
import { dumpAndRestore } from "./dump-and-restore.ts";
import type { RehearseOptions } from "./options.ts";
import type { Phase } from "./phases.ts";
import type { Stage } from "./stage.ts";

export interface RehearsalPlace {
  readonly stage: Stage;
  readonly name: string;
  readonly directory: string;
  readonly startedAt: Date;
  readonly times: Rehearsal["phases"];
  readonly phase: Phase;
}

/** @throws LandbridgeError (refused) for a source or a report directory that will not do; everything later is in the report */
export const rehearse = async (
  options: RehearseOptions,
  place: RehearsalPlace,
  run: VerbRun,
): Promise<RehearsalReport> => {
  const { settings } = options;
  await refuseUnwritable(settings.reportDir);
  // Opened and closed again before the file is hashed: closing a plain descriptor later would drop SQLite's locks on it.
  const journalMode = journalModeOf(settings.source);
  const sha256 = await hashFile(settings.source);
  const { jobs: _, ...environment } = environmentOf(settings);
  const rehearsal: Rehearsal = {
    ...{ name: place.name, startedAt: place.startedAt, phases: place.times },
    source: { path: settings.source, bytes: statSync(settings.source).size, sha256 },
    environment: { ...environment, cores: availableParallelism() },
    target: { kind: place.stage.kind, version: null },
    ...{ crossing: null, prediction: null, measured: null, wayBack: null },
    application: { test: null, probe: null },
    ...{ destroyed: [], errors: [] },
  };
  let defect: unknown = null;
  try {
    await perform(rehearsal, options, place, run, journalMode);
  } catch (error) {
    const known = knownError(error, run.signal);
    if (known === null) defect = error;
    rehearsal.errors.push(known ?? UNEXPECTED);
  }
  await takeAway(rehearsal, options, place, run);
  const report = await writeRehearsal(assembleRehearsal(rehearsal, options.thresholds), settings.reportDir);
  // The verb's log gets its trace, now that everything is taken away and reported.
  if (defect !== null) throw defect;
  return report;
};

const journalModeOf = (path: string): string => {
  const db = openSource(path);
  try {
    return String(db.pragma("journal_mode", { simple: true }));
  } finally {
    db.close();
  }
};

const perform = async (
  rehearsal: Rehearsal,
  options: RehearseOptions,
  { stage, directory, phase, times }: RehearsalPlace,
  run: VerbRun,
  journalMode: string,
): Promise<void> => {
  const { signal } = run;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const standing = await stage.stand();
  const { target, report, snapshot } = standing;
  rehearsal.target = { kind: stage.kind, version: report.target.version };
  rehearsal.crossing = crossingOf(report);
  times.push(...Object.entries(report.timings).map(([name, seconds]) => ({ name, seconds })));
  const sizes = {
    rehearsedBytes: statSync(snapshot).size,
    productionBytes: options.productionBytes(rehearsal.source.bytes),
  };
  rehearsal.prediction = predict(windowPhases(report.timings, standing.marks), sizes);
  const plan = await storedPlan(target, report.runId);
  const { queries, seconds, writers, readers } = options;
  rehearsal.measured = await measure({
    ...{ target, plan, snapshot, journalMode, directory },
    ...{ queries, seconds, writers, readers, phase, signal },
  });
  if (options.test !== null || options.probe !== null) {
    const fresh = await standing.freshDatabase("rehearsal_test");
    rehearsal.application = await phase("tests", () =>
      tryApplication({
        ...{ test: options.test, probe: options.probe, signal, cwd: run.cwd, environment: run.environment },
        databaseUrl: standing.applicationUrl,
        testDatabaseUrl: fresh.url,
      }),
    );
  }
  signal.throwIfAborted();
  rehearsal.wayBack = await phase("way back", () =>
    tryWayBack({
      ...{ target, snapshot, source: rehearsal.source.path, sqliteBefore: rehearsal.source.sha256! },
      schema: plan.schema,
      dumpAndRestore: dumpAndRestore(standing, join(directory, "rehearsal.dump")),
    }),
  );
};

const storedPlan = async (target: Target, runId: string): Promise<Plan> => {
  const client = await connect(target, "rehearsal plan");
  try {
    return await readStoredPlan(client, runId);
  } finally {
    await client.end();
  }
};

const knownError = (error: unknown, signal: AbortSignal): ReportError | null => {
  if (signal.aborted) return INTERRUPTED;
  const known = error instanceof LandbridgeError ? error : serverError(error, "the rehearsal");
  return known === null ? null : { code: known.code, message: redact(known.message), remedy: redact(known.remedy) };
};

const INTERRUPTED: ReportError = {
  code: "INTERRUPTED",
  message: "The rehearsal was stopped.",
  remedy: "Give the same command again: it begins anew.",
};

const UNEXPECTED: ReportError = {
  code: "UNEXPECTED",
  message: "The rehearsal met a defect of Landbridge.",
  remedy: "The log that the verb names has the details; what the rehearsal had made is gone.",
};

const takeAway = async (
  rehearsal: Rehearsal,
  { keep }: RehearseOptions,
  { stage, directory, phase }: RehearsalPlace,
  run: VerbRun,
): Promise<void> => {
  if (keep) {
    run.note(`Everything is left standing, as asked. To remove it: ${stage.removal}`);
    return;
  }
  try {
    rehearsal.destroyed.push(...(await phase("destroy", () => stage.destroy())));
    rmSync(directory, { recursive: true, force: true });
  } catch (error) {
    const remedy = `Remove it by hand: ${stage.removal}`;
    rehearsal.errors.push({ code: "REHEARSAL_LEFT", message: redact(messageOf(error)), remedy });
  }
};
