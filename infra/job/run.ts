/**
 * One run of a step as a resource of the stack: made when the step is new, updated, which runs it again, when a trigger of the
 * step has changed, and otherwise left alone, whatever else may have changed.
 */
import { type CustomResourceOptions, dynamic, type Input, type Output } from "@pulumi/pulumi";
import { lateProvider } from "../dynamic.ts";
import type { RunnerName } from "./runner.ts";
import type { JobStep, SecretValue, StepOutcome } from "./step.ts";

export interface StepRunArgs {
  readonly step: JobStep;
  readonly runner: RunnerName;
  /** What the runner has to know of the place. */
  readonly place: Readonly<Record<string, Input<string>>>;
  /** A step that ends with differences (exit code 3) fails the update. */
  readonly strict: boolean;
}

export class StepRun extends dynamic.Resource implements StepOutcome {
  declare readonly exitCode: Output<number>;
  declare readonly summary: Output<string>;
  declare readonly report: Output<string>;

  constructor(name: string, { step, runner, place, strict }: StepRunArgs, opts: CustomResourceOptions) {
    const inputs = {
      step: step.name,
      runner,
      place,
      strict,
      environment: step.environment,
      secrets: Object.fromEntries(Object.entries(step.secrets).map(([key, secret]) => [key, valueOrArn(secret)])),
      triggers: step.triggers,
      timeoutSeconds: step.timeoutSeconds,
      exitCode: undefined,
      summary: undefined,
      report: undefined,
    };
    // The engine's own limit lies above the runner's, which knows how to end what it has started.
    const timeout = `${step.timeoutSeconds + 600}s`;
    const customTimeouts = { create: timeout, update: timeout };
    super(lateProvider("infra/job/execute.ts"), name, inputs, { ...opts, customTimeouts }, "landbridge", "StepRun");
  }
}

const valueOrArn = (secret: SecretValue): Output<string> => ("value" in secret ? secret.value : secret.arn);
