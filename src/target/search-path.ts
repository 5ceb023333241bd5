/** Where unqualified names of a plan's SQL are looked up: its own schema first, then where its extensions live. */
import type { Client } from "pg";

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

/** Sets it for the rest of the session. */
export const setSearchPath = async (client: Client, schema: string, extensions: readonly string[]): Promise<void> => {
  await client.query("SELECT set_config('search_path', $1, false)", [await searchPath(client, schema, extensions)]);
};
