/** A value of the stack's configuration that cannot be used, in the words that lead out of it. */
import { type LandbridgeError, usageError } from "../../src/errors.ts";
import { KEYS, type KeyName } from "./keys.ts";

/**
 * Names the key, what is allowed, and an example to type.
 * @param why what is wrong with it
 */
export const configError = (name: KeyName, why: string): LandbridgeError => {
  const { about, example, secret: hidden } = KEYS[name];
  return usageError({
    code: "STACK_CONFIG",
    message: `The stack's configuration, ${name}: ${why}`,
    remedy:
      `${name}: ${about}. For example: pulumi config set ${hidden ? "--secret " : ""}${name} ${hidden ? "" : example}`.trimEnd(),
  });
};
