import { afterAll, describe, expect, it } from "vitest";
import type { RunEvent } from "../../../src/events.ts";
import { profileSource, profileTable } from "../../../src/source/profile.ts";
import { catalogueOf, closeSources, profileOf, reopened, source } from "./source.ts";

afterAll(closeSources);

/** A name that must not reach an object's prototype. */
const PROTO = "__proto__";

describe("storage classes", () => {
  it("counts each class apart, a whole REAL not taken for an INTEGER", async () => {
    const db = source(`CREATE TABLE t (id INTEGER PRIMARY KEY, v);
      INSERT INTO t (v) VALUES (1), (2.0), (2.5), ('2'), (x'32'), (NULL), (9e999), (-9e999), (-0.0), ('')`);
    const { columns, rows } = await profileOf(db, "t");
    expect(rows).toBe(10);
    expect(columns["v"]).toMatchObject({
      nulls: 1,
      integers: 1,
      reals: 5,
      texts: 2,
      blobs: 1,
      fractions: 1,
      infinities: 2,
      negativeZeros: 1,
      minReal: 0,
      maxReal: 2.5,
      maxIntegerDigits: 1,
      maxScale: 1,
      emptyTexts: 1,
      textualBlobs: 1,
      firstKeys: { integer: "1", real: "2", text: "4", blob: "5", infinity: "7", empty: "10" },
    });
    expect(columns["v"]?.distinct).toEqual(
      [
        "blob:32",
        "integer:1",
        "real:-0",
        "real:-Infinity",
        "real:2",
        "real:2.5",
        "real:Infinity",
        "text:",
        "text:2",
      ].sort(),
    );
  });

  it("keeps the range of 64-bit integers exact", async () => {
    const db = source(`CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER);
      INSERT INTO t (v) VALUES (9007199254740993), (9007199254740992), (-9223372036854775808), (9223372036854775807), (5)`);
    const { columns } = await profileOf(db, "t");
    expect(columns["v"]).toMatchObject({
      minInteger: "-9223372036854775808",
      maxInteger: "9223372036854775807",
      maxIntegerDigits: 19,
    });
    const near = source(
      "CREATE TABLE t (v INTEGER); INSERT INTO t VALUES (9007199254740993), (9007199254740991), (9007199254740992)",
    );
    expect((await profileOf(near, "t")).columns["v"]).toMatchObject({
      minInteger: "9007199254740991",
      maxInteger: "9007199254740993",
    });
  });

  it("finds the longest scale of doubles by their shortest decimals", async () => {
    const db = source(
      "CREATE TABLE t (v REAL); INSERT INTO t VALUES (1.5), (0.1), (19.99), (12345678.125), (1e-7), (100.25)",
    );
    expect((await profileOf(db, "t")).columns["v"]).toMatchObject({ maxScale: 7, maxIntegerDigits: 8, fractions: 6 });
    const precise = source(
      "CREATE TABLE t (v REAL); INSERT INTO t VALUES (0.25), (0.1234567890123456), (3.25), (0.01234567890123456)",
    );
    expect((await profileOf(precise, "t")).columns["v"]).toMatchObject({ maxScale: 17 });
  });

  it("measures text in characters and bytes, and blobs in bytes", async () => {
    const db = source(`CREATE TABLE t (v TEXT, b BLOB);
      INSERT INTO t VALUES ('äöü€😀', x'00ff'), ('abc', x''), (NULL, x'6100'), ('${"é".repeat(60)}', x'c3a9')`);
    const { columns, bytes, maxRowBytes } = await profileOf(db, "t");
    expect(columns["v"]).toMatchObject({ maxCharacters: 60, maxTextBytes: 120 });
    expect(columns["b"]).toMatchObject({ minBlobBytes: 0, maxBlobBytes: 2, blobs: 4, textualBlobs: 2 });
    expect({ bytes, maxRowBytes }).toEqual({ bytes: 13 + 2 + 3 + 2 + 120 + 2, maxRowBytes: 122 });
  });

  it("lists distinct values up to 65 and no longer", async () => {
    const numbers = (n: number) => `WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c WHERE x < ${n})`;
    const db = source(`CREATE TABLE t (few, many);
      ${numbers(500)} INSERT INTO t SELECT x % 65, x % 66 FROM c`);
    const { columns } = await profileOf(db, "t");
    expect(columns["few"]?.distinct).toHaveLength(65);
    expect(columns["many"]?.distinct).toBeNull();
  });

  it("profiles empty tables and empty columns", async () => {
    const db = source(
      "CREATE TABLE t (a, b TEXT); CREATE TABLE n (a, b JSON); INSERT INTO n VALUES (NULL, NULL), (NULL, NULL)",
    );
    expect(await profileOf(db, "t")).toMatchObject({
      rows: 0,
      bytes: 0,
      maxRowBytes: 0,
      borders: [],
      minKey: null,
      maxKey: null,
    });
    const { columns } = await profileOf(db, "n");
    expect(columns["b"]).toMatchObject({
      nulls: 2,
      texts: 0,
      distinct: [],
      examples: {},
      firstKeys: {},
      minReal: null,
      minInteger: null,
    });
  });
});

