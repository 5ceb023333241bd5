/** Writes the rows of one table into the file. */
import Database from "better-sqlite3";
import { messageOf } from "../../errors.ts";
import type { Policies } from "../../plan/model.ts";
import type { Encoding } from "../../source/model.ts";
import { quoteSqlite } from "../../source/quote.ts";
import type { FittedTable } from "../file/fit.ts";
import { rendererOf } from "../values/compile.ts";
import { type Bound, Misfit, type Renderer, StoredText } from "../values/model.ts";
import { type WireReader, wireReader } from "../values/wire.ts";

/** SQLite's API takes no longer value. */
const LONGEST = 536_870_000;

export interface Refused {
  readonly column: string | null;
  readonly code: string;
  readonly message: string;
}

export interface WriterSettings {
  readonly encoding: Encoding;
  readonly policies: Policies;
  /** Rowids that rows of the ledger are to have: no other row is given one of them. */
  readonly reserved: ReadonlySet<string>;
}

export class RowWriter {
  written = 0;
  /** Values that two storage classes could have been, by column. */
  readonly merged = new Map<string, number>();
  /** A measure of the longest row, for whoever reads them again in blocks. */
  maxRowBytes = 0;
  bytes = 0;
  readonly #statement: Database.Statement<unknown[]>;
  readonly #readers: readonly WireReader["decode"][];
  readonly #renderers: readonly Renderer[];
  readonly #names: readonly string[];
  readonly #reserved: ReadonlySet<string>;
  readonly #numbered: boolean;
  readonly #parameters: readonly ((value: Bound) => Parameter[])[];
  #row: Bound[] = [];
  /** What else single values of the row may have been. */
  #others: { readonly at: number; readonly value: Bound }[] = [];
  #rowBytes = 0;
  #rowid = 0n;
  #refused: Refused | null = null;

  constructor(db: Database.Database, table: FittedTable, { encoding, policies, reserved }: WriterSettings) {
    const { columns, rowid } = table;
    this.#names = columns.map(({ column }) => column.source);
    this.#readers = columns.map(({ column, select }) => (select === null ? wireReader(column.type) : TEXT).decode);
    this.#renderers = columns.map(({ column, affinity }, at) =>
      rendererOf(column.form, column.type, {
        ...{ affinity, encoding, policies, stored: column.stored ?? null },
        merged: (others) => {
          this.merged.set(column.source, (this.merged.get(column.source) ?? 0) + 1);
          for (const value of others) this.#others.push({ at, value });
        },
      }),
    );
    this.#reserved = reserved;
    this.#numbered = rowid !== null;
    const isBytes = columns.map(({ column: { type, form } }) => type.name === "bytea" && form.kind !== "blob");
    this.#parameters = isBytes.map((bytes) => (bytes ? ofBytes : ofValue));
    this.#statement = db.prepare(insertInto(table.planned.source, this.#names, rowid, isBytes));
  }

  /** Takes one field of the row that is being read. */
  readonly field = (column: number, bytes: Buffer, at: number, length: number): void => {
    this.#rowBytes += Math.max(0, length);
    this.#row[column] = length < 0 || this.#refused !== null ? null : this.#render(column, bytes, at, length);
  };

  /** Writes the row; says why where SQLite cannot hold it. */
  endOfRow(): Refused | null {
    const refused = this.#refused ?? this.#insertSomehow();
    if (refused === null) {
      this.written++;
      this.bytes += this.#rowBytes;
      this.maxRowBytes = Math.max(this.maxRowBytes, this.#rowBytes);
    }
    this.#row = [];
    this.#others = [];
    this.#rowBytes = 0;
    this.#refused = null;
    return refused;
  }

  #render(column: number, bytes: Buffer, at: number, length: number): Bound {
    const name = this.#names[column]!;
    if (length > LONGEST) {
      this.#refused = { column: name, code: "REVERSE_TOO_LONG", message: `a value of ${length} bytes` };
      return null;
    }
    const value = this.#renderers[column]!(this.#readers[column]!(bytes, at, length));
    if (!(value instanceof Misfit)) return value;
    this.#refused = { column: name, code: "REVERSE_NO_FORM", message: value.why };
    return null;
  }

  /** Two values that were unique as text and as BLOB must not become one. */
  #insertSomehow(): Refused | null {
    const refused = this.#insert();
    if (refused === null || !/_(?:UNIQUE|PRIMARYKEY)$/.test(refused.code)) return refused;
    for (const { at, value } of this.#others) {
      const taken = this.#row[at]!;
      this.#row[at] = value;
      if (this.#insert() === null) return null;
      this.#row[at] = taken;
    }
    return refused;
  }

  #insert(): Refused | null {
    const rowid = this.#nextRowid();
    try {
      this.#statement.run([
        ...(this.#numbered ? [rowid] : []),
        ...this.#row.flatMap((value, at) => this.#parameters[at]!(value)),
      ]);
      this.#rowid = rowid;
      return null;
    } catch (error) {
      if (!(error instanceof Database.SqliteError) || !/^SQLITE_(?:CONSTRAINT|MISMATCH|TOOBIG)/.test(error.code))
        throw error;
      return { column: null, code: error.code, message: messageOf(error) };
    }
  }

  #nextRowid(): bigint {
    let rowid = this.#rowid + 1n;
    while (this.#reserved.size > 0 && this.#reserved.has(String(rowid))) rowid++;
    return rowid;
  }
}

const TEXT = wireReader({ name: "text" });

type Parameter = bigint | number | string | Buffer | null;

/** Bytes that are text cannot be bound as such: such a column's value is three parameters. */
export const ofBytes = (value: Bound): Parameter[] =>
  value instanceof StoredText ? [1n, value.bytes, null] : [0n, null, value];

const ofValue = (value: Bound): Parameter[] => [value instanceof StoredText ? value.bytes : value];

/**
 * @param rowid SQL of the rowid where it is given, before all others; null where it is not
 * @param isBytes which columns take values as `ofBytes` gives them
 */
export const insertInto = (
  table: string,
  columns: readonly string[],
  rowid: string | null,
  isBytes: readonly boolean[],
): string => {
  const names = [...(rowid === null ? [] : [rowid]), ...columns.map(quoteSqlite)];
  if (names.length === 0) return `INSERT INTO ${quoteSqlite(table)} DEFAULT VALUES`;
  const values = columns.map((_, at) => (isBytes[at] ? "iif(?, CAST(? AS TEXT), ?)" : "?"));
  return `INSERT INTO ${quoteSqlite(table)} (${names.join(", ")}) VALUES (${[...(rowid === null ? [] : ["?"]), ...values].join(", ")})`;
};

/** Whether the new file has a virtual table of that name, which gives back what its module makes of a row. */
export const isVirtual = (db: Database.Database, { planned }: FittedTable): boolean =>
  db.prepare("SELECT 1 FROM pragma_table_list(?) WHERE type = 'virtual'").get(planned.source) !== undefined;
