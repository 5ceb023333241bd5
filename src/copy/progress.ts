/** Adds up what all workers have done. A unit that is started over counts from zero again. */
import type { Emit } from "../events.ts";

export class Progress {
  readonly #emit: Emit;
  readonly #total: number;
  readonly #running = new Map<number, { rows: number; bytes: number }>();
  #rows = 0;
  #bytes: number;

  /** @param total source bytes of the whole copy @param done those of slices that an earlier run has finished */
  constructor(emit: Emit, total: number, done: number) {
    this.#emit = emit;
    this.#total = total;
    this.#bytes = done;
  }

  /** What unit number `unit` has done so far. */
  update(unit: number, rows: number, bytes: number, at: string): void {
    this.#running.set(unit, { rows, bytes });
    this.#tell(at);
  }

  /** A unit is committed; `bytes` is its whole measure. */
  finish(unit: number, bytes: number): void {
    this.#rows += this.#running.get(unit)?.rows ?? 0;
    this.#bytes += bytes;
    this.#running.delete(unit);
    this.#tell();
  }

  #tell(at?: string): void {
    let rows = this.#rows;
    let bytes = this.#bytes;
    for (const unit of this.#running.values()) {
      rows += unit.rows;
      bytes += unit.bytes;
    }
    const done = Math.min(this.#total, Math.round(bytes));
    this.#emit({
      kind: "progress",
      step: "copy",
      done,
      total: this.#total,
      unit: "bytes",
      rows,
      ...(at === undefined ? {} : { at }),
    });
  }
}
