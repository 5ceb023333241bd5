/** The schema of the new file: the original's own words where the plan keeps them, else what was made for the table. */
import type { Database } from "better-sqlite3";
import { messageOf } from "../../errors.ts";
import type { FindingList } from "../../plan/findings.ts";
import { isDoubleQuotedText } from "../../source/double-quoted.ts";
import type { SchemaObject, SchemaText } from "../../source/model.ts";
import { quoteSqlite } from "../../source/quote.ts";
import type { BackPlan } from "../model.ts";
import { execWithDoubleQuotedTexts } from "./double-quoted.ts";

/** Makes every table, and nothing else yet: indexes and triggers come after the rows. */
export const createTables = (db: Database, { plan, tables }: BackPlan, findings: FindingList): void => {
  for (const object of objectsOf(plan.sourceSchema, "table")) createOriginal(db, object, findings);
  for (const { planned, statements, additions } of tables) {
    if (!isThere(db, planned.source) && statements !== null)
      attempt(db, statements.table, `table ${planned.source}`, findings, "Its rows are not in the file.");
    for (const addition of additions)
      attempt(db, addition, `column of ${planned.source}`, findings, "Its values are not in the file.");
  }
};

/** Indexes, in the order in which the original has them. */
export const createIndexes = (db: Database, { plan, tables }: BackPlan, findings: FindingList): void => {
  for (const object of objectsOf(plan.sourceSchema, "index")) createOriginal(db, object, findings);
  for (const { planned, statements } of tables)
    for (const sql of statements?.after ?? []) attempt(db, sql, `index of ${planned.source}`, findings);
};

/** What works by itself once the rows are there. */
export const createViewsAndTriggers = (db: Database, { plan }: BackPlan, findings: FindingList): void => {
  for (const type of ["view", "trigger"] as const)
    for (const object of objectsOf(plan.sourceSchema, type)) createOriginal(db, object, findings);
};

const objectsOf = (text: SchemaText | undefined, type: SchemaObject["type"]): SchemaObject[] =>
  (text?.objects ?? []).filter((object) => object.type === type);

const createOriginal = (db: Database, { type, name, sql }: SchemaObject, findings: FindingList): void => {
  // A virtual table makes its own tables, and a refused one may have been made by its columns alone.
  if (type === "table" && isThere(db, name)) return;
  attempt(db, sql, `${type} ${name}`, findings);
};

/** A statement that this SQLite refuses is said with its words. */
const attempt = (db: Database, sql: string, where: string, findings: FindingList, loss: string | null = null): void => {
  try {
    execute(db, sql);
  } catch (error) {
    findings.add(
      "REVERSE_SCHEMA_REFUSED",
      "error",
      where,
      `SQLite does not make it again: ${messageOf(error)}. It was: ${sql}`,
      loss !== null
        ? `${loss} Change it in PostgreSQL to what SQLite takes, and run reverse again.`
        : where.startsWith("table ")
          ? "Its rows are in an ordinary table of that name. Make it with the application's own SQLite, whose collations or modules it needs, and bring them over."
          : "Make it with the application's own SQLite, whose functions, collations or modules it needs.",
    );
  }
};

const execute = (db: Database, sql: string): void => {
  try {
    db.exec(sql);
  } catch (error) {
    if (!isDoubleQuotedText(error)) throw error;
    execWithDoubleQuotedTexts(db, sql);
  }
};

const isThere = (db: Database, table: string): boolean => {
  try {
    db.prepare(`SELECT 1 FROM ${quoteSqlite(table)} LIMIT 0`);
    return true;
  } catch {
    return false;
  }
};
