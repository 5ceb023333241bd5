/** What goes into which type of an application's column: equal values arrive, the rows of all others are kept, nothing is rounded. */
import { describe, expect, it } from "vitest";
import { freshDatabase } from "../../support/database.ts";
import { application } from "../../support/into-existing.ts";

const { target, admin } = await freshDatabase();

interface Case {
  /** Declared in SQLite; none by default. */
  readonly declared?: string;
  /** SQL of the values, each a row, the key being its place. */
  readonly values: readonly string[];
  readonly type: string;
  readonly before?: string;
  /** As text, by key; rows that are not here are to be rejected with the code. */
  readonly arrive: Readonly<Record<number, string | null>>;
  readonly rejected?: Readonly<Record<number, string>>;
  readonly zone?: string;
  readonly epoch?: "ms";
}

const CASES: Readonly<Record<string, Case>> = {
  "enum by its labels": {
    ...{ before: "CREATE TYPE mood AS ENUM ('sad', 'very, \"happy\"')", type: "mood" },
    ...{
      values: ["'sad'", "'very, \"happy\"'", "'Sad'", "NULL", "1"],
      arrive: { 1: "sad", 2: 'very, "happy"', 4: null },
    },
    rejected: { 3: "NOT_A_LABEL", 5: "WRONG_STORAGE_CLASS" },
  },
  "char(n), whose padding does not count": {
    ...{ type: "char(5)", values: ["'abc'", "'abcde'", "'abcdef'", "'ab '", "''", "'ÄÖ€'"] },
    ...{ arrive: { 1: "abc", 2: "abcde", 5: "", 6: "ÄÖ€" }, rejected: { 3: "TOO_LONG", 4: "TRAILING_BLANKS" } },
  },
  "varchar(n), with blanks": {
    ...{
      type: "varchar(3)",
      values: ["'ab '", "'abc   '", "'abcd'"],
      arrive: { 1: "ab " },
      rejected: { 2: "TOO_LONG", 3: "TOO_LONG" },
    },
  },
  citext: {
    type: "public.citext",
    before: "CREATE EXTENSION IF NOT EXISTS citext SCHEMA public",
    values: ["'Ab'", "'ab'", "7"],
    arrive: { 1: "Ab", 2: "ab", 3: "7" },
  },
  "a domain": {
    ...{ before: "CREATE DOMAIN short AS varchar(4) CHECK (VALUE <> 'no')", type: "short" },
    ...{ values: ["'yes'", "'no'", "'longer'"], arrive: { 1: "yes" }, rejected: { 2: "SERVER_23514", 3: "TOO_LONG" } },
  },
  "real, exact numbers only": {
    ...{ type: "real", values: ["0.5", "1", "0.1", "16777217", "-0.75"], arrive: { 1: "0.5", 2: "1", 5: "-0.75" } },
    rejected: { 3: "OUT_OF_RANGE", 4: "OUT_OF_RANGE" },
  },
  smallint: {
    type: "smallint",
    values: ["32767", "-32768", "32768", "1.5", "'7'"],
    arrive: { 1: "32767", 2: "-32768" },
    rejected: { 3: "OUT_OF_RANGE", 4: "NOT_AN_INTEGER", 5: "NOT_AN_INTEGER" },
  },
  integer: {
    type: "integer",
    values: ["2147483647", "2147483648"],
    arrive: { 1: "2147483647" },
    rejected: { 2: "OUT_OF_RANGE" },
  },
  "numeric(6,2)": {
    type: "numeric(6,2)",
    values: ["1.25", "1.005", "'7.10'", "9999.99", "10000", "3"],
    arrive: { 1: "1.25", 3: "7.10", 4: "9999.99", 6: "3.00" },
    rejected: { 2: "SCALE_EXCEEDED", 5: "OUT_OF_RANGE" },
  },
  "boolean from 0 and 1": {
    type: "boolean",
    values: ["1", "0", "2"],
    arrive: { 1: "true", 2: "false" },
    rejected: { 3: "NOT_A_BOOLEAN" },
  },
  "boolean from words": {
    type: "boolean",
    values: ["'true'", "'false'", "'yes'"],
    arrive: { 1: "true", 2: "false" },
    rejected: { 3: "NOT_A_BOOLEAN" },
  },
  "boolean from numbers and words": {
    ...{ type: "boolean", values: ["1", "'false'", "'True'", "0", "'maybe'", "2"] },
    ...{
      arrive: { 1: "true", 2: "false", 3: "true", 4: "false" },
      rejected: { 5: "NOT_A_BOOLEAN", 6: "NOT_A_BOOLEAN" },
    },
  },
  "uuid in every spelling": {
    type: "uuid",
    values: [
      "'0188f3a25b6c7d8e9f00112233445566'",
      "'0188F3A2-5B6C-7D8E-9F00-112233445567'",
      "'0188f3a2-5b6c-7D8E-9f00-112233445568'",
      "'0188f3a2-5b6c7d8e-9f00-112233445569'",
      "'{0188f3a2-5b6c-7d8e-9f00-112233445570}'",
      "'urn:uuid:0188F3A2-5b6c-7d8e-9f00-112233445571'",
      "x'0188f3a25b6c7d8e9f00112233445572'",
      "'{0188f3a2-5b6c-7d8e-9f00-112233445573'",
    ],
    arrive: {
      1: "0188f3a2-5b6c-7d8e-9f00-112233445566",
      2: "0188f3a2-5b6c-7d8e-9f00-112233445567",
      3: "0188f3a2-5b6c-7d8e-9f00-112233445568",
      5: "0188f3a2-5b6c-7d8e-9f00-112233445570",
      6: "0188f3a2-5b6c-7d8e-9f00-112233445571",
      7: "0188f3a2-5b6c-7d8e-9f00-112233445572",
    },
    rejected: { 4: "NOT_A_UUID", 8: "NOT_A_UUID" },
  },
  "uuid from 32 digits": {
    type: "uuid",
    values: ["'0188f3a25b6c7d8e9f00112233445566'", "'x'"],
    arrive: { 1: "0188f3a2-5b6c-7d8e-9f00-112233445566" },
    rejected: { 2: "NOT_A_UUID" },
  },
  "jsonb from JSON, as a value": {
    declared: "JSON",
    type: "jsonb",
    values: [`'{"b":1,"a":[1.50,null]}'`, "'[]'", "5", `'{"a":1,"a":2}'`, "'{'"],
    arrive: { 1: '{"a": [1.50, null], "b": 1}', 2: "[]", 3: "5" },
    rejected: { 4: "NOT_JSONB", 5: "NOT_JSON" },
  },
  "text[] from JSON arrays": {
    ...{
      type: "text[]",
      values: [`'["a","b,\\"c",null]'`, "'[]'", "'[1]'", "'[[\"a\"]]'", "'{}'", "'a'", `'["\\u0000"]'`],
    },
    ...{
      arrive: { 1: '{a,"b,\\"c",NULL}', 2: "{}" },
      rejected: { 3: "NOT_AN_ARRAY", 4: "NOT_AN_ARRAY", 5: "NOT_AN_ARRAY", 6: "NOT_AN_ARRAY", 7: "NUL_IN_TEXT" },
    },
  },
  "integer[]": {
    type: "integer[]",
    values: ["'[1, -2]'", "'[1.0]'", "'[2147483648]'", "'[null]'"],
    arrive: { 1: "{1,-2}", 4: "{NULL}" },
    rejected: { 2: "NOT_AN_ARRAY", 3: "OUT_OF_RANGE" },
  },
  "bigint[], beyond doubles": {
    type: "bigint[]",
    values: ["'[9007199254740993]'"],
    arrive: { 1: "{9007199254740993}" },
  },
  "double precision[]": { type: "double precision[]", values: ["'[0.1, 1e3, 2]'"], arrive: { 1: "{0.1,1000,2}" } },
  "real[], exact numbers only": {
    ...{ type: "real[]", values: ["'[0.5, -2, null]'", "'[0.1]'"], arrive: { 1: "{0.5,-2,NULL}" } },
    rejected: { 2: "OUT_OF_RANGE" },
  },
  "uuid[]": {
    ...{ type: "uuid[]", values: [`'["0188f3a2-5b6c-7d8e-9f00-112233445566"]'`, "'[\"x\"]'"] },
    ...{ arrive: { 1: "{0188f3a2-5b6c-7d8e-9f00-112233445566}" }, rejected: { 2: "NOT_A_UUID" } },
  },
  "numeric(5,2)[]": {
    type: "numeric(5,2)[]",
    values: ["'[1.25, 3]'", "'[1.255]'"],
    arrive: { 1: "{1.25,3.00}" },
    rejected: { 2: "SCALE_EXCEEDED" },
  },
  "boolean[]": {
    type: "boolean[]",
    values: ["'[true,false]'", "'[1]'"],
    arrive: { 1: "{t,f}" },
    rejected: { 2: "NOT_AN_ARRAY" },
  },
  "timestamp, as it is spelled": {
    ...{
      declared: "DATETIME",
      type: "timestamp",
      values: [
        "'2025-03-30 00:59:59.000000'",
        "'2025-03-31T13:59'",
        "'2025-03-31 13:59:59.5Z'",
        "'2025-02-30 00:00:00'",
      ],
    },
    ...{
      arrive: { 1: "2025-03-30 00:59:59", 2: "2025-03-31 13:59:00" },
      rejected: { 3: "NOT_A_TIMESTAMP", 4: "NOT_A_TIMESTAMP" },
    },
  },
  "timestamp in a zone that is said": {
    ...{
      zone: "+02:00",
      type: "timestamp",
      values: ["'2025-03-30 00:59:59'", "'2025-03-30T22:00:00Z'", "'2025-03-30 22:00:00-05:30'"],
    },
    arrive: { 1: "2025-03-30 00:59:59", 2: "2025-03-31 00:00:00", 3: "2025-03-31 05:30:00" },
  },
  "timestamptz in any spelling, by the moment": {
    ...{
      zone: "+02:00",
      type: "timestamptz",
      values: [
        "'2025-03-30 00:59:59'",
        "'2025-03-30T22:00:00.25Z'",
        "'2025-03-30 22:00+01:00'",
        "'0001-01-01 00:30:00'",
      ],
    },
    arrive: {
      1: "2025-03-29 22:59:59+00",
      2: "2025-03-30 22:00:00.25+00",
      3: "2025-03-30 21:00:00+00",
      4: "0001-12-31 22:30:00+00 BC",
    },
  },
  "timestamptz with zones alone needs no word": {
    type: "timestamptz",
    values: ["'2025-03-30T22:00:00Z'", "'2025-03-30T22:00:00.5Z'"],
    arrive: { 1: "2025-03-30 22:00:00+00", 2: "2025-03-30 22:00:00.5+00" },
  },
  "timestamp(3), never rounded": {
    ...{
      type: "timestamp(3)",
      values: [
        "'2025-03-30 00:59:59.123000'",
        "'2025-03-30 00:59:59.123400'",
        "'1969-12-31 23:59:59.999000'",
        "'1969-12-31 23:59:59.999999'",
      ],
    },
    ...{
      arrive: { 1: "2025-03-30 00:59:59.123", 3: "1969-12-31 23:59:59.999" },
      rejected: { 2: "SCALE_EXCEEDED", 4: "SCALE_EXCEEDED" },
    },
  },
  "timestamp(3) from milliseconds, as Prisma has them": {
    declared: "DATETIME",
    type: "timestamp(3)",
    values: ["1700000000123"],
    arrive: { 1: "2023-11-14 22:13:20.123" },
  },
  "timestamp(3) from numbers whose unit is said": {
    epoch: "ms",
    type: "timestamp(3)",
    values: ["1700000000123", "-1"],
    arrive: { 1: "2023-11-14 22:13:20.123", 2: "1969-12-31 23:59:59.999" },
  },
  "time(0)": {
    type: "time(0)",
    values: ["'23:59:59'", "'23:59:59.5'"],
    arrive: { 1: "23:59:59" },
    rejected: { 2: "SCALE_EXCEEDED" },
  },
  date: {
    type: "date",
    values: ["'2025-02-28'", "'2025-02-30'"],
    arrive: { 1: "2025-02-28" },
    rejected: { 2: "NOT_A_DATE" },
  },
  bytea: { type: "bytea", values: ["x'00ff'", "x''"], arrive: { 1: "\\x00ff", 2: "\\x" } },
  "text from anything": {
    type: "text",
    values: ["1", "1.0", "'a'", "x'61'"],
    arrive: { 1: "1", 2: "1.0", 3: "a", 4: "a" },
  },
};

