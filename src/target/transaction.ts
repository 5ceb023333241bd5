/** One transaction: all of it, or nothing and the reason. */
import type { Client } from "pg";

/** Commits what `work` does on this client and gives its result; whatever it throws rolls back and is thrown on. */
export const inTransaction = async <T>(client: Client, work: () => Promise<T>): Promise<T> => {
  await client.query("BEGIN");
  try {
    const result = await work();
    await client.query("COMMIT");
    return result;
  } catch (error) {
    // Where the connection is gone this fails too, and the server rolls back by itself.
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
};
