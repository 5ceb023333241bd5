/** Pulumi shows a RunError as it is and everything else with a stack trace, which helps nobody who has mistyped a key. */
import { RunError } from "@pulumi/pulumi";
import { LandbridgeError } from "../src/errors.ts";

/** An error for people as Pulumi shows it best; whatever else was thrown stays what it is. */
export const asRunError = (error: unknown): unknown =>
  error instanceof LandbridgeError ? new RunError(`${error.message}\n${error.remedy}`) : error;
