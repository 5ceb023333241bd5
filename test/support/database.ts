/** A database per test file, and a look at the end whether anything of ours is still connected to it. */
import { randomBytes } from "node:crypto";
import type { Client } from "pg";
import { afterAll, inject } from "vitest";
import { connect } from "../../src/target/connect.ts";
import type { Target } from "../../src/target/model.ts";
import { otherDatabase } from "../../src/target/other-database.ts";
import { quoteIdentifier } from "../../src/target/quote.ts";

export interface FreshDatabase {
  readonly target: Target;
  /** A superuser's session in it, open until the end of the file. */
  readonly admin: Client;
  readonly name: string;
  /** A login role of a name of its own (roles belong to the whole server), gone with the database. `attributes`: e.g. "CREATEROLE". */
  role(attributes?: string): Promise<{ readonly role: string; readonly target: Target }>;
  /** Called after the file by itself; throws when a session of ours was left open. */
  drop(): Promise<void>;
}

/**
 * Makes an empty UTF-8 database and drops it after the file: `const database = await freshDatabase();` at the top of a file.
 * `options` are words of CREATE DATABASE, e.g. "ENCODING 'SQL_ASCII'".
 */
export const freshDatabase = async (
  options = "ENCODING 'UTF8'",
  server: Target = inject("adminTarget"),
): Promise<FreshDatabase> => {
  const name = `test_${randomBytes(6).toString("hex")}`;
  await asAdmin(server, (admin) =>
    admin.query(`CREATE DATABASE ${quoteIdentifier(name)} TEMPLATE template0 ${options}`),
  );
  const target = otherDatabase(server, name);
  const admin = await connect(target, "test administrator");
  const roles: string[] = [];
  const role = async (attributes = ""): Promise<{ role: string; target: Target }> => {
    const login = `${name}_${roles.length}`;
    await admin.query(`CREATE ROLE ${login} LOGIN PASSWORD 'x' ${attributes}`);
    roles.push(login);
    return { role: login, target: otherUser(target, login, "x") };
  };
  let dropped = false;
  const drop = async (): Promise<void> => {
    if (dropped) return;
    dropped = true;
    const left = await leftConnected(admin, name);
    for (const login of roles) await admin.query(`DROP OWNED BY ${login} CASCADE; DROP ROLE ${login}`);
    await admin.end();
    await asAdmin(server, (client) => client.query(`DROP DATABASE ${quoteIdentifier(name)} WITH (FORCE)`));
    if (left.length > 0) throw new Error(`left connected to the test database: ${left.join(", ")}`);
  };
  afterAll(drop);
  return { target, admin, name, role, drop };
};

/** The same server and database, another user. */
export const otherUser = (target: Target, user: string, password: string): Target => ({
  ...target,
  config: { ...target.config, user, password },
  display: target.display.replace(/\/\/[^@]*@/, `//${encodeURIComponent(user)}@`),
});

const asAdmin = async <T>(server: Target, action: (client: Client) => Promise<T>): Promise<T> => {
  const client = await connect(server, "test server");
  try {
    return await action(client);
  } finally {
    await client.end();
  }
};

/** A session that is just being closed by its client takes the server a moment to forget. */
const leftConnected = async (admin: Client, name: string): Promise<string[]> => {
  for (let look = 0; ; look++) {
    const { rows } = await admin.query<{ session: string }>(
      `SELECT application_name || ' (' || coalesce(state, '') || ')' AS session FROM pg_stat_activity
       WHERE datname = $1 AND application_name LIKE 'landbridge%' AND pid <> pg_backend_pid()`,
      [name],
    );
    if (rows.length === 0 || look === 20) return rows.map(({ session }) => session);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};