describe("a column", () => {
  it.each(Object.entries(CASES))(
    "%s",
    async (_, { declared = "", values, type, before = "", arrive, rejected = {}, zone, epoch }) => {
      const app = await application({
        ...{
          target,
          admin,
          config: {
            ...(zone === undefined ? {} : { zone }),
            ...(epoch === undefined ? {} : { tables: { t: { columns: { v: { epoch } } } } }),
          },
        },
        source: `CREATE TABLE t (id INTEGER PRIMARY KEY, v ${declared}); INSERT INTO t (v) VALUES ${values.map((value) => `(${value})`).join(", ")};`,
        tables: `${before}; CREATE TABLE t (v ${type}, id bigint PRIMARY KEY);`,
      });
      const report = await app.load();
      expect(report.errors).toEqual([]);
      const rows = await app.rows("SELECT id::int, v::text AS v FROM t ORDER BY id");
      expect(Object.fromEntries(rows.map(({ id, v }) => [id, v]))).toEqual(arrive);
      const kept = await app.rows(
        `SELECT source_rowid::int AS id, code FROM landbridge.rejects WHERE run_id = '${report.runId}'`,
      );
      expect(Object.fromEntries(kept.map(({ id, code }) => [id, code]))).toEqual(rejected);
      expect(report.differences).toEqual([]);
      expect(report.tables).toMatchObject([{ proof: "equal", rowsRejected: Object.keys(rejected).length }]);
    },
  );
});

