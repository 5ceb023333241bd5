/** The order of what a text column could become, and what the plan keeps of its spelling. */
import { describe, expect, it } from "vitest";
import type { Config } from "../../../src/plan/config.ts";
import { renderType } from "../../../src/plan/ddl/type.ts";
import { checkedLabels } from "../../../src/plan/types/enums.ts";
import { planOfSource } from "../../support/plan-of-source.ts";

const columnOf = async (declaration: string, values: readonly string[], config: Config = {}) => {
  const plan = await planOfSource(
    `CREATE TABLE t (c ${declaration}); ${values.map((value) => `INSERT INTO t VALUES (${value});`).join("")}`,
    { accept: "suggestions", ...config },
  );
  const [column] = plan.tables[0]!.columns;
  return { plan, column: column!, type: renderType(column!.type) };
};

describe("of several things that a text column could become", () => {
  it.each([
    [
      "an enum before a UUID",
      "TEXT CHECK (c IN ('0b8a2d3e-1f6c-4d51-9c55-6a2f3a3f0d11'))",
      ["'0b8a2d3e-1f6c-4d51-9c55-6a2f3a3f0d11'"],
      '"t_c"',
    ],
    ["an enum before a date", "TEXT CHECK (c IN ('2024-01-01', '2024-01-02'))", ["'2024-01-01'"], '"t_c"'],
    ["a UUID before anything", "TEXT", ["'00000000-0000-0000-0000-000000000000'"], "uuid"],
    ["a date before text", "TEXT", ["'2024-01-01'"], "date"],
    [
      "a moment in several spellings before text",
      "TEXT",
      ["'2024-01-01T00:00Z'", "'2024-01-01 00:00:00+02:00'"],
      "timestamptz",
    ],
    ["an array before jsonb", "TEXT", ["'[1]'", "'[2, 3]'"], "bigint[]"],
    ["jsonb where arrays are of several types", "TEXT", ["'[1]'", `'["a"]'`], "jsonb"],
    ["jsonb where no array has an element", "TEXT", ["'[]'", "'[ ]'"], "jsonb"],
    ["jsonb by declaration, whatever the arrays", "JSON", ["'[1]'"], "jsonb"],
  ] as const)("%s is proposed", async (_, declaration, values, type) => {
    expect((await columnOf(declaration, values)).type).toBe(type);
  });

  it("only one is", async () => {
    const { plan } = await columnOf("TEXT", ["'[1.5]'"]);
    expect(plan.findings.map(({ code }) => code)).toEqual(["JSON_HOLDS_ARRAY"]);
  });
});

describe("an array", () => {
  it.each([
    [[`'["a","b"]'`, "'[]'"], "text[]", { separator: ",", ascii: false, numbers: "javascript" }],
    [[`'["a", "\\u00e9"]'`], "text[]", { separator: ", ", ascii: true, numbers: "javascript" }],
    [["'[1.0, 2.5]'"], "double precision[]", { separator: ", ", ascii: false, numbers: "python" }],
    [["'[1, 2.5]'"], "double precision[]", { separator: ", ", ascii: false, numbers: "javascript" }],
    [["'[1,2.5]'", "'[1, 2.5]'"], "double precision[]", undefined],
    [["'[1.50]'"], "double precision[]", undefined],
    [["'[0.10000000000000000001]'"], "numeric[]", { separator: ",", ascii: false, numbers: "javascript" }],
    [["'[true, null]'"], "boolean[]", { separator: ", ", ascii: false, numbers: "javascript" }],
    [[`'["0b8a2d3e-1f6c-4d51-9c55-6a2f3a3f0d11"]'`], "uuid[]", { separator: ",", ascii: false, numbers: "javascript" }],
  ] as const)("of %s is %s, spelled %j", async (values, type, spelling) => {
    const { column, type: found } = await columnOf("TEXT", values);
    expect(found).toBe(type);
    expect(column.form).toEqual({ kind: "json-array", ...(spelling === undefined ? {} : { spelling }) });
  });
});

