/**
 * Whatever SQLite can hold arrives equal or is named as rejected, and Landbridge's own verdict says the same as an oracle that
 * shares no code with it. LANDBRIDGE_PROPERTY_RUNS sets the number of databases (100; 2,000 before a release), and
 * LANDBRIDGE_PROPERTY_SEED repeats a run.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Config } from "../../../src/plan/config.ts";
import { buildDatabase } from "../../support/arbitrary/build.ts";
import { arbitraryDatabase } from "../../support/arbitrary/database.ts";
import { crossFile, troublesOf } from "../../support/cross-file.ts";
import { freshDatabase } from "../../support/database.ts";
import { openSource } from "../../support/oracle/source.ts";

const runs = Number(process.env["LANDBRIDGE_PROPERTY_RUNS"] ?? 100);
const seed = process.env["LANDBRIDGE_PROPERTY_SEED"];
const database = await freshDatabase();

const choice = <T extends string>(...words: readonly T[]) => fc.constantFrom(...words);

const arbitraryConfig: fc.Arbitrary<Config> = fc.record({
  names: choice("preserve", "preserve", "preserve", "preserve", "lower", "snake"),
  text: fc.record({
    nul: choice("reject", "reject", "strip", "replace", "bytea"),
    invalid: choice("reject", "reject", "strip", "replace", "bytea"),
  }),
  json: fc.record({ invalid: choice("text", "text", "reject", "null") }),
  orphans: choice("keep", "keep", "keep", "quarantine"),
  accept: fc.constantFrom<NonNullable<Config["accept"]>>("suggestions", []),
});

/** Every column's empty texts are NULL: by the names that the file really has. */
const withEmptyAsNull = (path: string, config: Config): Config => {
  const source = openSource(path);
  const columns = (table: string) =>
    Object.fromEntries(source.columns(table).map((name) => [name, { empty: "null" as const }]));
  const tables = Object.fromEntries(source.tables.map((table) => [table, { columns: columns(table) }]));
  source.close();
  return { ...config, tables };
};

/** Refused before anything was touched, for a reason that the generator gives now and then. */
const REFUSALS = new Set(["NAMES_COLLIDE", "SOURCE_NO_TABLES"]);

let databases = 0;

it(
  "carries any database whole, and says so as the oracle does",
  async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryDatabase,
        arbitraryConfig,
        fc.record({ jobs: fc.constantFrom(1, 2), batchSize: fc.constantFrom(1, 2, 1000) }),
        fc.constantFrom(true, false, false, false),
        async (spec, wished, pace, emptyAsNull) => {
          const directory = mkdtempSync(join(tmpdir(), "landbridge-property-"));
          const schema = `property_${++databases}`;
          const path = join(directory, "source.sqlite");
          const statements = buildDatabase(path, spec);
          const config = emptyAsNull ? withEmptyAsNull(path, wished) : wished;
          const story = (): string => `${JSON.stringify({ config, pace })}\n${statements.join(";\n")}`;
          try {
            const { report, verdict } = await crossFile(path, {
              ...{ target: database.target, admin: database.admin, schema, directory, config },
              ...pace,
            });
            if (report.status === "refused" && REFUSALS.has(report.errors[0]?.code ?? "")) return;
            expect(report.errors, story()).toEqual([]);
            expect(verdict?.differences, story()).toEqual([]);
            expect(
              report.tables.filter(({ proof, target }) => proof !== "equal" && target !== ""),
              story(),
            ).toEqual([]);
            const rejected = report.tables.reduce((sum, table) => sum + table.rowsRejected, 0);
            expect(verdict?.rejected, story()).toBe(rejected);
            if (config.orphans !== "quarantine") expect(verdict?.rejectedThoughSound, story()).toBe(0);
            if (report.exitCode === 0) expect(rejected, story()).toBe(0);
            else expect(troublesOf(report), story()).not.toEqual([]);
          } finally {
            await database.admin.query(`DROP SCHEMA IF EXISTS "${schema}" CASCADE`);
            rmSync(directory, { recursive: true, force: true });
          }
        },
      ),
      {
        numRuns: runs,
        ...(seed === undefined ? {} : { seed: Number(seed) }),
        endOnFailure: process.env["LANDBRIDGE_PROPERTY_SHRINK"] === undefined,
      },
    );
  },
  Math.max(600_000, runs * 10_000),
);
