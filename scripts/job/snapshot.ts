/** Where the job's snapshot comes from: a path, or an object store. */
import { basename, join, resolve } from "node:path";
import type { GivenSnapshot } from "../../src/load-snapshot.ts";
import { hashFile } from "../../src/source/hash.ts";
import type { VerbRun } from "../cli/exit.ts";
import { type Environment, given, needed } from "./environment.ts";

export const isObject = (address: string): boolean => address.startsWith("s3://");

export interface JobSnapshot extends GivenSnapshot {
  /** s3://bucket/key; null: it is at its path already. */
  readonly address: string | null;
}

/** @throws LandbridgeError ARGUMENT_MISSING (usage) */
export const jobSnapshot = (environment: Environment, work: string, cwd: string): JobSnapshot => {
  const source = needed(environment, "LANDBRIDGE_SOURCE", "the snapshot to copy, a path or s3://bucket/key");
  const sha256 = given(environment, "LANDBRIDGE_SOURCE_SHA256") ?? null;
  const sourceName = given(environment, "LANDBRIDGE_SOURCE_NAME") ?? basename(source);
  if (!isObject(source)) return { path: resolve(cwd, source), sha256, sourceName, address: null };
  const path = join(work, `${sha256?.slice(0, 12) ?? "given"}.${basename(source)}`);
  return { path, sha256, sourceName, address: source };
};

/** Downloads it, where that has to be; a run that was broken off has left it, where the work directory is kept. */
export const fetchSnapshot = async (
  { address, path, sha256 }: JobSnapshot,
  { signal, note }: Pick<VerbRun, "signal" | "note">,
): Promise<void> => {
  if (address === null) return;
  if (sha256 !== null && (await hashFile(path, signal).catch(() => null)) === sha256) return;
  note(`fetching ${address}`);
  const { download } = await import("./object-store.ts");
  await download(address, path, { signal });
};
