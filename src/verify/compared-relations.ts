/** Which rows of the target are compared: all of a table's, or, where it had rows before, those whose keys the run has merged. */
import type { Client } from "pg";
import { piecesOf } from "../existing/scaffolding.ts";
import type { Plan, PlanTable } from "../plan/model.ts";
import { qualified, quoteIdentifier } from "../target/quote.ts";

/** SQL for FROM, by the table's target name. */
export const comparedRelations = async (
  client: Client,
  plan: Plan,
  schema: string,
): Promise<ReadonlyMap<string, string>> => {
  const merged = plan.existing === undefined ? [] : await piecesOf(client, plan.schema, "keys");
  return new Map(
    plan.tables.map((table) => {
      const keys = merged.find((piece) => piece.table === table.target)?.facts.keys;
      const whole = qualified(schema, table.target);
      return [table.target, keys === undefined ? whole : withKeys(table, whole, qualified("landbridge", keys))];
    }),
  );
};

const withKeys = ({ primaryKey }: PlanTable, whole: string, keys: string): string => {
  const same = (primaryKey?.columns ?? []).map((name) => `k.${quoteIdentifier(name)} = t.${quoteIdentifier(name)}`);
  return `(SELECT t.* FROM ${whole} AS t WHERE EXISTS (SELECT FROM ${keys} AS k WHERE ${same.join(" AND ")})) AS merged`;
};
