/** From the plan for tables of Landbridge's own to the one for the application's: asks the target, fits, and says what differs. */
import type { Database } from "better-sqlite3";
import { embeddedTarget } from "../embedded-target.ts";
import { isMigrationTable } from "../plan/migration-tools.ts";
import type { Plan } from "../plan/model.ts";
import type { Settings } from "../settings.ts";
import type { Profile } from "../source/model.ts";
import type { Context } from "../steps.ts";
import { connectPatiently } from "../target/connect-patiently.ts";
import { type AdaptInput, adaptedPlan, adaptTables } from "./adapt.ts";
import { Notes } from "./notes.ts";
import { noteOrphans } from "./orphans.ts";
import { readExisting } from "./read.ts";
import { noteRevisions, readRevisions } from "./revisions.ts";

/**
 * @param db the snapshot that the plan was made from
 * @throws LandbridgeError INTO_EXISTING_DIFFERS (refused), and what the connection throws
 */
export const planIntoExisting = async (
  plan: Plan,
  { db, profile, settings, context }: { db: Database; profile: Profile; settings: Settings; context: Context },
): Promise<Plan> => {
  const target = settings.target ?? (await embeddedTarget(settings));
  const client = await connectPatiently(target, "plan", { ...context, step: "plan" });
  try {
    const there = await readExisting(client, plan.schema);
    const notes = new Notes();
    const input: AdaptInput = { plan, profile, config: settings.config, onConflict: settings.onConflict, there, notes };
    const adapted = adaptTables(input);
    const tools = plan.tables.map(({ source }) => source).filter(isMigrationTable);
    noteRevisions(await readRevisions(db, client, plan.schema, tools, there), notes);
    if (notes.refusals.length === 0) noteOrphans(db, adapted.tables, notes);
    return adaptedPlan(input, adapted);
  } finally {
    await client.end().catch(() => undefined);
  }
};
