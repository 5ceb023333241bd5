/** What the stack's things in AWS are called, and the tags by which they are found again. */
import type { CommonSettings } from "../settings.ts";

/** RDS: letters, digits and single hyphens, a letter first, no hyphen last, 63 at most. */
const LONGEST_IDENTIFIER = 63;
/** Replicas and final snapshots are named after the instance. */
const LONGEST_SUFFIX = "-final-0123abcd".length;

/** `landbridge-<stack>`, in the letters that RDS allows. */
export const instanceIdentifier = (stack: string): string =>
  `landbridge-${stack}`
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, LONGEST_IDENTIFIER - LONGEST_SUFFIX)
    .replace(/-$/, "");

/**
 * Every resource of the stack has these; the policies read them, too. `landbridge:phase` stands on the instance alone: it is
 * what the exemptions of the load phase go by.
 */
export const stackTags = ({ stack, environment }: Pick<CommonSettings, "stack" | "environment">) => ({
  "landbridge:stack": stack,
  "landbridge:environment": environment,
});
