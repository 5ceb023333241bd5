/** Databases that are prepared by init, by administrators of every kind, on servers of every version. */
import { randomBytes } from "node:crypto";
import type { Client } from "pg";
import { onTestFinished } from "vitest";
import { type Initialised, type InitRequest, initDatabase } from "../../src/init.ts";
import { connect } from "../../src/target/connect.ts";
import type { Target } from "../../src/target/model.ts";
import { otherDatabase } from "../../src/target/other-database.ts";
import { quoteIdentifier } from "../../src/target/quote.ts";
import { ROLE_PARTS, type RoleNames, type RolePart, rolesOf } from "../../src/target/roles.ts";
import { otherUser } from "./database.ts";

/**
 * superuser: Docker's · managed: CREATEROLE and CREATEDB, as Amazon's master user (who owns the database) · guest: nothing but CREATE
 * on a database that somebody else owns.
 */
export type AdministratorKind = "superuser" | "managed" | "guest";

export const PASSWORDS: Readonly<Record<RolePart, string>> = {
  owner: "owner's \\ secret 'pass' word",
  application: "Bärentöter % : @ /",
  analyst: "analyst-0123456789",
  monitor: "monitor-0123456789",
};

export interface Prepared {
  readonly database: string;
  readonly names: RoleNames;
  /** As the administrator. */
  readonly administrator: Target;
  /** As a superuser, whoever the administrator is. */
  readonly superuser: Client;
  readonly init: (more?: Partial<InitRequest>) => Promise<Initialised & { readonly notes: readonly string[] }>;
  /** A session with the role's password, closed after the test. */
  readonly as: (part: RolePart, password?: string) => Promise<Client>;
  readonly targetOf: (part: RolePart) => Target;
}

export interface Wanted {
  readonly server: Target;
  readonly kind: AdministratorKind;
  readonly schema?: string;
  /** Default: the database is not there yet, except for the guest. */
  readonly database?: string;
}

/** Names of its own for database and roles; all of them are dropped after the test. */
export const toPrepare = async ({ server, kind, schema = "app", database }: Wanted): Promise<Prepared> => {
  const id = randomBytes(4).toString("hex");
  const name = database ?? `Prepared ${id}`;
  const names = rolesOf(`app-${id}`);
  const root = await connect(server, "test");
  const administrator = kind === "superuser" ? server : otherUser(server, `admin_${id}`, "x");
  if (kind === "managed") await root.query(`CREATE ROLE admin_${id} LOGIN PASSWORD 'x' CREATEROLE CREATEDB`);
  if (kind === "guest") {
    await root.query(`CREATE ROLE admin_${id} LOGIN PASSWORD 'x'`);
    await root.query(`CREATE DATABASE ${quoteIdentifier(name)} TEMPLATE template0 ENCODING 'UTF8'`);
    await root.query(`GRANT CREATE ON DATABASE ${quoteIdentifier(name)} TO admin_${id}`);
  }
  const target = otherDatabase(administrator, name);
  const open: Client[] = [];
  const targetOf = (part: RolePart, password = PASSWORDS[part]): Target => otherUser(target, names[part], password);
  onTestFinished(async () => {
    for (const client of open) await client.end().catch(() => undefined);
    await root.query(`DROP DATABASE IF EXISTS ${quoteIdentifier(name)} WITH (FORCE)`);
    for (const role of [...ROLE_PARTS.map((part) => names[part]), ...(kind === "superuser" ? [] : [`admin_${id}`])])
      await root.query(`DROP ROLE IF EXISTS ${quoteIdentifier(role)}`).catch(() => undefined);
    await root.end();
  });
  const session = async (to: Target): Promise<Client> => {
    const client = await connect(to, "test");
    open.push(client);
    return client;
  };
  let superuser: Client | undefined;
  return {
    database: name,
    names,
    administrator: target,
    get superuser() {
      if (superuser === undefined) throw new Error("init comes first");
      return superuser;
    },
    init: async (more = {}) => {
      const notes: string[] = [];
      const done = await initDatabase(
        { target, roles: { names, passwords: PASSWORDS }, schema, files: [], ...more },
        {
          emit: (event) => void (event.kind === "note" && notes.push(event.message)),
          signal: new AbortController().signal,
        },
      );
      superuser ??= await session(otherDatabase(server, name));
      return { ...done, notes };
    },
    as: (part, password) => session(targetOf(part, password)),
    targetOf,
  };
};
