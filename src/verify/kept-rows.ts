/** What the ledger says of single rows: those that stayed behind, and those that were changed because the user asked for it. */
import type { Client } from "pg";
import type { PlanTable } from "../plan/model.ts";
import type { Encoding } from "../source/model.ts";
import { encode } from "./source-values/text.ts";
import { type SourceValue, UndecodableText } from "./source-values/value.ts";

/** How many ledger rows are fetched at a time. */
const PAGE = 10_000;
/** The ledger leaves longer values to the snapshot and keeps their length. */
const LONGEST_KEPT = 1 << 20;

export class KeptRows {
  readonly #keys: readonly string[];
  readonly #encoding: Encoding;
  readonly #rows = new Set<string>();
  readonly #rejected = new Set<string>();
  #skipped = 0;
  readonly #cleaned = new Map<string, Set<string>>();

  constructor(table: PlanTable, encoding: Encoding) {
    this.#keys = identifyingColumns(table);
    this.#encoding = encoding;
  }

  /** The source columns whose values, in this order, name a row to `identities`. */
  get keys(): readonly string[] {
    return this.#keys;
  }

  get isEmpty(): boolean {
    return this.#rejected.size === 0 && this.#cleaned.size === 0;
  }

  /** How many rows are listed as there before: like rejected ones, they are not expected. */
  get skippedRows(): number {
    return this.#skipped;
  }

  /** How many rows are listed as rejected or skipped; a row that is listed for two of its columns is one. */
  get rejectedRows(): number {
    return this.#rows.size;
  }

  /** Whether the row of this rowid or integer key is listed as rejected. */
  listsKey(key: string): boolean {
    return (
      this.#rejected.has(`rowid ${key}`) ||
      this.#rejected.has(`key number ${key}`) ||
      this.#rejected.has(`ordinal ${key}`)
    );
  }