it("of numbers with exponents that no double gives back stays JSON", async () => {
  const { type } = await columnOf("TEXT", ["'[0.10000000000000000001, 1e-7]'"]);
  expect(type).toBe("jsonb");
});

describe("a CHECK", () => {
  it.each([
    ["c IN ('a', 'b', 'a')", ["a", "b"]],
    ["c = 'b' OR c = 'a'", ["b", "a"]],
    ["c IS NULL OR c IN ('a')", ["a"]],
    ["(c IN ('a')) OR c IS NULL", ["a"]],
    ["\"c\" COLLATE BINARY IN ('a')", ["a"]],
    ["t.c IN ('a')", ["a"]],
    ["C IN ('it''s')", ["it's"]],
    ["c COLLATE NOCASE IN ('a')", null],
    ["c IN ('a', 1)", null],
    ["c IN ('a', NULL)", null],
    ["c NOT IN ('a')", null],
    ["c IN ('a') AND length(c) > 0", null],
    ["d IN ('a')", null],
    ["c <> 'a'", null],
    ["c IN (SELECT 'a')", null],
  ])("%s lists %j", (expression, labels) => expect(checkedLabels({ expression }, "c")).toEqual(labels));

  it("gives its order to the enum and goes", async () => {
    const { plan, type } = await columnOf("TEXT DEFAULT 'new' CHECK (c IN ('new', 'done', 'old'))", ["'done'", "NULL"]);
    expect(type).toBe('"t_c"');
    expect(plan.enums).toEqual([{ name: "t_c", labels: ["new", "done", "old"] }]);
    expect(plan.tables[0]).toMatchObject({ checks: [], columns: [{ default: "'new'" }] });
    expect(plan.findings.map(({ code }) => code)).toEqual(["CHECK_AS_ENUM", "CHECK_BECAME_ENUM"]);
  });

  it.each([
    ["a label is longer than a name may be", `TEXT CHECK (c IN ('${"x".repeat(64)}'))`],
    ["texts are compared without regard to case", "TEXT COLLATE NOCASE CHECK (c IN ('a'))"],
  ])("gives none where %s", async (_, declaration) => {
    expect((await columnOf(declaration, [])).plan.enums).toEqual([]);
  });

  it("gives none where something else is stored than it allows", async () => {
    const plan = await planOfSource(
      "PRAGMA ignore_check_constraints = 1; CREATE TABLE t (c TEXT CHECK (c IN ('a'))); INSERT INTO t VALUES ('b');",
      { accept: "suggestions" },
    );
    expect(plan.enums).toEqual([]);
  });

  it("gives both sides of a foreign key one type", async () => {
    const plan = await planOfSource(
      `CREATE TABLE parent (k TEXT PRIMARY KEY CHECK (k IN ('a', 'b')));
       CREATE TABLE child (p TEXT REFERENCES parent (k) CHECK (p IN ('a', 'b')), q TEXT CHECK (q IN ('a', 'b')));
       CREATE TABLE other (p TEXT REFERENCES parent (k)); INSERT INTO parent VALUES ('a');`,
      { accept: "suggestions" },
    );
    expect(plan.tables.find(({ source }) => source === "child")).toMatchObject({
      columns: [{ type: { type: "parent_k" } }, { type: { type: "child_q" } }],
      foreignKeys: [{ parent: "parent" }],
    });
    expect(plan.tables.find(({ source }) => source === "other")).toMatchObject({ foreignKeys: [{ parent: "parent" }] });
    expect(plan.enums.map(({ name }) => name).sort()).toEqual(["child_q", "parent_k"]);
  });

  it("stays a CHECK where a foreign key makes its column text again", async () => {
    const plan = await planOfSource(
      `CREATE TABLE parent (k TEXT PRIMARY KEY); CREATE TABLE child (p TEXT REFERENCES parent (k) CHECK (p IN ('a')));
       INSERT INTO parent VALUES ('a'), ('b'); INSERT INTO child VALUES ('a');`,
      { accept: "suggestions" },
    );
    expect(plan.enums).toEqual([]);
    expect(plan.tables.find(({ source }) => source === "child")).toMatchObject({
      checks: [{ source: "p IN ('a')" }],
      columns: [{ type: { name: "text" } }],
    });
  });
});

