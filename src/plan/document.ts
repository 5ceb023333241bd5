/** The plan as a document: canonical JSON, its hash, and reading it back. */
import { createHash } from "node:crypto";
import { usageError } from "../errors.ts";
import { PLAN_VERSION, type Plan } from "./model.ts";

/** The plan's text, byte for byte the same for the same plan. */
export const serialisePlan = (plan: Plan): string => `${JSON.stringify(plan, null, 2)}\n`;

/** SHA-256 of the plan's text: names the load in the ledger. */
export const hashPlan = (plan: Plan): string => createHash("sha256").update(serialisePlan(plan)).digest("hex");

/**
 * Reads a plan's text.
 * @throws LandbridgeError PLAN_INVALID (exit 2) where it is not JSON, not a plan, or of another version
 */
export const parsePlan = (text: string, name: string): Plan => {
  const invalid = (message: string): Error =>
    usageError({
      code: "PLAN_INVALID",
      message: `${name}: ${message}`,
      remedy: "Make a new one with `npm run plan -- SOURCE -o plan.json`.",
    });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalid(`not JSON: ${(error as Error).message}`);
  }
  if (typeof value !== "object" || value === null || !("version" in value) || !("tables" in value))
    throw invalid("not a plan");
  if (value.version !== PLAN_VERSION)
    throw invalid(`version ${String(value.version)}; this Landbridge reads version ${PLAN_VERSION}`);
  return value as Plan;
};
