/**
 * What runs a step of the job: a process beside the program, a container, or a Fargate task. A runner works in the process of
 * Pulumi's dynamic provider, where it arrives by `import()`; all that it knows is plain data (see run.ts).
 */
import { constants } from "node:os";
import { RESULT_PREFIX } from "../../scripts/job/result.ts";
import type { StepName } from "./step.ts";

export type RunnerName = "process" | "container" | "ecs";

/** The inputs of one run, resolved. */
export interface StepRequest {
  readonly step: StepName;
  readonly environment: Readonly<Record<string, string>>;
  /** By value where the runner hands it over itself (process, container), as an ARN where ECS does. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  /**
   * Hash of the step and its triggers (hex). It names what was started, so that the next update finds and awaits what an
   * interrupted one has left running.
   */
  readonly key: string;
  /** What a runner has to know of the place, such as network and image; each runner says what it reads. */
  readonly place: Readonly<Record<string, string>>;
  /** The project's directory. */
  readonly root: string;
}

/** How a run has ended, whatever its exit code; a runner throws only where nothing can be said of that. */
export interface StepResult {
  readonly exitCode: number;
  /** What ended it from outside, such as SIGKILL; absent where it ended by itself, or where the runner does not learn it. */
  readonly signal?: NodeJS.Signals;
  readonly summary: string;
  /** A path or an s3:// address; empty without one. */
  readonly report: string;
  /** The end of the log, oldest first, for the error text. */
  readonly lastLines: readonly string[];
}

/** `tell` shows a line of the step's log while it runs. */
export type Runner = (request: StepRequest, tell: (line: string) => void) => Promise<StepResult>;

/** What the module of a runner exports: infra/job/process.ts, infra/job/container.ts, infra/job/ecs/runner.ts. */
export interface RunnerModule {
  readonly run: Runner;
}

/** Enough to see what went wrong; the rest is in the step's own log. */
const LAST_LINES = 30;

/**
 * Collects a log line by line and says how the step ended. A step that prints no result, such as the user's own migration, is
 * summed up by its exit code.
 */
export class StepLog {
  readonly #tell: (line: string) => void;
  #last: string[] = [];
  #result: { readonly summary?: unknown; readonly report?: unknown } = {};

  constructor(tell: (line: string) => void) {
    this.#tell = tell;
  }

  line(text: string): void {
    if (text.startsWith(RESULT_PREFIX)) {
      this.#result = parseResult(text.slice(RESULT_PREFIX.length));
      return;
    }
    if (text.trim() === "") return;
    this.#last = [...this.#last, text].slice(-LAST_LINES);
    this.#tell(text);
  }

  end(step: StepName, exitCode: number): StepResult {
    return this.#ended(exitCode, `${step} ended with exit code ${exitCode}`);
  }

  /** The exit code is 128 and the signal's number, as a shell would tell it. */
  endBy(step: StepName, signal: NodeJS.Signals): StepResult {
    return { ...this.#ended(128 + constants.signals[signal], `${step} was ended by the signal ${signal}`), signal };
  }

  #ended(exitCode: number, otherwise: string): StepResult {
    const { summary, report } = this.#result;
    return {
      exitCode,
      summary: typeof summary === "string" ? summary : otherwise,
      report: typeof report === "string" ? report : "",
      lastLines: this.#last,
    };
  }
}

const parseResult = (text: string): { readonly summary?: unknown; readonly report?: unknown } => {
  try {
    return (JSON.parse(text) ?? {}) as object;
  } catch {
    return {};
  }
};