describe("the proof sees", () => {
  it.each([
    ["an enum", "mood", "'sad'", "'glad'"],
    ["a char(n)", "char(5)", "'abc'", "'abd'"],
    ["a real", "real", "0.5", "0.25"],
    ["an array", "text[]", `'["a","b"]'`, "'{a}'"],
    ["an array's bounds", "integer[]", "'[1,2]'", "'[0:1]={1,2}'"],
    ["an array's NULL", "text[]", `'["NULL"]'`, "'{NULL}'"],
    ["an array's order", "integer[]", "'[1,2]'", "'{2,1}'"],
    ["a moment", "timestamptz", "'2025-03-30T22:00Z'", "'2025-03-30 22:00:01Z'"],
  ])("%s that has been tampered with", async (_, type, value, other) => {
    const app = await application({
      ...{ target, admin },
      source: `CREATE TABLE t (id INTEGER PRIMARY KEY, v); INSERT INTO t VALUES (1, ${value}), (2, NULL);`,
      tables: `CREATE TYPE mood AS ENUM ('sad', 'glad'); CREATE TABLE t (id integer PRIMARY KEY, v ${type});`,
    });
    expect((await app.load()).exitCode).toBe(0);
    expect((await app.verify()).tables).toMatchObject([{ proof: "equal" }]);
    await admin.query(`UPDATE ${app.schema}.t SET v = ${other} WHERE id = 1`);
    expect((await app.verify()).differences).toMatchObject([{ key: "id = 1", column: "v" }]);
  });
});

