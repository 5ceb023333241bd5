/** The first half of every crossing: a snapshot of the source, what it really holds, and the plan that follows from it. */
import { readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import type { Database } from "better-sqlite3";
import { readCapabilities } from "./capabilities.ts";
import { messageOf, refusal, usageError } from "./errors.ts";
import { planIntoExisting } from "./existing/plan.ts";
import { buildPlan } from "./plan/build.ts";
import type { TextRange } from "./plan/by-config/partition-spans.ts";
import type { Capabilities } from "./plan/capabilities.ts";
import { parsePlan } from "./plan/document.ts";
import { sameName } from "./plan/drafts/model.ts";
import { entryOf } from "./plan/drafts/tables.ts";
import type { Plan } from "./plan/model.ts";
import { isSpatial } from "./plan/spatial.ts";
import { mayHoldVectors } from "./plan/vectors/evidence.ts";
import type { Settings } from "./settings.ts";
import { readCatalogue } from "./source/catalogue/read.ts";
import { violatedChecks } from "./source/checks.ts";
import { openInPlace } from "./source/in-place.ts";
import type { Catalogue, Profile, Snapshot } from "./source/model.ts";
import { openSnapshot } from "./source/open.ts";
import { profileSource } from "./source/profile.ts";
import { readableSnapshot } from "./source/readable.ts";
import { takeSnapshot } from "./source/snapshot.ts";
import { textRange } from "./source/text-range.ts";
import type { Context, Steps } from "./steps.ts";
import { VERSION } from "./version.ts";

/** A snapshot with the file that is to be read in its place, and a check that a source used in place has not changed. */
export interface Holding {
  readonly snapshot: Snapshot;
  /** The snapshot itself, or a copy of it whose unknown collations were replaced so that it can be read. */
  readonly readPath: string;
  /** @throws LandbridgeError SOURCE_CHANGED where the source is used in place and was written meanwhile */
  readonly assertUnchanged: () => void;
  /** Gives the source's lock back where it is used in place. */
  readonly release: () => void;
}

/** What the second half of a crossing needs of the first. */
export interface Origin extends Holding {
  readonly plan: Plan;
  /** Names of the files whose loads may stand in the same schema, where others than the settings know them. */
  readonly beside?: readonly string[];
}

export interface Survey extends Origin {
  readonly catalogue: Catalogue;
  readonly profile: Profile;
}

export const snapshotDirectory = (settings: Settings): string => join(settings.home, "snapshots");

/** Takes the snapshot, or holds the source itself where the user said --no-backup. */
export const holdSource = async (settings: Settings, context: Context): Promise<Holding> => {
  if (!settings.backup) return holdInPlace(settings);
  const snapshot = await takeSnapshot({
    sourcePath: settings.source,
    directory: snapshotDirectory(settings),
    timeoutSeconds: settings.snapshotTimeout,
    ...context,
  });
  const { path } = await readableSnapshot(snapshot.path);
  return heldCopy(snapshot, path);
};

/** A file whose collations are unknown here is read from a copy all the same, which goes when the source is given back. */
const holdInPlace = async (settings: Settings): Promise<Holding> => {
  const inPlace = await openInPlace(settings.source);
  try {
    const beside = join(
      snapshotDirectory(settings),
      `${basename(inPlace.path)}.${inPlace.sha256.slice(0, 12)}.in-place`,
    );
    const { path } = await readableSnapshot(inPlace.path, beside);
    inPlace.assertUnchanged();
    return {
      snapshot: inPlace,
      readPath: path,
      assertUnchanged: () => inPlace.assertUnchanged(),
      release: () => {
        inPlace.release();
        if (path !== inPlace.path) rmSync(path, { force: true });
      },
    };
  } catch (error) {
    inPlace.release();
    throw error;
  }
};

/** A snapshot needs no lock and cannot change. */
export const heldCopy = (snapshot: Snapshot, readPath: string): Holding => ({
  snapshot,
  readPath,
  assertUnchanged: () => undefined,
  release: () => undefined,
});

/**
 * Snapshot, profile and plan in one go.
 * @param hold how to come by the snapshot
 * @param mayStart whether the embedded server may be started, to be asked what it offers
 * @throws LandbridgeError for an unreadable source, a configuration that does not fit, or a stored plan of another file
 */
export const surveySource = async (
  settings: Settings,
  steps: Steps,
  context: Context,
  hold: (settings: Settings, context: Context) => Promise<Holding> = holdSource,
  mayStart = false,
): Promise<Survey> => {
  const stored = settings.planFile === null ? null : readPlan(settings.planFile, settings);
  const holding = await steps.run("snapshot", () => hold(settings, context));
  const db = openSnapshot(holding.readPath);
  try {
    const catalogue = readCatalogue(db);
    refuseEmpty(catalogue, settings.source);
    const profile = await steps.run("profile", () => profileSource(db, catalogue, context));
    const plan = await steps.run("plan", async () => {
      if (stored !== null) return fitting(stored, holding.snapshot);
      const asks =
        mayHoldVectors(catalogue, profile, settings.config) ||
        catalogue.tables.some(({ kind, module }) => kind === "table" && isSpatial(module));
      const capabilities = asks ? await readCapabilities(settings, context, mayStart) : null;
      const own = planFor(settings, holding.snapshot, db, catalogue, profile, capabilities);
      return settings.intoExisting ? planIntoExisting(own, { db, profile, settings, context }) : own;
    });
    return { ...holding, catalogue, profile, plan };
  } catch (error) {
    holding.release();
    throw error;
  } finally {
    db.close();
  }
};

/**
 * A stored plan, in the schema that it names.
 * @throws LandbridgeError (exit 2) PLAN_MISSING, PLAN_INVALID, or FLAG_INVALID where --schema names another schema
 */
export const readPlan = (file: string, { config, intoExisting }: Pick<Settings, "config" | "intoExisting">): Plan => {
  const plan = parsePlan(readText(file), file);
  if (intoExisting && plan.existing === undefined)
    throw usageError({
      code: "FLAG_INVALID",
      message: `--into-existing: the plan ${file} is for tables of Landbridge's own.`,
      remedy: "Leave --plan out: the plan is made from the source and from the tables that are there.",
    });
  if (config.schema === undefined || config.schema === plan.schema) return plan;
  throw usageError({
    code: "FLAG_INVALID",
    message: `--schema: the plan ${file} is for schema "${plan.schema}", not for "${config.schema}".`,
    remedy: "Leave --schema out, or make the plan again with it.",
  });
};

const readText = (file: string): string => {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw usageError({
      code: "PLAN_MISSING",
      message: `The plan ${file} cannot be read: ${messageOf(error)}`,
      remedy: "Make one with `npm run plan -- SOURCE -o plan.json`.",
      cause: error,
    });
  }
};

