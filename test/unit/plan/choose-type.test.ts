/** One case per type rule: what a column declares, what it holds, and what must become of it. */
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { renderType } from "../../../src/plan/ddl/type.ts";
import type { Policies } from "../../../src/plan/model.ts";
import { chooseType } from "../../../src/plan/types/choose.ts";
import { readCatalogue } from "../../../src/source/catalogue/read.ts";
import { profileSource } from "../../../src/source/profile.ts";

const DEFAULTS: Policies = { nul: "reject", invalidText: "reject", invalidJson: "text", orphans: "keep" };

/** Stores `values` (SQL literals) in a column declared `declared` and asks for its type. */
const choose = async (declared: string, values: readonly string[], policies = DEFAULTS) => {
  const db = new Database(":memory:");
  db.exec(`CREATE TABLE t (c ${declared})`);
  for (const value of values) db.exec(`INSERT INTO t VALUES (${value})`);
  const catalogue = readCatalogue(db);
  const profile = await profileSource(db, catalogue, { emit: () => undefined, signal: new AbortController().signal });
  const decision = chooseType(catalogue.tables[0]!.columns[0]!, profile.tables["t"]!.columns["c"]!, policies);
  db.close();
  return {
    type: renderType(decision.choice.type),
    form: decision.choice.form,
    remarks: decision.remarks.map(({ code, severity }) => `${severity} ${code}`),
    suggested: decision.remarks.flatMap(({ choice }) => (choice ? [renderType(choice.type)] : [])),
  };
};

type Case = readonly [
  declared: string,
  values: readonly string[],
  type: string,
  form: string,
  remarks?: readonly string[],
];

