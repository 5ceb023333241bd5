import { LandbridgeError } from "../../src/errors.ts";
import type { StepName } from "./step.ts";

/** Of a step that was ended because its time was up. */
export const stepTimeout = (step: StepName, seconds: number): LandbridgeError =>
  new LandbridgeError({
    code: "STEP_TIMEOUT",
    message: `The step ${step} was not finished after ${seconds} seconds and was ended.`,
    remedy: "Give it more time (pulumi config set jobTimeoutMinutes N) and run pulumi up again.",
  });
