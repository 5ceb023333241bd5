/** Where the embedded server cannot run at all. */
import { LandbridgeError } from "../../errors.ts";

/** The one error of a machine where the embedded server cannot run; everything else about it is a start that failed. */
export const unavailable = (message: string, cause?: unknown): LandbridgeError =>
  new LandbridgeError({
    code: "EMBEDDED_UNAVAILABLE",
    message: `The embedded PostgreSQL cannot run here: ${message}`,
    remedy: "Name a PostgreSQL of your own with --target postgresql://user@host/database (15 or later).",
    cause,
  });
