/** What a SELECT reads from: the relations of its FROM under their aliases, and those of the SELECTs around it. */
import { fold } from "../../source/fold.ts";
import type { ScopeColumn } from "./scope.ts";
import { refuse } from "./untranslatable.ts";
import { columnValue, type Value } from "./value.ts";

/** A table, a view or a common table: its name in PostgreSQL and its columns by lower-cased source name, in their order. */
export interface Relation {
  readonly target: string;
  readonly columns: ReadonlyMap<string, ScopeColumn>;
}

/** One relation of a FROM clause. */
export interface Source {
  readonly alias: string;
  readonly columns: ReadonlyMap<string, ScopeColumn>;
  /** Columns that USING or NATURAL has merged into the relation to the left: they only answer to their qualified name. */
  readonly merged: Set<string>;
}

/** The relations of one SELECT; `allowed` are the only columns (as SQL) that may be used: groups, or what is joined so far. */
export interface Level {
  readonly sources: readonly Source[];
  readonly allowed: ReadonlySet<string> | null;
}

/** The column that a name means in the nearest SELECT that has one; null where none has. */
export const findColumn = (levels: readonly Level[], table: string | null, name: string): Value | null => {
  for (const level of levels) {
    const value = findInLevel(level, table, name);
    if (value !== null) return value;
  }
  return null;
};

const findInLevel = ({ sources, allowed }: Level, table: string | null, name: string): Value | null => {
  const key = fold(name);
  const having = sources.filter(
    (source) =>
      source.columns.has(key) && (table === null ? !source.merged.has(key) : fold(source.alias) === fold(table)),
  );
  if (having.length > 1) refuse(`the name ${table === null ? "" : `${table}.`}${name} means several columns`);
  const [source] = having;
  if (source === undefined) return null;
  const value = columnValue(source.columns.get(key)!, source.alias);
  return allowed === null || allowed.has(value.sql)
    ? value
    : refuse(`${name} is neither grouped nor aggregated, or not joined yet`);
};
