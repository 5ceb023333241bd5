import type Database from "better-sqlite3";
import fc from "fast-check";
import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Cursor } from "../../../src/plan/translate/cursor.ts";
import { evaluate } from "../../../src/plan/translate/evaluate.ts";
import {
  type Translation,
  translateExpression,
  translateIndexElement,
} from "../../../src/plan/translate/expression.ts";
import { parseExpression } from "../../../src/plan/translate/parse-expression.ts";
import type { Context } from "../../../src/plan/translate/scope.ts";
import { spelled } from "../../../src/plan/translate/spelled.ts";
import { attempt } from "../../../src/plan/translate/untranslatable.ts";
import { columnValue } from "../../../src/plan/translate/value.ts";
import { freshDatabase } from "../../support/database.ts";
import { SCOPE } from "../../support/translate.ts";
import { createTarget, openSource, sourceResults, targetResults } from "./rows.ts";
import { conditions, values } from "./sql-arbitrary.ts";

let source: Database.Database;
let client: Client;

beforeAll(async () => {
  source = openSource();
  const database = await freshDatabase();
  client = database.admin;
  await createTarget(client);
  await client.query("SET TimeZone = 'America/New_York'");
});
afterAll(() => source.close());

const asCheck = (sql: string): Translation => translateExpression(sql, { purpose: "check", columns: SCOPE });

/** A value in SQLite's own spelling, so that a uuid or a date can be compared with what SQLite has. */
const asValue = (sql: string): Translation & { readonly ofAnyClass?: boolean } => {
  const context: Context = {
    purpose: "view",
    notes: new Set(),
    view: null,
    column: (_table, name) => (SCOPE.has(name) ? columnValue(SCOPE.get(name)!, null) : null),
  };
  const attempted = attempt(() => {
    const value = evaluate(parseExpression(new Cursor(sql)), context);
    // What may be of any storage class is a text in PostgreSQL already.
    const ofAnyClass = value.form?.kind === "any" && value.pg === "text";
    return {
      sql: ofAnyClass ? value.sql : spelled(value, context).sql,
      ofAnyClass: ofAnyClass || value.kind === "dynamic",
    };
  });
  return attempted.ok ? { ok: true, ...attempted.value, notes: [...context.notes] } : attempted;
};

/** JSON as it stands in PostgreSQL. */
const asJson = (sql: string): Translation => {
  const context: Context = {
    purpose: "view",
    notes: new Set(),
    view: null,
    column: (_table, name) => (SCOPE.has(name) ? columnValue(SCOPE.get(name)!, null) : null),
  };
  const attempted = attempt(() => evaluate(parseExpression(new Cursor(sql)), context).sql);
  return attempted.ok ? { ok: true, sql: attempted.value, notes: [] } : attempted;
};

