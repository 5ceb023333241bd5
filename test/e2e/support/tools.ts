/** What the tests of the stack need of the machine, and one line about what is missing. */
import { findCli } from "../../../scripts/stack/find.ts";
import { missingEngine } from "./engine.ts";

export { docker, hasImage, missingEngine, pulls } from "./engine.ts";

/** The CLI that the tests run; empty where there is none, and none can be had. */
export const CLI = await findCli(process.env).catch(() => "");

/** Why the stack cannot be tested here; null where it can. */
export const missingTool = (): string | null => {
  const engine = missingEngine();
  if (engine !== null) return engine;
  // The npm package's would have to be downloaded first, which a test must not do.
  if (CLI === "" || CLI.includes("node_modules")) return "there is no Pulumi CLI on PATH";
  return null;
};

/** Skips with one line that says why. */
export const skipped = (): boolean => {
  const missing = missingTool();
  if (missing !== null) process.stderr.write(`e2e skipped: ${missing}; the stack was tested on mocks alone.\n`);
  return missing !== null;
};
