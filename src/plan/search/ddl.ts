/** What searches add to the DDL besides columns and indexes. */
import { qualified, quoteIdentifier } from "../../target/quote.ts";
import type { PlanTable } from "../model.ts";
import type { PlanSearchTrigger, PlanTextSearch } from "./model.ts";

/** The triggers that fill a table's search columns. */
export const searchTriggers = ({ searches = [] }: PlanTable): PlanSearchTrigger[] =>
  searches.flatMap(({ trigger }) => (trigger === null ? [] : [trigger]));

/** Both may be run again. Rows are filled as they are copied, so the trigger is made with its table. */
export const createSearchTrigger = (table: PlanTable, schema: string, trigger: PlanSearchTrigger): string => {
  const name = qualified(schema, trigger.name);
  const columns = trigger.columns.map(quoteIdentifier).join(", ");
  return [
    `CREATE OR REPLACE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $fill$${trigger.body}$fill$`,
    `CREATE OR REPLACE TRIGGER ${quoteIdentifier(trigger.name)} BEFORE INSERT OR UPDATE OF ${columns} ON ${qualified(schema, table.target)} FOR EACH ROW EXECUTE FUNCTION ${name}()`,
  ].join(";\n");
};

/** RESTRICT: what another load still uses stays. */
export const dropTextSearch = ({ kind, name }: PlanTextSearch, schema: string): string =>
  kind === "function"
    ? `DROP FUNCTION IF EXISTS ${qualified(schema, name)}(text) RESTRICT`
    : `DROP TEXT SEARCH ${kind.toUpperCase()} IF EXISTS ${qualified(schema, name)} RESTRICT`;