/** Conditions: NULL, 0 and 1 row by row. */
const CONDITIONS = [
  "i > 0",
  "i = 9007199254740993",
  "i = '42'",
  "i <> k",
  "i + k > 3",
  "k % 2 = 1",
  "i == 1",
  "i != 1 AND k < 4",
  "NOT i",
  "i OR k",
  "i AND b",
  "i IS NULL",
  "t ISNULL",
  "t NOTNULL",
  "t IS NOT NULL",
  "i IS 1",
  "i IS NOT k",
  "i IN (1, 42, NULL)",
  "i NOT IN (1, 2)",
  "i IN ()",
  "t IN ('abc', 'x')",
  "c IN ('ABC', 'zz')",
  "i BETWEEN -7 AND 1",
  "i NOT BETWEEN 0 AND 5",
  "t BETWEEN 'A' AND 'b'",
  "t = 'abc'",
  "t = 12",
  "c = 'ABC'",
  "c = 'éà'",
  "c < 'b'",
  "c = u",
  "u = c",
  "c = 'ABC' COLLATE BINARY",
  "t = 'ABC' COLLATE NOCASE",
  "p = 'ab'",
  "p < 'ab '",
  "t > 'Z'",
  "t < u",
  "t LIKE 'ab%'",
  "t LIKE 'AB_'",
  "t NOT LIKE '%É%'",
  "t LIKE '%\\%'",
  "t LIKE '%x\\y'",
  "t LIKE '%!%%' ESCAPE '!'",
  "t LIKE u",
  "i LIKE '4%'",
  "t GLOB 'a*'",
  "t GLOB '*[A-C]*'",
  "t GLOB '[^a]*'",
  "t GLOB '?bc'",
  "t GLOB '*[]%]*'",
  "b",
  "NOT b",
  "b = 1",
  "b = 0",
  "b <> 1",
  "b = TRUE",
  "b IS TRUE",
  "i IS TRUE",
  "i IS NOT FALSE",
  "b > 0",
  "b = k",
  "b + 1 = 2",
  "w = 'true'",
  "w <> 'false'",
  "b IN (0, 1)",
  "r >= 0.1",
  "r = 1.5",
  "n = 0.1",
  "n > 2",
  "n * 2 > 1",
  "n = r",
  "n + 0.5 = 10.75",
  "r / 2 > 0.5",
  "r * r > 1",
  "-r < 1",
  "i / 0 IS NULL",
  "i % k = 0",
  "k / 2 = 1",
  "k & 1",
  "k | 4 > 5",
  "k << 2 = 12",
  "~k < 0",
  "d = '2024-01-01'",
  "d >= '2024-01-01'",
  "d < '2024-01-01 12:00:00'",
  "d >= DATETIME('2024-01-01')",
  "s > '2024-01-01'",
  "s >= '2024-01-01'",
  "s <= '2024-01-01'",
  "s = '2024-01-01 10:20:30'",
  "s BETWEEN '2024-01-01' AND '2024-12-31'",
  "s < DATETIME('now')",
  "d <= DATE('now')",
  "z > '2024-01-01T00:00:00.000Z'",
  "z < '2024-01-01'",
  "e = 86400",
  "e > 0",
  "m >= 1700000000123",
  "m % 1000 = 123",
  "e + 1 = 1",
  "g = '10000000-0000-4000-8000-000000000001'",
  "g > '1'",
  "g <> t",
  "j IS NULL",
  "json_valid(j)",
  "json_extract(j, '$.a') IS NULL",
  "j -> 'a' IS NOT NULL OR 1",
  "j ->> '$.a.b' IS NULL",
  "typeof(i) = 'integer'",
  "typeof(t) = 'text' AND length(t) > 2",
  "typeof(s) = 'text'",
  "CASE WHEN i > 0 THEN b ELSE k END",
  "x = x'00ff'",
  "x < x'80'",
  "length(x) = 2",
  "(i IS NULL) <> (t IS NULL)",
  "s IS '2024-01-01 10:20:30'",
  "strftime('%Y', s) = '2024'",
  "date(s) = d",
  "date(s, '+1 day') > d",
  "i > 0 AND (t = 'abc' OR NOT (c = 'b'))",
  "e = i",
  "abs(k) > 2",
  "t || 1 = 'abc1'",
  "c || '' = 'ABC'",
  "coalesce(c, '') = 'ABC'",
  "+c = 'ABC'",
  "CAST(c AS TEXT) = 'ABC'",
  "t COLLATE NOCASE IN ('ABC')",
  "i IS DISTINCT FROM k",
  "i = 'abc'",
  "i < ''",
  "b = 'true'",
  "length(t) = '3'",
  "t",
  "json_extract(j, '$.a') = 'x'",
  "json_extract(j, '$.a') <> 'x'",
  "json_extract(j, '$.a') IS 'x'",
  "json_extract(j, '$.a') IS NOT 'x'",
  "json_extract(j, '$.a') IN ('x', 'y')",
  "json_extract(j, '$.a') = 1",
  "json_extract(j, '$.a') = TRUE",
  "json_extract(j, '$.a') = 0",
  "json_extract(j, '$.n') = 1.5",
  "json_extract(j, '$.n') <> -7",
  "json_extract(j, '$.n') IN (0.5, 12)",
  "1 = json_extract(j, '$.a')",
  "json_type(j) IN ('array', 'object')",
  "json_type(j, '$.a') IS 'array'",
  "json_extract(j, '$.a') = '1'",
  "json_extract(j, '$.a') = 'true'",
  "json_extract(j, '$.n') > 1",
  "json_extract(j, '$.n') >= '1'",
  "json_extract(j, '$.n') < 'a'",
  "json_extract(j, '$.n') BETWEEN -7 AND 1",
  "json_extract(j, '$.n') = k",
  "json_extract(j, '$.n') = i",
  "json_extract(q, '$.a') = i",
  "json_extract(j, '$.n') < r",
  "NOT json_extract(j, '$.a')",
  "json_extract(j, '$.a')",
  "json_extract(j, '$.n')",
  "json_extract(q, '$.a') = t",
  "q ->> 'a' = 'abc'",
  "q ->> '$.a' LIKE 'AB%'",
  "j -> 'a' IS NOT NULL",
  "j ->> 'a' IS NOT NULL",
  "y -> 0 IS NULL",
  "y ->> 0 = 1",
  "json_extract(y, '$.b[1]') = 2.5",
  "json_extract(y, '$.b[#-1]') = 2.5",
  "json_type(j, '$.a') = 'object'",
  "json_type(y) IN ('array', 'object')",
  "json_array_length(j, '$.l') = 4",
  "json_valid(j) AND json_valid(l)",
  "json_extract(l, '$[0]') = 'a'",
  "l ->> 0 = '12'",
];

