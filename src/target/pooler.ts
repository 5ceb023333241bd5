/**
 * Landbridge needs sessions: locks, settings and transactions that stay where they are. A transaction pooler has none.
 */
import type { Client } from "pg";
import { refusal } from "../errors.ts";
import { connect } from "./connect.ts";
import type { Target } from "./model.ts";

/**
 * A pooler answers with a process id of its own, which costs nothing to notice. Whether it keeps a session on one backend is
 * then found out by keeping that backend busy from a second connection.
 * @throws LandbridgeError TARGET_IS_POOLED (refused)
 */
export const refusePooler = async (client: Client, target: Target, open: typeof connect = connect): Promise<void> => {
  const before = await backend(client);
  if (before === announced(client)) return;
  const other = await open(target, "check");
  try {
    await other.query("BEGIN");
    await backend(other);
    if ((await backend(client)) === before && (await backend(client)) === before) return;
  } finally {
    await other.end();
  }
  throw refusal({
    code: "TARGET_IS_POOLED",
    message: "The target is a transaction pooler: two statements of one session ran on different backends.",
    remedy:
      "Give the URL of the server itself (for PgBouncer usually port 5432 instead of 6432), or a pool in session mode.",
  });
};

const backend = async (client: Client): Promise<number> => {
  const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  return rows[0]!.pid;
};

/** The process id of the BackendKeyData message; the driver keeps it without declaring it. */
const announced = (client: Client): unknown => ("processID" in client ? client.processID : undefined);