  /** Reads the lists of one table; a target without a ledger has none. */
  async load(client: Client, planHash: string, table: string): Promise<this> {
    for await (const { key, rowid } of ledgerRows(client, "rejects", planHash, table)) {
      const names = namesOf(key, rowid, this.#keys);
      if (names[0] !== undefined) this.#rows.add(names[0]);
      for (const name of names) this.#rejected.add(name);
    }
    const rejected = this.#rows.size;
    for await (const { key, rowid } of ledgerRows(client, "skipped", planHash, table)) {
      const names = namesOf(key, rowid, this.#keys);
      if (names[0] !== undefined) this.#rows.add(names[0]);
      for (const name of names) this.#rejected.add(name);
    }
    this.#skipped = this.#rows.size - rejected;
    for await (const { key, rowid, column } of ledgerRows(client, "cleaned", planHash, table)) {
      for (const name of namesOf(key, rowid, this.#keys))
        this.#cleaned.set(name, (this.#cleaned.get(name) ?? new Set()).add(column ?? ""));
    }
    return this;
  }

  /** All names a source row goes by: its rowid, its key, its place in the scan. */
  identities(rowid: bigint | number | null, keys: readonly SourceValue[], ordinal: number): string[] {
    const names = rowid === null ? [`ordinal ${ordinal}`] : [`rowid ${rowid}`];
    if (keys.length > 0) names.push(`key ${keys.map((value) => keyPart(value, this.#encoding)).join("\0")}`);
    return names;
  }

  isRejected(identities: readonly string[]): boolean {
    return identities.some((name) => this.#rejected.has(name));
  }

  /** Source names of the columns that are expected to be NULL in this row. */
  clearedColumns(identities: readonly string[]): ReadonlySet<string> | null {
    for (const name of identities) {
      const columns = this.#cleaned.get(name);
      if (columns !== undefined) return columns;
    }
    return null;
  }
}

/** Source names of the tables of which the ledger lists any row, so that the others need not be asked for one by one. */
export const tablesWithKeptRows = async (client: Client, planHash: string): Promise<ReadonlySet<string>> => {
  const tables = new Set<string>();
  for (const list of ["rejects", "skipped", "cleaned"] as const) {
    if (!(await isThere(client, list))) continue;
    const { rows } = await client.query<{ table: string }>(
      `SELECT DISTINCT source_table AS "table" FROM landbridge.${list} WHERE plan_hash = $1`,
      [planHash],
    );
    for (const { table } of rows) tables.add(table);
  }
  return tables;
};

type List = "rejects" | "skipped" | "cleaned";

const isThere = async (client: Client, list: List): Promise<boolean> => {
  const { rows } = await client.query<{ there: boolean }>(
    `SELECT to_regclass('landbridge.${list}') IS NOT NULL AS there`,
  );
  return rows[0]!.there;
};

const identifyingColumns = ({ keyColumns, read }: PlanTable): readonly string[] => {
  if (keyColumns.length > 0) return keyColumns;
  return read.by === "integer-key" ? [read.column] : [];
};

interface LedgerRow {
  readonly key: string | null;
  readonly rowid: string | null;
  readonly column: string | null;
}

async function* ledgerRows(client: Client, list: List, planHash: string, table: string): AsyncGenerator<LedgerRow> {
  if (!(await isThere(client, list))) return;
  for (let last = "0"; ; ) {
    const { rows } = await client.query<LedgerRow & { id: string }>(
      `SELECT id::text, source_key::text AS key, source_rowid::text AS rowid, column_name AS column
       FROM landbridge.${list} WHERE plan_hash = $1 AND source_table = $2 AND id > $3 ORDER BY id LIMIT ${PAGE}`,
      [planHash, table, last],
    );
    yield* rows;
    if (rows.length < PAGE) return;
    last = rows.at(-1)!.id;
  }
}

/** Numbers of a key keep their digits: the reviver is shown the text that each was read from. */
class ExactNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type KeyJson = null | string | ExactNumber | { readonly [tag: string]: unknown };

const parseKey = (text: string): Record<string, KeyJson> => {
  const reviver = (_: string, value: unknown, context?: { source?: string }): unknown =>
    typeof value === "number" ? new ExactNumber(context?.source ?? String(value)) : value;
  return JSON.parse(text, reviver as (key: string, value: unknown) => unknown) as Record<string, KeyJson>;
};

const namesOf = (key: string | null, rowid: string | null, columns: readonly string[]): string[] => {
  const names = rowid === null ? [] : [`rowid ${rowid}`];
  const json = key === null ? {} : parseKey(key);
  const numbered = (name: string): string | null => {
    const value = json[name];
    return value instanceof ExactNumber && Object.keys(json).length === 1 ? value.text : null;
  };
  if (columns.length > 0 && columns.every((column) => column in json))
    names.push(`key ${columns.map((column) => jsonPart(json[column]!)).join("\0")}`);
  else if (numbered("rowid") !== null) names.push(`rowid ${numbered("rowid")}`);
  else if (numbered("ordinal") !== null) names.push(`ordinal ${numbered("ordinal")}`);
  return names;
};

const jsonPart = (value: KeyJson): string => {
  if (value === null) return "null";
  if (typeof value === "string") return `text ${value}`;
  if (value instanceof ExactNumber) return `number ${sameNumber(value.text)}`;
  const [tag, content] = Object.entries(value)[0] ?? [];
  if (tag === "$omitted") {
    const { class: storage, bytes } = content as { class: string; bytes: ExactNumber };
    return `$omitted ${storage} ${bytes.text}`;
  }
  return `${tag} ${content}`;
};

const keyPart = (value: SourceValue, encoding: Encoding): string => {
  if (value === null) return "null";
  if (typeof value === "bigint") return `number ${value}`;
  if (typeof value === "number") return realPart(value);
  if (Buffer.isBuffer(value)) return bytesPart("$blob", "blob", value);
  if (value instanceof UndecodableText) return bytesPart("$text", "text", value.bytes);
  const stored = value.length > LONGEST_KEPT / 4 || value.includes("\0") ? encode(value, encoding) : null;
  return stored === null || (stored.length <= LONGEST_KEPT && !value.includes("\0"))
    ? `text ${value}`
    : bytesPart("$text", "text", stored);
};

const realPart = (value: number): string => {
  if (Object.is(value, -0)) return "$real -0";
  return Number.isFinite(value) ? `number ${sameNumber(String(value))}` : `$real ${value}`;
};

const bytesPart = (tag: string, storage: string, bytes: Buffer): string =>
  bytes.length > LONGEST_KEPT ? `$omitted ${storage} ${bytes.length}` : `${tag} ${bytes.toString("hex")}`;

/** jsonb writes 1e22 out in full and keeps 1.0 apart from 1; reals are named by the double that both spell. */
const sameNumber = (text: string): string => (/^-?\d+$/.test(text) ? text : String(Number(text)));
