/** The one question: whoever takes a database away types its name. */
import { createInterface } from "node:readline/promises";
import { usageError } from "../../src/errors.ts";

/** Whether there is anybody to ask. */
const canAsk = (): boolean => process.stdin.isTTY === true;

/** @throws LandbridgeError CONFIRMATION (usage) where nobody can be asked and `--yes` is not said: before anything is done */
export const refuseUnattended = (yes: boolean): void => {
  if (!yes && !canAsk()) throw unconfirmed("There is no terminal to ask at.");
};

/** @throws LandbridgeError CONFIRMATION (usage) for another answer, and where the question is broken off */
export const confirmTeardown = async (database: string, signal: AbortSignal): Promise<void> => {
  const answer = await asked(`Type the database's name (${database}) to destroy it: `, signal);
  if (answer?.trim() !== database)
    throw unconfirmed(answer === null ? "The question was broken off." : "That was another name.");
};

/** null for Ctrl-C, which a prompt keeps to itself, and for the end of the input, which leaves a question open for ever. */
const asked = async (text: string, signal: AbortSignal): Promise<string | null> => {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  prompt.once("SIGINT", () => prompt.close());
  const closed = new Promise<null>((resolve) => prompt.once("close", () => resolve(null)));
  try {
    return await Promise.race([prompt.question(text, { signal }).catch(() => null), closed]);
  } finally {
    prompt.close();
  }
};

const unconfirmed = (why: string): Error =>
  usageError({
    code: "CONFIRMATION",
    message: `Nothing was destroyed. ${why}`,
    remedy: "Type the database's name, or say --yes.",
  });