const CASES: readonly Case[] = [
  ["INTEGER", ["1", "3000592982016"], "bigint", "integer"],
  ["INT", ["9223372036854775807", "-9223372036854775808"], "bigint", "integer"],
  ["INTEGER", ["0", "1", "1"], "bigint", "integer", ["suggestion INTEGER_AS_BOOLEAN"]],
  ["INTEGER", ["1", "2.5"], "double precision", "real", ["warning REAL_IN_INTEGER_COLUMN"]],
  ["INTEGER", ["9223372036854775807", "2.5"], "numeric", "decimal", ["warning REAL_IN_INTEGER_COLUMN"]],
  ["INTEGER", ["1", "'abc'"], "text", "any", ["warning MIXED_STORAGE"]],
  ["INTEGER", ["1", "''"], "text", "any", ["warning MIXED_STORAGE"]],
  ["BOOLEAN", ["0", "1", "NULL"], "boolean", "boolean-integer"],
  ["BOOLEAN", ["0", "1", "2"], "bigint", "integer", ["warning BOOLEAN_HOLDS_OTHERS"]],
  ["BOOLEAN", ["'true'", "'false'"], "boolean", "boolean-text"],
  ["BOOLEAN", ["'t'", "'t'"], "boolean", "boolean-text"],
  ["BOOLEAN", ["1", "'true'"], "text", "any", ["warning MIXED_STORAGE"]],
  ["REAL", ["1.1", "-0.0"], "double precision", "real"],
  ["FLOAT", ["9e999", "-9e999"], "double precision", "real"],
  ["DECIMAL(10,2)", ["12.34", "5"], "numeric(10,2)", "decimal"],
  ["DECIMAL(5,2)", ["1230.99"], "numeric", "decimal", ["info DECIMAL_WIDER_THAN_DECLARED"]],
  ["DECIMAL(6,2)", ["1.005"], "numeric", "decimal", ["info DECIMAL_WIDER_THAN_DECLARED"]],
  ["NUMERIC", ["1", "0.1"], "numeric", "decimal"],
  ["DECIMAL(4,1)", ["'n/a'", "1.5"], "text", "any", ["warning MIXED_STORAGE"]],
  ["DATE", ["'2024-02-29'", "'0001-01-01'"], "date", "iso-date"],
  ["DATE", ["'2023-02-29'"], "text", "text", ["info DATE_NOT_CONVERTED"]],
  ["DATETIME", ["'2024-01-02 03:04:05'"], "timestamp", "iso-datetime"],
  ["DATETIME", ["'2024-01-02 03:04:05.123456'", "'2024-01-02 03:04:05'"], "timestamp", "iso-datetime"],
  ["DATETIME", ["'2024-01-02T03:04:05Z'"], "timestamptz", "iso-datetime"],
  ["DATETIME", ["'2024-01-02 03:04:05+02:00'"], "text", "text", ["suggestion DATES_NOT_UNIFORM"]],
  ["DATETIME", ["'2024-01-02 03:04:05+02:00'", "'2024-01-02 03:04:05'"], "text", "text", ["info DATE_NOT_CONVERTED"]],
  ["DATETIME", ["'2024-01-02 03:04:05.123456789'"], "text", "text", ["info DATE_NOT_CONVERTED"]],
  ["DATETIME", ["'2024-01-02 24:00:00'"], "text", "text", ["info DATE_NOT_CONVERTED"]],
  ["DATETIME", ["'2024-01-02 03:04:05'", "'2024-01-02T03:04:05'"], "text", "text", ["suggestion DATES_NOT_UNIFORM"]],
  ["DATETIME", ["1627303906122000000"], "bigint", "integer", ["info EPOCH_IN_NANOSECONDS"]],
  ["DATETIME", ["1627303906122", "1627303906000"], "timestamptz", "epoch"],
  ["TIMESTAMP", ["1627303906"], "timestamptz", "epoch"],
  ["DATETIME", ["0", "1627303906"], "bigint", "integer", ["info DATE_NOT_CONVERTED"]],
  ["DATETIME", ["2460000.5", "2451545.25"], "timestamp", "julian"],
  ["TIME", ["'03:04:05'", "'23:59:59'"], "time", "iso-time"],
  ["UUID", ["'0b8a2d3e-1f6c-4d51-9c55-6a2f3a3f0d11'"], "uuid", "uuid"],
  ["CHAR(36)", ["'0B8A2D3E-1F6C-4D51-9C55-6A2F3A3F0D11'"], "uuid", "uuid"],
  ["CHAR(32)", ["'0b8a2d3e1f6c4d519c556a2f3a3f0d11'"], "uuid", "uuid"],
  ["CHAR(36)", ["'not one'"], "varchar(36)", "text"],
  ["UUID", ["x'0b8a2d3e1f6c4d519c556a2f3a3f0d11'"], "uuid", "uuid"],
  ["UUID", ["'97033619637148748591279e7866347'"], "double precision", "real", ["error UUID_STORED_AS_NUMBER"]],
  ["JSON", ["'{\"a\":1}'", "'[]'"], "jsonb", "json"],
  ["JSON", ['\'{"a":1,"a":2}\''], "json", "json"],
  ["JSON", ['\'{"a":"\\u0000"}\''], "json", "json"],
  ["JSON", ["'{\"a\":NaN}'"], "text", "text", ["warning JSON_INVALID"]],
  ["JSON", ["7", "'[1]'"], "json", "json"],
  ["TEXT", ["'plain'"], "text", "text"],
  ["TEXT", ["'{\"a\":1}'"], "text", "text", ["suggestion TEXT_HOLDS_JSON"]],
  ["TEXT", ["'0b8a2d3e-1f6c-4d51-9c55-6a2f3a3f0d11'"], "text", "text", ["suggestion TEXT_HOLDS_UUID"]],
  ["TEXT", ["'2024-01-02T03:04:05Z'"], "text", "text", ["suggestion TEXT_HOLDS_DATE"]],
  ["TEXT", ["'2024-01-02T03:04:05Z'", "'2024-01-02 03:04+02:00'"], "text", "text", ["suggestion DATES_NOT_UNIFORM"]],
  ["TEXT", ["'2024-01-02T03:04:05Z'", "'2024-01-02 03:04'"], "text", "text", ["info DATE_FORM_UNKNOWN"]],
  ["TEXT", ["'Mon, 02 Jan 2006 15:04:05 -0700'"], "text", "text", ["info DATE_FORM_UNKNOWN"]],
  ["TEXT", ["'1/2/06'", "'12/31/2006 3:04 PM'", "''"], "text", "text", ["info DATE_FORM_UNKNOWN"]],
  ["TEXT", ["'$1,234.50'", "'$0.99'"], "text", "text", ["info MONEY_TEXT"]],
  ["TEXT", ["'1.234,50 €'", "''"], "text", "text", ["info MONEY_TEXT"]],
  ["TEXT", ["'$12'", "'12'"], "text", "text"],
  ["TEXT", ["'[1,2]'", "'[]'"], "text", "text", ["suggestion JSON_HOLDS_ARRAY"]],
  ["TEXT", ["'[]'"], "text", "text", ["suggestion TEXT_HOLDS_JSON"]],
  ["TEXT", ["'[1]'", "'[\"a\"]'"], "text", "text", ["suggestion TEXT_HOLDS_JSON"]],
  ["TEXT", ["'[\"a\\u0000\"]'"], "text", "text", ["suggestion TEXT_HOLDS_JSON"]],
  ["JSON", ["'[\"a\"]'"], "jsonb", "json"],
  [
    "UUID",
    ["'0b8a2d3e-1f6c-4d51-9c55-6a2f3a3f0d11'", "'0B8A2D3E1F6C4D519C556A2F3A3F0D11'"],
    "text",
    "text",
    ["suggestion UUID_NOT_UNIFORM"],
  ],
  [
    "UUID",
    ["x'0b8a2d3e1f6c4d519c556a2f3a3f0d11'", "'{0b8a2d3e-1f6c-4d51-9c55-6a2f3a3f0d11}'"],
    "bytea",
    "any",
    ["suggestion UUID_NOT_UNIFORM"],
  ],
  ["UUID", ["'0b8a2d3e-1f6c-4d51-9c55-6a2f3a3f0d11'", "'no'"], "text", "text", ["warning UUID_NOT_UNIFORM"]],
  ["TEXT", ["'urn:uuid:0b8a2d3e-1f6c-4d51-9c55-6a2f3a3f0d11'"], "text", "text", ["suggestion UUID_NOT_UNIFORM"]],
  ["TEXT", ["x'7b7d'", "'a'"], "text", "any", ["warning MIXED_STORAGE"]],
  ["TEXT", ["x'ff'", "'a'"], "bytea", "any", ["warning MIXED_STORAGE"]],
  ["VARCHAR(5)", ["'12345'"], "varchar(5)", "text"],
  ["VARCHAR(5)", ["'123456'"], "text", "text", ["info LONGER_THAN_DECLARED"]],
  ["VARCHAR(2)", ["'😀é'"], "varchar(2)", "text"],
  ["BLOB", ["x'00ff'"], "bytea", "blob"],
  ["BLOB", ["'text after all'"], "text", "text"],
  ["", ["1", "'1'", "x'31'"], "text", "any", ["warning MIXED_STORAGE"]],
  ["TEXT", ["'a' || char(0) || 'b'"], "text", "text", ["error NUL_IN_TEXT"]],
  ["TEXT", ["CAST(x'41ff42' AS TEXT)"], "text", "text", ["error INVALID_TEXT"]],
  ["INTEGER", ["NULL"], "bigint", "integer"],
  ["BOOLEAN", [], "boolean", "boolean-integer"],
  ["VARCHAR(40)", [], "varchar(40)", "text"],
  ["DATETIME", [], "timestamp", "iso-datetime"],
  ["DECIMAL(8,3)", [], "numeric(8,3)", "decimal"],
];

