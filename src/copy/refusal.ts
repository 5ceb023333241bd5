/** What the server's refusal of a COPY means: bad rows, a lack that a person must mend, or something that passes by itself. */
import { LandbridgeError } from "../errors.ts";

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
  const sqlstate = sqlstateOf(error);
  if (sqlstate === null || !DATA_CLASSES.has(sqlstate.slice(0, 2)) || CORRUPTION.has(sqlstate)) return null;
  return { sqlstate, message: (error as Error).message };
};

const sqlstateOf = (error: unknown): string | null =>
  error instanceof Error && "code" in error && typeof error.code === "string" && /^[0-9A-Z]{5}$/.test(error.code)
    ? error.code
    : null;

const LACKS: Readonly<Record<string, { readonly code: string; readonly remedy: string }>> = {
  "53100": {
    code: "TARGET_DISK_FULL",
    remedy: "Make room on the server's disk, then go on with --resume: finished slices are kept.",
  },
  "53200": {
    code: "TARGET_OUT_OF_MEMORY",
    remedy: "Give the server more memory or use fewer workers (--jobs 1), then go on with --resume.",
  },
  "42501": {
    code: "TARGET_PRIVILEGES",
    remedy: "Grant this role INSERT and TRUNCATE on the tables and use of schema landbridge, then go on with --resume.",
  },
  "42P01": {
    code: "TARGET_TABLE_MISSING",
    remedy: "Somebody has changed the schema since this run began. Start a new run.",
  },
  "25006": {
    code: "TARGET_READ_ONLY",
    remedy:
      "This server does not take writes (a standby, or read-only by setting). Name the primary, then use --resume.",
  },
};

/** An error of the copy in the user's words. @param transient it would have passed by itself, but did not in time */
export const explained = (error: unknown, table: string, transient: boolean): unknown => {
  const sqlstate = sqlstateOf(error);
  if (error instanceof LandbridgeError || (sqlstate === null && !transient)) return error;
  const lack = LACKS[sqlstate ?? ""] ?? (transient ? LOST : REFUSED);
  return new LandbridgeError({
    code: lack.code,
    message: `The server stopped the copy of ${table}: ${(error as Error).message}`,
    remedy: lack.remedy,
    cause: error,
  });
};

const LOST = {
  code: "TARGET_LOST",
  remedy: "Check the server and the network, then go on with --resume: finished slices are kept.",
};

const REFUSED = {
  code: "COPY_REFUSED",
  remedy: "Mend what the server names (its log says more), then go on with --resume: finished slices are kept.",
};

export const interrupted = (): LandbridgeError =>
  new LandbridgeError({
    code: "INTERRUPTED",
    message: "The copy was interrupted. The slices that were finished are kept, the one in hand was rolled back.",
    remedy: "Run the same command with --resume to go on where it stopped.",
  });
