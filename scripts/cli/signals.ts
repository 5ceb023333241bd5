/** Ctrl-C: the first asks the engine to stop cleanly, the second ends the process. */
import { LandbridgeError } from "../../src/errors.ts";

export interface Stop {
  readonly signal: AbortSignal;
  /** Takes the handlers away again. */
  readonly release: () => void;
}

/** Listens for SIGINT and SIGTERM; `say` gets one line for a person. */
export const stopSignal = (say: (line: string) => void): Stop => {
  const controller = new AbortController();
  const release = (): void => {
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
  };
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) {
      release();
      process.kill(process.pid, name);
      return;
    }
    say(
      `\n${name}: stopping cleanly. What is committed stays; the same command with --resume goes on. Once more ends at once.`,
    );
    controller.abort(
      new LandbridgeError({
        code: "INTERRUPTED",
        message: `Stopped by ${name}; what is committed by now stays.`,
        remedy: "Give the same command again with --resume to go on.",
      }),
    );
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return { signal: controller.signal, release };
};