const refuseEmpty = (catalogue: Catalogue, source: string): void => {
  if (catalogue.tables.length > 0) return;
  throw refusal({
    code: "SOURCE_NO_TABLES",
    message: `${source} is a SQLite database without tables.`,
    remedy: "Name the file that holds the application's data; an empty -wal beside a copy can be the reason.",
  });
};

const planFor = (
  settings: Settings,
  snapshot: Snapshot,
  db: Database,
  catalogue: Catalogue,
  profile: Profile,
  capabilities: Capabilities | null,
): Plan => {
  const ordinary = catalogue.tables.filter(({ kind, checks }) => kind === "table" && checks.length > 0);
  return buildPlan({
    catalogue,
    profile,
    config: settings.config,
    only: settings.tables,
    violations: Object.fromEntries(ordinary.map((table) => [table.name, violatedChecks(db, table)])),
    source: { sha256: snapshot.sha256, bytes: snapshot.bytes, encoding: catalogue.encoding },
    landbridge: VERSION,
    capabilities,
    ranges: rangesOf(settings, db, catalogue),
  });
};

/** The dates by which tables are to be partitioned. */
const rangesOf = ({ config }: Settings, db: Database, { tables }: Catalogue): Map<string, TextRange | null> =>
  new Map(
    tables.flatMap(({ name, columns }) => {
      const wish = entryOf(config.tables, name)?.partition;
      if (wish?.by !== "range" || wish.every === undefined) return [];
      const column = columns.find((candidate) => sameName(candidate.name, wish.columns[0] ?? ""));
      return column === undefined ? [] : [[name, textRange(db, name, column.name)]];
    }),
  );

/** A stored plan belongs to one snapshot: on any other its types and slices may be wrong. */
const fitting = (plan: Plan, snapshot: Snapshot): Plan => {
  if (plan.source.sha256 === snapshot.sha256) return plan;
  throw refusal({
    code: "PLAN_STALE",
    message: `The plan was made for another state of the source (${plan.source.sha256.slice(0, 12)}, now ${snapshot.sha256.slice(0, 12)}).`,
    remedy: "Make it again with `npm run plan -- SOURCE -o plan.json`, and compare the two.",
  });
};
