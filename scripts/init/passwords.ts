/** Roles that nobody has given a password in this run: whether they have one from before is not for everybody to see. */
import type { InitRequest } from "../../src/init.ts";
import { ROLE_PARTS, type RolePart } from "../../src/target/roles.ts";

/** The environment variable that a role's password comes from. */
export const passwordVariable = (part: RolePart): string => `LANDBRIDGE_${part.toUpperCase()}_PASSWORD`;

/** Without the administrator itself, who has just logged in; roles of one name share a password. */
export const partsWithoutPassword = ({ target, roles }: InitRequest): readonly RolePart[] => {
  if (roles === null) return [];
  const { names, passwords } = roles;
  const known = new Set(ROLE_PARTS.filter((part) => passwords[part] !== undefined).map((part) => names[part]));
  return ROLE_PARTS.filter((part) => names[part] !== target.config.user && !known.has(names[part]));
};

/** What to do about them; nothing where there are none. */
export const passwordLines = (request: InitRequest): readonly string[] => {
  const parts = partsWithoutPassword(request);
  if (parts.length === 0) return [];
  const names = parts.map((part) => request.roles!.names[part]).join(", ");
  return [
    `  No password was given for ${names}: a role that has none yet cannot log in until it gets one.`,
    `    Run this again with ${parts.map(passwordVariable).join(", ")} in its environment.`,
  ];
};
