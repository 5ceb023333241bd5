/** The environment of a step, read by name; the empty text counts as not given, since containers cannot unset a variable. */
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { usageError } from "../../src/errors.ts";
import type { Place } from "../cli/settings.ts";

export type Environment = Place["environment"];

export const given = (environment: Environment, name: string): string | undefined =>
  environment[name] === "" ? undefined : environment[name];

/** @throws LandbridgeError ARGUMENT_MISSING (usage) */
export const needed = (environment: Environment, name: string, what: string): string => {
  const value = given(environment, name);
  if (value !== undefined) return value;
  throw usageError({
    code: "ARGUMENT_MISSING",
    message: `The environment variable ${name} is not set: ${what}.`,
    remedy: "The stack sets it; by hand, give it before the command. --help lists them all.",
  });
};

export interface WorkDirectory {
  readonly path: string;
  /** For the next run, which finds there what it need not fetch again. */
  readonly kept: boolean;
}

/**
 * The one directory that a step writes to: LANDBRIDGE_WORK, which may be kept for the next run, or a new one for this run.
 * Everything else may be read-only.
 */
export const workDirectory = async ({ cwd, environment }: Place): Promise<WorkDirectory> => {
  const named = given(environment, "LANDBRIDGE_WORK");
  if (named !== undefined) {
    const path = resolve(cwd, named);
    await mkdir(path, { recursive: true });
    return { path, kept: true };
  }
  return { path: await mkdtemp(join(tmpdir(), "landbridge-")), kept: false };
};

/** The environment with the root certificate as the file that libpq's settings ask for. */
export const withRootCertificate = async (environment: Environment, work: string): Promise<Environment> => {
  const pem = given(environment, "LANDBRIDGE_ROOT_CERTIFICATE");
  if (pem === undefined) return environment;
  const file = join(work, "root.crt");
  await writeFile(file, pem);
  return { ...environment, PGSSLROOTCERT: file };
};
