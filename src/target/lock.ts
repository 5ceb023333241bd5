/** One run at a time for one schema of one database. */
import type { Client } from "pg";
import { refusal } from "../errors.ts";

/** Advisory locks belong to a database, so that its name is part of the key by itself. */
const KEY = "hashtextextended('landbridge load ' || $1, 0)";

/**
 * Takes the lock for `client`'s session, or refuses at once. It ends with release() or with the session; slices check the
 * run's epoch besides, because a session may be lost unnoticed.
 * @throws LandbridgeError TARGET_BUSY (refused)
 */
export const lockTarget = async (client: Client, schema: string): Promise<{ release(): Promise<void> }> => {
  const { rows } = await client.query<{ locked: boolean }>(`SELECT pg_try_advisory_lock(${KEY}) AS locked`, [schema]);
  if (!rows[0]!.locked) throw busy(schema, await holder(client, schema));
  return {
    release: async () => {
      await client.query(`SELECT pg_advisory_unlock(${KEY})`, [schema]);
    },
  };
};

const holder = async (client: Client, schema: string): Promise<string> => {
  const { rows } = await client.query<{ who: string }>(
    `SELECT format('%s, process id %s on the server, since %s', a.application_name, a.pid, a.backend_start) AS who
     FROM pg_locks l JOIN pg_stat_activity a USING (pid), (SELECT ${KEY} AS key) k
     WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND l.classid::bigint = (k.key >> 32) & 4294967295 AND l.objid::bigint = k.key & 4294967295`,
    [schema],
  );
  return rows[0]?.who ?? "a session that has just ended";
};

const busy = (schema: string, who: string) =>
  refusal({
    code: "TARGET_BUSY",
    message: `Another run is loading into schema "${schema}" (${who}).`,
    remedy: "Wait until it is done, or stop it; then start again.",
  });