describe("an enum by landbridge.yaml", () => {
  const config: Config = {
    accept: [],
    enums: { mood: ["sad", "glad"] },
    tables: { t: { columns: { c: { type: "mood" } } } },
  };

  it("says how many rows hold no label of it", async () => {
    const { plan } = await columnOf("TEXT", ["'glad'", "'GLAD'", "'GLAD'", "NULL"], config);
    expect(plan.findings).toMatchObject([{ code: "ENUM_LABEL_MISSING", count: 2 }]);
    expect(plan.findings[0]!.message).toContain("'GLAD' (2)");
  });

  it("takes another name where a table has its own", async () => {
    const plan = await planOfSource("CREATE TABLE mood (c TEXT); CREATE TABLE t (c TEXT)", config);
    expect(plan.enums).toEqual([{ name: "mood_1", labels: ["sad", "glad"] }]);
    expect(plan.tables.find(({ source }) => source === "t")!.columns[0]!.type).toMatchObject({ type: "mood_1" });
  });
});

describe("what the user says of moments", () => {
  it.each([
    [{ epoch: "ms" }, "INTEGER", ["0", "1000"], { kind: "epoch", unit: "ms", storage: "integer" }],
    [{ zone: "+02:00" }, "TEXT", ["'2024-01-01 00:00'"], { kind: "iso-moment", naive: 120 }],
    [{ zone: "UTC" }, "DATETIME", ["'2024-01-01 00:00:00'"], { kind: "iso-datetime", zone: "" }],
    [{ type: "timestamptz" }, "TEXT", ["'2024-01-01 00:00Z'", "'2024-01-01 00:00'"], { kind: "iso-moment", naive: 0 }],
    [{ type: "timestamptz" }, "REAL", ["2460000.5"], { kind: "julian" }],
    [{ epoch: "s" }, "REAL", ["2460000.5"], { kind: "epoch", unit: "s", storage: "real" }],
  ] as const)("%j makes %s holding %j timestamptz", async (wish, declared, values, form) => {
    const { column } = await columnOf(declared, values, { accept: [], tables: { t: { columns: { c: wish } } } });
    expect(column.type).toEqual({ name: "timestamptz" });
    expect(column.form).toMatchObject(form);
  });

  it("a zone for everything makes no column a moment", async () => {
    expect((await columnOf("TEXT", ["'2024-01-01 00:00'"], { accept: [], zone: "+02:00" })).type).toBe("text");
  });
});

describe("empty texts that are to be NULL", () => {
  it("leave the type to the other values, and tell of NOT NULL", async () => {
    const { plan, column } = await columnOf("DATE NOT NULL", ["'2024-01-01'", "''"], {
      accept: [],
      tables: { t: { columns: { c: { empty: "null" } } } },
    });
    expect(column).toMatchObject({ type: { name: "date" }, notNull: false, emptyAsNull: true });
    expect(plan.findings.map(({ code, count }) => [code, count])).toEqual([
      ["EMPTY_AS_NULL", 1],
      ["NOT_NULL_VIOLATED", 1],
    ]);
  });

  it("keep no CHECK and no generated column that may rest on them", async () => {
    const plan = await planOfSource(
      `CREATE TABLE t (c TEXT CHECK ("c" <> 'x'), n INTEGER AS (length("c"))); INSERT INTO t (c) VALUES ('');`,
      { tables: { t: { columns: { c: { empty: "null" } } } } },
    );
    expect(plan.findings.map(({ code }) => code)).toEqual(
      expect.arrayContaining(["CHECK_NOT_TRANSLATED", "GENERATED_NOT_TRANSLATED"]),
    );
  });
});
