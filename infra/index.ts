/** The stack: provisions PostgreSQL, prepares it, copies and proves. What it leaves is in its outputs. */
import { RunError } from "@pulumi/pulumi";
import { LandbridgeError } from "../src/errors.ts";
import type { StackOutputs } from "./outputs.ts";
import { readSettings } from "./settings.ts";

/** What one target needs is loaded for that one alone: @pulumi/aws takes seconds, and its provider has to be downloaded. */
const stackOf = async (): Promise<StackOutputs> => {
  const settings = readSettings();
  switch (settings.target) {
    case "docker":
      return (await import("./local/stack.ts")).localStack(settings);
    case "aws":
      return (await import("./aws/stack.ts")).awsStack(settings);
    case "existing":
      return (await import("./existing/stack.ts")).existingStack(settings);
  }
};

/** Pulumi shows a RunError as it is and everything else with a stack trace, which helps nobody who has mistyped a key. */
export default async (): Promise<StackOutputs> => {
  try {
    return await stackOf();
  } catch (error) {
    if (error instanceof LandbridgeError) throw new RunError(`${error.message}\n${error.remedy}`);
    throw error;
  }
};
