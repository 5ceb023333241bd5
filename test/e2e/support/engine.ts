/** The Docker engine of this machine, as far as tests need it. */
import { execFileSync, spawnSync } from "node:child_process";

const answers = (command: string, ...args: string[]): boolean =>
  spawnSync(command, args, { stdio: "ignore", timeout: 30_000 }).status === 0;

/** Why nothing can be tested in containers here; null where it can. */
export const missingEngine = (): string | null => (answers("docker", "info") ? null : "no Docker engine answers");

export const docker = (...args: string[]): string =>
  execFileSync("docker", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();

export const hasImage = (image: string): boolean => answers("docker", "image", "inspect", image);

/** Pulls where a registry is there; never waits long where none is. */
export const pulls = (image: string): boolean =>
  spawnSync("docker", ["pull", "--quiet", image], { stdio: "ignore", timeout: 120_000 }).status === 0;
