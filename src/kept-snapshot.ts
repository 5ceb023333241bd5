/**
 * A snapshot for use elsewhere, with a note of what it was taken of beside it, so that a file that has not changed since is not
 * copied again.
 */
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, parse, resolve } from "node:path";
import { z } from "zod";
import { refusal } from "./errors.ts";
import { fingerprint as fingerprintOf } from "./source/fingerprint.ts";
import { hashFile } from "./source/hash.ts";
import { type SnapshotRequest, takeSnapshot, unwritable } from "./source/snapshot.ts";

export interface KeptSnapshot {
  /** The finished copy, which nothing appears beside (journal_mode=delete). */
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  /** ISO 8601, UTC. */
  readonly takenAt: string;
  /** Of the live file, from before the copy: whatever is committed after that shows as a change. */
  readonly fingerprint: string;
  /** The live file's name, by which the ledger knows the source. */
  readonly sourceName: string;
  /** The file has not changed since an earlier snapshot, which is this one. */
  readonly reused: boolean;
}

export interface KeepRequest extends SnapshotRequest {
  /** The copy's very path; absent: a name of its own in `directory`. */
  readonly output?: string;
}

const noteSchema = z.object({
  format: z.literal(1),
  sourceName: z.string(),
  /** Beside the note. */
  file: z.string(),
  sha256: z.string(),
  bytes: z.number(),
  takenAt: z.string(),
  fingerprint: z.string(),
});
type Note = z.infer<typeof noteSchema>;

/**
 * Takes a snapshot, or finds that the one from the last time still is what a new one would be; its content is checked by its
 * hash. A `FILE.json` beside an `output` holds the note, else one in the directory that is named after the source.
 * @throws LandbridgeError as `takeSnapshot`; SNAPSHOT_EXISTS (refused) where `output` is a file that is no snapshot of ours
 */
export const keepSnapshot = async (request: KeepRequest): Promise<KeptSnapshot> => {
  const output = request.output === undefined ? null : resolve(request.output);
  const notePath = output === null ? noteIn(request) : `${output}.json`;
  const now = await fingerprintOf(request.sourcePath);
  const note = await readNote(notePath);
  if (output !== null) await refuseToOverwrite(output, request.sourcePath, note);
  if (note?.fingerprint === now && (output === null || note.file === basename(output))) {
    const path = join(dirname(notePath), note.file);
    const sha256 = await hashFile(path, request.signal).catch(() => null);
    if (sha256 === note.sha256) return kept(note, path, true);
  }
  request.signal.throwIfAborted();
  const taken = output === null ? await takeSnapshot(request) : await takeTo(output, request);
  const { path, sha256, bytes, takenAt } = taken;
  const sourceName = basename(request.sourcePath);
  const written: Note = { format: 1, sourceName, file: basename(path), sha256, bytes, takenAt, fingerprint: now };
  await writeWhole(notePath, `${JSON.stringify(written, null, 2)}\n`);
  return kept(written, path, false);
};

const kept = (
  { sha256, bytes, takenAt, fingerprint, sourceName }: Note,
  path: string,
  reused: boolean,
): KeptSnapshot => ({
  path,
  sha256,
  bytes,
  takenAt,
  fingerprint,
  sourceName,
  reused,
});

/**
 * The file at `path` itself, where a note beside it says that it is a snapshot, and its content still is what the note says; null
 * for any other file.
 */
export const finishedSnapshot = async (path: string, signal: AbortSignal): Promise<KeptSnapshot | null> => {
  const file = resolve(path);
  const names = await readdir(dirname(file)).catch(() => [] as string[]);
  for (const name of names.filter((each) => each.endsWith(".json"))) {
    const note = await readNote(join(dirname(file), name));
    if (note?.file !== basename(file)) continue;
    if ((await hashFile(file, signal)) === note.sha256) return { ...note, path: file, reused: true };
  }
  return null;
};

/** One note a source: named after the file for people, and by its whole path for files of the same name. */
const noteIn = ({ directory, sourcePath }: SnapshotRequest): string => {
  const file = resolve(sourcePath);
  const hash = createHash("sha256").update(file).digest("hex").slice(0, 12);
  return join(resolve(directory), `${[...parse(file).name].slice(0, 40).join("")}.${hash}.json`);
};

/** Half a note, or one of another version, is none. */
const readNote = async (path: string): Promise<Note | null> => {
  try {
    return noteSchema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch {
    return null;
  }
};

/** The source itself, or a file that nobody has noted, is not ours to replace. */
const refuseToOverwrite = async (output: string, source: string, note: Note | null): Promise<void> => {
  const there = await realpath(output).catch(() => null);
  if (there === null) return;
  if (note?.file === basename(output) && there !== (await realpath(source))) return;
  throw refusal({
    code: "SNAPSHOT_EXISTS",
    message: `${output} is there already, and it is not a snapshot that this verb has made.`,
    remedy: "Name another file with -o, or move that one away.",
  });
};

/** Made in a directory of its own beside the output, so that it appears there whole, and no other snapshot is taken for it. */
const takeTo = async (output: string, request: SnapshotRequest) => {
  const parent = dirname(output);
  const directory = await mkdir(parent, { recursive: true })
    .then(() => mkdtemp(join(parent, ".snapshot.")))
    .catch((cause) => {
      throw unwritable(parent, cause);
    });
  try {
    const taken = await takeSnapshot({ ...request, directory });
    await rename(taken.path, output);
    return { ...taken, path: output };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};

const writeWhole = async (path: string, content: string): Promise<void> => {
  try {
    await writeFile(`${path}.partial`, content, { mode: 0o600 });
    await rename(`${path}.partial`, path);
  } catch (cause) {
    throw unwritable(dirname(path), cause);
  }
};
