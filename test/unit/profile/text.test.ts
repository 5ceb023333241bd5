import { afterAll, describe, expect, it } from "vitest";
import { closeSources, profileOf, source } from "./source.ts";

afterAll(closeSources);

const INVALID = ["41ff42", "c080", "eda080", "e282"].map((hex) => `CAST(x'${hex}' AS TEXT)`);

describe("text in a UTF-8 file", () => {
  it("tells broken bytes from a genuine U+FFFD", async () => {
    const db = source(`CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT);
      INSERT INTO t VALUES (1, 'plain'), (5, 'genuine \ufffd'), ${INVALID.map((sql, i) => `(${10 + i}, ${sql})`).join(", ")}`);
    expect((await profileOf(db, "t")).columns["v"]).toMatchObject({
      texts: 6,
      invalidTexts: 4,
      distinct: null,
      maxCharacters: 9,
      maxTextBytes: 11,
      firstKeys: { text: "1", invalid: "10" },
    });
  });

  it("does so in tables without an integer key, where the key itself may be broken", async () => {
    const db = source(`CREATE TABLE t (k TEXT PRIMARY KEY, v, b BLOB) WITHOUT ROWID;
      INSERT INTO t VALUES ('a', 'genuine \ufffd', x'ff'), (${INVALID[0]}, 'b', 'text'), ('z', 1, NULL), (${INVALID[3]}, 2.5, x'')`);
    const { columns, rows } = await profileOf(db, "t");
    expect(rows).toBe(4);
    expect(columns["k"]).toMatchObject({ texts: 4, invalidTexts: 2 });
    expect(columns["v"]).toMatchObject({ texts: 2, integers: 1, reals: 1, invalidTexts: 0 });
    expect(columns["b"]).toMatchObject({ texts: 1, blobs: 2, nulls: 1, textualBlobs: 1 });
  });

  it("finds NUL characters in short and in long texts", async () => {
    const db = source(`CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT);
      INSERT INTO t VALUES (1, 'clean'), (2, 'a' || char(0) || 'b'), (3, '${"long ".repeat(30)}' || char(0)), (4, '${"ä".repeat(50)}' || char(0))`);
    expect((await profileOf(db, "t")).columns["v"]).toMatchObject({
      texts: 4,
      nulTexts: 3,
      invalidTexts: 0,
      firstKeys: { nul: "2" },
    });
  });
});

describe.each(["UTF-16le", "UTF-16be"] as const)("text in a %s file", (encoding) => {
  it("is measured and shaped as in UTF-8, with bytes counted as stored", async () => {
    const db = source(
      `CREATE TABLE t (id INTEGER PRIMARY KEY, v, at DATETIME);
       INSERT INTO t VALUES (1, 'äb😀', '2021-03-04 05:06:07'), (2, 7, '2021-03-04 05:06:08'), (3, x'ff00', NULL), (4, 1.0, NULL), (5, 'a' || char(0), NULL)`,
      encoding,
    );
    const { columns, maxRowBytes } = await profileOf(db, "t");
    expect(columns["v"]).toMatchObject({
      texts: 2,
      integers: 1,
      reals: 1,
      blobs: 1,
      invalidTexts: 0,
      nulTexts: 1,
      maxCharacters: 3,
      maxTextBytes: 7,
      firstKeys: { nul: "5", blob: "3" },
    });
    expect(columns["at"]?.shapes.isoDateTime).toEqual({ " |seconds|0|": 2 });
    expect(maxRowBytes).toBe(8 + 8 + 38);
  });

  it("is invalid where a surrogate is alone", async () => {
    const [high, letter] = encoding === "UTF-16le" ? ["3dd8", "4100"] : ["d83d", "0041"];
    const db = source(
      `CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, 'ok'), (2, CAST(x'${high}${high}' AS TEXT)), (3, CAST(x'${letter}${high}' AS TEXT))`,
      encoding,
    );
    expect((await profileOf(db, "t")).columns["v"]).toMatchObject({
      texts: 3,
      invalidTexts: 2,
      firstKeys: { invalid: "2" },
    });
  });
});
