/**
 * Rows with values of which the ledger keeps the length alone: they come whole from the snapshot of the load, where it is still kept.
 * SQLite carries them from file to file, so that none is too long and no byte is decoded.
 */
import type { Database } from "better-sqlite3";
import { findSnapshot } from "../../source/hash.ts";
import { quoteSqlite } from "../../source/quote.ts";
import type { LedgerRun } from "../../target/runs.ts";
import type { FittedTable } from "../file/fit.ts";
import type { LedgerReject } from "./ledger.ts";
import { isWhole, namesOf, parseOriginal } from "./original.ts";
import { isVirtual, ofBytes } from "./write.ts";

/** Under this name the snapshot is beside the new file, whose own tables are `main`. */
const KEPT = "landbridge_kept";

/**
 * The snapshot of the load, its content checked by its hash, where a row of the ledger asks for it.
 * @returns null where none does, or where the snapshot is no longer there
 */
export const snapshotOfRejects = async (
  directory: string,
  run: LedgerRun | null,
  rejects: readonly LedgerReject[],
): Promise<string | null> =>
  run === null || rejects.every(({ original }) => isWhole(original))
    ? null
    : await findSnapshot(directory, run.sourceSha256);

/** To be called outside of a transaction. The snapshot is only read, and nothing appears beside it. */
export const attachSnapshot = (db: Database, path: string): void => void db.prepare(`ATTACH ? AS ${KEPT}`).run(path);

export const detachSnapshot = (db: Database): void => void db.exec(`DETACH ${KEPT}`);

/**
 * Puts one row in its place and compares it with the one in the snapshot, which is attached.
 * @returns null where it is there, else why not
 * @throws SqliteError where SQLite refuses it
 */
export const copyFromSnapshot = (db: Database, table: FittedTable, reject: LedgerReject): string | null => {
  const place = placeOf(table, reject);
  if (place === null) return `${TOO_LONG}, and nothing says which row of the load's snapshot it is`;
  const { where, parameters } = place;
  const from = `FROM ${KEPT}.${quoteSqlite(table.planned.source)} AS stored WHERE ${where("stored")}`;
  const found = db.prepare(`SELECT count(*) ${from}`).pluck().get(parameters);
  if (found !== 1) return `${TOO_LONG}, and the load's snapshot has ${found} rows in its place`;
  const there = namesOf(reject.original);
  const names = table.columns.map(({ column }) => column.source).filter((name) => there.has(name));
  const { read } = table.planned;
  const rowid = table.rowid !== null && read.by === "rowid" ? { made: table.rowid, stored: read.name } : null;
  const columns = [...(rowid === null ? [] : [rowid.made]), ...names.map(quoteSqlite)];
  const values = [...(rowid === null ? [] : [`stored.${rowid.stored}`]), ...names.map(inStored)];
  const into = `main.${quoteSqlite(table.planned.source)}`;
  db.prepare(`INSERT INTO ${into} (${columns.join(", ")}) SELECT ${values.join(", ")} ${from}`).run(parameters);
  if (isVirtual(db, table)) return null;
  for (let at = 0; at < names.length; at += COMPARED_AT_ONCE) {
    const same = names
      .slice(at, at + COMPARED_AT_ONCE)
      .map(sameValue)
      .join(" AND ");
    const sql = `SELECT count(*) FROM ${into} AS made, ${KEPT}.${quoteSqlite(table.planned.source)} AS stored
      WHERE ${where("made")} AND ${where("stored")} AND ${same}`;
    if (
      db
        .prepare(sql)
        .pluck()
        .get([...parameters, ...parameters]) !== 1
    )
      return "it would not be as it was";
  }
  return null;
};

export const TOO_LONG = "a value of it was too long for the ledger, which kept its length alone";

/** A chain of conditions counts as deep in SQLite as it is long. */
const COMPARED_AT_ONCE = 100;

interface Place {
  /** Which row, of the table that goes by this name. */
  readonly where: (alias: string) => string;
  readonly parameters: readonly unknown[];
}

/** By rowid, or by the key that the ledger names. */
const placeOf = ({ planned: { read, keyColumns } }: FittedTable, { key, rowid }: LedgerReject): Place | null => {
  if (rowid !== null && read.by === "rowid")
    return { where: (alias) => `${alias}.${read.name} = ?`, parameters: [BigInt(rowid)] };
  const values = key === null ? null : parseOriginal(key);
  if (values === null || values.size === 0) return null;
  const names = [...values.keys()];
  const hidden = read.by === "integer-key" ? [read.column] : [];
  if (!names.every((name) => keyColumns.includes(name) || hidden.includes(name))) return null;
  return {
    where: (alias) => names.map((name) => `${alias}.${quoteSqlite(name)} IS iif(?, CAST(? AS TEXT), ?)`).join(" AND "),
    parameters: [...values.values()].flatMap(ofBytes),
  };
};

const inStored = (name: string): string => `stored.${quoteSqlite(name)}`;

/** The same storage class and the same bytes, whatever the column's collation calls equal. */
const sameValue = (name: string): string => {
  const [made, stored] = [`made.${quoteSqlite(name)}`, inStored(name)];
  return `typeof(${made}) = typeof(${stored}) AND iif(typeof(${made}) = 'text', CAST(${made} AS BLOB) IS CAST(${stored} AS BLOB), ${made} IS ${stored})`;
};
