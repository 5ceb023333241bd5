/** What the server's refusal of a COPY means: bad rows, a lack that a person must mend, or something that passes by itself. */
import { LandbridgeError, messageOf } from "../errors.ts";
import { serverError } from "../target/server-error.ts";
import { sqlState } from "../target/sqlstate.ts";

/**
 * Classes that the data itself causes: cardinality, data, constraints, program limits, features, exceptions of triggers,
 * internal checks.
 */
const DATA_CLASSES = new Set(["0A", "21", "22", "23", "44", "54", "P0", "XX"]);

/** What is wrong with the server's storage, not with a row. */
const CORRUPTION = new Set(["XX001", "XX002"]);

export interface ServerRefusal {
  readonly sqlstate: string;
  readonly message: string;
}

/** The SQLSTATE and message of an error that some row of the data causes; null for every other. */
export const dataRefusal = (error: unknown): ServerRefusal | null => {
  const sqlstate = sqlState(error);
  if (sqlstate === null || !DATA_CLASSES.has(sqlstate.slice(0, 2)) || CORRUPTION.has(sqlstate)) return null;
  return { sqlstate, message: messageOf(error) };
};

/** An error that ends the copy of a table, in the user's words. */
export const explained = (error: unknown, table: string): unknown => {
  const told = serverError(error, `the copy of ${table}`);
  if (told !== null || sqlState(error) === null) return told ?? error;
  return new LandbridgeError({
    code: "COPY_REFUSED",
    message: `The server stopped the copy of ${table}: ${messageOf(error)}`,
    remedy: "Mend what the server names (its log says more), then go on with --resume: finished slices are kept.",
    cause: error,
  });
};

export const interrupted = (): LandbridgeError =>
  new LandbridgeError({
    code: "INTERRUPTED",
    message: "The copy was interrupted. The slices that were finished are kept, the one in hand was rolled back.",
    remedy: "Run the same command with --resume to go on where it stopped.",
  });
