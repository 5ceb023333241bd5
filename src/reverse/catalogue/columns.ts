/** A column of the target that no plan knows, as a column of the new file. */
import type { PlanColumn } from "../../plan/model.ts";
import { quoteIdentifier } from "../../target/quote.ts";
import type { BackColumn } from "../model.ts";
import type { CatalogueColumn } from "./read.ts";
import { type BackType, backType } from "./types.ts";

export interface NewColumn extends BackColumn {
  readonly back: BackType;
}

/** @param source its name in the file */
export const newColumn = (found: CatalogueColumn, source: string): NewColumn => {
  const back = backType(found);
  const column: PlanColumn = {
    source,
    target: found.name,
    declared: back.declared,
    type: back.type,
    existingType: found.bare,
    form: back.form,
    notNull: found.notNull,
    default: null,
    identity: null,
    generated: null,
    numbersAreSafe: false,
    reason: back.asText
      ? `${found.type} has no equal in SQLite: the text that PostgreSQL prints`
      : `${found.type} of the target`,
  };
  return { column, back, select: back.asText ? `(${quoteIdentifier(found.name)})::text` : null };
};

/** What PostgreSQL makes of other columns for its searches: nothing that SQLite could use. */
export const isSearchColumn = ({ type }: CatalogueColumn): boolean => type === "tsvector";

/** Names of the rowid: a table may be made with such a column, but none may be added. */
export const ROWID_NAMES: readonly string[] = ["rowid", "oid", "_rowid_"];

/**
 * Gives each name a spelling that differs from all others by more than the case of its letters, as SQLite asks for, and is not one
 * of those that it keeps for itself.
 */
export const distinctNames = (names: readonly string[], taken: Iterable<string> = []): ReadonlyMap<string, string> => {
  const used = new Set([...taken].map(folded));
  const given = new Map<string, string>();
  for (const name of names) {
    const allowed = folded(name).startsWith("sqlite_") ? `_${name}` : name;
    let free = allowed;
    for (let number = 2; used.has(folded(free)); number++) free = `${allowed}_${number}`;
    used.add(folded(free));
    given.set(name, free);
  }
  return given;
};

const folded = (name: string): string => name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
