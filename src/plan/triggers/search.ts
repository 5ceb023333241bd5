/** Triggers that keep a full-text table in step with the table that it searches. */
import { isWord, significantTokens } from "../../source/catalogue/tokens.ts";
import { fold } from "../../source/fold.ts";
import type { Catalogue, SourceTrigger } from "../../source/model.ts";
import { attempt } from "../translate/untranslatable.ts";
import type { Part, Statement, Trigger } from "./ast.ts";
import { parseTrigger } from "./parse.ts";

/** Full-text tables of a catalogue, in lower case. */
export const searchTables = ({ tables }: Catalogue): ReadonlySet<string> =>
  new Set(tables.flatMap(({ name, module }) => (module !== null && /^fts[345]$/.test(module) ? [fold(name)] : [])));

/** The table that a statement writes, in lower case, also where the rest of it is not understood; null where it writes none. */
export const writtenTable = (part: Part<Statement>): string | null => {
  if (part.ok) return part.value.statement === "select" ? null : fold(part.value.table);
  const tokens = significantTokens(part.sql);
  const verb = tokens[0];
  const before = ["INSERT", "REPLACE"].some((word) => isWord(verb, word))
    ? "INTO"
    : isWord(verb, "DELETE")
      ? "FROM"
      : null;
  const at =
    before === null ? (isWord(verb, "UPDATE") ? 1 : -1) : tokens.findIndex((token) => isWord(token, before)) + 1;
  return at < 1 ? null : fold(tokens[at]?.value ?? "");
};

/** Whether a trigger does nothing but write full-text tables: where these become columns, it is not needed any more. */
export const isSearchSync = (trigger: SourceTrigger, catalogue: Catalogue): boolean => {
  const parsed = attempt(() => parseTrigger(trigger.sql));
  return parsed.ok && writesOnly(parsed.value, searchTables(catalogue));
};

/** The same of a trigger that has been read, for these tables. */
export const writesOnly = ({ statements }: Trigger, tables: ReadonlySet<string>): boolean =>
  statements.every((part) => tables.has(writtenTable(part) ?? ""));
