/** Triggers, last of all: nothing that a load does may set them off. One that PostgreSQL refuses is left out, its function with it. */
import { messageOf } from "../errors.ts";
import type { Statement } from "../plan/ddl/ddl.ts";
import { type Built, runStatements } from "./built.ts";
import type { Finishing } from "./finishing.ts";
import { LOCK_ATTEMPTS, LOCK_SETTINGS, lockedOut } from "./keys.ts";
import { inSession } from "./sessions.ts";

/** Creates the triggers that are missing, each together with its function. */
export const createTriggers = async (
  finishing: Finishing,
  built: Built,
  statements: readonly Statement[],
): Promise<void> => {
  if (statements.length === 0) return;
  await inSession(finishing, LOCK_SETTINGS, async (session) => {
    for (const statement of statements) {
      const missing = built.has(statement) ? [] : [statement];
      const refused = await runStatements(session, finishing.schema, missing, LOCK_ATTEMPTS).catch(lockedOut);
      for (const { error } of refused) leaveOut(finishing, statement, error);
      finishing.advance(statement.object);
    }
  });
};

/** As the proof names it: trigger names are one namespace a table. */
const triggerName = ({ object, table }: Pick<Statement, "object" | "table">): string => `${object} on ${table}`;

const leaveOut = (finishing: Finishing, statement: Statement, error: unknown): void => {
  const planned = finishing.plan.triggers.find(
    ({ name, table }) => name === statement.object && table === statement.table,
  );
  finishing.leaveOut(triggerName(statement), {
    code: "TRIGGER_FAILED",
    severity: "error",
    where: `trigger ${planned?.source ?? statement.object}`,
    message: `trigger ${statement.object} on ${statement.table} is left out: ${messageOf(error)}`,
    remedy: "Create it by hand: the plan (npm run plan -- SOURCE --sql) shows its function and itself.",
    count: 1,
  });
};
