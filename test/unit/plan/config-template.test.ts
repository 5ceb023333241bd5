import Database from "better-sqlite3";
import { expect, it } from "vitest";
import { buildPlan } from "../../../src/plan/build.ts";
import { parseConfig } from "../../../src/plan/config.ts";
import { configTemplate } from "../../../src/plan/config-template.ts";
import { hashPlan } from "../../../src/plan/document.ts";
import { readCatalogue } from "../../../src/source/catalogue/read.ts";
import { profileSource } from "../../../src/source/profile.ts";

const db = new Database(":memory:");
db.exec(`CREATE TABLE "odd: name # [x]" (id INTEGER PRIMARY KEY, "it's ""so""
  broken" VARCHAR(9), price DECIMAL(8,2), at DATETIME, "null" BOOLEAN);
  INSERT INTO "odd: name # [x]" VALUES (1, 'a', 2.5, '2024-01-02 03:04:05', 1);
  CREATE TABLE plain (a TEXT); INSERT INTO plain VALUES ('[1]');
  CREATE TABLE child (id INTEGER PRIMARY KEY, "the parent" INTEGER REFERENCES "odd: name # [x]" (id));`);
const catalogue = readCatalogue(db);
const profile = await profileSource(db, catalogue, { emit: () => undefined, signal: new AbortController().signal });
const plan = (config = {}) =>
  buildPlan({
    catalogue,
    profile,
    config,
    only: [],
    violations: {},
    source: { sha256: "0", bytes: 0, encoding: "UTF-8" },
    landbridge: "0",
    capabilities: null,
  });

it("plans the same, byte for byte, from the same input", () => {
  expect(hashPlan(plan())).toBe(hashPlan(plan()));
});

it("writes a landbridge.yaml that says nothing until a line is uncommented", () => {
  expect(parseConfig(configTemplate(plan()), "landbridge.yaml")).toEqual({});
});

it("writes lines that are valid when uncommented, and that name the types of now", () => {
  const [, tables = ""] = configTemplate(plan()).split("\n# tables:\n");
  const uncommented = `tables:\n${tables.replaceAll(/^# {0,1}/gm, "")}`;
  const config = parseConfig(uncommented, "landbridge.yaml");
  const types = (made: ReturnType<typeof plan>) => made.tables.map(({ columns }) => columns.map(({ type }) => type));
  expect(Object.keys(config.tables ?? {})).toEqual(["odd: name # [x]", "plain", "child"]);
  expect(types(plan(config))).toEqual(types(plan()));
  expect(plan().findings.map(({ code }) => code)).toContain("FK_WITHOUT_INDEX");
  expect(plan(config).findings.map(({ code }) => code)).not.toContain("FK_WITHOUT_INDEX");
});
