/** Where unqualified names of a plan's SQL are looked up: its own schema first, then where its extensions live. */
import type { Client } from "pg";
import { quoteIdentifier } from "./quote.ts";

/** DDL names types of the schema's own, and types and operator classes of extensions, without a schema. */
export const searchPath = async (client: Client, schema: string, extensions: readonly string[]): Promise<string> => {
  const { rows } = await client.query<{ path: string }>(
    `SELECT concat_ws(', ', quote_ident($1), (
       SELECT string_agg(DISTINCT quote_ident(n.nspname), ', ') FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
       WHERE e.extname = ANY ($2::text[]) AND n.nspname <> $1)) AS path`,
    [schema, extensions],
  );
  return rows[0]!.path;
};

/**
 * Sets it for the rest of the session.
 * @param behind the plan's schema, where text search lies while a load is made in another
 */
export const setSearchPath = async (
  client: Client,
  schema: string,
  extensions: readonly string[],
  behind: string = schema,
): Promise<void> => {
  const path = await searchPath(client, schema, extensions);
  await client.query("SELECT set_config('search_path', $1, false)", [
    behind === schema ? path : `${path}, ${quoteIdentifier(behind)}`,
  ]);
};
