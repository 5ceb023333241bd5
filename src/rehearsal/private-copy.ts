/** The SQLite side of the measurements: a copy of the snapshot that may be written to, in the journal mode of the source. */
import { copyFileSync, rmSync } from "node:fs";
import Database from "better-sqlite3";
import { quoteSqlite } from "../source/quote.ts";
import { OWN_ROWS, OWN_TABLE, WORK_ROWS, type WorkTable } from "./workload.ts";

export interface PrivateCopy {
  readonly path: string;
  /** As the copy is really in now. */
  readonly journalMode: string;
  /** Tables that are modules' and no plain rows. */
  readonly virtual: ReadonlySet<string>;
  readonly remove: () => void;
}

/**
 * @param journalMode of the live file: WAL lets readers go on beside a writer, the others do not
 * @param path where the copy is to be; replaced
 */
export const privateCopy = (snapshot: string, path: string, journalMode: string): PrivateCopy => {
  remove(path);
  copyFileSync(snapshot, path);
  const db = new Database(path);
  try {
    const mode = String(db.pragma(`journal_mode = ${journalMode === "wal" ? "WAL" : "DELETE"}`, { simple: true }));
    const names = db
      .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL%'")
      .pluck()
      .all();
    for (const trigger of triggersOf(db)) db.exec(`DROP TRIGGER ${quoteSqlite(trigger)}`);
    return { path, journalMode: mode, virtual: new Set(names), remove: () => remove(path) };
  } finally {
    db.close();
  }
};

/** PostgreSQL's copies have none either: a trigger never crosses by itself. */
const triggersOf = (db: Database.Database): readonly string[] =>
  db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'trigger'").pluck().all();

/** The keys that both sides work on, per table: those of the rows that PostgreSQL's copies hold. */
export const workKeys = (path: string, tables: readonly WorkTable[]): readonly (readonly bigint[])[] => {
  const db = new Database(path);
  db.defaultSafeIntegers(true);
  try {
    return tables.map((table) => {
      if (table === OWN_TABLE) ownTable(db);
      const key = quoteSqlite(table.key.source);
      return db
        .prepare<[], bigint>(`SELECT ${key} FROM ${quoteSqlite(table.source)} ORDER BY ${key} LIMIT ${WORK_ROWS}`)
        .pluck()
        .all();
    });
  } finally {
    db.close();
  }
};

const ownTable = (db: Database.Database): void => {
  const name = quoteSqlite(OWN_TABLE.source);
  db.exec(
    `DROP TABLE IF EXISTS ${name}; CREATE TABLE ${name} (id INTEGER PRIMARY KEY, body TEXT NOT NULL);
     WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${OWN_ROWS})
     INSERT INTO ${name} (body) SELECT replace(hex(zeroblob(5)), '00', 'rehearsal rehearsal ') FROM n`,
  );
};

const remove = (path: string): void => {
  for (const suffix of ["", "-wal", "-shm", "-journal"]) rmSync(`${path}${suffix}`, { force: true });
};