const VALUES = [
  "i",
  "t",
  "i + 1",
  "k * 2 - 1",
  "k / 2",
  "k % 3",
  "-k",
  "r + 1",
  "r / 3",
  "r * 2.5",
  "1 - r",
  "n * 2",
  "t || u",
  "t || k",
  "b || t",
  "t || NULL",
  "length(t)",
  "length(i)",
  "length(b)",
  "lower(t)",
  "upper(c)",
  "trim(u)",
  "ltrim(u)",
  "rtrim(p)",
  "trim(t, 'ac ')",
  "substr(t, 2)",
  "substr(t, 2, 1)",
  "substr(t, -2)",
  "substr(t, -9, 8)",
  "substr(t, 0, 2)",
  "substr(t, 0)",
  "substr(t, 1, k)",
  "substr(t, 1, instr(t, 'b') - 1)",
  "substr(t, k)",
  "substr(t, 1, 0)",
  "instr(t, 'b')",
  "instr(t, '')",
  "instr('abc', u)",
  "replace(t, 'a', 'xx')",
  "replace(t, '', 'x')",
  "abs(k)",
  "abs(r)",
  "round(r)",
  "round(k)",
  "round(r * 3)",
  "min(i, k)",
  "max(t, u)",
  "min(k, 3, i)",
  "max(r, 0.5)",
  "coalesce(i, 0)",
  "coalesce(NULL, t, 'z')",
  "ifnull(r, 0)",
  "ifnull(k, 0.5)",
  "nullif(k, 1)",
  "nullif(t, 'abc')",
  "nullif(c, 'ABC')",
  "iif(b, 'yes', 'no')",
  "iif(k > 1, k, 0)",
  "typeof(b)",
  "typeof(e)",
  "typeof(w)",
  "hex(x)",
  "hex(t)",
  "CASE k WHEN 3 THEN 'three' WHEN 0 THEN 'none' END",
  "CASE c WHEN 'ABC' THEN 1 ELSE 0 END",
  "CASE WHEN i > 0 THEN k ELSE 0.5 END",
  "CAST(r AS INTEGER)",
  "CAST(i AS TEXT)",
  "CAST(t AS INTEGER)",
  "CAST(u AS INTEGER)",
  "CAST(k AS REAL)",
  "CAST(b AS TEXT)",
  "i = 1",
  "(i = 1) + (k = 3)",
  "s || ''",
  "d || 'x'",
  "z || ''",
  "g || ''",
  "w || ''",
  "e || ''",
  "m + 0",
  "date(s)",
  "time(s)",
  "datetime(d)",
  "datetime(z)",
  "strftime('%Y-%m', d)",
  "strftime('%d.%m.%Y %H:%M', s)",
  "strftime('%j', s)",
  "strftime('%s', s)",
  "strftime('%f', z)",
  "unixepoch(s)",
  "datetime(e, 'unixepoch')",
  "date(s, 'start of month')",
  "datetime(s, '-3 hours', '+1 day')",
  "upper(g)",
  "substr(s, 1, 4)",
  "length(s)",
  "likely(k)",
  "TRUE",
  "0x10 + k",
  "1_000 * k",
  "k & 6",
  "k >> 1",
  "~k",
  "9223372036854775807",
  "-9223372036854775808",
  "'it''s'",
  "x'0aff'",
  "octet_length(t)",
  "sign(k)",
  "sign(r)",
  "floor(r)",
  "ceil(r)",
  "coalesce(s, '2024-01-01 00:00:00') || ''",
  "k NOT NULL",
  "CASE WHEN t LIKE 'a%' THEN 'a' WHEN t GLOB '*x*' THEN 'x' END",
  "r || ''",
  "r || t",
  "r * 1e20 || ''",
  "r * 1e15 || ''",
  "r / 3e6 || ''",
  "CAST(r AS TEXT)",
  "n || ' EUR'",
  "length(r)",
  "t + 1",
  "u * 2",
  "'12abc' + k",
  "CAST(t AS REAL)",
  "CAST(u AS NUMERIC)",
  "CAST(t AS BLOB)",
  "round(r, 1)",
  "round(r / 3, 2)",
  "round(n, 1)",
  "round(r * 0.125, 2)",
  "round(-r / 8, 2)",
  "substr(t, 3, -2)",
  "substr(t, -1, -2)",
  "substr(t, k, k)",
  "substr(t, -9, -1)",
  "substr(t, 0, -1)",
  "substr(x, 2)",
  "substr(x, -1, 1)",
  "quote(t)",
  "quote(i)",
  "quote(r)",
  "quote(x)",
  "quote(NULL)",
  "char(65, 233, 128512)",
  "unicode(t)",
  "hex(k)",
  "unhex(u)",
  "unhex(hex(t))",
  "concat(t, NULL, k)",
  "concat_ws('-', t, u, k)",
  "iif(k > 1, 'a', k < 0, 'b', 'c')",
  "sqrt(r)",
  "printf('%d items', k)",
  "printf('%05d|%5d|%-5d|', k, k, k)",
  "printf('%,d', i)",
  "printf('%.2f', r)",
  "printf('%8.3f|', r)",
  "printf('%,.2f', r)",
  "printf('%08.2f', r)",
  "printf('%.0f', r)",
  "printf('%s-%s', t, k)",
  "printf('%5s|%-5s|', t, u)",
  "printf('%02d:%02d', k, 70)",
  "printf('%x %X', k, i)",
  "printf('100%% %s', t)",
  "format('%d', r)",
  "format('%d', t)",
  "datetime('2024-02-29 10:00:00+02:00')",
  "date(s, '+1 month')",
  "date(s, '-1 month', '+1 month')",
  "date(s, '+1 year')",
  "date(s, 'start of month', '+1 month', '-1 day')",
  "date(s, 'weekday 0')",
  "datetime(s, 'weekday 3')",
  "datetime(s, '+01:30')",
  "datetime(k, 'unixepoch')",
  "date(i, 'unixepoch')",
  "datetime(r, 'unixepoch')",
  "datetime(m / 1000, 'unixepoch')",
  "julianday(s)",
  "julianday(z)",
  "julianday(s) - julianday(d)",
  "CAST(julianday(s) - julianday(d) AS INTEGER)",
  "strftime('%w %u %W %U %V %G', s)",
  "strftime('%I %p %P %e|%k', s)",
  "strftime('%w', d)",
  "CAST(strftime('%Y', s) AS INTEGER)",
  "CAST(strftime('%m', d) AS INTEGER) + 1",
  "strftime('%H', s) * 60 + strftime('%M', s)",
  "strftime('%s', s) - strftime('%s', d)",
  "json_extract(j, '$.n') + 1",
  "json_extract(y, '$.n') * 2",
  "CAST(json_extract(j, '$.n') AS INTEGER)",
  "CAST(json_extract(j, '$.n') AS REAL)",
  "CAST(y ->> 'a' AS INTEGER)",
  "upper(json_extract(q, '$.a'))",
  "typeof(json_extract(j, '$.n'))",
  "json_array_length(j)",
  "json_array_length(j, '$.l')",
  "json_array_length(json_extract(j, '$.l'))",
  "json_array_length(l)",
  "json_type(j)",
  "json_type(j, '$.a')",
  "json_type(y, '$.a')",
  "json_type(q, '$.a')",
];

