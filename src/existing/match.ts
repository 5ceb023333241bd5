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

export interface Wanted {
  /** As the source calls it, and as the plan does. */
  readonly source: string;
  readonly target: string;
  /** Named by the user: it counts as it is. */
  readonly exactly: boolean;
}

/** `problem`: why it cannot be said which is meant; null: there is none. */
export type Pairing = { readonly name: string } | { readonly problem: string } | null;

/** A counterpart for each, in their order. A name that somebody has exactly is nobody else's. */
export const pairNames = (wanted: readonly Wanted[], there: readonly string[]): readonly Pairing[] => {
  const exact = new Set(wanted.map(({ target }) => target).filter((target) => there.includes(target)));
  const rest = there.filter((name) => !exact.has(name));
  const taken = new Map<string, string>();
  return wanted.map(({ source, target, exactly }): Pairing => {
    const match = exact.has(target) ? { name: target } : matchName(target, rest, exactly);
    if (match === null) return null;
    if ("ambiguous" in match) return { problem: `${match.ambiguous.join(" and ")} may both be meant; ${SAY}` };
    const other = taken.get(match.name);
    if (other !== undefined) return { problem: `${match.name} is meant by ${other} too; ${SAY}` };
    taken.set(match.name, source);
    return match;
  });
};

const SAY = "name one with `target:` in landbridge.yaml";
