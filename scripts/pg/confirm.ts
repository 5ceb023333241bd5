/** Asks before a reset deletes everything. */
import { createInterface } from "node:readline/promises";
import { usageError } from "../../src/errors.ts";

/** @throws LandbridgeError CONFIRMATION (usage) unless a person, or --yes, agrees */
export const confirmReset = async (yes: boolean, directory: string): Promise<void> => {
  if (yes) return;
  if (process.stdin.isTTY) {
    const prompt = createInterface({ input: process.stdin, output: process.stderr });
    const answer = await prompt.question(`Delete the embedded PostgreSQL in ${directory} and everything in it? [y/N] `);
    prompt.close();
    if (/^y(es)?$/i.test(answer.trim())) return;
  }
  throw usageError({
    code: "CONFIRMATION",
    message: "Nothing was deleted: a reset deletes every table in the embedded PostgreSQL.",
    remedy: "Say --yes to do it.",
  });
};
