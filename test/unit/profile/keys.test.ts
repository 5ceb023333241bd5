import { afterAll, describe, expect, it } from "vitest";
import { PROFILE_LIMITS } from "../../../src/source/profile/table.ts";
import { profileTable } from "../../../src/source/profile.ts";
import { catalogueOf, closeSources, profileOf, source } from "./source.ts";

afterAll(closeSources);

const ROWS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c WHERE x < 7000)";

describe("reading each row exactly once", () => {
  it("crosses gaps, negative rowids and both ends of the 64-bit range", async () => {
    const db = source(`CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER);
      ${ROWS} INSERT INTO t SELECT (x - 3500) * 1152735103331641, x FROM c;
      INSERT INTO t VALUES (-9223372036854775808, -1), (9223372036854775807, -2)`);
    const { rows, columns, minKey, maxKey } = await profileOf(db, "t");
    expect(rows).toBe(7_002);
    expect({ minKey, maxKey }).toEqual({ minKey: "-9223372036854775808", maxKey: "9223372036854775807" });
    expect(columns["v"]).toMatchObject({ integers: 7_002, minInteger: "-2", maxInteger: "7000" });
    expect(columns["id"]).toMatchObject({ minInteger: minKey, maxInteger: maxKey });
  });

  it.each([
    [
      "all rowid names shadowed",
      "CREATE TABLE t (rowid TEXT, oid TEXT, _rowid_ TEXT, v TEXT)",
      "INSERT INTO t SELECT 'a', 'b', 'c', x FROM c",
      false,
    ],
    ["one rowid name shadowed", "CREATE TABLE t (rowid TEXT, v TEXT)", "INSERT INTO t SELECT 'a', x FROM c", true],
    [
      "WITHOUT ROWID, text key",
      "CREATE TABLE t (k TEXT PRIMARY KEY, v TEXT) WITHOUT ROWID",
      "INSERT INTO t SELECT 'k' || x, x FROM c",
      false,
    ],
    [
      "WITHOUT ROWID, integer key",
      "CREATE TABLE t (k INTEGER PRIMARY KEY, v TEXT) WITHOUT ROWID",
      "INSERT INTO t SELECT x * 3, x FROM c",
      true,
    ],
    [
      "WITHOUT ROWID, mixed key",
      "CREATE TABLE t (k INTEGER PRIMARY KEY, v TEXT) WITHOUT ROWID",
      "INSERT INTO t SELECT iif(x = 500, 'x', iif(x = 9, 9.5, x)), x FROM c",
      false,
    ],
    [
      "WITHOUT ROWID, composite key",
      "CREATE TABLE t (a INTEGER, b INTEGER, v TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID",
      "INSERT INTO t SELECT x % 7, x, x FROM c",
      false,
    ],
    [
      "INTEGER PRIMARY KEY DESC",
      "CREATE TABLE t (id INTEGER PRIMARY KEY DESC, v TEXT)",
      "INSERT INTO t SELECT NULL, x FROM c",
      true,
    ],
  ])("reads a table with %s", async (_, ddl, insert, keyed) => {
    const db = source(`${ddl}; ${ROWS} ${insert}`);
    const profile = await profileOf(db, "t", { ...PROFILE_LIMITS, slice: 4_000 });
    expect(profile.rows).toBe(7_000);
    expect(profile.columns["v"]).toMatchObject({ texts: 7_000, shapes: { decimalText: 7_000 } });
    expect(profile.columns["v"]?.firstKeys["text"]?.startsWith("#")).toBe(!keyed);
    expect(profile.borders.length > 0).toBe(keyed);
    expect(profile.minKey === null).toBe(!keyed);
  });

  it("cuts slices by bytes at keys that leave none empty", async () => {
    const db = source(
      `CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); ${ROWS} INSERT INTO t SELECT x * 1000003, hex(zeroblob(46)) FROM c`,
    );
    const { borders, bytes, maxKey } = await profileOf(db, "t", { ...PROFILE_LIMITS, slice: 70_000 });
    expect(bytes).toBe(700_000);
    expect(borders).toEqual([700, 1400, 2100, 2800, 3500, 4200, 4900, 5600, 6300].map((x) => String(x * 1_000_003)));
    expect(borders).not.toContain(maxKey);
  });

  it("reads huge rows one by one where a block would not hold them", async () => {
    const db = source(`CREATE TABLE t (id INTEGER PRIMARY KEY, v BLOB, w TEXT);
      WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c WHERE x < 300) INSERT INTO t SELECT -x, zeroblob(x * 100), 'w' || x FROM c`);
    const blocks: number[] = [];
    const limits = { ...PROFILE_LIMITS, block: 50_000 };
    const profile = await profileTable(db, catalogueOf(db).tables[0]!, "UTF-8", {
      limits,
      onRows: (rows) => blocks.push(rows),
    });
    expect(profile).toMatchObject({ rows: 300, maxRowBytes: 8 + 30_000 + 4, minKey: "-300", maxKey: "-1" });
    expect(Math.max(...blocks)).toBeLessThan(64);
    expect(profile.columns["w"]?.texts).toBe(300);
  });

  it("reads tables that are wider than a result may be", async () => {
    const names = Array.from({ length: 2_000 }, (_, i) => `c${i}`);
    for (const encoding of ["UTF-8", "UTF-16le"] as const) {
      const db = source(`CREATE TABLE t (${names.join(", ")})`, encoding);
      for (let row = 0; row < 3; row++)
        db.exec(`INSERT INTO t VALUES (${names.map((_, i) => (i % 2 ? `'${row}:${i}'` : i)).join(",")})`);
      const { columns } = await profileOf(db, "t");
      expect(columns["c1999"]?.distinct).toEqual(["text:0:1999", "text:1:1999", "text:2:1999"]);
      expect(columns["c1998"]?.distinct).toEqual(["integer:1998"]);
      expect(columns["c949"]?.distinct).toEqual(["text:0:949", "text:1:949", "text:2:949"]);
    }
  });
});

describe("values that cannot be read", () => {
  const limits = { ...PROFILE_LIMITS, value: 5_000 };

  it("lists them by key and leaves their rows out", async () => {
    const db = source(`CREATE TABLE t (id INTEGER PRIMARY KEY, v BLOB, w TEXT);
      INSERT INTO t VALUES (1, x'01', 'a'), (-7, zeroblob(5001), 'b'), (9007199254740993, x'02', hex(zeroblob(3000))), (5, zeroblob(5000), 'd')`);
    const profile = await profileOf(db, "t", limits);
    expect(profile.oversize).toEqual([
      { key: "-7", column: "v", bytes: 5_001 },
      { key: "9007199254740993", column: "w", bytes: 6_000 },
    ]);
    expect(profile).toMatchObject({ rows: 4, minKey: "-7", maxKey: "9007199254740993" });
    expect(profile.columns["w"]).toMatchObject({ texts: 2, distinct: ["text:a", "text:d"] });
  });

  it("names their rows by position in a table without an integer key", async () => {
    const db = source(`CREATE TABLE t (k TEXT PRIMARY KEY, v BLOB) WITHOUT ROWID;
      INSERT INTO t VALUES ('a', x'01'), ('b', zeroblob(6000)), ('c', x'02')`);
    const profile = await profileOf(db, "t", limits);
    expect(profile.oversize).toEqual([{ key: "#2", column: "v", bytes: 6_000 }]);
    expect(profile.columns["v"]).toMatchObject({ blobs: 2, maxBlobBytes: 1 });
  });
});
