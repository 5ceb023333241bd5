/** The stack's source as the program sees it: what can be told without opening it, and the snapshot that an update takes. */
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { LandbridgeError } from "../src/errors.ts";
import { fingerprint } from "../src/source/fingerprint.ts";
import { sourcePath } from "../src/source/location.ts";
import { Snapshot } from "./job/snapshot.ts";
import { ROOT } from "./root.ts";
import { configError } from "./settings/mistake.ts";
import type { SourceSettings } from "./settings.ts";

/** From the project's directory, as for every verb. */
const DIRECTORY = ".landbridge/snapshots";

export interface StackSource {
  readonly snapshot: Snapshot;
  /** Of the live file with its write-ahead log, as it is now; null for the sample, which is made at the update. */
  readonly bytes: number | null;
}

/**
 * null where nothing is to be copied.
 * @throws LandbridgeError STACK_CONFIG (usage) for a file that is not there or is no database
 */
export const stackSource = async (source: SourceSettings): Promise<StackSource | null> => {
  if (source.kind === "none") return null;
  if (source.kind === "sample") {
    const snapshot = new Snapshot("snapshot", { source: { kind: "sample" }, fingerprint: "", directory: DIRECTORY });
    return { snapshot, bytes: null };
  }
  const path = resolve(ROOT, sourcePath(source.path));
  const snapshot = new Snapshot("snapshot", {
    source: { kind: "file", path },
    fingerprint: await fingerprintOf(path),
    directory: DIRECTORY,
  });
  return { snapshot, bytes: sizeOf(path) + sizeOf(`${path}-wal`) };
};

const fingerprintOf = async (path: string): Promise<string> => {
  try {
    return await fingerprint(path);
  } catch (error) {
    if (error instanceof LandbridgeError) throw configError("source", error.message);
    throw error;
  }
};

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
