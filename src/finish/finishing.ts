/** What the parts of the finish step share: what they work on, and the list of what could not be built. */
import type { Emit } from "../events.ts";
import type { Finding } from "../findings.ts";
import type { Plan, PlanTable } from "../plan/model.ts";
import type { Run, Target } from "../target/model.ts";

export interface FinishInput {
  readonly plan: Plan;
  readonly target: Target;
  readonly run: Run;
  /** How many sessions build and validate at the same time. */
  readonly jobs: number;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** One finish step under way. */
export class Finishing {
  readonly plan: Plan;
  readonly target: Target;
  readonly run: Run;
  readonly jobs: number;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** The schema that holds the rows: the run's, not always the plan's. */
  readonly schema: string;
  readonly findings: Finding[] = [];
  readonly leftOut: string[] = [];
  readonly #tables: ReadonlyMap<string, PlanTable>;
  readonly #total: number;
  #done = 0;
  /** Shares of objects that are being built, by name. */
  readonly #parts = new Map<string, number>();

  constructor(input: FinishInput, total: number) {
    this.plan = input.plan;
    this.target = input.target;
    this.run = input.run;
    this.jobs = input.jobs;
    this.emit = input.emit;
    this.signal = input.signal;
    this.schema = input.run.loadSchema;
    this.#tables = new Map(input.plan.tables.map((table) => [table.target, table]));
    this.#total = total;
  }

  /** The planned table of that target name. */
  table(name: string | null): PlanTable {
    const table = name === null ? undefined : this.#tables.get(name);
    if (table === undefined) throw new Error(`no planned table ${name}`);
    return table;
  }

  /** An object that is missing, or a foreign key that is not valid, when the step is over. */
  leaveOut(object: string, finding: Finding): void {
    this.leftOut.push(object);
    this.findings.push(finding);
  }

  /** `count` more objects are dealt with, the last of them `at`. */
  advance(at: string, count = 1): void {
    this.#done += count;
    this.#tell(at);
  }

  /** Of the object that is being built this share is done, from 0 to 1; 0 tells nobody. */
  partly(object: string, share: number): void {
    if (share > 0) this.#parts.set(object, share);
    else this.#parts.delete(object);
    if (share > 0) this.#tell(object, share);
  }

  #tell(at: string, share?: number): void {
    const part = [...this.#parts.values()].reduce((sum, each) => sum + each, 0);
    this.emit({
      ...{ kind: "progress", step: "finish", done: this.#done, total: this.#total, unit: "objects", at },
      ...(part === 0 ? {} : { underWay: part }),
      ...(share === undefined ? {} : { share }),
    });
  }
}
