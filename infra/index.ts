/** The stack: provisions PostgreSQL, prepares it, copies and proves. What it leaves is in its outputs. */
import type { StackOutputs } from "./outputs.ts";
import { asRunError } from "./run-error.ts";
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

export default async (): Promise<StackOutputs> => {
  try {
    return await stackOf();
  } catch (error) {
    throw asRunError(error);
  }
};
