/**
 * The SELECTs by which the proof reads a table of the snapshot: by key in blocks, or as one scan; plainly, or with every
 * text as bytes.
 */
import { isUtf8 } from "node:buffer";
import type Database from "better-sqlite3";
import type { PlanColumn, PlanTable } from "../plan/model.ts";
import type { Encoding } from "../source/model.ts";
import { quoteSqlite } from "../source/quote.ts";
import type { Layout } from "./layout.ts";
import { type SourceValue, UndecodableText } from "./source-values/value.ts";

/** SQLite's API cannot hand out longer values: one of them fails its whole statement. */
const READABLE_BYTES = 536_870_888;

export interface KeyBounds {
  readonly from: bigint;
  /** Whether `from` itself has been read already. */
  readonly after: boolean;
  /** Included; null for no end. */
  readonly to: bigint | null;
}

type Statement = Database.Statement<unknown[], unknown[]>;

export class RowQueries {
  /** SQL of the read key is there: rows can be asked for by it. */
  readonly byKey: boolean;
  /** Every text is read as bytes from the start. */
  readonly exact: boolean;
  /** 1 where the read key is no column of the layout and stands before them. */
  readonly hidden: 0 | 1;
  readonly #keyAt: number;
  readonly #key: string;
  readonly #db: Database.Database;
  readonly #table: PlanTable;
  readonly #columns: readonly string[];
  readonly #decode: (bytes: Buffer) => string | UndecodableText;
  readonly #numbers: boolean;
  readonly #statements = new Map<string, Statement>();

  constructor(db: Database.Database, table: PlanTable, layout: Layout, encoding: Encoding) {
    const { read } = table;
    this.#db = db;
    this.#table = table;
    this.#columns = layout.columns.map(({ source }) => quoteSqlite(source));
    this.byKey = read.by !== "scan";
    this.exact = encoding !== "UTF-8";
    this.#key = read.by === "rowid" ? read.name : read.by === "integer-key" ? quoteSqlite(read.column) : "";
    const name = read.by === "rowid" ? read.alias : read.by === "integer-key" ? read.column : null;
    const at = layout.columns.findIndex(({ source }) => source === name);
    this.hidden = this.byKey && at < 0 ? 1 : 0;
    this.#keyAt = Math.max(at, 0);
    this.#decode = encoding === "UTF-8" ? decodeUtf8 : encoding === "UTF-16le" ? decodeUtf16le : decodeUtf16be;
    this.#numbers = this.hidden === 0 && layout.columns.every(readsAsNumber);
  }

