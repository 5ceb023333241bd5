/** Times the rehearsal's own phases and tells about them, in the same words as a crossing's steps. */
import type { PhaseTime } from "../../src/rehearsal/model.ts";
import { formatDuration } from "../../src/report/words.ts";

export type Phase = <T>(name: string, work: () => Promise<T>) => Promise<T>;

/** @param times gets each phase's seconds, also where it fails */
export const phaseTimer =
  (times: PhaseTime[], note: (line: string) => void): Phase =>
  async (name, work) => {
    note(`${name.padEnd(9)} started`);
    const began = performance.now();
    try {
      return await work();
    } finally {
      const seconds = (performance.now() - began) / 1000;
      times.push({ name, seconds });
      note(`${name.padEnd(9)} took ${formatDuration(seconds)}`);
    }
  };
