/** Progress as plain lines, for logs and pipes: a line at each step's start and end, and one every few seconds between. */
import type { Emit } from "../../src/events.ts";
import { formatDuration, visible } from "../../src/report/words.ts";
import { progressWords } from "./progress-words.ts";

/** Seconds between two progress lines of a step. */
const EVERY = 3;

export interface PlainOptions {
  readonly write: (line: string) => void;
  readonly verbose: boolean;
  /** Seconds on any steady clock. */
  readonly clock: () => number;
}

/** Returns the receiver of events. */
export const plainProgress = ({ write, verbose, clock }: PlainOptions): Emit => {
  let started = clock();
  let told = started;
  return (event) => {
    const say = (text: string): void => write(`${event.step.padEnd(9)} ${text}`);
    switch (event.kind) {
      case "step-started":
        started = clock();
        told = started;
        say("started");
        break;
      case "step-finished":
        say(`took ${formatDuration(event.seconds)}`);
        break;
      case "progress":
        if (clock() - told < EVERY) break;
        told = clock();
        say(progressWords(event, told - started));
        break;
      case "retry":
        say(`attempt ${event.attempt} of ${visible(event.what)} failed, trying again: ${visible(event.reason)}`);
        break;
      case "note":
        say(visible(event.message));
        break;
      case "finding":
        if (verbose)
          say(
            `${event.finding.severity} ${event.finding.code} ${visible(event.finding.where)}: ${visible(event.finding.message)}`,
          );
        break;
    }
  };
};
