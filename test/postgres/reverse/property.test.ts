/**
 * A file that went there and back is the file again: schema text, storage class and value of each cell, compared by a reader that
 * shares no code with src/. LANDBRIDGE_PROPERTY_RUNS sets the number of databases (100), and LANDBRIDGE_PROPERTY_SEED repeats a run.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Config } from "../../../src/plan/config.ts";
import { buildDatabase } from "../../support/arbitrary/build.ts";
import { arbitraryDatabase } from "../../support/arbitrary/database.ts";
import { freshDatabase } from "../../support/database.ts";
import { allowedBy, goBack, goThere } from "../../support/reverse.ts";
import { differencesOf } from "../../support/there-and-back.ts";

const runs = Number(process.env["LANDBRIDGE_PROPERTY_RUNS"] ?? 100);
const seed = process.env["LANDBRIDGE_PROPERTY_SEED"];
const database = await freshDatabase();

/** Policies that change no value: whatever they leave behind is in the ledger, whole. */
const arbitraryConfig: fc.Arbitrary<Config> = fc.record({
  names: fc.constantFrom("preserve", "preserve", "lower", "snake"),
  text: fc.record({ nul: fc.constantFrom("reject", "bytea"), invalid: fc.constantFrom("reject", "bytea") }),
  json: fc.record({ invalid: fc.constantFrom("text", "reject") }),
  orphans: fc.constantFrom("keep", "keep", "quarantine"),
  accept: fc.constantFrom<NonNullable<Config["accept"]>>("suggestions", []),
});

let databases = 0;

it(
  "gives every database back as it was",
  async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryDatabase, arbitraryConfig, fc.constantFrom(1, 2), async (spec, config, jobs) => {
        const directory = mkdtempSync(join(tmpdir(), "landbridge-there-and-back-"));
        const schema = `back_${++databases}`;
        const path = join(directory, "source.sqlite");
        const statements = buildDatabase(path, spec);
        const story = (): string => `${JSON.stringify({ config, jobs })}\n${statements.join(";\n")}`;
        const place = { target: database.target, schema, directory };
        try {
          const there = await goThere(path, config, { ...place, jobs });
          if (there.exitCode !== 0 && there.exitCode !== 3) return;
          const output = join(directory, "back.sqlite");
          const report = await goBack(output, { ...place, jobs });
          expect(report.errors, story()).toEqual([]);
          expect(
            report.findings.filter(({ severity }) => severity === "error"),
            story(),
          ).toEqual([]);
          expect(report.differences, story()).toEqual([]);
          expect(
            report.tables.filter(({ proof }) => proof !== "equal").map(({ name }) => name),
            story(),
          ).toEqual([]);
          expect(differencesOf(path, output, allowedBy(report, config)), story()).toEqual([]);
          expect(report.exitCode, story()).toBe(0);
        } finally {
          await database.admin.query(`DROP SCHEMA IF EXISTS "${schema}" CASCADE`);
          rmSync(directory, { recursive: true, force: true });
        }
      }),
      {
        numRuns: runs,
        ...(seed === undefined ? {} : { seed: Number(seed) }),
        endOnFailure: process.env["LANDBRIDGE_PROPERTY_SHRINK"] === undefined,
      },
    );
  },
  Math.max(600_000, runs * 10_000),
);
