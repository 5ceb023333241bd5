/** A whole small database in both places, typed by what its columns hold: what a view needs to be compared. */
import type Database from "better-sqlite3";
import type { Client } from "pg";
import type { ScopeColumn } from "../../../src/plan/translate/scope.ts";
import { type Relation, translateView, type ViewTranslation } from "../../../src/plan/translate/view.ts";
import type { Affinity } from "../../../src/source/model.ts";
import { quoteSqlite } from "../../../src/source/quote.ts";
import { quoteIdentifier } from "../../../src/target/quote.ts";

const affinityOf = (declared: string): Affinity => {
  if (/INT/i.test(declared)) return "INTEGER";
  if (/CHAR|CLOB|TEXT/i.test(declared)) return "TEXT";
  if (/BLOB/i.test(declared) || declared === "") return "BLOB";
  return /REAL|FLOA|DOUB/i.test(declared) ? "REAL" : "NUMERIC";
};

const typed = (
  source: Database.Database,
  table: string,
  name: string,
  affinity: Affinity,
  declared: string,
): Pick<ScopeColumn, "type" | "form"> => {
  const column = quoteSqlite(name);
  const classes = source
    .prepare(`SELECT DISTINCT typeof(${column}) FROM ${quoteSqlite(table)} WHERE ${column} IS NOT NULL`)
    .pluck()
    .all() as string[];
  const all = (pattern: string): boolean =>
    source
      .prepare(`SELECT count(*) FROM ${quoteSqlite(table)} WHERE ${column} NOT GLOB ?`)
      .pluck()
      .get(pattern) === 0;
  const day = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]";
  if (/JSON/i.test(declared)) return { type: { name: "jsonb" }, form: { kind: "json", numbers: false } };
  if (classes.length === 0)
    return affinity === "INTEGER"
      ? { type: { name: "bigint" }, form: { kind: "integer" } }
      : { type: { name: "text" }, form: { kind: "text" } };
  if (classes.every((name) => name === "integer") && affinity !== "REAL")
    return { type: { name: "bigint" }, form: { kind: "integer" } };
  if (classes.every((name) => name === "integer" || name === "real")) {
    return affinity === "REAL"
      ? { type: { name: "double precision" }, form: { kind: "real" } }
      : { type: { name: "numeric" }, form: { kind: "decimal" } };
  }
  if (classes.every((name) => name === "blob")) return { type: { name: "bytea" }, form: { kind: "blob" } };
  if (!classes.every((name) => name === "text")) return { type: { name: "text" }, form: { kind: "any" } };
  if (affinity === "NUMERIC" && all(day)) return { type: { name: "date" }, form: { kind: "iso-date" } };
  if (affinity === "NUMERIC" && all(`${day} [0-9][0-9]:[0-9][0-9]:[0-9][0-9]`)) {
    return {
      type: { name: "timestamp" },
      form: { kind: "iso-datetime", separator: " ", seconds: true, fraction: 0, zone: "" },
    };
  }
  return { type: { name: "text" }, form: { kind: "text" } };
};

/** Creates the tables (or those named) in PostgreSQL with their rows: what a view may then read. */
export const copyTables = async (
  source: Database.Database,
  client: Client,
  only?: readonly string[],
): Promise<Map<string, Relation>> => {
  const relations = new Map<string, Relation>();
  const tables = source
    .prepare("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'")
    .pluck()
    .all() as string[];
  for (const table of only ?? tables) {
    const info = source.prepare("SELECT name, type, pk FROM pragma_table_xinfo(?) WHERE hidden = 0").all(table) as {
      name: string;
      type: string;
      pk: number;
    }[];
    const columns = new Map(
      info.map(({ name, type }) => {
        const affinity = affinityOf(type);
        return [
          name.toLowerCase(),
          { target: name, collation: "BINARY", affinity, ...typed(source, table, name, affinity, type) },
        ] as const;
      }),
    );
    const key = info.find(({ pk, type }) => pk === 1 && /^integer$/i.test(type))?.name.toLowerCase();
    relations.set(table.toLowerCase(), {
      target: table,
      columns,
      ...(key === undefined ? {} : { rowid: key, keys: [[key]] }),
    });
    const definitions = [...columns.values()].map(({ target, type }) => `${quoteIdentifier(target)} ${type.name}`);
    await client.query(`CREATE TABLE ${quoteIdentifier(table)} (${definitions.join(", ")})`);
    const rows = source
      .prepare(`SELECT ${info.map(({ name }) => quoteSqlite(name)).join(", ")} FROM ${quoteSqlite(table)}`)
      .safeIntegers()
      .raw()
      .all() as unknown[][];
    const marks = info.map((_, at) => `$${at + 1}`).join(", ");
    for (const row of rows) {
      await client.query(
        `INSERT INTO ${quoteIdentifier(table)} VALUES (${marks})`,
        row.map((value) => (typeof value === "bigint" || typeof value === "number" ? String(value) : value)),
      );
    }
  }
  return relations;
};

export interface ViewOutcome {
  readonly name: string;
  readonly translation: ViewTranslation;
  readonly sourceRows: readonly string[];
  readonly targetRows: readonly string[];
}

/** Translates and creates every view that can be, in rounds, and reads both sides. */
export const compareViews = async (
  source: Database.Database,
  client: Client,
  relations: Map<string, Relation>,
): Promise<ViewOutcome[]> => {
  const waiting = source.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'view'").all() as {
    name: string;
    sql: string;
  }[];
  const outcomes = new Map<string, ViewOutcome>();
  for (let round = 0; round < 5; round++) {
    for (const { name, sql } of waiting) {
      if (outcomes.get(name)?.translation.ok) continue;
      const columns = source.prepare("SELECT name FROM pragma_table_info(?)").pluck().all(name) as string[];
      const translation = translateView(
        { name, sql, columns, problem: null },
        (relation) => relations.get(relation.toLowerCase()) ?? null,
      );
      if (!translation.ok) {
        outcomes.set(name, { name, translation, sourceRows: [], targetRows: [] });
        continue;
      }
      await client.query(`CREATE VIEW ${quoteIdentifier(name)} AS ${translation.query}`);
      relations.set(name.toLowerCase(), { target: name, columns: translation.columnTypes });
      const sourceRows = source
        .prepare(`SELECT * FROM ${quoteSqlite(name)}`)
        .safeIntegers()
        .raw()
        .all() as unknown[][];
      const targetRows = await client.query<unknown[]>({
        text: `SELECT * FROM ${quoteIdentifier(name)}`,
        rowMode: "array",
        types: { getTypeParser: () => (text: string) => text },
      });
      outcomes.set(name, {
        name,
        translation,
        sourceRows: sourceRows.map((row) => shown(row)),
        targetRows: targetRows.rows.map((row) => shown(row)),
      });
    }
  }
  return [...outcomes.values()];
};

/** A row as text: numbers to twelve digits, because sums of doubles differ in the last ones; truth as 0 and 1. */
const shown = (row: readonly unknown[]): string =>
  row
    .map((value) => {
      if (value === null) return "NULL";
      if (Buffer.isBuffer(value)) return `\\x${value.toString("hex")}`;
      const text = String(value);
      if (/^[[{]/.test(text)) return JSON.stringify(JSON.parse(text));
      if (text === "t" || text === "f") return text === "t" ? "1" : "0";
      return /^-?\d*\.?\d+(?:e[+-]?\d+)?$/i.test(text) && !/^-?\d{16,}$/.test(text)
        ? String(Number(Number(text).toPrecision(12)))
        : text;
    })
    .join(" | ");
