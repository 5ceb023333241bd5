/** Reads CREATE VIRTUAL TABLE … USING fts3 | fts4 | fts5 (…). Never throws: what is not understood is an option by its key. */
import { closing, isOperator, isWord, significantTokens, splitList } from "../catalogue/tokens.ts";
import { fold } from "../fold.ts";
import type { Token } from "../lexer.ts";
import type { SearchContent, SearchDeclaration } from "./model.ts";
import { readTokenizer, words } from "./tokenizer.ts";

/** @returns null for any other statement */
export const readSearchDeclaration = (sql: string): SearchDeclaration | null => {
  const tokens = significantTokens(sql);
  const using = tokens.findIndex((token, at) => at > 2 && isWord(token, "USING"));
  const module = fold(tokens[using + 1]?.value ?? "");
  if (!isWord(tokens[1], "VIRTUAL") || (module !== "fts3" && module !== "fts4" && module !== "fts5")) return null;
  const open = using + 2;
  const parts = isOperator(tokens[open], "(") ? splitList(tokens.slice(open + 1, closing(tokens, open))) : [];
  const reading = new Reading(sql);
  for (const part of parts) reading.add(part);
  return reading.declaration(module);
};

class Reading {
  readonly #sql: string;
  readonly #columns: { readonly name: string; readonly indexed: boolean }[] = [];
  readonly #options: Record<string, string> = {};
  readonly #notIndexed = new Set<string>();

  constructor(sql: string) {
    this.#sql = sql;
  }

  /** `key = value`, or a column with UNINDEXED or (FTS3 and FTS4) a type behind it. */
  add(part: readonly Token[]): void {
    const [first, second] = part;
    if (first === undefined) return;
    const key = fold(first.value);
    if (isOperator(second, "=")) this.#addOption(key, part.slice(2));
    // FTS3's older spelling: tokenize porter
    else if (key === "tokenize" && first.kind === "word") this.#options[key] = this.#text(part.slice(1));
    else this.#columns.push({ name: first.value, indexed: !part.slice(1).some((token) => isWord(token, "UNINDEXED")) });
  }

  #addOption(key: string, value: readonly Token[]): void {
    const [only] = value;
    const text = value.length === 1 && only !== undefined ? only.value : this.#text(value);
    if (key === "notindexed") this.#notIndexed.add(fold(text));
    else this.#options[key] = text;
  }

  #text(tokens: readonly Token[]): string {
    const first = tokens[0];
    const last = tokens.at(-1);
    return first === undefined || last === undefined
      ? ""
      : this.#sql.slice(first.offset, last.offset + last.text.length);
  }

  declaration(module: SearchDeclaration["module"]): SearchDeclaration {
    const { content, content_rowid: rowid, contentless_delete: deletes, tokenize, prefix, ...options } = this.#options;
    return {
      module,
      columns: this.#columns.map(({ name, indexed }) => ({
        name,
        indexed: indexed && !this.#notIndexed.has(fold(name)),
      })),
      content: contentOf(content, rowid, deletes),
      tokenizer: readTokenizer(module, tokenize ?? ""),
      prefixes: words(prefix ?? "")
        .flatMap((word) => word.split(","))
        .map(Number)
        .filter((length) => Number.isInteger(length) && length > 0),
      options,
    };
  }
}

const contentOf = (
  content: string | undefined,
  rowid: string | undefined,
  deletes: string | undefined,
): SearchContent => {
  if (content === undefined) return { kind: "own" };
  if (content === "") return { kind: "none", deletes: deletes === "1" };
  return { kind: "external", table: content, rowid: rowid ?? "rowid" };
};
