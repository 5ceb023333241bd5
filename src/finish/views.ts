/**
 * Views, in the plan's order: a view that reads another comes after it. One that PostgreSQL refuses is left out, with those
 * above it.
 */

import type { Client } from "pg";
import { messageOf } from "../errors.ts";
import type { Statement } from "../plan/ddl/ddl.ts";
import { isRefusal } from "../target/sqlstate.ts";
import { inTransaction } from "../target/transaction.ts";
import { type Built, readBuilt } from "./built.ts";
import type { Finishing } from "./finishing.ts";
import { inSession, type SearchPath } from "./sessions.ts";

/** Creates the views that are missing. */
export const createViews = async (
  finishing: Finishing,
  built: Built,
  statements: readonly Statement[],
  path: SearchPath,
): Promise<void> => {
  if (statements.length === 0) return;
  await inSession(finishing, path, async (session) => {
    for (const statement of statements) {
      const reason = built.has(statement)
        ? null
        : await session.use(statement.object, (client) => createOne(client, finishing.schema, statement));
      if (reason !== null) leaveOut(finishing, statement, reason);
      finishing.advance(statement.object);
    }
  });
};

/** The server's reason for refusing the view, null where it is there. */
const createOne = async (client: Client, schema: string, statement: Statement): Promise<string | null> => {
  try {
    await inTransaction(client, async () => {
      await client.query(statement.sql);
    });
    return null;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return (await readBuilt(client, schema, statement.object)).has(statement) ? null : messageOf(error);
  }
};

const leaveOut = (finishing: Finishing, { object }: Statement, reason: string): void => {
  const source = finishing.plan.views.find(({ target }) => target === object)?.source ?? object;
  finishing.leaveOut(object, {
    code: "VIEW_FAILED",
    severity: "error",
    where: `view ${source}`,
    message: `view ${source} is left out: ${reason}`,
    remedy: "Write the view for PostgreSQL by hand; the plan holds its query.",
    count: 1,
  });
};