/** What may be of any storage class: a text in PostgreSQL, the same as SQLite's value but for the spelling of JSON and numbers. */
const ANY_CLASS = [
  "json_extract(j, '$.a')",
  "json_extract(j, '$.n')",
  "json_extract(j, '$.s')",
  "json_extract(j, '$.l[1]')",
  "json_extract(j, '$.l[3].c')",
  "json_extract(q, '$.a')",
  "json_extract(y, '$')",
  "y ->> 'a'",
  "y ->> '$.a.c'",
  "q ->> 'n'",
  "l ->> 1",
  "coalesce(json_extract(j, '$.s'), 'none')",
  "coalesce(json_extract(j, '$.n'), json_extract(j, '$.a'))",
  "nullif(json_extract(j, '$.a'), 'x')",
  "coalesce(k, 'none')",
  "CASE WHEN i > 0 THEN i ELSE t END",
  "CASE WHEN k > 0 THEN r ELSE 'none' END",
];

/** JSON that is made of values: compared as JSON. */
const DOCUMENTS = [
  "j -> 'a'",
  "j -> 'l'",
  "y -> 'b' -> 0",
  "q -> '$.a'",
  "json(q)",
  "json_array(i, t, r, b, NULL)",
  "json_object('i', i, 't', t, 'd', d)",
  "json_object('a', json_extract(j, '$.a'), 'l', j -> 'l')",
  "json_array(json_array(1), '[1]', json('[1]'))",
  "json_quote(t)",
  "json_quote(k)",
  "json_extract(j, '$.a', '$.n')",
  "json_remove(j, '$.a')",
  "json_set(q, '$.b', k)",
  "json_replace(q, '$.a', t)",
  "json_set(json_object('k', k), '$.t', t)",
  "json_insert(json_object('k', k), '$.k', 1)",
  "json_insert(json_object('k', k), '$.m', 1)",
];

