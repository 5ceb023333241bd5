/** Reads and writes what is remembered about an embedded server, and finds a port for it. */
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { EmbeddedState, EmbeddedVersion } from "./model.ts";
import { unavailable } from "./unavailable.ts";

/** The files of one embedded server, all in `.landbridge`. */
export interface EmbeddedFiles {
  readonly state: string;
  readonly log: string;
  readonly lock: string;
  readonly home: string;
}

export const embeddedFiles = (directory: string, version: EmbeddedVersion): EmbeddedFiles => ({
  state: join(directory, `postgres-${version}.json`),
  log: join(directory, `postgres-${version}.log`),
  lock: join(directory, `postgres-${version}.lock`),
  home: join(directory, `postgres-${version}`),
});

/** @returns undefined where no server has been made yet */
export const readState = async (file: string): Promise<EmbeddedState | undefined> => {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    if (error.code === "EACCES") throw unavailable(`${file} belongs to another user of this machine.`, error);
    throw error;
  });
  return text === undefined ? undefined : (JSON.parse(text) as EmbeddedState);
};

/** Written beside and renamed, so that a killed process never leaves half a file; it holds the password, hence 0600. */
export const writeState = async (file: string, state: EmbeddedState): Promise<void> => {
  const beside = `${file}.new`;
  await writeFile(beside, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  await rename(beside, file);
};
