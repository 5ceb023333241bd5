/** Errors of the server that end a run, in the user's words: a lack that a person must mend, or what did not pass in time. */
import { LandbridgeError, messageOf } from "../errors.ts";
import { isTransient } from "./retry.ts";
import { sqlState } from "./sqlstate.ts";

interface Words {
  readonly code: string;
  readonly remedy: string;
}

const LACKS: ReadonlyMap<string | null, Words> = new Map([
  [
    "53100",
    {
      code: "TARGET_DISK_FULL",
      remedy: "Make room on the server's disk, then go on with --resume: finished slices are kept.",
    },
  ],
  [
    "53200",
    {
      code: "TARGET_OUT_OF_MEMORY",
      remedy: "Give the server more memory or use fewer workers (--jobs 1), then go on with --resume.",
    },
  ],
  [
    "42501",
    {
      code: "TARGET_PRIVILEGES",
      remedy:
        "Grant this role what the message names: INSERT and TRUNCATE on the tables, use of schema landbridge, CREATE on the database to load beside another load. Then go on with --resume.",
    },
  ],
  [
    "42P01",
    {
      code: "TARGET_TABLE_MISSING",
      remedy: "Somebody has changed the schema since this run began. Start a new run.",
    },
  ],
  [
    "25006",
    {
      code: "TARGET_READ_ONLY",
      remedy:
        "This server does not take writes (a standby, or read-only by setting). Name the primary, then use --resume.",
    },
  ],
]);

const LOST: Words = {
  code: "TARGET_LOST",
  remedy: "Check the server and the network, then go on with --resume: finished slices are kept.",
};

/** A server that does not answer any more, after it did: what was loaded by then is kept, and that is worth saying. */
export const lostMidway = (error: LandbridgeError): LandbridgeError =>
  error.code === "TARGET_UNREACHABLE"
    ? new LandbridgeError({ ...LOST, message: `The server is gone: ${error.message}`, cause: error.cause })
    : error;

/**
 * The error for a person where the server or the connection lacks something, or where it is one already; null for all else.
 * @param what was going on, e.g. "the copy of orders"
 */
export const serverError = (error: unknown, what: string): LandbridgeError | null => {
  if (error instanceof LandbridgeError) return error;
  const words = LACKS.get(sqlState(error)) ?? (isTransient(error) ? LOST : null);
  if (words === null) return null;
  return new LandbridgeError({ ...words, message: `The server stopped ${what}: ${messageOf(error)}`, cause: error });
};
