/** Installs the ledger. What is written into it: runs.ts (who loads what) and slices.ts (what has arrived). */
import type { Client } from "pg";
import { type LandbridgeError, messageOf, refusal } from "../errors.ts";
import { LEDGER_INDEXES, LEDGER_TABLES } from "./ledger-schema.ts";
import { sqlState } from "./sqlstate.ts";
import { inTransaction } from "./transaction.ts";

/** Two processes that install at once would both find nothing there; CREATE … IF NOT EXISTS is not safe against that. */
const INSTALL_LOCK = "hashtextextended('landbridge ledger', 0)";

/**
 * Makes the schema `landbridge` and its tables where they are missing; nothing happens where they are there.
 * @throws LandbridgeError TARGET_PRIVILEGES (refused) when this role may not make them
 */
export const installLedger = async (client: Client): Promise<void> => {
  if ((await missingTables(client)).length === 0) return;
  await inTransaction(client, () => makeMissing(client)).catch((error: unknown) => {
    throw sqlState(error) === "42501" ? denied(error) : error;
  });
};

const makeMissing = async (client: Client): Promise<void> => {
  await client.query(`SELECT pg_advisory_xact_lock(${INSTALL_LOCK})`);
  const missing = await missingTables(client);
  // CREATE SCHEMA IF NOT EXISTS asks for CREATE on the database even when the schema is there.
  if (!(await schemaExists(client))) await client.query("CREATE SCHEMA landbridge");
  for (const table of missing) await client.query(LEDGER_TABLES.get(table)!);
  if (missing.length > 0) for (const index of LEDGER_INDEXES) await client.query(index);
};

/** What a ledger that an older version has made does not have; whoever reads these looks whether they are there. */
const LATER: readonly string[] = ["scaffolding", "skipped"];

/** Whether there is a ledger (a dry run must not make one). */
export const ledgerExists = async (client: Client): Promise<boolean> =>
  (await missingTables(client)).every((name) => LATER.includes(name));

const missingTables = async (client: Client): Promise<string[]> => {
  const { rows } = await client.query<{ name: string }>(
    `SELECT name FROM unnest($1::text[]) AS name
     WHERE NOT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                       WHERE n.nspname = 'landbridge' AND c.relname = name AND c.relkind = 'r')`,
    [[...LEDGER_TABLES.keys()]],
  );
  return rows.map(({ name }) => name);
};

const schemaExists = async (client: Client): Promise<boolean> => {
  const { rowCount } = await client.query("SELECT FROM pg_namespace WHERE nspname = 'landbridge'");
  return rowCount === 1;
};

const denied = (cause: unknown): LandbridgeError =>
  refusal({
    code: "TARGET_PRIVILEGES",
    message: `This role may not make Landbridge's ledger: ${messageOf(cause)}`,
    remedy:
      "GRANT CREATE ON DATABASE … to this role, or let an administrator run CREATE SCHEMA landbridge AUTHORIZATION <this role>.",
    cause,
  });