/** Without the storage class, and JSON without its spaces and the order of its members. */
const loosely = (text: string): string => {
  const plain = text.replace(/^(?:text|number) /, "");
  try {
    return /^[[{]/.test(plain) ? JSON.stringify(sorted(JSON.parse(plain))) : plain.replace(/\.0+$/, "");
  } catch {
    return plain;
  }
};

const sorted = (value: unknown): unknown => {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, member]) => [name, sorted(member)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
};

/** SQLite gives REAL or an error where an INTEGER overflows; PostgreSQL always an error, never another value. */
const isLoud = (error: unknown): boolean => /out of range|division by zero|integer overflow/.test(String(error));

describe("a translated expression", () => {
  it.each(CONDITIONS)("gives the truth that SQLite gives: %s", async (sql) => {
    const translated = asCheck(sql);
    expect(translated).toMatchObject({ ok: true });
    if (!translated.ok) return;
    const wanted = sourceResults(source, `CASE WHEN ${sql} THEN 1 WHEN NOT (${sql}) THEN 0 END`);
    expect(await targetResults(client, translated.sql)).toEqual(wanted);
  });

  it.each(VALUES)("gives the value that SQLite gives: %s", async (sql) => {
    const translated = asValue(sql);
    expect(translated).toMatchObject({ ok: true });
    if (translated.ok) expect(await targetResults(client, translated.sql)).toEqual(sourceResults(source, sql));
  });

  it.each(ANY_CLASS)("gives the text of what SQLite gives: %s", async (sql) => {
    const translated = asValue(sql);
    expect(translated).toMatchObject({ ok: true });
    if (!translated.ok) return;
    const got = await targetResults(client, translated.sql);
    expect(got.map(loosely)).toEqual(sourceResults(source, sql).map(loosely));
  });

  it.each(DOCUMENTS)("gives the JSON that SQLite gives: %s", async (sql) => {
    const translated = asJson(sql);
    expect(translated).toMatchObject({ ok: true });
    if (!translated.ok) return;
    // SQLite fails as a whole where one row's document is none that can be changed.
    const rows = "row NOT IN (1, 5)";
    const read = (text: string): unknown => (text === "NULL" ? null : JSON.parse(text.replace(/^\w+ /, "")));
    const wanted = sourceResults(source, sql, rows).map(read);
    expect((await targetResults(client, `${translated.sql}::text`, rows)).map(read)).toEqual(wanted);
  });

  it("is the same on generated expressions, or is refused", async () => {
    let translatedCount = 0;
    const holds = async (sql: string, translated: ReturnType<typeof asValue>, wantedSql: string): Promise<void> => {
      // A view's note is a warning that the two may differ.
      if (!translated.ok || translated.notes.length > 0) return;
      try {
        const shown = translated.ofAnyClass ? loosely : (text: string): string => text;
        const wanted = sourceResults(source, wantedSql).map(shown);
        const got = (await targetResults(client, translated.sql)).map(shown);
        translatedCount++;
        expect({ sql, translated: translated.sql, got }).toEqual({ sql, translated: translated.sql, got: wanted });
      } catch (error) {
        if (!isLoud(error)) throw error;
      }
    };
    await fc.assert(
      fc.asyncProperty(conditions, values, async (condition, value) => {
        await holds(condition, asCheck(condition), `CASE WHEN ${condition} THEN 1 WHEN NOT (${condition}) THEN 0 END`);
        await holds(value, asValue(value), value);
      }),
      { numRuns: Number(process.env["LANDBRIDGE_TEST_RUNS"] ?? 300) },
    );
    expect(translatedCount).toBeGreaterThan(50);
  });

  it.each([
    "lower(t)",
    "i + k",
    "t || u",
    "substr(t, 1, 3)",
    "abs(k)",
    "coalesce(t, '')",
    "e + 0",
    "g || ''",
    "CAST(t AS INTEGER)",
    "round(r)",
    "b = 1",
    "hex(x)",
  ])("is taken by PostgreSQL as an index where it is said to be: %s", async (sql) => {
    const translated = translateIndexElement(sql, "BINARY", { columns: SCOPE });
    expect(translated).toMatchObject({ ok: true });
    if (translated.ok) await client.query(`CREATE INDEX ON t0 (${translated.sql})`);
  });
});
