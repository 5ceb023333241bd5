/** What the tests of the stack need of the machine, and one line about what is missing. */
import { execFileSync, spawnSync } from "node:child_process";
import { findCli } from "../../../scripts/stack/find.ts";

/** The CLI that the tests run. */
export const CLI = await findCli(process.env);

const answers = (command: string, ...args: string[]): boolean =>
  spawnSync(command, args, { stdio: "ignore", timeout: 30_000 }).status === 0;

/** Why nothing can be tested in containers here; null where it can. */
export const missingEngine = (): string | null => (answers("docker", "info") ? null : "no Docker engine answers");

/** Why the stack cannot be tested here; null where it can. */
export const missingTool = (): string | null => {
  const engine = missingEngine();
  if (engine !== null) return engine;
  // The npm package's would have to be downloaded first, which a test must not do.
  if (CLI.includes("node_modules")) return "there is no Pulumi CLI on PATH";
  return null;
};

/** Skips with one line that says why. */
export const skipped = (): boolean => {
  const missing = missingTool();
  if (missing !== null) process.stderr.write(`e2e skipped: ${missing}; the stack was tested on mocks alone.\n`);
  return missing !== null;
};

export const docker = (...args: string[]): string =>
  execFileSync("docker", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();

export const hasImage = (image: string): boolean => answers("docker", "image", "inspect", image);

/** Pulls where a registry is there; never waits long where none is. */
export const pulls = (image: string): boolean =>
  spawnSync("docker", ["pull", "--quiet", image], { stdio: "ignore", timeout: 120_000 }).status === 0;
