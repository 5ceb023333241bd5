/** Triggers that keep a full-text table in step with the table that it searches. */
import { isWord, significantTokens } from "../../source/catalogue/tokens.ts";
import { fold } from "../../source/fold.ts";
import type { PlanTable } from "../model.ts";
import type { Part, Statement, Trigger } from "./ast.ts";

/** The table that a statement writes, in lower case, also where the rest of it is not understood; null where it writes none. */
const writtenTable = (part: Part<Statement>): string | null => {
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

/**
 * Full-text tables in whose place another table has a search column, in lower case, each by its name. One with content of its own
 * is a plain table in PostgreSQL, and stays as its triggers make it.
 */
export const replacedSearches = (tables: readonly PlanTable[]): ReadonlyMap<string, string> =>
  new Map(
    tables.flatMap(({ source: host, searches = [] }) =>
      searches.flatMap(({ source }) => (source === null || source === host ? [] : [[fold(source), source] as const])),
    ),
  );

/** The trigger without what it writes to these tables; null where nothing else is left. `dropped`: the tables' names. */
export const withoutSearch = (
  trigger: Trigger,
  replaced: ReadonlyMap<string, string>,
): { readonly trigger: Trigger | null; readonly dropped: readonly string[] } => {
  const nameOf = (part: Part<Statement>): string | undefined => replaced.get(writtenTable(part) ?? "");
  const statements = trigger.statements.filter((part) => nameOf(part) === undefined);
  const dropped = [...new Set(trigger.statements.flatMap((part) => nameOf(part) ?? []))];
  return { trigger: statements.length === 0 ? null : { ...trigger, statements }, dropped };
};
