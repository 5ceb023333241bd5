/** A verb that a runner starts and reads: its last line on stdout says how it ended, whatever went wrong before. */
import { LandbridgeError, messageOf } from "../../src/errors.ts";
import type { Verb } from "../cli/arguments.ts";
import { type Outcome, runVerb, type VerbRun } from "../cli/exit.ts";
import { redact } from "../cli/redact.ts";
import { RESULT_PREFIX } from "./result.ts";

/** What the stack keeps of a step beside its exit code. */
export interface StepResult {
  /** A word of the report's, or `done`, `failed`, `refused`. */
  readonly status: string;
  /** One line for a person. */
  readonly summary: string;
  /** A path or an s3:// address; "" without one. */
  readonly report: string;
  readonly runId: string;
  readonly rows: number;
}

export interface StepOutcome extends Outcome {
  readonly result: StepResult;
}

const NOTHING: Omit<StepResult, "status" | "summary"> = { report: "", runId: "", rows: 0 };

/** `runVerb`, and then the line `LANDBRIDGE_RESULT {…}`; not at a terminal, after --help, or under --json, whose document is all there is. */
export const runStep = async (
  verb: Verb,
  step: string,
  main: (run: VerbRun) => Promise<StepOutcome>,
): Promise<void> => {
  let result: StepResult = { ...NOTHING, status: "failed", summary: "it did not begin; its last lines say why" };
  await runVerb(verb, async (run) => {
    try {
      const outcome = await main(run);
      result = outcome.result;
      return outcome;
    } catch (error) {
      result = { ...NOTHING, status: "failed", summary: summaryOf(error) };
      throw error;
    }
  });
  const argv = process.argv.slice(2);
  if (process.stdout.isTTY || ["--help", "-h", "--json"].some((flag) => argv.includes(flag))) return;
  const exitCode = Number(process.exitCode ?? 0);
  // What ends in 2 or 4 has touched nothing.
  const status = result.status === "failed" && exitCode !== 1 ? "refused" : result.status;
  const summary = redact(result.summary.replace(/\s+/g, " "));
  process.stdout.write(`${RESULT_PREFIX}${JSON.stringify({ step, exitCode, ...result, status, summary })}\n`);
};

const summaryOf = (error: unknown): string =>
  error instanceof LandbridgeError ? `${error.code}: ${error.message}` : `UNEXPECTED: ${messageOf(error)}`;
