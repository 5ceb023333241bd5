import { describe, expect, test } from "vitest";
import { readCatalogue } from "../../../src/source/catalogue/read.ts";
import type { Catalogue, SourceTable } from "../../../src/source/model.ts";
import { openSnapshot } from "../../../src/source/open.ts";
import { quoteSqlite } from "../../../src/source/quote.ts";
import { CORPUS_ABSENT, corpusFile, corpusFiles } from "../../support/corpus.ts";

function catalogueOf(relative: string): Catalogue | null {
  const path = corpusFile(relative);
  if (path === null) return null;
  const db = openSnapshot(path);
  try {
    return readCatalogue(db);
  } finally {
    db.close();
  }
}

const named = (catalogue: Catalogue, name: string): SourceTable =>
  catalogue.tables.find((table) => table.name === name)!;

describe("the catalogue of real files", () => {
  test.skipIf(corpusFiles().length === 0)("agrees with what SQLite says of each table, index and foreign key", () => {
    for (const relative of corpusFiles()) {
      const db = openSnapshot(corpusFile(relative)!);
      const { tables, views, triggers } = readCatalogue(db);
      const count = (sql: string): unknown => db.prepare(sql).pluck().get();
      const own = String.raw`name NOT LIKE 'sqlite\_%' ESCAPE '\'`;
      expect(tables).toHaveLength(
        count(`SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND ${own}`) as number,
      );
      expect(views).toHaveLength(count("SELECT count(*) FROM sqlite_schema WHERE type = 'view'") as number);
      expect(triggers).toHaveLength(count("SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'") as number);
      for (const table of tables.filter(({ kind }) => kind === "table")) {
        const where = `${relative} ${table.name}`;
        const columns = db.prepare(`SELECT * FROM ${quoteSqlite(table.name)}`).columns();
        expect(
          table.columns.map(({ name }) => name),
          where,
        ).toEqual([...(table.module?.startsWith("fts") ? ["rowid"] : []), ...columns.map(({ name }) => name)]);
        // Every CHECK, generated expression and index expression must be SQL again where it came from.
        for (const { expression } of table.checks) db.prepare(`SELECT ${expression} FROM ${quoteSqlite(table.name)}`);
        for (const { generated } of table.columns)
          if (generated) db.prepare(`SELECT ${generated.expression} FROM ${quoteSqlite(table.name)}`);
        for (const { where: partial, columns: terms } of table.indexes) {
          if (partial !== null) db.prepare(`SELECT 1 FROM ${quoteSqlite(table.name)} WHERE ${partial}`);
          for (const { expression } of terms)
            if (expression !== null) db.prepare(`SELECT ${expression} FROM ${quoteSqlite(table.name)}`);
        }
        const written = table.sql.match(/\bCHECK\s*\(/gi)?.length ?? 0;
        expect(table.checks, where).toHaveLength(written);
        expect(/autoincrement/i.test(table.sql), where).toBe(table.autoincrement);
      }
      db.close();
    }
  });

  test("of Chinook: mixed-case keys and names of its foreign keys", ({ skip }) => {
    const catalogue = catalogueOf("classic/Chinook_Sqlite.sqlite");
    if (catalogue === null) return skip(CORPUS_ABSENT);
    expect(catalogue.tables).toHaveLength(11);
    expect(named(catalogue, "Album")).toMatchObject({
      primaryKey: ["AlbumId"],
      foreignKeys: [{ columns: ["ArtistId"], parentTable: "Artist", parentColumns: ["ArtistId"] }],
    });
    expect(named(catalogue, "PlaylistTrack")).toMatchObject({
      primaryKey: ["PlaylistId", "TrackId"],
      rowidAlias: null,
    });
    expect(named(catalogue, "Employee").foreignKeys).toMatchObject([
      { parentTable: "Employee", parentColumns: ["EmployeeId"] },
    ]);
  });

  test("of Northwind: names with spaces, views and CHECKs", ({ skip }) => {
    const catalogue = catalogueOf("classic/northwind-jpwhite3.db");
    if (catalogue === null) return skip(CORPUS_ABSENT);
    expect(catalogue.views).toHaveLength(17);
    expect(catalogue.views.filter(({ problem }) => problem !== null)).toEqual([]);
    expect(named(catalogue, "Order Details")).toMatchObject({
      primaryKey: ["OrderID", "ProductID"],
      checks: [
        { column: null, expression: expect.stringContaining("Discount") },
        { column: null, expression: expect.stringContaining("Quantity") },
        { column: null, expression: expect.stringContaining("UnitPrice") },
      ],
    });
  });

  test("of Datasette's fixtures: FTS and its shadows, slashes, reserved words and tables without keys", ({ skip }) => {
    const catalogue = catalogueOf("classic/datasette-fixtures.db");
    if (catalogue === null) return skip(CORPUS_ABSENT);
    expect(named(catalogue, "searchable_fts")).toMatchObject({ kind: "virtual", module: "fts5" });
    expect(catalogue.tables.filter(({ owner }) => owner === "searchable_fts").map(({ kind }) => kind)).toEqual(
      Array(4).fill("shadow"),
    );
    expect(named(catalogue, "table/with/slashes.csv").columns).not.toHaveLength(0);
    expect(named(catalogue, "no_primary_key")).toMatchObject({ primaryKey: [], rowidName: "rowid", rowidAlias: null });
  });

  test("of the reported failures: rowid aliases, implicit and missing parents, generated columns, partial indexes", ({
    skip,
  }) => {
    const catalogue = catalogueOf("edge/issue-repros.db");
    if (catalogue === null) return skip(CORPUS_ABSENT);
    const table = (name: string) => named(catalogue, name);
    expect(table("e27_desc").rowidAlias).toBeNull();
    expect(table("e27_int_pk").rowidAlias).toBeNull();
    expect(table("e27_seq_full")).toMatchObject({ rowidAlias: "id", autoincrement: true, sequence: "500" });
    expect(table("e27_seq_empty")).toMatchObject({ rowidAlias: "id", autoincrement: true, sequence: null });
    expect(table("e29_child").foreignKeys).toMatchObject([
      { columns: ["p1"], parentColumns: ["id"] },
      { columns: ["y", "x"], parentColumns: ["b", "a"], onDelete: "CASCADE", onUpdate: "SET NULL", deferred: true },
    ]);
    expect(table("e32_child").foreignKeys).toContainEqual(
      expect.objectContaining({ parentTable: "e32_missing", parentColumns: null }),
    );
    expect(table("e38_nocase")).toMatchObject({
      columns: [{ collation: "BINARY" }, { collation: "NOCASE" }, { collation: "RTRIM" }],
    });
    expect(table("e39_TblA").indexes).toMatchObject([
      { name: "TblA_Idx6", where: "(FieldC=0)", unique: false },
      { name: "TblA_u", where: "FieldC", unique: true },
      { name: "TblA_expr", columns: [{ expression: "abs(FieldA)" }, { column: "FieldB", descending: true }] },
    ]);
    expect(table("e40_gen").columns.map(({ generated }) => generated)).toEqual([
      ...[null, null, null],
      { expression: "price*2", stored: false },
      { expression: "price*3", stored: true },
      { expression: "json_extract(body,'$.tag')", stored: false },
    ]);
    expect(table("e42_chk").checks.map(({ name, column }) => [name, column])).toEqual([
      [null, "status"],
      [null, "n"],
      [null, "e"],
      [null, "j"],
      ["both", null],
    ]);
    expect(table("e43_fts5_data_user").kind).toBe("table");
    expect(table("e43_rtree_node")).toMatchObject({ kind: "shadow", owner: "e43_rtree" });
    expect(table("e44_wr")).toMatchObject({ withoutRowid: true, rowidName: null, primaryKey: ["account", "k"] });
    expect(table("e44_strict")).toMatchObject({ strict: true });
  });
});