describe("a column's type", () => {
  it.each(CASES.map(([declared, values, type, form, remarks = []]) => ({ declared, values, type, form, remarks })))(
    "$declared holding $values becomes $type",
    async ({ declared, values, type, form, remarks }) => {
      const chosen = await choose(declared, values);
      expect({ type: chosen.type, form: chosen.form.kind, remarks: chosen.remarks }).toEqual({ type, form, remarks });
    },
  );

  it("keeps the spelling of Python's isoformat, six digits or none", async () => {
    const { form } = await choose("DATETIME", ["'2024-01-02 03:04:05.120000'", "'2024-01-02 03:04:05'"]);
    expect(form).toMatchObject({ kind: "iso-datetime", separator: " ", seconds: true, fraction: "0or6", zone: "" });
  });

  it("turns text with a NUL into bytes where the policy says so", async () => {
    const chosen = await choose("TEXT", ["'a' || char(0)"], { ...DEFAULTS, nul: "bytea" });
    expect(chosen).toMatchObject({ type: "bytea", form: { kind: "any" }, remarks: ["warning NUL_IN_TEXT"] });
  });

  it("makes declared JSON a json type in spite of a bad value where the policy says what becomes of that value", async () => {
    const chosen = await choose("JSON", ["'{\"a\":1}'", "'{oops'"], { ...DEFAULTS, invalidJson: "reject" });
    expect(chosen).toMatchObject({ type: "jsonb", remarks: ["warning JSON_INVALID"] });
  });

  it("never proposes a boolean for a column of ones alone", async () => {
    expect((await choose("INTEGER", ["1", "1"])).suggested).toEqual([]);
  });
});
