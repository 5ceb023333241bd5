/**
 * The same statements on a SQLite file with its triggers and on PostgreSQL with the translated ones. After each of them both
 * must have taken it, or both refused it, and all tables must hold the same rows.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import type { Client } from "pg";
import { expect, onTestFinished } from "vitest";
import type { Config } from "../../src/plan/config.ts";
import type { RunReport } from "../../src/report/model.ts";
import { qualified, quoteIdentifier } from "../../src/target/quote.ts";
import { crossFile } from "./cross-file.ts";
import type { FreshDatabase } from "./database.ts";

export interface BothEngines {
  readonly report: RunReport;
  readonly sqlite: Database.Database;
  readonly postgres: Client;
  readonly schema: string;
  /** Runs a statement on both and compares; says whether it was taken. */
  readonly run: (sql: string) => Promise<boolean>;
}

export interface BothOptions {
  readonly config?: Config;
  /** Columns (`table.column`) that are not compared: ids that each engine gives by its own count. */
  readonly apart?: readonly string[];
}

let schemas = 0;

/** Makes the file, crosses it with every translatable trigger accepted, and opens both sides for writing. */
export const bothEngines = async (
  database: FreshDatabase,
  source: string,
  { config = { accept: ["TRIGGER_TRANSLATABLE"] }, apart = [] }: BothOptions = {},
): Promise<BothEngines> => {
  const directory = mkdtempSync(join(tmpdir(), "landbridge-both-"));
  const path = join(directory, "source.sqlite");
  const sqlite = new Database(path);
  onTestFinished(() => {
    sqlite.close();
    rmSync(directory, { recursive: true, force: true });
  });
  sqlite.exec(source);
  sqlite.pragma("foreign_keys = ON");
  const schema = `both_${++schemas}`;
  const { target, admin } = database;
  const { report } = await crossFile(path, { target, admin, schema, directory, config });
  expect(report.errors).toEqual([]);
  const compare = comparison(sqlite, admin, schema, report, apart);
  await compare("as it arrived");
  return {
    ...{ report, sqlite, postgres: admin, schema },
    run: async (sql) => {
      await admin.query(`SET search_path = ${quoteIdentifier(schema)}`);
      const refusals = [refusalOf(() => sqlite.exec(sql)), await refusalIn(admin, sql)];
      expect(refusals[1] === null, `${sql}\nSQLite: ${refusals[0]}\nPostgreSQL: ${refusals[1]}`).toBe(
        refusals[0] === null,
      );
      await compare(sql);
      return refusals[0] === null;
    },
  };
};

const refusalOf = (action: () => unknown): string | null => {
  try {
    action();
    return null;
  } catch (error) {
    return String(error);
  }
};

const refusalIn = async (client: Client, sql: string): Promise<string | null> => {
  try {
    await client.query(sql);
    return null;
  } catch (error) {
    return String(error);
  }
};

const comparison =
  (sqlite: Database.Database, client: Client, schema: string, { tables }: RunReport, apart: readonly string[]) =>
  async (after: string): Promise<void> => {
    for (const table of tables) {
      const columns = table.columns.filter(({ source }) => !apart.includes(`${table.name}.${source}`));
      const names = (side: "source" | "target"): string =>
        columns.map((column) => quoteIdentifier(column[side])).join(", ");
      const here = sqlite
        .prepare(`SELECT ${names("source")} FROM ${quoteIdentifier(table.name)}`)
        .raw()
        .all();
      const { rows } = await client.query<unknown[]>({
        text: `SELECT ${names("target")} FROM ${qualified(schema, table.target)}`,
        rowMode: "array",
        types: { getTypeParser: () => (text: string) => text },
      });
      expect(sorted(rows), `${table.name} after: ${after}`).toEqual(sorted(here as unknown[][]));
    }
  };

const sorted = (rows: readonly unknown[][]): string[] => rows.map((row) => JSON.stringify(row.map(plain))).sort();

/** A value as both can say it: numbers as numbers, booleans as 0 and 1, whatever was stamped just now as "now". */
const plain = (value: unknown): unknown => {
  if (value === null) return null;
  const text = String(value);
  if (text === "t" || text === "f") return text === "t" ? 1 : 0;
  if (isNow(text)) return "now";
  return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : text;
};

const isNow = (text: string): boolean => {
  const moment = /^\d{10}$/.test(text)
    ? Number(text) * 1000
    : Date.parse(`${text.replace(" ", "T").replace("Z", "")}Z`);
  return Math.abs(Date.now() - moment) < 3_600_000;
};
