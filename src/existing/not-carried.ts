/** Triggers and views of the source: an application's schema has its own or none, and which ones to look for is told. */
import type { Plan, PlanTable } from "../plan/model.ts";
import type { ExistingTable } from "./model.ts";
import { counted, type Notes } from "./notes.ts";

/**
 * @param tables those that are loaded
 * @param there the application's, in any order
 */
export const noteNotCarried = (
  { sourceSchema, schema }: Plan,
  tables: readonly PlanTable[],
  there: readonly Pick<ExistingTable, "name" | "triggers">[],
  notes: Notes,
): void => {
  const objects = sourceSchema?.objects ?? [];
  const triggers = objects.flatMap(({ type, name, table }) => (type === "trigger" ? [`${name} on ${table}`] : []));
  const views = objects.flatMap(({ type, name }) => (type === "view" ? [name] : []));
  const loaded = new Set(tables.map(({ target }) => target));
  const own = there
    .filter(({ name }) => loaded.has(name))
    .flatMap(({ name, triggers: of }) => of.map((trigger) => `${trigger.name} on ${name}`));
  if (triggers.length > 0)
    notes.add(
      "SOURCE_TRIGGERS",
      "info",
      schema,
      `${counted(triggers.length, "trigger")} of the source ${isOrAre(triggers)} not carried: ${triggers.join(", ")}; the application's tables have ${own.length === 0 ? "none" : own.join(", ")}`,
      "See that what they do is done by the application, or by triggers that its migrations make.",
      triggers.length,
    );
  if (views.length > 0)
    notes.add(
      "SOURCE_VIEWS",
      "info",
      schema,
      `${counted(views.length, "view")} of the source ${isOrAre(views)} not carried: ${views.join(", ")}`,
      "See that the application's migrations make those that it reads.",
      views.length,
    );
};

const isOrAre = (list: readonly string[]): string => (list.length === 1 ? "is" : "are");
