/** Where the server sends what no value of its type looks like. */
import { LandbridgeError } from "../../errors.ts";

/** The server's answer is not what its type promises: nothing can be said about any row behind it. */
export const damaged = (type: string, length: number): never => {
  throw new LandbridgeError({
    code: "PROOF_UNREADABLE",
    message: `The target sent ${length} bytes for a value of type ${type}, which no such value has.`,
    remedy: "Compare the target's column types with the plan (npm run plan -- --sql); then run verify again.",
  });
};
