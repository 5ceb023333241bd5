/** Reads what a full-text table says of its tokenizer. Without a word of it, FTS5 takes unicode61 and FTS3 and FTS4 simple. */
import type { SearchDeclaration, Tokenizer } from "./model.ts";

/**
 * @param text the value of `tokenize`: names and arguments, `porter unicode61 remove_diacritics 1` in FTS5,
 *   `unicode61 "remove_diacritics=0"` in FTS4
 */
export const readTokenizer = (module: SearchDeclaration["module"], text: string): Tokenizer => {
  const [first = "", ...rest] = words(text);
  const stems = first.toLowerCase() === "porter";
  // FTS5's porter wraps another, unicode61 unless it says; FTS3's and FTS4's stands for itself, over ASCII words.
  const [name, parameters] = stems && module === "fts5" ? [rest[0] ?? "unicode61", rest.slice(1)] : [first, rest];
  const given = parametersOf(module, parameters);
  return {
    name: stems && module !== "fts5" ? "simple" : name.toLowerCase() || (module === "fts5" ? "unicode61" : "simple"),
    stems,
    removeDiacritics: diacriticsOf(given.get("remove_diacritics"), name.toLowerCase() === "trigram" ? 0 : 1),
    tokenCharacters: given.get("tokenchars") ?? "",
    separators: given.get("separators") ?? "",
    categories: given.get("categories") ?? null,
    caseSensitive: given.get("case_sensitive") === "1",
  };
};

const diacriticsOf = (given: string | undefined, otherwise: 0 | 1): 0 | 1 | 2 =>
  given === "0" ? 0 : given === "1" ? 1 : given === "2" ? 2 : otherwise;

/** FTS5: names and values in turn; FTS4: `name=value` each. */
const parametersOf = (
  module: SearchDeclaration["module"],
  parameters: readonly string[],
): ReadonlyMap<string, string> => {
  const given = new Map<string, string>();
  if (module === "fts5")
    for (let at = 0; at + 1 < parameters.length; at += 2) given.set(parameters[at]!.toLowerCase(), parameters[at + 1]!);
  else
    for (const parameter of parameters) {
      const equals = parameter.indexOf("=");
      if (equals > 0) given.set(parameter.slice(0, equals).toLowerCase(), parameter.slice(equals + 1));
    }
  return given;
};

/** Words set apart by space; a quoted one may hold space, and its quote doubled. */
export const words = (text: string): string[] =>
  [...text.matchAll(/'((?:[^']|'')*)'|"((?:[^"]|"")*)"|\S+/g)].map(
    ([whole, single, double]) => single?.replaceAll("''", "'") ?? double?.replaceAll('""', '"') ?? whole,
  );
