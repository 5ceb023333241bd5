/** Whether partitioned tables are that, by the planned columns, with the planned partitions. */
import type { Client } from "pg";
import type { Plan } from "../plan/model.ts";
import type { ObjectProof } from "./model.ts";

interface Found {
  readonly table: string;
  /** As pg_get_partkeydef prints it. */
  readonly by: string;
  readonly partitions: readonly string[];
}

/** Partitions that the plan does not know are the application's: later ones. */
export const verifyPartitions = async (client: Client, plan: Plan, schema: string): Promise<ObjectProof[]> => {
  const planned = plan.tables.flatMap(({ target, partitioning }) =>
    partitioning === null ? [] : [{ target, partitioning }],
  );
  if (planned.length === 0) return [];
  const { rows } = await client.query<Found>(
    `SELECT c.relname AS "table", pg_get_partkeydef(c.oid) AS by,
            ARRAY(SELECT p.relname::text FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhrelid WHERE i.inhparent = c.oid) AS partitions
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relkind = 'p'`,
    [schema],
  );
  return planned.flatMap(({ target, partitioning }): ObjectProof[] => {
    const different = (message: string): ObjectProof[] => [
      { kind: "table", name: target, state: "different", message },
    ];
    const found = rows.find(({ table }) => table === target);
    if (found === undefined) return different("it is not partitioned");
    if (unquoted(found.by) !== unquoted(partitioning.by))
      return different(`it is partitioned by ${found.by} instead of ${partitioning.by}`);
    const missing = partitioning.partitions.filter(({ name }) => !found.partitions.includes(name));
    return missing.length === 0
      ? []
      : different(`it lacks the partitions ${missing.map(({ name }) => name).join(", ")}`);
  });
};

/** The server quotes what needs it, the plan quotes everything. */
const unquoted = (key: string): string => key.replaceAll('"', "");
