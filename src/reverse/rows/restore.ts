/**
 * Rows that the crossing kept in the ledger because PostgreSQL could not hold them: they go back to where they were, from their
 * original JSON or, where that lacks a value, from the snapshot; each is read back and compared.
 */
import Database from "better-sqlite3";
import type { FindingList } from "../../plan/findings.ts";
import type { FittedTable } from "../file/fit.ts";
import { type Bound, StoredText } from "../values/model.ts";
import { attachSnapshot, copyFromSnapshot, detachSnapshot, TOO_LONG } from "./from-snapshot.ts";
import type { LedgerReject } from "./ledger.ts";
import { parseOriginal } from "./original.ts";
import { insertInto, isVirtual, ofBytes } from "./write.ts";

export interface Rejects {
  readonly rows: readonly LedgerReject[];
  /** The snapshot of the load; null where it is not needed, or not there. */
  readonly snapshot: string | null;
}

/** To be called outside of a transaction. */
export const restoreRejects = (
  db: Database.Database,
  tables: readonly FittedTable[],
  rejects: Rejects,
  findings: FindingList,
): void => {
  // A row that would not be as it was is taken back, for which SQLite needs a journal.
  db.pragma("journal_mode = MEMORY");
  if (rejects.snapshot !== null) attachSnapshot(db, rejects.snapshot);
  restoreAll(db, tables, rejects, findings);
  if (rejects.snapshot !== null) detachSnapshot(db);
};

const restoreAll = (
  db: Database.Database,
  tables: readonly FittedTable[],
  { rows, snapshot }: Rejects,
  findings: FindingList,
): void => {
  const restored = new Map<string, number>();
  const failed = new Map<string, { readonly reason: string; readonly key: string | null; count: number }>();
  db.exec("BEGIN");
  for (const reject of rows) {
    const table = tables.find(({ planned }) => planned.source === reject.table);
    const reason =
      table === undefined ? "its table is not in the file" : restoreRow(db, table, reject, snapshot !== null);
    if (reason === null) restored.set(reject.table, (restored.get(reject.table) ?? 0) + 1);
    else {
      const kind = `${reject.table}\n${reason}`;
      const known = failed.get(kind) ?? { reason, key: reject.key ?? reject.rowid, count: 0 };
      failed.set(kind, { ...known, count: known.count + 1 });
    }
  }
  db.exec("COMMIT");
  for (const [table, count] of restored) tellRestored(table, count, findings);
  for (const [kind, { reason, key, count }] of failed)
    findings.add(
      "REVERSE_REJECT_NOT_RESTORED",
      "error",
      kind.split("\n")[0]!,
      `kept in landbridge.rejects of the target, and not in the file: ${reason}; for example ${key ?? "a row without a key"}`,
      "It is still in landbridge.rejects, and in the snapshot of the load.",
      count,
    );
};

const tellRestored = (table: string, count: number, findings: FindingList): void =>
  findings.add(
    "REVERSE_REJECTS_RESTORED",
    "info",
    table,
    "rows that PostgreSQL could not hold are back as they were, from landbridge.rejects and, where a value was too long for that, from the snapshot of the load",
    "Nothing.",
    count,
  );

/** Null where the row is there, else why not. */
const restoreRow = (
  db: Database.Database,
  table: FittedTable,
  reject: LedgerReject,
  isSnapshotThere: boolean,
): string | null => {
  const values = parseOriginal(reject.original);
  if (values === null && !isSnapshotThere) return `${TOO_LONG}, and the snapshot of the load is not there`;
  db.exec("SAVEPOINT restored");
  try {
    const reason =
      values === null ? copyFromSnapshot(db, table, reject) : insertOriginal(db, table, values, reject.rowid);
    if (reason !== null) db.exec("ROLLBACK TO restored");
    db.exec("RELEASE restored");
    return reason;
  } catch (error) {
    db.exec("ROLLBACK TO restored");
    db.exec("RELEASE restored");
    if (error instanceof Database.SqliteError) return error.message;
    throw error;
  }
};

const insertOriginal = (
  db: Database.Database,
  table: FittedTable,
  values: ReadonlyMap<string, Bound>,
  rowid: string | null,
): string | null => {
  const names = table.columns.map(({ column }) => column.source).filter((name) => values.has(name));
  const bound = names.map((name) => values.get(name) ?? null);
  const key = table.rowid === null || rowid === null ? null : table.rowid;
  const sql = insertInto(
    table.planned.source,
    names,
    key,
    names.map(() => true),
  );
  const parameters = [...(key === null ? [] : [BigInt(rowid!)]), ...bound.flatMap(ofBytes)];
  return insertAndCompare(db, { sql, parameters, names, bound, isVirtual: isVirtual(db, table) });
};

/** SQLite gives at most 2,000 columns back, and each value takes two. */
const COMPARED = 900;

interface Insertion {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  readonly names: readonly string[];
  readonly bound: readonly Bound[];
  readonly isVirtual: boolean;
}

const insertAndCompare = (
  db: Database.Database,
  { sql, parameters, names, bound, isVirtual: virtual }: Insertion,
): string | null => {
  if (virtual || names.length === 0) {
    db.prepare(sql).run(...parameters);
    return null;
  }
  const stored = names.slice(0, COMPARED).flatMap((name) => {
    const quoted = `"${name.replaceAll('"', '""')}"`;
    return [`typeof(${quoted})`, `CASE typeof(${quoted}) WHEN 'text' THEN CAST(${quoted} AS BLOB) ELSE ${quoted} END`];
  });
  const row = db
    .prepare<unknown[], unknown[]>(`${sql} RETURNING ${stored.join(", ")}`)
    .raw(true)
    .safeIntegers(true)
    .get(...parameters);
  const encoding = db.pragma("encoding", { simple: true }) as string;
  const differs = bound
    .slice(0, COMPARED)
    .findIndex((value, at) => !isSame(value, row?.[at * 2], row?.[at * 2 + 1], encoding));
  return differs < 0 ? null : `column ${names[differs]} would not be as it was`;
};

const isSame = (value: Bound, storage: unknown, stored: unknown, encoding: string): boolean => {
  if (value === null) return storage === "null";
  if (typeof value === "bigint") return storage === "integer" && stored === value;
  if (typeof value === "number") return Number(stored) === value;
  if (Buffer.isBuffer(value)) return storage === "blob" && value.equals(stored as Buffer);
  const bytes = value instanceof StoredText ? value.bytes : textBytes(value, encoding);
  return storage === "text" && bytes.equals(stored as Buffer);
};

const textBytes = (text: string, encoding: string): Buffer => {
  if (encoding === "UTF-8") return Buffer.from(text, "utf8");
  const bytes = Buffer.from(text, "utf16le");
  return encoding === "UTF-16be" ? bytes.swap16() : bytes;
};
