/** Runs a step by its runner and judges how it ended. Loaded by the dynamic provider of StepRun, in a process of Pulumi's. */
import { createHash } from "node:crypto";
import { ExitCode, LandbridgeError } from "../../src/errors.ts";
import type { LateProvider, Properties } from "../dynamic.ts";
import type { RunnerModule, RunnerName, StepRequest, StepResult } from "./runner.ts";
import type { StepName } from "./step.ts";

/** What arrives of StepRun's inputs, with every secret in the clear: nothing of it may go into the outputs but the triggers. */
interface Inputs {
  readonly step: StepName;
  readonly runner: RunnerName;
  readonly place: Readonly<Record<string, string>>;
  readonly strict: boolean;
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly triggers: Readonly<Record<string, string | number>>;
  readonly timeoutSeconds: number;
}

const load = async (runner: RunnerName): Promise<RunnerModule> => {
  if (runner === "process") return import("./process.ts");
  if (runner === "container") return import("./container.ts");
  // With it comes the AWS SDK.
  return import("./ecs/runner.ts");
};

const create = async (properties: Properties, root: string): Promise<{ id: string; outs: Properties }> => {
  const { step, runner, place, strict, environment, secrets, triggers, timeoutSeconds } =
    properties as unknown as Inputs;
  const key = keyOf(step, triggers);
  const request: StepRequest = { step, environment, secrets, timeoutSeconds, key, place, root };
  const { run } = await load(runner);
  const result = await run(request, (line) => console.log(`${step}: ${line}`));
  refuseFailure(step, result, strict);
  const { exitCode, summary, report } = result;
  return { id: `${step}-${key.slice(0, 12)}`, outs: { triggers, exitCode, summary, report } };
};

export const provider: LateProvider = { triggers: ["triggers"], create };

/** The same step with the same triggers is the same run, whoever starts it. */
export const keyOf = (step: StepName, triggers: Inputs["triggers"]): string =>
  createHash("sha256")
    .update(JSON.stringify([step, ...Object.entries(triggers).sort(([a], [b]) => (a < b ? -1 : 1))]))
    .digest("hex");

/** @throws LandbridgeError STEP_FAILED, STEP_REFUSED, STEP_DIFFERENCES, with the end of the log: it is all that a user of Pulumi sees of it */
const refuseFailure = (
  step: StepName,
  { exitCode, signal, summary, report, lastLines }: StepResult,
  strict: boolean,
) => {
  if (exitCode === ExitCode.DONE || (exitCode === ExitCode.DIFFERENCES && !strict)) return;
  const { code, remedy } = judged(step, exitCode, signal);
  const settings = settingsFor(lastLines);
  const log = lastLines.map((line) => `\n  | ${line}`).join("");
  const where = report === "" ? "" : `\nReport: ${report}`;
  const how = signal === undefined ? `ended with exit code ${exitCode}` : `was ended by the signal ${signal}`;
  throw new LandbridgeError({
    code,
    message: `The step ${step} ${how}. ${summary}${log}${where}`,
    remedy: settings === "" ? remedy : `${remedy}\n${settings}`,
  });
};

/** The flags that a remedy of the engine may name, as keys of the stack's configuration. */
const SETTING_OF: Readonly<Record<string, string>> = {
  "--schema": "schemaName",
  "--accept": "accept",
  "--on-conflict": "onConflict",
  "--config": "sourceConfig",
  "--init-sql": "initSql",
};

/** A step is not called by hand: what its last lines say of flags, in the stack's own words. */
const settingsFor = (lastLines: readonly string[]): string =>
  Object.entries(SETTING_OF)
    .filter(([flag]) => lastLines.some((line) => new RegExp(`${flag}(?![\\w-])`).test(line)))
    .map(([flag, key]) => `Here ${flag} is: pulumi config set ${key} …`)
    .join("\n");

const judged = (
  step: StepName,
  exitCode: number,
  signal?: NodeJS.Signals,
): { readonly code: string; readonly remedy: string } => {
  if (exitCode === ExitCode.DIFFERENCES)
    return {
      code: "STEP_DIFFERENCES",
      remedy:
        "The report lists what differs. The rows are in the database; without strict (pulumi config set strict false) this is a warning.",
    };
  if (exitCode === ExitCode.REFUSED)
    return {
      code: "STEP_REFUSED",
      remedy: "Nothing was changed. Do what the last lines say, then run pulumi up again.",
    };
  const again = step === "copy" ? " What has arrived is kept and not copied again." : "";
  if (signal !== undefined)
    return {
      code: "STEP_FAILED",
      remedy: `It did not end by itself: somebody ended it, or the system for want of memory. Run pulumi up again.${again}`,
    };
  return { code: "STEP_FAILED", remedy: `Do what the last lines say, then run pulumi up again.${again}` };
};
