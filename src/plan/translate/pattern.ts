/** LIKE and GLOB. Neither looks at collations; LIKE folds ASCII letters only, GLOB folds nothing. */
import { fold } from "../../source/fold.ts";
import { quoteLiteral } from "../../target/quote.ts";
import type { Context } from "./scope.ts";
import { spelled } from "./spelled.ts";
import { refuse } from "./untranslatable.ts";
import { asText, bool, type Value } from "./value.ts";

/** `value LIKE pattern ESCAPE escape`: both sides lower-cased by the "C" collation, which knows ASCII alone. */
export const like = (value: Value, pattern: Value, escaping: Value | null, not: boolean, context: Context): Value => {
  const subject = spelled(value, context);
  const operator = not ? "NOT LIKE" : "LIKE";
  const character = escapeCharacter(escaping);
  const shape = spelled(pattern, context);
  const folded =
    typeof shape.constant === "string"
      ? literalPattern(shape.constant, character)
      : `lower(${asText(shape)} COLLATE "C")`;
  // Without ESCAPE a backslash is a character like any other in SQLite, and PostgreSQL's escape.
  const needsEscape = typeof shape.constant !== "string" || character !== null || shape.constant.includes("\\");
  const suffix = needsEscape ? ` ESCAPE ${quoteLiteral(character ?? "")}` : "";
  if (typeof shape.constant !== "string" && character !== null)
    return refuse("LIKE … ESCAPE with a pattern that is no literal");
  return bool(`lower(${asText(subject)} COLLATE "C") ${operator} ${folded}${suffix}`);
};

const escapeCharacter = (escaping: Value | null): string | null => {
  if (escaping === null) return null;
  const { constant } = escaping;
  const usable = typeof constant === "string" && [...constant].length === 1 && !/[A-Za-z%_]/.test(constant);
  return usable ? constant : refuse("the ESCAPE is not one literal character that has no case");
};

const literalPattern = (pattern: string, character: string | null): string => {
  if (
    character !== null &&
    new RegExp(`^(?:${quoteRegex(character)}[\\s\\S]|[^${quoteRegex(character)}])*$`, "u").exec(pattern) === null
  ) {
    return refuse("the LIKE pattern ends in its escape character");
  }
  return quoteLiteral(fold(pattern));
};

const quoteRegex = (character: string): string => character.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

/** `value GLOB pattern` as a regular expression under the "C" collation. */
export const glob = (value: Value, pattern: Value, not: boolean, context: Context): Value => {
  const subject = spelled(value, context);
  if (typeof pattern.constant !== "string") return refuse("GLOB with a pattern that is no literal");
  const regex = quoteLiteral(`^${globRegex([...pattern.constant])}$`);
  return bool(`${asText(subject)} COLLATE "C" ${not ? "!~" : "~"} ${regex}`);
};

const globRegex = (characters: readonly string[]): string => {
  let regex = "";
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at]!;
    if (character === "*") regex += ".*";
    else if (character === "?") regex += ".";
    else if (character !== "[") regex += regexCharacter(character);
    else {
      const negated = characters[at + 1] === "^";
      const start = at + (negated ? 2 : 1);
      // A ] that comes first is a member.
      const end = characters.indexOf("]", start + 1);
      if (end < 0) return refuse("the GLOB pattern has a set without its end");
      regex += `[${negated ? "^" : ""}${setMembers(characters.slice(start, end))}]`;
      at = end;
    }
  }
  return regex;
};

/** Members by their code points: nothing in a set is special then. A - first or last is a member, as in SQLite. */
const setMembers = (members: readonly string[]): string => {
  let set = "";
  for (let at = 0; at < members.length; at++) {
    const [low, dash, high] = [members[at]!, members[at + 1], members[at + 2]];
    if (dash !== "-" || high === undefined || low === "-") {
      set += regexCharacter(low);
      continue;
    }
    if (low.codePointAt(0)! > high.codePointAt(0)!) return refuse("the GLOB pattern has a range that is upside down");
    set += `${regexCharacter(low)}-${regexCharacter(high)}`;
    at += 2;
  }
  return set;
};

const regexCharacter = (character: string): string =>
  /[A-Za-z0-9 ]/.test(character) ? character : `\\U${character.codePointAt(0)!.toString(16).padStart(8, "0")}`;
