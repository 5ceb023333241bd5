/**
 * The source's side: a full-text table asked by MATCH, its rows known by the key that they have in PostgreSQL. Works in a
 * connection of its own, whose temporary tables are no part of the snapshot.
 */
import type Database from "better-sqlite3";
import type { PlanColumn, PlanTable } from "../../plan/model.ts";
import type { PlanSearchComparison } from "../../plan/search/model.ts";
import { quoteSqlite } from "../../source/quote.ts";
import { withRow } from "../../source/search/feed.ts";

/** A question that finds more rows than this tells no more, and costs. */
export const MOST_ROWS = 5_000;

/** Between the parts of a key of several columns. */
export const KEY_SEPARATOR = "\u0001";

/** The columns of the table's key, where their text is the same on both sides; null where it is not, or there is no key. */
export const comparableKey = (table: PlanTable): readonly PlanColumn[] | null => {
  const names = table.primaryKey?.columns ?? [];
  const columns = names.flatMap((name) => table.columns.filter(({ target }) => target === name));
  return columns.length > 0 && columns.length === names.length && columns.every(isComparable) ? columns : null;
};

const isComparable = ({ form, type }: PlanColumn): boolean =>
  form.kind === "integer" ||
  form.kind === "uuid" ||
  (form.kind === "text" && (type.name === "text" || type.name === "varchar"));

const keySql = ({ source, form }: PlanColumn): string => {
  const column = `r.${quoteSqlite(source)}`;
  if (form.kind !== "uuid") return `CAST(${column} AS TEXT)`;
  return form.spelling === "blob" ? `lower(hex(${column}))` : `lower(replace(${column}, '-', ''))`;
};

/** As the column's index can answer it, where it is spelled as PostgreSQL does. */
const isKeySql = (column: PlanColumn): string => {
  if (column.form.kind === "integer") return `r.${quoteSqlite(column.source)} = CAST(? AS INTEGER)`;
  return `${column.form.kind === "text" ? `r.${quoteSqlite(column.source)}` : keySql(column)} = ?`;
};

/** What is searched, and by which key its rows are known. */
export interface SearchedIndex {
  /** The full-text table. */
  readonly index: string;
  /** Columns of the table that holds the text; at least one. */
  readonly columns: readonly string[];
  readonly compare: PlanSearchComparison;
  readonly key: readonly PlanColumn[];
}

export class SearchedSource {
  readonly #db: Database.Database;
  readonly #table: PlanTable;
  readonly #match: Database.Statement<[string], string>;
  readonly #texts: Database.Statement<string[], (string | null)[]>;
  readonly #index: string;
  readonly #compare: PlanSearchComparison;

  /** @throws the driver's error where the full-text table cannot be read */
  constructor(db: Database.Database, table: PlanTable, { index, columns, compare, key }: SearchedIndex) {
    this.#db = db;
    this.#table = table;
    this.#index = quoteSqlite(index);
    this.#compare = compare;
    db.exec(`DROP TABLE IF EXISTS temp.landbridge_rows;
      CREATE TEMP TABLE landbridge_rows (number INTEGER PRIMARY KEY, key TEXT);
      INSERT OR IGNORE INTO temp.landbridge_rows
        SELECT ${withRow(compare.rowid, "r")}, ${key.map(keySql).join(` || char(1) || `)} FROM ${quoteSqlite(table.source)} AS r;
      CREATE INDEX temp.landbridge_keys ON landbridge_rows (key)`);
    this.#match = db
      .prepare<[string], string>(
        `SELECT k.key FROM ${this.#index} AS f CROSS JOIN temp.landbridge_rows AS k ON k.number = f.rowid WHERE ${this.#index} MATCH ? LIMIT ${MOST_ROWS + 1}`,
      )
      .pluck();
    this.#texts = db
      .prepare<string[], (string | null)[]>(
        `SELECT ${columns.map((name) => `CAST(r.${quoteSqlite(name)} AS TEXT)`).join(", ")} FROM ${quoteSqlite(table.source)} AS r
         WHERE ${key.map(isKeySql).join(" AND ")}`,
      )
      .raw();
  }

  /**
   * Keys of the rows that it finds; null where they are too many to tell anything, or where the table does not take such a
   * question (detail=none has no phrases).
   */
  keysOf(match: string): ReadonlySet<string> | null {
    try {
      const keys = this.#match.all(match);
      return keys.length > MOST_ROWS ? null : new Set(keys);
    } catch {
      return null;
    }
  }

  /** The searched texts of one row, as PostgreSQL may be asked about them: without NUL. */
  textsOf(key: string): readonly string[] {
    return (this.#texts.get(...key.split(KEY_SEPARATOR)) ?? []).map((text) => (text ?? "").replaceAll("\0", " "));
  }

  /** Texts of some rows, spread over the table. */
  someTexts(rows: number): readonly (readonly string[])[] {
    const step = Math.max(1, Math.floor(this.#table.rows / rows));
    const numbers = this.#db
      .prepare<[number, number], string>(
        "SELECT key FROM temp.landbridge_rows WHERE number % ? = 0 AND key IS NOT NULL ORDER BY number LIMIT ?",
      )
      .pluck()
      .all(step, rows);
    return numbers.map((key) => this.textsOf(key));
  }

  /** Words of the index with the number of rows that hold each; empty where the index holds stems. */
  vocabulary(): readonly { readonly word: string; readonly rows: number }[] {
    const { module } = this.#compare.declaration;
    const [using, from] =
      module === "fts5"
        ? [`fts5vocab('main', ${this.#index}, 'row')`, "SELECT term AS word, doc AS rows FROM temp.landbridge_words"]
        : [
            `fts4aux(main, ${this.#index})`,
            "SELECT term AS word, documents AS rows FROM temp.landbridge_words WHERE col = '*'",
          ];
    this.#db.exec(
      `DROP TABLE IF EXISTS temp.landbridge_words; CREATE VIRTUAL TABLE temp.landbridge_words USING ${using}`,
    );
    try {
      return this.#db.prepare<[], { word: string; rows: number }>(`${from} ORDER BY term`).all();
    } finally {
      this.#db.exec("DROP TABLE temp.landbridge_words");
    }
  }
}
