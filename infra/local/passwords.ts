/** Generated passwords of a database's roles, which one number of the configuration renews. */
import { type CustomResourceOptions, type Output, secret } from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random";
import { type Credential, ROLES, type Role } from "../endpoint.ts";

/** 190 bits, and a multiple of what any rule on passwords asks for. */
const LENGTH = 32;

/**
 * Letters and digits alone: they mean themselves in URLs, .env files, userlists and shells.
 * @param keepers a change of these makes a new one; null: never
 */
export const randomPassword = (
  name: string,
  keepers: Readonly<Record<string, string>> | null,
  opts: CustomResourceOptions,
): Output<string> =>
  secret(
    new RandomPassword(name, { length: LENGTH, special: false, ...(keepers === null ? {} : { keepers }) }, opts).result,
  );

export interface CredentialArgs {
  readonly users: Readonly<Record<Role, Output<string>>>;
  /** The application's, where it is given; it is used as it is, and does not rotate by itself. */
  readonly password: Output<string> | null;
  /** Another number: new passwords. */
  readonly rotation: number;
}

/** A login for each role. */
export const generatedCredentials = (
  name: string,
  { users, password, rotation }: CredentialArgs,
  opts: CustomResourceOptions,
): Readonly<Record<Role, Credential>> => {
  const credential = (role: Role): Credential => {
    const given = role === "application" ? password : null;
    return {
      user: users[role],
      password: given ?? randomPassword(`${name}-${role}-password`, { rotation: String(rotation) }, opts),
    };
  };
  return Object.fromEntries(ROLES.map((role) => [role, credential(role)])) as Record<Role, Credential>;
};
