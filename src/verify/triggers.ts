/** Whether the planned triggers are there, call their function and are switched on. */
import type { Client } from "pg";
import type { Plan, PlanTrigger } from "../plan/model.ts";
import type { ObjectProof } from "./model.ts";

interface FoundTrigger {
  readonly table: string;
  readonly name: string;
  /** Of the same schema, or "schema.name". */
  readonly called: string;
  readonly enabled: boolean;
}

/** Everything that is not as planned; a trigger is named `trigger on table`, because tables share the names. */
export const verifyTriggers = async (client: Client, plan: Plan, schema: string): Promise<ObjectProof[]> => {
  if (plan.triggers.length === 0) return [];
  const { rows } = await client.query<FoundTrigger>(
    `SELECT c.relname AS "table", g.tgname AS name, g.tgenabled IN ('O', 'A') AS enabled,
            CASE WHEN p.pronamespace = c.relnamespace THEN p.proname::text ELSE p.pronamespace::regnamespace || '.' || p.proname END AS called
     FROM pg_catalog.pg_trigger g
     JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_catalog.pg_proc p ON p.oid = g.tgfoid
     WHERE n.nspname = $1 AND NOT g.tgisinternal`,
    [schema],
  );
  return plan.triggers.flatMap((planned): ObjectProof[] => {
    const found = rows.find(({ table, name }) => table === planned.table && name === planned.name);
    const problem = problemOf(planned, found);
    return problem === null ? [] : [{ kind: "trigger", name: `${planned.name} on ${planned.table}`, ...problem }];
  });
};

const problemOf = (
  planned: PlanTrigger,
  found: FoundTrigger | undefined,
): Pick<ObjectProof, "state" | "message"> | null => {
  if (found === undefined) return { state: "missing", message: null };
  if (!found.enabled) return { state: "different", message: "it is switched off" };
  return found.called === planned.function
    ? null
    : { state: "different", message: `it calls ${found.called}, not ${planned.function}` };
};
