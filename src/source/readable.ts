/**
 * A snapshot whose schema names collations of the application cannot be sorted, grouped or, WITHOUT ROWID, even scanned
 * here. For reading rows, such a snapshot gets a copy beside it in which those collations are BINARY; the
 * catalogue is still read from the snapshot.
 */
import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { chmod, copyFile, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { readCatalogue } from "./catalogue/read.ts";
import { isWord } from "./catalogue/tokens.ts";
import { fold } from "./fold.ts";
import { tokenize } from "./lexer.ts";
import type { SourceTable } from "./model.ts";
import { openSnapshot } from "./open.ts";
import { quoteSqlite } from "./quote.ts";
import { sizeOf } from "./refusals.ts";

export interface ReadableSnapshot {
  /** The snapshot itself, or its readable copy. */
  readonly path: string;
  /** Names as the schema writes them, sorted; empty where the snapshot is readable as it is. */
  readonly replacedCollations: readonly string[];
}

/**
 * Gives the file to read rows from.
 * @param beside the copy's path without its ending, for a source that is read in place: nothing may appear beside it, and it is
 *   copied by SQLite alone, since closing a plain descriptor of it would drop this process's locks on it
 */
export async function readableSnapshot(snapshotPath: string, beside?: string): Promise<ReadableSnapshot> {
  const { unknown, tables } = unknownCollations(snapshotPath);
  if (unknown.size === 0) return { path: snapshotPath, replacedCollations: [] };
  const stem = beside ?? snapshotPath.replace(/\.sqlite$/, "");
  const path = `${stem}.readable.sqlite`;
  const found = { path, replacedCollations: [...unknown.values()].sort() };
  if (sizeOf(path) > 0) return found;
  const partial = `${stem}.${randomBytes(6).toString("hex")}.partial`;
  try {
    if (beside === undefined) await copyFile(snapshotPath, partial, constants.COPYFILE_FICLONE);
    else await copyPages(snapshotPath, partial);
    await chmod(partial, 0o600);
    replaceCollations(partial, unknown);
    sortAgain(partial, tables, unknown);
    await rename(partial, path);
    return found;
  } finally {
    for (const suffix of ["", "-journal"]) await rm(`${partial}${suffix}`, { force: true });
  }
}

async function copyPages(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await writeFile(to, "", { mode: 0o600 });
  const db = openSnapshot(from);
  try {
    await db.backup(to);
  } finally {
    db.close();
  }
}

interface Unknown {
  /** Folded name → a spelling. */
  readonly unknown: ReadonlyMap<string, string>;
  readonly tables: readonly SourceTable[];
}

function unknownCollations(path: string): Unknown {
  const db = openSnapshot(path);
  try {
    const { tables } = readCatalogue(db);
    const named = tables.flatMap(({ columns, indexes }) => [
      ...columns.map(({ collation }) => collation),
      ...indexes.flatMap((index) => index.columns.map(({ collation }) => collation)),
    ]);
    const distinct = new Map(named.map((name) => [fold(name), name] as const));
    const unknown = new Map([...distinct].filter(([, name]) => !isKnown(db, name)));
    return { unknown, tables };
  } finally {
    db.close();
  }
}

/** Asked by use: PRAGMA collation_list names whatever a schema has mentioned. */
function isKnown(db: Database.Database, collation: string): boolean {
  try {
    db.prepare(`SELECT 'a' < 'b' COLLATE ${quoteSqlite(collation)}`);
    return true;
  } catch {
    return false;
  }
}

/** Rewrites the schema's text. Triggers go: they would fire while rows are put in order again. */
function replaceCollations(path: string, unknown: ReadonlyMap<string, string>): void {
  const db = new Database(path);
  try {
    db.unsafeMode(true);
    db.pragma("trusted_schema = OFF");
    db.pragma("writable_schema = ON");
    const rows = db
      .prepare<[], { id: number; sql: string }>("SELECT rowid AS id, sql FROM sqlite_schema WHERE sql IS NOT NULL")
      .all();
    const update = db.prepare("UPDATE sqlite_schema SET sql = ? WHERE rowid = ?");
    db.transaction(() => {
      for (const { id, sql } of rows) {
        const plain = withBinary(sql, unknown);
        if (plain !== sql) update.run(plain, id);
      }
      db.exec("DELETE FROM sqlite_schema WHERE type = 'trigger'");
    })();
    db.pragma("writable_schema = RESET");
  } finally {
    db.close();
  }
}

function withBinary(sql: string, unknown: ReadonlyMap<string, string>): string {
  let afterCollate = false;
  return tokenize(sql)
    .map((token) => {
      if (token.kind === "space" || token.kind === "comment") return token.text;
      const replaced = afterCollate && unknown.has(fold(token.value));
      afterCollate = isWord(token, "COLLATE");
      return replaced ? "BINARY" : token.text;
    })
    .join("");
}

/** The trees are still in the order of the lost collations: a search by key would miss rows. */
function sortAgain(path: string, tables: readonly SourceTable[], unknown: ReadonlyMap<string, string>): void {
  const db = new Database(path);
  try {
    db.pragma("trusted_schema = OFF");
    db.pragma("foreign_keys = OFF");
    db.pragma("ignore_check_constraints = ON");
    for (const table of tables) {
      const affected = table.indexes.filter(({ columns }) =>
        columns.some(({ collation }) => unknown.has(fold(collation))),
      );
      if (affected.length === 0) continue;
      if (table.withoutRowid) insertAgain(db, table);
      else for (const { name } of affected) db.exec(`REINDEX ${quoteSqlite(name)}`);
    }
  } finally {
    db.close();
  }
}

/**
 * A table WITHOUT ROWID is its primary key's tree: its rows are taken out by a scan and put in again. Its indexes are built
 * anew by that, too.
 */
function insertAgain(db: Database.Database, { name, columns }: SourceTable): void {
  const list = columns
    .filter(({ generated }) => generated === null)
    .map((column) => quoteSqlite(column.name))
    .join(", ");
  const table = quoteSqlite(name);
  db.transaction(() => {
    db.exec(`CREATE TEMP TABLE rows AS SELECT ${list} FROM ${table} NOT INDEXED`);
    db.exec(`DELETE FROM ${table}`);
    db.exec(`INSERT INTO ${table} (${list}) SELECT ${list} FROM temp.rows`);
    db.exec("DROP TABLE temp.rows");
  })();
}
