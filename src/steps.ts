/** Times the steps of a run and tells about them. */
import type { Emit, Step } from "./events.ts";
import type { TimedStep } from "./report/model.ts";

/** What every verb of the engine works with. */
export interface Context {
  readonly emit: Emit;
  /** Ends long work; what is committed by then stays, and a resumed run goes on from there. */
  readonly signal: AbortSignal;
}

export class Steps {
  readonly timings: Partial<Record<TimedStep, number>> = {};
  readonly #emit: Emit;

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  /** Runs one step; its seconds are kept also where it fails. A step that is entered twice adds up. */
  async run<T>(step: Step, work: () => Promise<T> | T): Promise<T> {
    this.#emit({ kind: "step-started", step });
    const started = performance.now();
    try {
      return await work();
    } finally {
      const seconds = (performance.now() - started) / 1000;
      if (step !== "report") this.timings[step] = (this.timings[step] ?? 0) + seconds;
      this.#emit({ kind: "step-finished", step, seconds });
    }
  }
}
