/**
 * What SQLite itself thinks of a file: integrity_check and foreign_key_check, which must both survive a schema that names
 * functions, collations and modules of the application or keys that SQLite calls a mismatch.
 */
import type { Database } from "better-sqlite3";
import type { Encoding, Health } from "./model.ts";
import { sqliteCode } from "./refusals.ts";

/** integrity_check stops after so many problems; what is damaged is found table by table then. */
const PROBLEM_LIMIT = 100;

/** Reads the health of an open database. Reads every page once; blocks the thread meanwhile. */
export function readHealth(db: Database): Health {
  return {
    sqliteVersion: db.prepare("SELECT sqlite_version()").pluck().get() as string,
    encoding: db.pragma("encoding", { simple: true }) as Encoding,
    pageSize: Number(db.pragma("page_size", { simple: true })),
    pageCount: Number(db.pragma("page_count", { simple: true })),
    journalMode: String(db.pragma("journal_mode", { simple: true })),
    integrity: integrity(db),
    ...foreignKeys(db),
  };
}

function integrity(db: Database): readonly string[] {
  const whole = check(db, String(PROBLEM_LIMIT));
  if (Array.isArray(whole)) return whole;
  // One table that needs something of the application stops the check of all: those that can be checked are checked alone.
  const problems = tableNames(db).flatMap((name) => {
    const lines = integrityOf(db, name);
    return lines.length === 1 && lines[0] === "ok" ? [] : lines;
  });
  return problems.length > 0 ? problems.slice(0, PROBLEM_LIMIT) : [`not checked: ${whole}`];
}

/** The problems of one table and its indexes, ["ok"] without any. */
export function integrityOf(db: Database, table: string): readonly string[] {
  const lines = check(db, `'${table.replaceAll("'", "''")}'`);
  return Array.isArray(lines) ? lines : [`${table}: not checked: ${lines}`];
}

/**
 * The lines of integrity_check, or the message of an error that has nothing to do with the pages. A page may be too damaged
 * for the check to go on: what it said before stays.
 */
function check(db: Database, argument: string): string[] | string {
  const rows: string[] = [];
  try {
    for (const row of db.prepare<[], string>(`PRAGMA integrity_check(${argument})`).pluck().iterate()) rows.push(row);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (!sqliteCode(error).startsWith("SQLITE_CORRUPT")) return message;
    rows.push(message);
  }
  return rows.flatMap((row) => row.split("\n")).filter((line) => line !== "" && !line.startsWith("*** in database"));
}

function foreignKeys(db: Database): Pick<Health, "foreignKeyViolations" | "foreignKeyProblem"> {
  try {
    const count = db.prepare("SELECT count(*) FROM pragma_foreign_key_check").pluck().get();
    return { foreignKeyViolations: Number(count), foreignKeyProblem: null };
  } catch {
    return foreignKeysByTable(db);
  }
}

/** "foreign key mismatch" on one table stops the check of all. */
function foreignKeysByTable(db: Database): Pick<Health, "foreignKeyViolations" | "foreignKeyProblem"> {
  const ofTable = db.prepare<[string], number>("SELECT count(*) FROM pragma_foreign_key_check(?)").pluck();
  const problems: string[] = [];
  let violations: number | null = null;
  for (const name of tableNames(db)) {
    try {
      violations = (violations ?? 0) + Number(ofTable.get(name));
    } catch (error) {
      problems.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { foreignKeyViolations: violations, foreignKeyProblem: problems.join("; ") || null };
}

const tableNames = (db: Database): readonly string[] =>
  db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid").pluck().all();
