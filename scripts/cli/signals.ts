/** Ctrl-C: the first asks the engine to stop cleanly, the second ends the process. */
import { LandbridgeError } from "../../src/errors.ts";

export interface Stop {
  readonly signal: AbortSignal;
  /** Takes the handlers away again. */
  readonly release: () => void;
}

/** Listens for SIGINT and SIGTERM; `say` gets one line for a person. `again` is what goes on after it, `then` what comes of it. */
export const stopSignal = (
  say: (line: string) => void,
  again = "the same command with --resume",
  then = `What is committed stays; ${again} goes on.`,
): Stop => {
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
    say(`\n${name}: stopping cleanly. ${then} Once more ends at once.`);
    controller.abort(
      new LandbridgeError({
        code: "INTERRUPTED",
        message: `Stopped by ${name}; what is committed by now stays.`,
        remedy: `To go on: ${again}.`,
      }),
    );
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return { signal: controller.signal, release };
};