  keyOf(row: readonly SourceValue[]): bigint {
    return BigInt(row[this.#keyAt] as bigint | number);
  }

  /** The least or greatest read key; null for an empty table. */
  end(which: "first" | "last"): bigint | null {
    const sql = `SELECT ${which === "first" ? "min" : "max"}(${this.#key}) FROM ${quoteSqlite(this.#table.source)}`;
    const key = this.#db.prepare<[], bigint | null>(sql).pluck().safeIntegers(true).get();
    return typeof key === "bigint" ? key : null;
  }

  block(bounds: KeyBounds, limit: number): SourceValue[][] {
    if (this.exact) return this.exactBlock(bounds, limit);
    return this.#prepare(false, bounds).all(...parameters(bounds), limit) as SourceValue[][];
  }

  /** The same rows with every text decoded here, and every integer as bigint. */
  exactBlock(bounds: KeyBounds, limit: number): SourceValue[][] {
    const rows = this.#prepare(true, bounds).all(...parameters(bounds), limit);
    for (const row of rows) this.#restore(row);
    return rows as SourceValue[][];
  }

  /** All rows within the bounds, one at a time. */
  *iterate(bounds: KeyBounds): Generator<SourceValue[], void, undefined> {
    for (const row of this.#prepare(this.exact, bounds).iterate(...parameters(bounds), -1)) {
      if (this.exact) this.#restore(row);
      yield row as SourceValue[];
    }
  }

  /** All rows but the first `skipped` in the table's own order (an index that covers them could have another). */
  *scan(exact: boolean, skipped: number): Generator<SourceValue[], void, undefined> {
    const sql = `SELECT ${this.#selected(exact)} FROM ${quoteSqlite(this.#table.source)} NOT INDEXED${this.#readable("WHERE")} LIMIT -1 OFFSET ?`;
    const statement = this.#db
      .prepare<unknown[], unknown[]>(sql)
      .raw(true)
      .safeIntegers(exact || !this.#numbers);
    for (const row of statement.iterate(skipped)) {
      if (exact) this.#restore(row);
      yield row as SourceValue[];
    }
  }

  #prepare(exact: boolean, { after, to }: KeyBounds): Statement {
    const kind = `${exact} ${after} ${to === null}`;
    const known = this.#statements.get(kind);
    if (known !== undefined) return known;
    const range = `${this.#key} ${after ? ">" : ">="} ?${to === null ? "" : ` AND ${this.#key} <= ?`}`;
    const sql = `SELECT ${this.#selected(exact)} FROM ${quoteSqlite(this.#table.source)} WHERE ${range}${this.#readable("AND")} ORDER BY ${this.#key} LIMIT ?`;
    const statement = this.#db
      .prepare<unknown[], unknown[]>(sql)
      .raw(true)
      .safeIntegers(exact || !this.#numbers);
    this.#statements.set(kind, statement);
    return statement;
  }

  #selected(exact: boolean): string {
    const key = this.hidden === 1 ? [this.#key] : [];
    if (!exact) return [...key, ...this.#columns].join(", ");
    const values = this.#columns.map(
      (name) => `CASE WHEN typeof(${name}) = 'text' THEN CAST(${name} AS BLOB) ELSE ${name} END`,
    );
    return [...key, ...values, concatenated(this.#columns.map((name) => `substr(typeof(${name}), 1, 1)`))].join(", ");
  }

  #readable(word: "WHERE" | "AND"): string {
    const long = [...new Set(this.#table.oversize.map(({ column }) => column))];
    if (long.length === 0) return "";
    return ` ${word} ${long.map((name) => `coalesce(octet_length(${quoteSqlite(name)}), 0) <= ${READABLE_BYTES}`).join(" AND ")}`;
  }

  /** Takes the storage classes off the end of an exact row and decodes what is text. */
  #restore(row: unknown[]): void {
    const classes = row.pop() as string;
    for (let at = 0; at < classes.length; at++)
      if (classes.charCodeAt(at) === 0x74) row[at + this.hidden] = this.#decode(row[at + this.hidden] as Buffer);
  }
}

const parameters = ({ from, to }: KeyBounds): bigint[] => (to === null ? [from] : [from, to]);

/** As a balanced tree: SQLite limits how deep an expression may be, and a table may have two thousand columns. */
const concatenated = (parts: readonly string[]): string => {
  if (parts.length <= 1) return parts[0] ?? "''";
  const middle = parts.length >> 1;
  return `(${concatenated(parts.slice(0, middle))} || ${concatenated(parts.slice(middle))})`;
};

/**
 * Whether reading INTEGER as a JavaScript number cannot change what this column is expected to hold: it holds no numbers by
 * its form, or only such as are exact. Where integers and reals are spelled apart, bigint is needed.
 */
const readsAsNumber = ({ form, numbersAreSafe }: PlanColumn): boolean => {
  switch (form.kind) {
    case "any":
      return false;
    case "json":
      return !form.numbers;
    case "integer":
    case "real":
    case "decimal":
    case "boolean-integer":
    case "epoch":
    case "julian":
      return numbersAreSafe;
    default:
      return true;
  }
};

const decodeUtf8 = (bytes: Buffer): string | UndecodableText =>
  isUtf8(bytes) ? bytes.toString("utf8") : new UndecodableText(bytes);

const decodeUtf16le = (bytes: Buffer): string | UndecodableText => {
  const text = bytes.length % 2 === 0 ? bytes.toString("utf16le") : null;
  return text?.isWellFormed() ? text : new UndecodableText(bytes);
};

const decodeUtf16be = (bytes: Buffer): string | UndecodableText => {
  const text = bytes.length % 2 === 0 ? Buffer.from(bytes).swap16().toString("utf16le") : null;
  return text?.isWellFormed() ? text : new UndecodableText(bytes);
};
