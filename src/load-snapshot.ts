/** A crossing from a finished snapshot that somebody else has taken: nothing is copied again, and its hash is what is believed. */
import { open, stat } from "node:fs/promises";
import { basename, join, parse } from "node:path";
import { refusal } from "./errors.ts";
import { migrate } from "./migrate.ts";
import type { RunReport } from "./report/model.ts";
import type { Settings } from "./settings.ts";
import { refuseDamage } from "./source/damage.ts";
import { hashFile } from "./source/hash.ts";
import { HEADER_BYTES, readHeader } from "./source/header.ts";
import { readHealth } from "./source/health.ts";
import { openSnapshot } from "./source/open.ts";
import { inspectFile, sizeOf } from "./source/refusals.ts";
import type { Context } from "./steps.ts";
import { holdFile } from "./stored-snapshot.ts";
import { type Holding, surveySource } from "./survey.ts";

export interface GivenSnapshot {
  readonly path: string;
  /** What its maker said; null: it is taken as it is. */
  readonly sha256: string | null;
  /** What the ledger calls the source: a later snapshot of the same name may take this load's place. */
  readonly sourceName: string;
}

/**
 * `migrate`, from the snapshot at `path`, which may lie where nothing can be written.
 * @throws only what is a defect of Landbridge; SNAPSHOT_DAMAGED and SOURCE_… are in the report, as all that goes wrong
 */
export const loadSnapshot = (settings: Settings, given: GivenSnapshot, context: Context): Promise<RunReport> =>
  migrate(settings, context, (_settings, steps) =>
    surveySource(settings, steps, context, () => hold(given, settings, context), !settings.dryRun),
  );

const hold = async (given: GivenSnapshot, { home }: Settings, { signal }: Context): Promise<Holding> => {
  const { path, sourceName } = given;
  inspectFile(path);
  await refuseLive(path);
  const sha256 = await hashFile(path, signal);
  if (given.sha256 !== null && given.sha256 !== sha256) throw damaged(path, given.sha256, sha256);
  if (given.sha256 === null) refuseDamaged(path);
  const { mtime } = await stat(path);
  const beside = join(home, "snapshots", `${parse(basename(path)).name}.${sha256.slice(0, 12)}`);
  return holdFile(path, { sha256, takenAt: mtime.toISOString(), sourcePath: sourceName }, beside);
};

/** SQLite would write beside a file in WAL mode, wherever that is mounted, and with a log beside it the file is not all there is. */
const refuseLive = async (path: string): Promise<void> => {
  const file = await open(path, "r");
  const start = Buffer.alloc(HEADER_BYTES);
  const { bytesRead } = await file.read(start).finally(() => file.close());
  const logs = ["-wal", "-journal"].map((suffix) => sizeOf(`${path}${suffix}`));
  if (!readHeader(start.subarray(0, bytesRead))?.wal && logs.every((bytes) => bytes === 0)) return;
  throw refusal({
    code: "SNAPSHOT_NOT_FINISHED",
    message: `${path} is a live file: it is in WAL mode, or a log belongs to it.`,
    remedy: "Take a snapshot where the file lives, with npm run snapshot -- app.sqlite, and give that.",
  });
};

/** Where no hash says that it is what its maker has checked. */
const refuseDamaged = (path: string): void => {
  const db = openSnapshot(path);
  try {
    refuseDamage(db, path, readHealth(db).integrity);
  } finally {
    db.close();
  }
};

const damaged = (path: string, wanted: string, found: string) =>
  refusal({
    code: "SNAPSHOT_DAMAGED",
    message: `The snapshot ${path} is not the one that was made: its SHA-256 begins with ${found.slice(0, 12)}, not with ${wanted.slice(0, 12)}.`,
    remedy: "Transfer it again; a partial upload is the usual reason. `npm run snapshot` makes another one.",
  });
