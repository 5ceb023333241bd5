/** What the stack's logins are called: after the application's, so that two applications can share a server. */
import type { Role } from "./endpoint.ts";
import { configError } from "./settings/mistake.ts";

/** NAMEDATALEN − 1: PostgreSQL cuts a longer name, and `<63 bytes>_owner` would then be the application itself. */
const LONGEST_NAME = 63;

/** @throws LandbridgeError STACK_CONFIG (usage) for a user whose companions PostgreSQL could not tell apart */
export const roleNames = (user: string): Readonly<Record<Exclude<Role, "administrator">, string>> => {
  const names = { owner: `${user}_owner`, application: user, analyst: `${user}_analyst`, monitor: `${user}_monitor` };
  const longest = Math.max(...Object.values(names).map((name) => Buffer.byteLength(name)));
  if (longest > LONGEST_NAME)
    throw configError(
      "user",
      `"${user}" is too long: ${user}_analyst and ${user}_monitor must keep within ${LONGEST_NAME} bytes.`,
    );
  return names;
};