describe("shapes", () => {
  it("counts every value of a shape, beyond the first ones too", async () => {
    const db = source(`CREATE TABLE t (id INTEGER PRIMARY KEY, at TEXT, u TEXT, d TEXT, j TEXT);
      WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c WHERE x < 1000)
      INSERT INTO t SELECT x, strftime('%Y-%m-%dT%H:%M:%SZ', x * 86400, 'unixepoch'), printf('%08x-0000-4000-8000-00000000000a', x),
        date(x * 86400, 'unixepoch'), json_array(x) FROM c;
      UPDATE t SET at = '2021-03-04T05:06:07+02:00' WHERE id = 700; UPDATE t SET j = '{"a":1,"a":2}' WHERE id = 900`);
    const { columns } = await profileOf(db, "t");
    expect(columns["at"]?.shapes).toMatchObject({
      isoDateTime: { "T|seconds|0|Z": 999 },
      otherOffsets: 1,
      dateLike: 1_000,
      isoDate: 0,
    });
    expect(columns["at"]?.examples).toMatchObject({ isoDateTime: "700" });
    expect(columns["u"]?.shapes).toMatchObject({ uuidLower: 1_000, uuidUpper: 0 });
    expect(columns["d"]?.shapes).toMatchObject({ isoDate: 1_000, dateLike: 1_000, isoDateTime: {} });
    expect(columns["j"]?.shapes).toMatchObject({ json: 1_000, jsonContainer: 1_000, jsonbSafe: 999 });
    expect(columns["j"]?.examples).toEqual({ jsonbSafe: "900" });
  });

  it("gives up a shape that no early value has, but counts it to the end where the declared type asks for it", async () => {
    const db = source(`CREATE TABLE t (id INTEGER PRIMARY KEY, free TEXT, body JSON, at DATETIME, u UUID);
      WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c WHERE x < 1000)
      INSERT INTO t SELECT x, 'word ' || x, 'word ' || x, 'word ' || x, 'word ' || x FROM c;
      UPDATE t SET free = '[1]', body = '[1]', at = '2021-03-04', u = '0f8fad5b-d9cb-469f-a165-70867728950e' WHERE id > 997`);
    const { columns } = await profileOf(db, "t");
    expect(columns["free"]?.shapes.json).toBe(0);
    expect(columns["body"]?.shapes.json).toBe(3);
    expect(columns["body"]?.examples).toEqual({ json: "1", jsonContainer: "1", jsonbSafe: "1" });
    expect(columns["at"]?.shapes).toMatchObject({ isoDate: 3, dateLike: 3 });
    expect(columns["u"]?.shapes.uuidLower).toBe(3);
  });

  it("counts Julian days and epochs among the REAL values of declared dates only", async () => {
    const db = source(`CREATE TABLE t (at DATETIME, plain REAL, ms TIMESTAMP);
      INSERT INTO t VALUES (julianday('2021-03-04 05:06:07'), julianday('2021-03-04'), 1614834367123.5), (julianday('1999-12-31'), 1.5, 1614834367123.25), (1614834367.5, 1.5, 12.5)`);
    const { columns } = await profileOf(db, "t");
    expect(columns["at"]?.shapes).toMatchObject({ julianReal: 2, epochReal: { s: 1, ms: 0 } });
    expect(columns["ms"]?.shapes).toMatchObject({ julianReal: 0, epochReal: { s: 0, ms: 2 } });
    expect(columns["plain"]?.shapes).toMatchObject({ julianReal: 0, epochReal: { s: 0, ms: 0 } });
  });
});

