/** What a SELECT reads from: the relations of its FROM under their aliases, and those of the SELECTs around it. */
import { fold } from "../../source/fold.ts";
import type { ScopeColumn } from "./scope.ts";
import { refuse } from "./untranslatable.ts";
import { columnValue, type Value } from "./value.ts";

/** A table, a view or a common table: its name in PostgreSQL and its columns by lower-cased source name, in their order. */
export interface Relation {
  readonly target: string;
  readonly columns: ReadonlyMap<string, ScopeColumn>;
  /** The column that is the rowid, by its lower-cased name; absent where none is. */
  readonly rowid?: string;
  /** Sets of columns, by their lower-cased names, that no two rows have alike and that are never NULL. */
  readonly keys?: readonly (readonly string[])[];
}

/** One relation of a FROM clause. */
export interface Source {
  readonly alias: string;
  readonly columns: ReadonlyMap<string, ScopeColumn>;
  readonly rowid?: string | undefined;
  readonly keys?: Relation["keys"] | undefined;
  /** Columns that USING or NATURAL has merged into the relation to the left: they only answer to their qualified name. */
  readonly merged: Set<string>;
}

/** The relations of one SELECT; `allowed` are the only columns (as SQL) that may be used: groups, or what is joined so far. */
export interface Level {
  readonly sources: readonly Source[];
  readonly allowed: ReadonlySet<string> | null;
  /** What a column is where it is not allowed; null where it has no meaning. */
  readonly bare?: (value: Value, source: Source) => Value | null;
}

/** The column that a name means in the nearest SELECT that has one; null where none has. */
export const findColumn = (levels: readonly Level[], table: string | null, name: string): Value | null => {
  for (const level of levels) {
    const value = findInLevel(level, table, name);
    if (value !== null) return value;
  }
  return null;
};

const ROWID = new Set(["rowid", "oid", "_rowid_"]);

const findInLevel = (level: Level, table: string | null, name: string): Value | null => {
  const found = findNamed(level, table, fold(name));
  if (found !== null || !ROWID.has(fold(name))) return found;
  // Only where a column is the rowid itself is there one in PostgreSQL.
  const owners = level.sources.filter(({ alias }) => table === null || fold(alias) === fold(table));
  const [owner] = owners;
  if (owners.length !== 1 || owner?.rowid === undefined) return null;
  return findNamed(level, owner.alias, owner.rowid);
};

const findNamed = ({ sources, allowed, bare }: Level, table: string | null, key: string): Value | null => {
  const having = sources.filter(
    (source) =>
      source.columns.has(key) && (table === null ? !source.merged.has(key) : fold(source.alias) === fold(table)),
  );
  if (having.length > 1) refuse(`the name ${table === null ? "" : `${table}.`}${key} means several columns`);
  const [source] = having;
  if (source === undefined) return null;
  const value = columnValue(source.columns.get(key)!, source.alias);
  if (allowed === null || allowed.has(value.sql)) return value;
  return bare?.(value, source) ?? refuse(`${key} is neither grouped nor aggregated, or not joined yet`);
};
