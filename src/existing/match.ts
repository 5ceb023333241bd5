/** Which of the application's names a planned name means: by the name, never by position. */

import { foldName } from "../plan/names.ts";
import { fold } from "../source/fold.ts";

/** The three looks, the strictest first: as it is, without regard to case, and `userName` as `user_name`. */
const LOOKS: readonly ((name: string) => string)[] = [(name) => name, fold, (name) => foldName(name, "snake")];

export type Match = { readonly name: string } | { readonly ambiguous: readonly string[] } | null;

/** The one name among `there` that `wanted` means under the strictest look that finds any. @param exactly only as it is */
export const matchName = (wanted: string, there: readonly string[], exactly = false): Match => {
  for (const look of exactly ? LOOKS.slice(0, 1) : LOOKS) {
    const found = there.filter((name) => look(name) === look(wanted));
    if (found.length > 1) return { ambiguous: found };
    if (found[0] !== undefined) return { name: found[0] };
  }
  return null;
};
