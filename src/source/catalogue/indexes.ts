/** Indexes as index_list and index_xinfo give them, with the expressions that only CREATE INDEX has. */
import type { Database } from "better-sqlite3";
import type { SourceIndex, SourceIndexColumn } from "../model.ts";
import { readIndexDdl } from "./index-ddl.ts";

interface IndexRow {
  readonly owner: string;
  readonly name: string;
  readonly unique: number;
  readonly origin: "c" | "u" | "pk";
  readonly sql: string | null;
  readonly seqno: number;
  /** Column number; -1 for the rowid, -2 for an expression. */
  readonly cid: number;
  readonly column: string | null;
  readonly desc: number;
  readonly coll: string;
}

/** All indexes by table name, in the order of their making. */
export function readIndexes(db: Database): ReadonlyMap<string, readonly SourceIndex[]> {
  const rows = db
    .prepare<[], IndexRow>(
      `SELECT s.name AS owner, l.name, l."unique", l.origin, i.sql, x.seqno, x.cid, x.name AS "column", x."desc", x.coll
         FROM sqlite_schema AS s
   CROSS JOIN pragma_index_list(s.name, 'main') AS l
   CROSS JOIN pragma_index_xinfo(l.name, 'main') AS x
    LEFT JOIN (SELECT name, sql FROM sqlite_schema WHERE type = 'index') AS i ON i.name = l.name
        WHERE s.type = 'table' AND s.rootpage > 0 AND x."key" = 1 ORDER BY s.rowid, l.seq DESC, x.seqno`,
    )
    .all();
  const byName = Map.groupBy(rows, ({ name }) => name);
  const owned = [...byName.values()].map((terms) => ({ owner: terms[0]!.owner, index: indexOf(terms) }));
  return new Map(
    [...Map.groupBy(owned, ({ owner }) => owner)].map(([owner, list]) => [owner, list.map(({ index }) => index)]),
  );
}

function indexOf(terms: readonly IndexRow[]): SourceIndex {
  const { name, unique, origin, sql } = terms[0]!;
  const ddl = sql === null ? { terms: [], where: null } : readIndexDdl(sql);
  return {
    name,
    origin,
    unique: unique === 1,
    columns: terms.map((term) => columnOf(term, ddl.terms)),
    where: ddl.where,
    sql,
  };
}

const columnOf = ({ seqno, cid, column, desc, coll }: IndexRow, terms: readonly string[]): SourceIndexColumn => ({
  column,
  expression: cid >= 0 ? null : cid === -1 ? "rowid" : (terms[seqno] ?? ""),
  collation: coll,
  descending: desc === 1,
});
