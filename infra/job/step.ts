/**
 * The steps of the job, as the stack sees them: what runs, with which environment, and what its inputs' fingerprint is. Where a
 * step runs (a process beside the program, a container, a Fargate task) is a runner's affair; all of them run the same verbs.
 */
import type { Input, Output } from "@pulumi/pulumi";

/**
 * init: roles, passwords, extensions, init-sql (`scripts/init.ts`) · command: the application's own migration, in an image of
 * the user's · copy: the crossing and its proof (`scripts/job.ts`).
 */
export type StepName = "init" | "command" | "copy";

export interface JobStep {
  readonly name: StepName;
  /** Plain environment. */
  readonly environment: Readonly<Record<string, Input<string>>>;
  /** Environment whose values are secret: by value (Docker, a process) or by the ARN of the secret (ECS). */
  readonly secrets: Readonly<Record<string, SecretValue>>;
  /**
   * What the step is about: a change of any of these runs it again, nothing else does (a new image alone does not). Values are
   * hashes, names and numbers; never a secret itself.
   */
  readonly triggers: Readonly<Record<string, Input<string | number>>>;
  /** Seconds after which a step is ended and the update fails. */
  readonly timeoutSeconds: number;
}

/** `arn` may carry the suffix `:key::` that ECS understands. */
export type SecretValue = { readonly value: Output<string> } | { readonly arn: Output<string> };

/** What a finished step leaves in the stack. */
export interface StepOutcome {
  readonly exitCode: Output<number>;
  /** One line: the verdict of the report, or what was done. */
  readonly summary: Output<string>;
  /** Where the report is: a path, or an s3:// address; empty for steps without one. */
  readonly report: Output<string>;
}
