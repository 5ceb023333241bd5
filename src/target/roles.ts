/** The logins of an application's database. init-sql makes them; what concerns passwords and other people's roles is here. */
import type { Client } from "pg";
import { refusal } from "../errors.ts";
import type { Finding } from "../findings.ts";
import { quoteIdentifier, quoteLiteral } from "./quote.ts";
import { scramVerifier } from "./scram.ts";
import { sqlState } from "./sqlstate.ts";
import { inTransaction } from "./transaction.ts";

export const ROLE_PARTS = ["owner", "application", "analyst", "monitor"] as const;
export type RolePart = (typeof ROLE_PARTS)[number];
export type RoleNames = Readonly<Record<RolePart, string>>;
/** Absent: that role's password stays what it is. */
export type RolePasswords = Readonly<Partial<Record<RolePart, string>>>;

/** As the stack names them. */
export const rolesOf = (user: string): RoleNames => ({
  owner: `${user}_owner`,
  application: user,
  analyst: `${user}_analyst`,
  monitor: `${user}_monitor`,
});

/**
 * A role that somebody has made for something else must not get another password: its user would be shut out. Those that init has
 * made bear the database's name in their comment (020-roles.sql).
 * @throws LandbridgeError INIT_ROLE_TAKEN (refused)
 */
export const refuseForeignRoles = async (client: Client, names: RoleNames, passwords: RolePasswords): Promise<void> => {
  const given = ROLE_PARTS.filter((part) => passwords[part] !== undefined).map((part) => names[part]);
  const { rows } = await client.query<{ name: string; superuser: boolean; comment: string | null; mark: string }>(
    `SELECT rolname AS name, rolsuper AS superuser, shobj_description(oid, 'pg_authid') AS comment,
            'Landbridge: database ' || current_database() AS mark
     FROM pg_roles WHERE rolname = ANY ($1::text[]) AND rolname <> current_user`,
    [given],
  );
  for (const { name, superuser, comment, mark } of rows) {
    if (comment === mark && !superuser) continue;
    throw refusal({
      code: "INIT_ROLE_TAKEN",
      message: superuser
        ? `Role "${name}" is there already and is a superuser, which an application's role must not be.`
        : `Role "${name}" is there already and was not made for this database${comment === null ? "" : ` (${comment})`}: with another password, whoever uses it now would be shut out.`,
      remedy: superuser
        ? "Name another user for the application."
        : `Name another user for the application, or, where this role is meant: COMMENT ON ROLE ${quoteIdentifier(name)} IS ${quoteLiteral(mark)}`,
    });
  }
};

/**
 * Gives the roles their passwords, all or none. Sessions that are open go on. Only verifiers travel.
 * @returns findings for roles that are not there, or whose password this administrator may not set
 */
export const setPasswords = async (client: Client, names: RoleNames, passwords: RolePasswords): Promise<Finding[]> => {
  const { rows } = await client.query<{ name: string; self: boolean }>(
    "SELECT rolname AS name, rolname = current_user AS self FROM pg_roles WHERE rolname = ANY ($1::text[])",
    [Object.values(names)],
  );
  const there = new Map(rows.map(({ name, self }) => [name, self]));
  const findings: Finding[] = [];
  const statements: string[] = [];
  for (const part of ROLE_PARTS) {
    const [name, password] = [names[part], passwords[part]];
    if (password === undefined) continue;
    if (there.get(name) === false)
      statements.push(`ALTER ROLE ${quoteIdentifier(name)} PASSWORD ${quoteLiteral(scramVerifier(password))}`);
    else
      findings.push(
        noPassword(name, there.has(name) ? "it is the administrator itself, whose password stays" : "it is not there"),
      );
  }
  try {
    await inTransaction(client, async () => {
      for (const statement of statements) await client.query(statement);
    });
  } catch (error) {
    if (sqlState(error) !== "42501") throw error;
    findings.push(noPassword(Object.values(names).join(", "), "this administrator may not set it"));
  }
  return findings;
};

const noPassword = (role: string, why: string): Finding => ({
  code: "INIT_INCOMPLETE",
  severity: "warning",
  where: `role ${role}`,
  message: `the password is not set: ${why}`,
  remedy: "Have the role made, or its password set, by an administrator who may.",
  count: 1,
});
