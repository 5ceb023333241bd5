/** The one question: whoever takes a database away types its name. */
import { question } from "zx";
import { usageError } from "../../src/errors.ts";

/** Whether there is anybody to ask. */
const canAsk = (): boolean => process.stdin.isTTY === true;

/** @throws LandbridgeError CONFIRMATION (usage) where nobody can be asked and `--yes` is not said: before anything is done */
export const refuseUnattended = (yes: boolean): void => {
  if (!yes && !canAsk()) throw unconfirmed("There is no terminal to ask at.");
};

/** @throws LandbridgeError CONFIRMATION (usage) for another answer, and where the question is broken off */
export const confirmTeardown = async (yes: boolean, database: string, signal: AbortSignal): Promise<void> => {
  if (yes) return;
  const answer = await Promise.race([
    question(`Type the database's name (${database}) to destroy it: `),
    new Promise<null>((resolve) => signal.addEventListener("abort", () => resolve(null), { once: true })),
  ]);
  if (answer?.trim() !== database)
    throw unconfirmed(answer === null ? "The question was broken off." : "That was another name.");
};

const unconfirmed = (why: string): Error =>
  usageError({
    code: "CONFIRMATION",
    message: `Nothing was destroyed. ${why}`,
    remedy: "Type the database's name, or say --yes.",
  });
