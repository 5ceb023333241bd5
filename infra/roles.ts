/** What the stack's logins are called: after the application's, so that two applications can share a server. */
import { type RoleNames, rolesOf } from "../src/target/roles.ts";
import { configError } from "./settings/mistake.ts";

/** NAMEDATALEN − 1: PostgreSQL cuts a longer name, and `<63 bytes>_owner` would then be the application itself. */
const LONGEST_NAME = 63;

/** @throws LandbridgeError STACK_CONFIG (usage) for a user whose companions PostgreSQL could not tell apart */
export const roleNames = (user: string): RoleNames => {
  const names = rolesOf(user);
  const tooLong = Object.values(names).find((name) => Buffer.byteLength(name) > LONGEST_NAME);
  if (tooLong !== undefined)
    throw configError("user", `"${user}" is too long: "${tooLong}" must keep within ${LONGEST_NAME} bytes.`);
  return names;
};