describe("what would be lost is refused, all of it at once and by name", () => {
  it("columns and tables without a counterpart, types that are not written, dates without a zone, and columns without a value", async () => {
    const app = await application({
      ...{ target, admin },
      source: `
        CREATE TABLE notes (id INTEGER PRIMARY KEY, extra TEXT, span TEXT, at TEXT, "Body" TEXT, body_ TEXT, words INTEGER, seen INTEGER);
        INSERT INTO notes VALUES (1, 'x', '1 day', '2025-01-01 00:00:00', 'b', 'c', 'many', 5);
        CREATE TABLE gone (id INTEGER PRIMARY KEY); INSERT INTO gone VALUES (1), (2);`,
      tables: `CREATE TABLE notes (id integer PRIMARY KEY, span interval, at timestamptz, body text, "BODY" text, body_ text, words integer, seen timestamp,
        owner integer NOT NULL);`,
    });
    const report = await app.load();
    expect(report.errors[0]?.code).toBe("INTO_EXISTING_DIFFERS");
    expect(report.errors[0]?.message.split("\n").slice(1)).toEqual([
      `  gone: there is no such table in schema "${app.schema}", and 2 rows would be lost`,
      "  notes.extra: the table has no such column, and 1 value would be lost",
      "  notes.span: interval is a type that Landbridge cannot write and prove",
      "  notes.at: at is timestamp with time zone, and 1 text names no zone: say `zone: UTC` in landbridge.yaml, or --accept NAIVE_AS_UTC",
      "  notes.Body: body and BODY may both be meant; name one with `target:` in landbridge.yaml",
      "  notes.words: 1 value, none of which can become integer",
      "  notes.seen: seen is timestamp without time zone, and what its 1 number counts since 1970 cannot be told by their range: say `epoch: s`, `ms` or `us` in landbridge.yaml",
      "  notes: the application's column owner is NOT NULL without a default, and the source has no values for it",
    ]);
    expect(await app.rows("SELECT * FROM notes")).toEqual([]);
  });

  it("and what the user leaves out by name is listed instead", async () => {
    const app = await application({
      ...{ target, admin },
      source:
        "CREATE TABLE a (id INTEGER PRIMARY KEY, extra TEXT); INSERT INTO a VALUES (1, 'x'); CREATE TABLE gone AS SELECT 1 AS x;",
      tables: 'CREATE TABLE "Alpha" (id integer PRIMARY KEY)',
      config: { tables: { a: { target: "Alpha", columns: { extra: { skip: true } } }, gone: { skip: true } } },
    });
    const report = await app.load();
    expect(report).toMatchObject({ errors: [], status: "done" });
    expect(report.findings[0]).toMatchObject({ code: "COLUMN_SKIPPED", where: "a.extra", count: 1 });
    expect(report.tables).toMatchObject([
      { name: "a", target: "Alpha", proof: "equal" },
      { name: "gone", target: "" },
    ]);
  });
});
