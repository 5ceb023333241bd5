/**
 * Text search configurations, their dictionaries and functions. They lie in the plan's own schema from the start, also while a
 * load is made beside an older one: loads share them, by names that say what they are.
 */
import type { Client } from "pg";
import type { Plan } from "../plan/model.ts";
import { createSearchTrigger, dropTextSearch, searchTriggers } from "../plan/search/ddl.ts";
import type { PlanTextSearch } from "../plan/search/model.ts";
import { qualified } from "./quote.ts";
import { setSearchPath } from "./search-path.ts";
import { sqlState } from "./sqlstate.ts";

/** Makes those that the schema lacks. Leaves the search_path at the plan's schema. */
export const createTextSearch = async (client: Client, plan: Plan): Promise<void> => {
  const { textSearch = [], schema, extensions } = plan;
  if (textSearch.length === 0) return;
  await setSearchPath(client, schema, extensions);
  for (const object of textSearch)
    if (!(await isThere(client, schema, object))) await client.query(object.statements.join(";\n"));
};

const isThere = async (client: Client, schema: string, { kind, name }: PlanTextSearch): Promise<boolean> => {
  const { rows } = await client.query<{ there: boolean }>(
    `SELECT CASE $1 WHEN 'dictionary' THEN EXISTS (SELECT FROM pg_ts_dict WHERE dictname = $2 AND dictnamespace = n.oid)
       WHEN 'configuration' THEN EXISTS (SELECT FROM pg_ts_config WHERE cfgname = $2 AND cfgnamespace = n.oid)
       ELSE EXISTS (SELECT FROM pg_proc WHERE proname = $2 AND pronamespace = n.oid) END AS there
     FROM pg_namespace n WHERE n.nspname = $3`,
    [kind, name, schema],
  );
  return rows[0]?.there ?? false;
};

/** The triggers that fill search columns, before any row comes. May be run again. */
export const createSearchTriggers = async (client: Client, plan: Plan, schema: string): Promise<void> => {
  for (const table of plan.tables)
    for (const trigger of searchTriggers(table)) await client.query(createSearchTrigger(table, schema, trigger));
};

/**
 * Drops what the old plan had and the new one has not, once the old tables are gone: functions of its triggers, and text search
 * that nothing else uses. Needs an open transaction.
 */
export const dropOldTextSearch = async (
  client: Client,
  old: { readonly plan: Plan; readonly schema: string },
  kept: readonly PlanTextSearch[],
): Promise<void> => {
  for (const table of old.plan.tables)
    for (const { name } of searchTriggers(table))
      await client.query(`DROP FUNCTION IF EXISTS ${qualified(old.schema, name)}() RESTRICT`);
  const names = new Set(kept.map(({ kind, name }) => `${kind} ${name}`));
  const gone = (old.plan.textSearch ?? []).filter(({ kind, name }) => !names.has(`${kind} ${name}`));
  // What is made of others goes before them.
  for (const object of gone.toReversed()) {
    await client.query("SAVEPOINT text_search");
    try {
      await client.query(dropTextSearch(object, old.plan.schema));
      await client.query("RELEASE SAVEPOINT text_search");
    } catch (error) {
      if (sqlState(error) !== "2BP01") throw error;
      await client.query("ROLLBACK TO SAVEPOINT text_search");
    }
  }
};
