/** Whether tables, columns (with their defaults, identity and generation), views and triggers are there as planned. */
import type { Client } from "pg";
import { messageOf } from "../errors.ts";
import type { Plan, PlanColumn, PlanTable } from "../plan/model.ts";
import { qualified } from "../target/quote.ts";
import { verifyAdded } from "./added.ts";
import type { ObjectProof, ObjectsProof } from "./model.ts";
import { verifyPartitions } from "./partitions.ts";
import { type FoundColumn, foundTables, mismatchedColumns } from "./target-catalogue.ts";
import { verifyTriggers } from "./triggers.ts";

/** @param leftOut names of objects that finish left out on purpose */
export const verifyObjects = async (
  client: Client,
  plan: Plan,
  schema: string,
  leftOut: ReadonlySet<string>,
): Promise<ObjectsProof> => {
  const others: ObjectProof[] = [];
  const tables = await foundTables(client, schema);
  for (const table of plan.tables) {
    const found = tables.get(table.target);
    if (found === undefined) others.push({ kind: "table", name: table.target, state: "missing", message: null });
    else {
      for (const { column, planned, found: type } of mismatchedColumns(table, found))
        others.push({
          kind: "column",
          name: `${table.target}.${column}`,
          state: type === "missing" ? "missing" : "different",
          message: `${planned} was planned, ${type} is there`,
        });
      // An application's own columns are compared with what they were before: see existing/verify.ts.
      if (plan.existing !== undefined) continue;
      others.push(...table.columns.flatMap((column) => missingProperty(table, column, found.get(column.target))));
    }
  }
  for (const view of plan.views) {
    const problem = await viewProblem(client, schema, view.target);
    if (problem !== null) others.push({ kind: "view", name: view.target, ...problem });
  }
  const added = await verifyAdded(client, plan, schema, tables);
  others.push(...added.others, ...(await verifyPartitions(client, plan, schema)));
  others.push(...(await verifyTriggers(client, plan, schema)));
  const columns = plan.tables.reduce((sum, table) => sum + table.columns.length + table.added.length, 0);
  return {
    checked: plan.tables.length + columns + plan.views.length + plan.triggers.length,
    others: others.map((one) => (leftOut.has(one.name) ? { ...one, state: "left out" } : one)),
    ...(added.proofs.length === 0 ? {} : { added: added.proofs }),
  };
};

const missingProperty = (table: PlanTable, planned: PlanColumn, found: FoundColumn | undefined): ObjectProof[] => {
  if (found === undefined) return [];
  const say = (message: string): ObjectProof[] => [
    { kind: "column", name: `${table.target}.${planned.target}`, state: "different", message },
  ];
  // A partitioned table has a sequence by default in its place.
  const numbered = table.partitioning === null ? found.identity : found.hasDefault;
  if (planned.identity !== null && !numbered) return say("it is no identity column");
  if (planned.generated !== null && !found.generated) return say("it is no generated column");
  if (planned.generated === null && planned.default !== null && !found.hasDefault) return say("it has no default");
  return [];
};

/** A view is there when it can be read: its columns and what it refers to still exist. */
const viewProblem = async (
  client: Client,
  schema: string,
  name: string,
): Promise<Pick<ObjectProof, "state" | "message"> | null> => {
  const { rowCount } = await client.query(
    `SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('v', 'm')`,
    [schema, name],
  );
  if (rowCount === 0) return { state: "missing", message: null };
  try {
    await client.query(`SELECT * FROM ${qualified(schema, name)} LIMIT 0`);
    return null;
  } catch (error) {
    return { state: "different", message: `it cannot be read: ${messageOf(error)}` };
  }
};
