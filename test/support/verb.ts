/** A verb without an engine, to be run as a process: what it does is its first argument. */

import { runVerb } from "../../scripts/cli/exit.ts";
import { LandbridgeError } from "../../src/errors.ts";

const VERB = {
  name: "try",
  summary: "Tries what verbs have in common.",
  positionals: [{ name: "WHAT", description: "What to do." }],
  options: [],
  steps: ["copy"],
  examples: [],
} as const;

await runVerb(VERB, async ({ given, emit, signal, note }) => {
  emit({ kind: "step-started", step: "copy" });
  note("to postgresql://me:s3cret@host/db");
  switch (given.positionals[0]) {
    case "defect":
      throw new TypeError("undefined is not a crossing");
    case "refuse":
      throw new LandbridgeError({
        code: "TRY_REFUSED",
        message: "no password s3cret in postgresql://me:s3cret@host/db",
        remedy: "line one\n  line two",
        exitCode: 4,
      });
    case "wait":
    case "hang":
      process.stderr.write("waiting\n");
      await new Promise<void>((resolve) => {
        const alive = setInterval(() => undefined, 1000);
        if (given.positionals[0] === "wait")
          signal.addEventListener("abort", () => {
            clearInterval(alive);
            resolve();
          });
      });
      signal.throwIfAborted();
      break;
    default:
  }
  emit({ kind: "step-finished", step: "copy", seconds: 1 });
  return { exitCode: 3, document: { rows: 12n }, text: "twelve rows" };
});