describe("the whole source", () => {
  it("takes what holds rows of its own and no shadow tables, tells progress by bytes, and bears any name", async () => {
    const db = source(`CREATE TABLE "a ""b"" \`c\`" ("x ""y""" TEXT, "select" INTEGER, "__proto__" TEXT);
      INSERT INTO "a ""b"" \`c\`" VALUES ('v', 1, 'p');
      CREATE TABLE "__proto__" (a); CREATE VIRTUAL TABLE f USING fts5(body); INSERT INTO f VALUES ('text')`);
    const events: RunEvent[] = [];
    const profile = await profileSource(db, catalogueOf(db), { emit: (event) => events.push(event) });
    expect(Object.keys(profile.tables).sort()).toEqual(["__proto__", 'a "b" `c`', "f"]);
    expect(Object.keys(profile.tables['a "b" `c`']!.columns)).toEqual(['x "y"', "select", "__proto__"]);
    expect(profile.tables['a "b" `c`']!.columns[PROTO]).toMatchObject({ texts: 1 });
    const last = events.at(-1);
    expect(last).toMatchObject({ kind: "progress", step: "profile", unit: "bytes", rows: 2 });
    if (last?.kind === "progress") expect(last.done).toBe(last.total);
  });

  it("stops between blocks when it is aborted", async () => {
    const db = source(`CREATE TABLE t (v TEXT);
      WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c WHERE x < 20000) INSERT INTO t SELECT 'text ' || x FROM c`);
    const abort = new AbortController();
    let blocks = 0;
    const profiling = profileTable(db, catalogueOf(db).tables[0]!, "UTF-8", {
      signal: abort.signal,
      onRows: () => {
        if (++blocks === 2) abort.abort(new Error("interrupted"));
      },
    });
    await expect(profiling).rejects.toThrow("interrupted");
    expect(blocks).toBe(2);
  });

  it("leaves out generated columns that cannot be evaluated, and says why", async () => {
    const db = source(`CREATE TABLE t (id INTEGER PRIMARY KEY, body TEXT);
      INSERT INTO t (body) VALUES ('{"name":"n"}'), ('not json');
      ALTER TABLE t ADD COLUMN name TEXT AS (json_extract(body, '$.name'));
      ALTER TABLE t ADD COLUMN size INTEGER AS (length(body))`);
    db.function("app_fold", { deterministic: true }, (text) => text);
    db.exec("ALTER TABLE t ADD COLUMN folded TEXT AS (app_fold(body))");
    const elsewhere = reopened(db);
    const { columns, rows } = await profileOf(elsewhere, "t");
    expect(rows).toBe(2);
    expect(columns["name"]?.firstKeys["unreadable"]).toMatch(/malformed JSON/);
    expect(columns["folded"]?.firstKeys["unreadable"]).toMatch(/app_fold/);
    expect(columns["body"]).toMatchObject({ texts: 2 });
    expect(columns["size"]).toMatchObject({ integers: 2, maxInteger: "12" });
  });

  it("refuses a table that SQLite cannot read, by name", async () => {
    const db = source("CREATE TABLE t (k TEXT COLLATE NOCASE PRIMARY KEY) WITHOUT ROWID; INSERT INTO t VALUES ('a')");
    const table = catalogueOf(db).tables[0]!;
    db.unsafeMode().pragma("writable_schema = ON");
    db.exec("UPDATE sqlite_schema SET sql = replace(sql, 'NOCASE', 'APP')");
    await expect(profileTable(reopened(db), table, "UTF-8")).rejects.toMatchObject({
      code: "TABLE_UNREADABLE",
      message: expect.stringContaining("The table t cannot be read"),
    });
  });
});
