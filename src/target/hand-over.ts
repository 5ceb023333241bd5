/** The ledger was made by whoever ran init first, and belongs to the owner of the tables, who runs the copy. */
import type { Client } from "pg";
import type { Finding } from "../findings.ts";
import { quoteIdentifier } from "./quote.ts";
import { sqlState } from "./sqlstate.ts";
import { inTransaction } from "./transaction.ts";

/**
 * Makes `owner` the owner of the ledger; where this administrator may not, gives it all rights there.
 * @returns a finding where neither could be done; nothing where there is no such role
 */
export const handOverLedger = async (client: Client, owner: string): Promise<Finding[]> => {
  const { rows } = await client.query<{ statement: string }>(
    `SELECT format('ALTER SCHEMA landbridge OWNER TO %I', r.rolname) AS statement, 0 AS step
     FROM pg_namespace n, pg_roles r WHERE n.nspname = 'landbridge' AND r.rolname = $1 AND n.nspowner <> r.oid
     UNION ALL
     SELECT format('ALTER TABLE landbridge.%I OWNER TO %I', c.relname, r.rolname), 1
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, pg_roles r
     WHERE n.nspname = 'landbridge' AND c.relkind = 'r' AND r.rolname = $1 AND c.relowner <> r.oid
     ORDER BY step`,
    [owner],
  );
  const statements = rows.map(({ statement }) => statement);
  if (await allowed(client, statements)) return [];
  const role = quoteIdentifier(owner);
  const grants = [
    `GRANT USAGE, CREATE ON SCHEMA landbridge TO ${role}`,
    `GRANT ALL ON ALL TABLES IN SCHEMA landbridge TO ${role}`,
    `GRANT ALL ON ALL SEQUENCES IN SCHEMA landbridge TO ${role}`,
  ];
  if (await allowed(client, grants)) return [];
  return [
    {
      code: "INIT_INCOMPLETE",
      severity: "warning",
      where: "schema landbridge",
      message: `the ledger could not be handed over to role ${owner}`,
      remedy: `Let an administrator run: ${statements.join("; ")}`,
      count: 1,
    },
  ];
};

/** All of the statements, or none and false. */
const allowed = async (client: Client, statements: readonly string[]): Promise<boolean> => {
  try {
    await inTransaction(client, async () => {
      for (const statement of statements) await client.query(statement);
    });
    return true;
  } catch (error) {
    if (sqlState(error) === "42501") return false;
    throw error;
  }
};
