/** Reads what a server says about itself; nothing is decided here. */
import type { Client } from "pg";
import type { ServerFacts } from "./model.ts";

/** Works for any role and inside a read-only transaction. */
export const readServerFacts = async (client: Client): Promise<ServerFacts> => {
  const { rows } = await client.query<ServerFacts>(
    `SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS "versionNumber",
            current_setting('server_encoding') AS encoding, current_database() AS database, current_user AS user,
            (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS superuser,
            coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false) AS tls`,
  );
  // Distributions put their own name behind the number: "18.4 (Debian 18.4-1.pgdg13+1)".
  return { ...rows[0]!, version: rows[0]!.version.split(" ")[0]! };
};
