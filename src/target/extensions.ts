/** The extensions that a plan's types and indexes come from. */
import type { Client } from "pg";
import { messageOf, refusal } from "../errors.ts";
import { quoteIdentifier } from "./quote.ts";
import { isRefusal } from "./sqlstate.ts";

/** Of the server: names of the extensions that are made in this database, or could be. */
export const availableExtensions = async (client: Client): Promise<ReadonlySet<string>> => {
  const { rows } = await client.query<{ name: string }>(
    "SELECT name FROM pg_available_extensions UNION SELECT extname FROM pg_extension",
  );
  return new Set(rows.map(({ name }) => name));
};

/** @throws LandbridgeError EXTENSION_MISSING (refused) for the first that the server does not have */
export const checkExtensions = async (client: Client, names: readonly string[]): Promise<void> => {
  if (names.length === 0) return;
  const available = await availableExtensions(client);
  for (const name of names)
    if (!available.has(name))
      throw refusal({
        code: "EXTENSION_MISSING",
        message: `The plan needs the extension ${name}, which is not installed on the server.`,
        remedy: `Install it there (pgvector for vector, the contrib package for most others), or take another type in landbridge.yaml.`,
      });
};

/**
 * Makes those that the database lacks, in `public` where this role may: the session's own search_path can begin with a schema whose
 * tables come and go.
 * @throws LandbridgeError EXTENSION_MISSING (refused) where this role may not
 */
export const createExtensions = async (client: Client, names: readonly string[]): Promise<void> => {
  if (names.length === 0) return;
  const { rows } = await client.query<{ may: boolean }>(
    "SELECT coalesce((SELECT has_schema_privilege(oid, 'CREATE') FROM pg_namespace WHERE nspname = 'public'), false) AS may",
  );
  const place = rows[0]!.may ? " SCHEMA public" : "";
  for (const name of names) {
    const { rowCount } = await client.query("SELECT FROM pg_extension WHERE extname = $1", [name]);
    if (rowCount !== 0) continue;
    await client.query(`CREATE EXTENSION IF NOT EXISTS ${quoteIdentifier(name)}${place}`).catch((error: unknown) => {
      if (!isRefusal(error)) throw error;
      throw refusal({
        code: "EXTENSION_MISSING",
        message: `The plan needs the extension ${name}, which could not be made: ${messageOf(error)}.`,
        remedy: `Let an administrator run in this database: CREATE EXTENSION ${quoteIdentifier(name)}`,
        cause: error,
      });
    });
  }
};
