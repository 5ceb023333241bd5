import { describe, expect, it } from "vitest";
import { LandbridgeError } from "../../../src/errors.ts";
import { configJsonSchema, parseConfig } from "../../../src/plan/config.ts";

const problem = (text: string): LandbridgeError => {
  try {
    parseConfig(text, "landbridge.yaml");
  } catch (error) {
    if (error instanceof LandbridgeError) return error;
    throw error;
  }
  throw new Error("the configuration was accepted");
};

describe("landbridge.yaml", () => {
  it("reads what it documents", () => {
    const config = parseConfig(
      "schema: app\nnames: snake\naccept: [INTEGER_AS_BOOLEAN]\ntext: { nul: strip }\ntables:\n  users:\n    columns:\n      is_admin: { type: boolean }\n",
      "landbridge.yaml",
    );
    expect(config).toEqual({
      schema: "app",
      names: "snake",
      accept: ["INTEGER_AS_BOOLEAN"],
      text: { nul: "strip" },
      tables: { users: { columns: { is_admin: { type: "boolean" } } } },
    });
  });

  it("takes an empty file, and one of comments alone, as no wishes", () => {
    expect(parseConfig("", "f")).toEqual({});
    expect(parseConfig("# nothing\n", "f")).toEqual({});
  });

  it.each(["landbridge", "pg_own", "information_schema", "é".repeat(32)])(
    "refuses to load into the schema %s",
    (schema) => {
      expect(problem(`names: lower\nschema: ${schema}\n`).message).toMatch(/^landbridge\.yaml:2:1: schema: no schema/);
    },
  );

  it("refuses a name that PostgreSQL would cut without a word", () => {
    expect(problem(`tables:\n  t: { target: ${"x".repeat(64)} }\n`)).toMatchObject({ code: "CONFIG_INVALID" });
    expect(parseConfig(`tables:\n  t: { target: ${"x".repeat(63)} }\n`, "f").tables).toHaveProperty("t");
  });

  it("names line, column and the likely word for an unknown key", () => {
    const error = problem("schema: app\ntables:\n  users:\n    colums: {}\n");
    expect(error).toMatchObject({ code: "CONFIG_INVALID", exitCode: 2 });
    expect(error.message).toContain("landbridge.yaml:4:5");
    expect(error.remedy).toContain("columns");
  });

  it("names line and column of a value that is not allowed", () => {
    const error = problem("schema: app\nnames: shouting\n");
    expect(error.message).toContain("landbridge.yaml:2:1");
  });

  it("says of a key that takes this or that what each of them would be", () => {
    const { message } = problem("tables:\n  t:\n    partition: { by: range, columns: [at], every: fortnight }\n");
    expect(message).toContain("tables.t.partition.every");
    expect(message).toMatch(/"month".*; or .*number/);
  });

  it("names line and column of broken YAML", () => {
    expect(problem("schema: app\n  names: : x\n").message).toMatch(/landbridge\.yaml:\d+:\d+/);
  });

  it("has a JSON Schema that refuses unknown keys too", () => {
    expect(configJsonSchema()).toMatchObject({ type: "object", additionalProperties: false });
  });
});
