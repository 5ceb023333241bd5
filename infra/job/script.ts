/** What Node is called with for a step of Landbridge's own, from the project's directory or the image's. */
import type { StepName } from "./step.ts";

const SCRIPTS = { init: "scripts/init.ts", copy: "scripts/job.ts" } as const;

/** Half of the young generation that Node would take suits the copy's blocks; see the npm scripts of the same names. */
export const scriptArguments = (step: Exclude<StepName, "command">): readonly string[] => [
  "--max-semi-space-size=16",
  SCRIPTS[step],
];
