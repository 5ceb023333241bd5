/** The new file: written beside its place under another name, and put there whole, or not at all. */
import { access, constants, open, rename, rm, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import Database from "better-sqlite3";
import { messageOf, refusal } from "../../errors.ts";
import type { Encoding, SchemaText } from "../../source/model.ts";

export interface Output {
  /** Where the file is to be in the end. */
  readonly path: string;
  /** Where it is meanwhile; a run that was killed leaves this one alone, and the next takes its place. */
  readonly partial: string;
  /** A file that is there already is replaced. */
  readonly force: boolean;
}

/**
 * Looks whether the file may be made; makes nothing.
 * @param force a file that is there already is replaced in the end
 * @throws LandbridgeError OUTPUT_EXISTS, OUTPUT_IN_USE, OUTPUT_UNWRITABLE (refused)
 */
export const claimOutput = async (given: string, force: boolean): Promise<Output> => {
  const path = resolve(given);
  await refuseTaken(path, force);
  const directory = dirname(path);
  await access(directory, constants.W_OK | constants.X_OK).catch((cause: unknown) => {
    throw unwritable(directory, cause);
  });
  return { path, partial: `${path}.partial`, force };
};

const refuseTaken = async (path: string, force: boolean): Promise<void> => {
  const there = await stat(path).catch(() => null);
  if (there?.isDirectory() === true || (there !== null && !force)) throw exists(path, there.isDirectory());
  for (const ending of ["-wal", "-journal"]) {
    const bytes = (await stat(`${path}${ending}`).catch(() => null))?.size ?? 0;
    if (bytes > 0) throw inUse(path, ending);
  }
};

/**
 * Makes the partial file, empty, with what a file has from its birth. Foreign keys and checks are not enforced: the rows were
 * accepted before.
 */
export const createFile = async (
  { partial, path }: Output,
  encoding: Encoding,
  text: SchemaText | undefined,
): Promise<Database.Database> => {
  await removePartial({ partial });
  try {
    const handle = await open(partial, "wx", 0o600);
    await handle.close();
    const db = new Database(partial);
    db.pragma(`page_size = ${text?.pageSize ?? 4096}`);
    db.pragma(`encoding = '${encoding}'`);
    db.pragma(`auto_vacuum = ${text?.autoVacuum ?? 0}`);
    openForLoading(db);
    return db;
  } catch (cause) {
    throw unwritable(dirname(path), cause);
  }
};

/** A crash costs the partial file alone, so that no journal is needed before its end. */
export const openForLoading = (db: Database.Database): void => {
  db.pragma("locking_mode = EXCLUSIVE");
  db.pragma("journal_mode = OFF");
  db.pragma("synchronous = OFF");
  db.pragma("foreign_keys = OFF");
  db.pragma("ignore_check_constraints = ON");
  db.pragma("recursive_triggers = OFF");
  db.pragma("cache_size = -65536");
};

/**
 * To disk first, then under its name.
 * @throws LandbridgeError OUTPUT_EXISTS, OUTPUT_IN_USE where somebody has made a file there since it was claimed
 */
export const placeFile = async ({ partial, path, force }: Output): Promise<void> => {
  await syncPath(partial);
  await refuseTaken(path, force);
  await rename(partial, path);
  await syncPath(dirname(path));
};

const syncPath = async (path: string): Promise<void> => {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** Leaves nothing of a file that was not finished. */
export const removePartial = async ({ partial }: Pick<Output, "partial">): Promise<void> => {
  for (const ending of ["", "-journal", "-wal", "-shm"]) await rm(`${partial}${ending}`, { force: true });
};

const exists = (path: string, isDirectory: boolean) =>
  refusal({
    code: "OUTPUT_EXISTS",
    message: `${path} is ${isDirectory ? "a directory" : "there already"}; it is not written over.`,
    remedy: isDirectory ? "Name a file in it." : "Name another file with -o, or say --force to replace it.",
  });

const inUse = (path: string, ending: string) =>
  refusal({
    code: "OUTPUT_IN_USE",
    message: `${path}${ending} is there: an application may have ${path} open, and a new file beside that log would be damaged by it.`,
    remedy: "End the application (its last connection removes the log), or name another file with -o.",
  });

const unwritable = (directory: string, cause: unknown) =>
  refusal({
    code: "OUTPUT_UNWRITABLE",
    message: `The file cannot be written in ${directory}: ${messageOf(cause)}.`,
    remedy: "Name a file in a directory that is there and that this user may write to, with enough free space.",
    cause,
  });
