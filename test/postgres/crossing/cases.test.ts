/**
 * One folder of test/cases for each failure that users of other tools have met, under the number that it has there: source.sql
 * makes the file, expected.json says what becomes of it. LANDBRIDGE_WRITE_CASES writes what is found, to be read before it is kept.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "pg";
import { expect, it } from "vitest";
import type { Config } from "../../../src/plan/config.ts";
import type { RunReport } from "../../../src/report/model.ts";
import { crossFile } from "../../support/cross-file.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";
import { pgvectorDatabase } from "../../support/pgvector.ts";
import { sqliteFile, temporaryDirectory } from "../../support/sqlite.ts";

interface Expected {
  readonly config?: Config;
  /** Where it takes a server that has pgvector. */
  readonly pgvector?: true;
  readonly exitCode: number;
  /** The refusal's code, where the run was refused. */
  readonly error?: string;
  /** `table.column` in target names. */
  readonly types: Readonly<Record<string, string>>;
  /** `severity CODE where`, all of them, sorted. */
  readonly findings: readonly string[];
  /** Rows rejected, by source table; none where it is not named. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Queries in the target's schema with the rows that they give; `$1` is the run. */
  readonly queries: Readonly<Record<string, readonly (readonly unknown[])[]>>;
}

const CASES = join(import.meta.dirname, "../../cases");
const write = process.env["LANDBRIDGE_WRITE_CASES"] !== undefined;
const database = await freshDatabase();

const withVectors = await pgvectorDatabase();

const found = async (
  { admin }: FreshDatabase,
  report: RunReport,
  queries: readonly string[],
): Promise<Omit<Expected, "config" | "pgvector">> => ({
  exitCode: report.exitCode,
  ...(report.errors[0] === undefined ? {} : { error: report.errors[0].code }),
  types: Object.fromEntries(
    report.tables.flatMap((table) => table.columns.map(({ target, type }) => [`${table.target}.${target}`, type])),
  ),
  findings: report.findings.map(({ code, severity, where }) => `${severity} ${code} ${where}`).sort(),
  rejected: Object.fromEntries(
    report.tables.filter(({ rowsRejected }) => rowsRejected > 0).map((table) => [table.name, table.rowsRejected]),
  ),
  queries: await answers(admin, queries, report),
});

/** One after the other: a client takes one query at a time. */
const answers = async (admin: Client, queries: readonly string[], report: RunReport): Promise<Expected["queries"]> => {
  const found: Record<string, unknown[][]> = {};
  for (const query of queries) found[query] = await rowsOf(admin, query, report);
  return found;
};

const rowsOf = async (admin: Client, query: string, report: RunReport): Promise<unknown[][]> => {
  const values = query.includes("$1") ? [report.runId] : [];
  return (await admin.query<unknown[]>({ text: query, values, rowMode: "array" })).rows;
};

it.for(readdirSync(CASES).sort())("%s", async (name, { skip }) => {
  const file = join(CASES, name, "expected.json");
  const { config = {}, pgvector, ...expected } = JSON.parse(readFileSync(file, "utf8")) as Expected;
  const server = pgvector === true ? withVectors : database;
  if (server === null) return skip("needs pgvector");
  const { target, admin } = server;
  const path = sqliteFile(readFileSync(join(CASES, name, "source.sql"), "utf8"));
  const { report, verdict } = await crossFile(path, {
    ...{ target, admin, schema: name, directory: temporaryDirectory(), config },
  });
  expect(verdict?.differences ?? []).toEqual([]);
  expect(report.tables.filter(({ proof }) => proof === "different")).toEqual([]);
  await admin.query(`SET search_path = "${name}", public`);
  const queries = write && Array.isArray(expected.queries) ? expected.queries : Object.keys(expected.queries);
  const actual = await found(server, report, queries);
  if (write)
    writeFileSync(
      file,
      `${JSON.stringify({ ...(Object.keys(config).length === 0 ? {} : { config }), ...(pgvector ? { pgvector } : {}), ...actual }, null, 2)}\n`,
    );
  else expect(actual).toEqual(expected);
});
