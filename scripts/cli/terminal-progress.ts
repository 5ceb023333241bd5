/** Progress on a terminal: one line a step, the running one alive with share, rate and time left. */
import { Listr } from "listr2";
import type { Emit, RunEvent, Step } from "../../src/events.ts";
import { formatDuration, visible } from "../../src/report/words.ts";
import { progressWords } from "./progress-words.ts";

export interface TerminalProgress {
  readonly emit: Emit;
  /** Ends the display: the last step is shown as failed where `failed`, what never ran as not needed. */
  readonly end: (failed: boolean) => Promise<void>;
}

/** The part of a listr2 task that is used here. */
interface Line {
  title: string;
  output: string;
  skip: (message?: string) => void;
}

interface Stage {
  readonly started: PromiseWithResolvers<boolean>;
  /** Settled only when the next step starts or the run ends: a step that threw has told its seconds, too. */
  readonly passed: PromiseWithResolvers<boolean>;
  line: Line | null;
  since: number;
}

/** Starts the display; it lives until `end`. */
export const terminalProgress = (steps: readonly Step[], verbose: boolean): TerminalProgress => {
  const stages = new Map<Step, Stage>(steps.map((step) => [step, newStage()]));
  const tasks = new Listr(
    steps.map((step) => ({ title: step, task: (_: unknown, task: Line) => follow(step, stages.get(step)!, task) })),
    {
      exitOnError: true,
      registerSignalListeners: false,
      rendererOptions: { collapseErrors: false, showErrorMessage: false, clearOutput: false },
    },
  );
  const running = tasks.run().catch(() => undefined);
  const settleBefore = (step: Step | null): void => {
    for (const [name, stage] of stages) {
      if (name === step) return;
      stage.started.resolve(false);
      stage.passed.resolve(true);
    }
  };
  return {
    emit: (event) => {
      const stage = stages.get(event.step);
      if (stage === undefined) return;
      if (event.kind === "step-started") {
        settleBefore(event.step);
        stage.since = performance.now();
        stage.started.resolve(true);
      } else tell(stage, event, verbose);
    },
    end: async (failed) => {
      if (failed) for (const stage of stages.values()) stage.passed.resolve(false);
      settleBefore(null);
      await running;
    },
  };
};

const newStage = (): Stage => ({
  started: Promise.withResolvers<boolean>(),
  passed: Promise.withResolvers<boolean>(),
  line: null,
  since: 0,
});

const follow = async (step: Step, stage: Stage, line: Line): Promise<void> => {
  stage.line = line;
  if (!(await stage.started.promise)) return line.skip(`${step.padEnd(9)} not needed`);
  if (!(await stage.passed.promise)) throw new Error(`${step} failed`);
};

const tell = (stage: Stage, event: RunEvent, verbose: boolean): void => {
  const { line } = stage;
  if (line === null) return;
  const name = event.step.padEnd(9);
  if (event.kind === "step-finished") {
    line.title = `${name} ${formatDuration(event.seconds)}`;
    line.output = "";
  } else if (event.kind === "progress")
    line.title = `${name} ${progressWords(event, (performance.now() - stage.since) / 1000)}`;
  else if (event.kind === "note") line.output = visible(event.message);
  else if (event.kind === "retry")
    line.output = `attempt ${event.attempt} of ${visible(event.what)}: ${visible(event.reason)}`;
  else if (event.kind === "finding" && verbose) line.output = `${event.finding.code} ${visible(event.finding.where)}`;
};
