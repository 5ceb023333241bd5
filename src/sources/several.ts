/**
 * Several files into one schema, one after the other: each with its own snapshot, plan, run, proof and report. All of them are
 * planned before the first one touches the target, so that names which two of them want are refused while nothing has happened.
 */
import { basename } from "node:path";
import type { LandbridgeError } from "../errors.ts";
import { STEPS, type Step } from "../events.ts";
import { type Beginning, migrate, resumeOrSurvey } from "../migrate.ts";
import { collision } from "../plan/collisions.ts";
import type { RunReport } from "../report/model.ts";
import type { Settings } from "../settings.ts";
import { type Context, Steps } from "../steps.ts";
import type { Origin } from "../survey.ts";
import { verify } from "../verify-stored.ts";
import { combined, type SeveralReports } from "./outcome.ts";

/** Tells which file is worked on from now on, and the steps that it goes through. */
export type Announce = (sourceName: string, steps: readonly Step[]) => Promise<void>;

const FIRST_HALF: readonly Step[] = ["snapshot", "profile", "plan"];
const SECOND_HALF = STEPS.filter((step) => !FIRST_HALF.includes(step));

/**
 * Ends at the first file that fails or is refused; those behind it are not begun.
 * @param all settings of one file each, of the same target and schema
 * @throws LandbridgeError SOURCES_COLLIDE (refused); what is a defect of Landbridge
 */
export const migrateSeveral = async (
  all: readonly Settings[],
  context: Context,
  announce: Announce,
): Promise<SeveralReports> => {
  const begun: Begun[] = [];
  const reports: RunReport[] = [];
  try {
    for (const settings of all) {
      await announce(basename(settings.source), FIRST_HALF);
      const first = await begin(settings, context);
      if ("failed" in first) return combined([first.failed], namesOf(all, [settings]));
      begun.push(first);
    }
    refuseCollisions(begun);
    while (begun.length > 0) {
      const { settings, steps, origin } = begun.shift()!;
      await announce(basename(settings.source), SECOND_HALF);
      const report = await migrate(settings, context, async () => origin, steps);
      reports.push(report);
      if (report.status === "failed" || report.status === "refused") break;
    }
    return combined(
      reports,
      begun.map(({ settings }) => basename(settings.source)),
    );
  } finally {
    for (const { origin } of begun) origin.release();
  }
};

/**
 * The proof of each, whatever that of another says.
 * @throws LandbridgeError as `verify`, for the first file that has none
 */
export const verifySeveral = async (
  all: readonly Settings[],
  context: Context,
  announce: Announce,
): Promise<SeveralReports> => {
  const reports: RunReport[] = [];
  for (const settings of all) {
    await announce(basename(settings.source), ["snapshot", "verify", "report"]);
    reports.push(await verify(settings, context));
  }
  return combined(reports, []);
};

const namesOf = (all: readonly Settings[], without: readonly Settings[]): string[] =>
  all.filter((settings) => !without.includes(settings)).map(({ source }) => basename(source));

interface Begun {
  readonly settings: Settings;
  readonly steps: Steps;
  readonly origin: Origin;
}

/** The first half of a file's crossing; what goes wrong in it is told by a report, as where it is the only file. */
const begin = async (settings: Settings, context: Context): Promise<Begun | { readonly failed: RunReport }> => {
  const steps = new Steps(context.emit);
  try {
    return { settings, steps, origin: await resumeOrSurvey(settings, steps, context) };
  } catch (error) {
    const fail: Beginning = () => Promise.reject(error);
    return { failed: await migrate(settings, context, fail, steps) };
  }
};

/** @throws LandbridgeError SOURCES_COLLIDE (refused) */
const refuseCollisions = (begun: readonly Begun[]): void => {
  const plans = begun.map(({ settings, origin }) => ({ sourceName: basename(settings.source), plan: origin.plan }));
  const clash = plans
    .flatMap((second, i) => plans.slice(0, i).map((first): LandbridgeError | null => collision(first, second)))
    .find((found) => found !== null);
  if (clash !== undefined) throw clash;
};
