import { describe, expect, test } from "vitest";
import { readCatalogue } from "../../../src/source/catalogue/read.ts";
import type { Catalogue, SourceTable } from "../../../src/source/model.ts";
import { openSnapshot } from "../../../src/source/open.ts";
import { sqliteFile } from "../../support/sqlite.ts";

function catalogueOf(sql: string): Catalogue {
  const db = openSnapshot(sqliteFile(sql));
  try {
    return readCatalogue(db);
  } finally {
    db.close();
  }
}

const tableOf = (sql: string, name = "t"): SourceTable => {
  const table = catalogueOf(sql).tables.find((each) => each.name === name);
  if (table === undefined) throw new Error(`no table ${name}`);
  return table;
};

describe("the rowid", () => {
  test.each([
    ["id INTEGER PRIMARY KEY", "id"],
    ["id integer primary key autoincrement", "id"],
    ["id INTEGER, PRIMARY KEY(id)", "id"],
    ["id INTEGER, PRIMARY KEY(id DESC)", "id"],
    ["id INTEGER PRIMARY KEY ASC UNIQUE", "id"],
    ["id INTEGER PRIMARY KEY DESC", null],
    ["id INT PRIMARY KEY", null],
    ["id BIGINT PRIMARY KEY", null],
    ["id INTEGER(8) PRIMARY KEY", null],
    ["id INTEGER, b, PRIMARY KEY(id, b)", null],
    ["id INTEGER UNIQUE", null],
  ])("of t(%s) has the alias %s, as SQLite itself says", (columns, alias) => {
    expect(tableOf(`CREATE TABLE t(${columns})`).rowidAlias).toBe(alias);
    // SQLite's own proof: the column of a new row is filled from the rowid only where it is the rowid.
    const db = openSnapshot(sqliteFile(`CREATE TABLE t(${columns}); INSERT INTO t(rowid) VALUES (77);`));
    expect(db.prepare("SELECT id FROM t").pluck().get()).toBe(alias === null ? null : 77);
    db.close();
  });

  test("is named by a spelling that no column shadows", () => {
    expect(tableOf("CREATE TABLE t(a)").rowidName).toBe("rowid");
    expect(tableOf("CREATE TABLE t(ROWID)").rowidName).toBe("_rowid_");
    expect(tableOf("CREATE TABLE t(rowid, _ROWID_ TEXT)").rowidName).toBe("oid");
    expect(tableOf("CREATE TABLE t(rowid, _rowid_, oid)").rowidName).toBeNull();
    expect(tableOf("CREATE TABLE t(a PRIMARY KEY) WITHOUT ROWID")).toMatchObject({
      rowidName: null,
      rowidAlias: null,
      withoutRowid: true,
    });
    expect(tableOf("CREATE TABLE t(a INTEGER PRIMARY KEY) WITHOUT ROWID").rowidAlias).toBeNull();
  });

  test("knows AUTOINCREMENT and the exact value of its sequence", () => {
    const sql = `CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT); CREATE TABLE e(id INTEGER, PRIMARY KEY(id AUTOINCREMENT));
      CREATE TABLE n(id INTEGER PRIMARY KEY /* AUTOINCREMENT */ DEFAULT 'AUTOINCREMENT');
      INSERT INTO t VALUES (9007199254740993);`;
    expect(tableOf(sql)).toMatchObject({ autoincrement: true, sequence: "9007199254740993" });
    expect(tableOf(sql, "e")).toMatchObject({ autoincrement: true, sequence: null });
    expect(tableOf(sql, "n")).toMatchObject({ autoincrement: false, sequence: null });
  });
});

describe("columns", () => {
  test("have the affinity that SQLite gives them", () => {
    const types = [
      ...[
        "",
        "ANY",
        "INT",
        "FLOATING POINT",
        "CHARINT",
        "VARCHAR(10)",
        "NATIVE CHARACTER(70)",
        "CLOB",
        "TEXT BLOB",
        "BLOB",
      ],
      ...[
        "REAL",
        "DOUBLE PRECISION",
        "FLOAT",
        "REALBLOB",
        "NUMERIC",
        "DECIMAL(10,5)",
        "BOOLEAN",
        "DATE",
        "JSON",
        "UUID",
        "STRING",
      ],
    ];
    const file = sqliteFile(`CREATE TABLE t(${types.map((type, i) => `c${i} ${type}`).join(", ")});
      INSERT INTO t VALUES (${types.map(() => "'1.0'").join(", ")});`);
    const db = openSnapshot(file);
    const [table] = readCatalogue(db).tables;
    // '1.0' becomes 1.0 under REAL, 1 under INTEGER and NUMERIC, and stays text under TEXT and BLOB.
    const stored = { REAL: "real", INTEGER: "integer", NUMERIC: "integer", TEXT: "text", BLOB: "text" };
    const sql = `SELECT ${types.map((_, i) => `typeof(c${i})`).join(", ")} FROM t`;
    expect(table!.columns.map(({ affinity }) => stored[affinity])).toEqual(db.prepare(sql).raw().get());
    expect(table!.columns.map(({ declaredType }) => declaredType)).toEqual(types);
    db.close();
    expect(tableOf("CREATE TABLE t(a ANY, b TEXT) STRICT")).toMatchObject({
      strict: true,
      columns: [{ affinity: "BLOB" }, { affinity: "TEXT" }],
    });
  });

  test("keep their order, with defaults, NOT NULL, collations and generated expressions as they are written", () => {
    const table = tableOf(`CREATE TABLE t(
      "a, b" TEXT NOT NULL DEFAULT (lower(')' || 'x')) COLLATE NOCASE, -- COLLATE RTRIM )
      [c] INTEGER DEFAULT -5 COLLATE [rtrim],
      \`d\` TEXT AS (json_extract("a, b", '$.x,)') || /* note */ 'AS (1)') VIRTUAL COLLATE NOCASE,
      e REAL GENERATED ALWAYS AS (c * 2) STORED NOT NULL,
      'f' "weird type"(3, 4) DEFAULT "COLLATE NOCASE",
      g
    )`);
    expect(
      table.columns.map(({ name, declaredType, notNull, default: value, collation, generated }) => [
        name,
        declaredType,
        notNull,
        value,
        collation,
        generated,
      ]),
    ).toEqual([
      ["a, b", "TEXT", true, "lower(')' || 'x')", "NOCASE", null],
      ["c", "INTEGER", false, "-5", "rtrim", null],
      [
        "d",
        "TEXT",
        false,
        null,
        "NOCASE",
        { expression: `json_extract("a, b", '$.x,)') ||   'AS (1)'`, stored: false },
      ],
      ["e", "REAL", true, null, "BINARY", { expression: "c * 2", stored: true }],
      ["f", "weird type", false, '"COLLATE NOCASE"', "BINARY", null],
      ["g", "", false, null, "BINARY", null],
    ]);
  });
});

describe("constraints", () => {
  test("lists CHECKs of columns and of the table with their names, whatever is inside them", () => {
    const { checks } = tableOf(`CREATE TABLE t(
      a TEXT CONSTRAINT "is, ok" CHECK (a IN ('(', 'b,)')) DEFAULT 'CHECK (0)',
      b INT CHECK (b > 0 -- positive )
      ) CONSTRAINT nn NOT NULL CHECK (b < 9) REFERENCES p ON DELETE SET DEFAULT CHECK (b <> 5),
      CONSTRAINT both CHECK ((a = 'a') <> (b = 1)) UNIQUE (a) CHECK(1)
    )`);
    expect(checks).toEqual([
      { name: "is, ok", expression: "a IN ('(', 'b,)')", column: "a" },
      { name: null, expression: expect.stringMatching(/^b > 0\s*$/), column: "b" },
      { name: null, expression: "b < 9", column: "b" },
      { name: null, expression: "b <> 5", column: "b" },
      { name: "both", expression: "(a = 'a') <> (b = 1)", column: null },
      { name: null, expression: "1", column: null },
    ]);
  });

  test("resolves foreign keys to the parent's own spelling, with names, actions and DEFERRABLE", () => {
    const { tables } = catalogueOf(`
      CREATE TABLE Parent(A INTEGER, B TEXT, PRIMARY KEY(B, A)); CREATE TABLE "One"("Id" INTEGER PRIMARY KEY, Code UNIQUE);
      CREATE TABLE t(x INTEGER, y TEXT,
        p CONSTRAINT to_one REFERENCES ONE DEFERRABLE INITIALLY DEFERRED,
        q REFERENCES one(code) NOT DEFERRABLE INITIALLY DEFERRED,
        r REFERENCES gone(id) DEFERRABLE, s REFERENCES one(nope), u REFERENCES parent,
        CONSTRAINT pair FOREIGN KEY (Y, x) REFERENCES parent ON DELETE CASCADE ON UPDATE SET NULL MATCH FULL DEFERRABLE INITIALLY DEFERRED,
        FOREIGN KEY (x) REFERENCES t(p));`);
    const key = (
      columns: string[],
      parentTable: string,
      parentColumns: string[] | null,
      name: string | null,
      deferred: boolean,
    ) => ({
      ...{ columns, parentTable, parentColumns, name, deferred, onUpdate: "NO ACTION", onDelete: "NO ACTION" },
    });
    expect(tables.find(({ name }) => name === "t")!.foreignKeys).toEqual([
      key(["p"], "One", ["Id"], "to_one", true),
      key(["q"], "One", ["Code"], null, false),
      key(["r"], "gone", null, null, false),
      key(["s"], "One", null, null, false),
      key(["u"], "Parent", null, null, false),
      { ...key(["y", "x"], "Parent", ["B", "A"], "pair", true), onUpdate: "SET NULL", onDelete: "CASCADE" },
      key(["x"], "t", ["p"], null, false),
    ]);
  });

  test("reads indexes in the order of their making: partial, on expressions, with collation and direction", () => {
    const { indexes, primaryKey } =
      tableOf(`CREATE TABLE t(a TEXT COLLATE NOCASE, b INT, c, PRIMARY KEY(b, a), UNIQUE(c));
      CREATE UNIQUE INDEX "i one" ON t(lower(a || ',)') COLLATE RTRIM DESC, b ASC, c DESC) WHERE c <> 'WHERE' AND b > 0 -- end
      ;CREATE INDEX two ON t(a COLLATE BINARY, [b], (b + 1));`);
    expect(primaryKey).toEqual(["b", "a"]);
    const plain = (column: string, collation = "BINARY", descending = false) => ({
      column,
      expression: null,
      collation,
      descending,
    });
    expect(indexes).toEqual([
      {
        name: "sqlite_autoindex_t_1",
        origin: "pk",
        unique: true,
        columns: [plain("b"), plain("a", "NOCASE")],
        where: null,
        sql: null,
      },
      { name: "sqlite_autoindex_t_2", origin: "u", unique: true, columns: [plain("c")], where: null, sql: null },
      {
        ...{ name: "i one", origin: "c", unique: true, where: "c <> 'WHERE' AND b > 0" },
        columns: [
          { column: null, expression: "lower(a || ',)')", collation: "RTRIM", descending: true },
          plain("b"),
          plain("c", "BINARY", true),
        ],
        sql: expect.stringContaining('CREATE UNIQUE INDEX "i one"'),
      },
      {
        ...{ name: "two", origin: "c", unique: false, where: null },
        columns: [
          plain("a"),
          plain("b"),
          { column: null, expression: "(b + 1)", collation: "BINARY", descending: false },
        ],
        sql: expect.stringContaining("CREATE INDEX two"),
      },
    ]);
  });
});

describe("what is not a plain table", () => {
  test("tells virtual and shadow tables from tables that are only named like them", () => {
    const kinds =
      catalogueOf(`CREATE VIRTUAL TABLE docs USING FTS5(title, body); CREATE VIRTUAL TABLE docs_x USING fts4(a);
      CREATE VIRTUAL TABLE box USING rtree(id, x0, x1); CREATE TABLE docs_data_user(a); CREATE TABLE box_(a); ANALYZE;
      CREATE VIRTUAL TABLE hollow USING fts5(a, content='');`).tables;
    const kind = (name: string) => {
      const table = kinds.find((each) => each.name === name);
      return [table?.kind, table?.module, table?.owner];
    };
    // What a full-text table with content of its own or an R*Tree holds is data; a contentless one holds none.
    expect(kind("docs")).toEqual(["table", "fts5", null]);
    expect(kind("box")).toEqual(["table", "rtree", null]);
    expect(kind("hollow")).toEqual(["virtual", "fts5", null]);
    expect(kind("docs_data")).toEqual(["shadow", null, "docs"]);
    expect(kind("docs_x_segdir")).toEqual(["shadow", null, "docs_x"]);
    expect(kind("box_rowid")).toEqual(["shadow", null, "box"]);
    expect(kind("docs_data_user")).toEqual(["table", null, null]);
    expect(kind("box_")).toEqual(["table", null, null]);
    expect(kinds.some(({ name }) => name.startsWith("sqlite_"))).toBe(false);
    expect(kinds.find(({ name }) => name === "docs")).toMatchObject({
      columns: [{ name: "rowid" }, { name: "title" }, { name: "body" }],
      rowidAlias: "rowid",
      rowidName: "rowid",
    });
  });

  test("reads a file whose virtual tables have modules that are not here, and knows the shadows of vec0", () => {
    const { tables } =
      catalogueOf(`CREATE TABLE items_rowids(rowid INTEGER PRIMARY KEY, id); CREATE TABLE items_vector_chunks00(v);
      CREATE TABLE items_mine(v); CREATE TABLE t(a);
      PRAGMA writable_schema = ON;
      INSERT INTO sqlite_schema VALUES('table', 'items', 'items', 0, 'CREATE VIRTUAL TABLE items USING vec0(embedding float[4])');
      INSERT INTO sqlite_schema VALUES('table', 'si', 'si', 0, 'CREATE VIRTUAL TABLE "si" USING "VirtualSpatialIndex"()');`);
    expect(tables.map(({ name, kind, module, owner, columns }) => [name, kind, module, owner, columns.length])).toEqual(
      [
        ["items_rowids", "shadow", null, "items", 2],
        ["items_vector_chunks00", "shadow", null, "items", 1],
        ["items_mine", "table", null, null, 1],
        ["t", "table", null, null, 1],
        ["items", "virtual", "vec0", null, 0],
        ["si", "virtual", "virtualspatialindex", null, 0],
      ],
    );
  });

  test("takes a module for nothing but its name, whatever JavaScript knows by that name", () => {
    const { tables } = catalogueOf(`CREATE TABLE odd_data(v); PRAGMA writable_schema = ON;
      INSERT INTO sqlite_schema VALUES('table', 'odd', 'odd', 0, 'CREATE VIRTUAL TABLE odd USING constructor()');`);
    expect(tables.map(({ name, kind, module }) => [name, kind, module])).toEqual([
      ["odd_data", "table", null],
      ["odd", "virtual", "constructor"],
    ]);
  });

  test("lists views with their columns, or with the reason why they cannot be evaluated", () => {
    const { views, triggers } = catalogueOf(`CREATE TABLE t(a, b);
      CREATE VIEW good(x, "y z") AS SELECT a, count(*) FROM t; CREATE VIEW same AS SELECT a, a FROM t;
      CREATE VIEW lost AS SELECT * FROM nowhere; CREATE VIEW own AS SELECT app_function(a) FROM t;
      CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END;
      CREATE TRIGGER tv INSTEAD OF DELETE ON good BEGIN SELECT 1; END;`);
    expect(views.map(({ name, columns, problem }) => [name, columns, problem])).toEqual([
      ["good", ["x", "y z"], null],
      ["same", ["a", "a:1"], null],
      ["lost", null, "no such table: main.nowhere"],
      ["own", null, "no such function: app_function"],
    ]);
    expect(triggers.map(({ name, table }) => [name, table])).toEqual([
      ["tr", "t"],
      ["tv", "good"],
    ]);
  });

  test("reads names that are quotes, keywords, other scripts and JavaScript's own", () => {
    const names = ['a"b', "select", "Ünïcode 表", "__proto__", "constructor", "x'y", "a;b", "--", "[br]"];
    const quote = (name: string) => `"${name.replaceAll('"', '""')}"`;
    const sql = names.map(
      (name) => `CREATE TABLE ${quote(name)}(${names.map(quote).join(",")}, CHECK(${quote(name)} > 0));`,
    );
    const { tables } = catalogueOf(`PRAGMA encoding = 'UTF-16le';${sql.join("")}`);
    expect(tables.map(({ name }) => name)).toEqual(names);
    for (const { columns, checks } of tables) {
      expect(columns.map(({ name }) => name)).toEqual(names);
      expect(checks).toHaveLength(1);
    }
  });

  test("reads two thousand tables with keys and indexes, and one with two thousand columns", () => {
    const many = Array.from(
      { length: 2000 },
      (_, i) => `CREATE TABLE t${i}(id INTEGER PRIMARY KEY, p REFERENCES t${i + 1}, q UNIQUE);`,
    );
    const wide = Array.from({ length: 2000 }, (_, i) => `c${i}`);
    const { tables, encoding, userVersion } = catalogueOf(
      `PRAGMA user_version = 7; BEGIN; ${many.join("")} CREATE TABLE wide(${wide.join(",")}); COMMIT;`,
    );
    expect({ encoding, userVersion, tables: tables.length }).toEqual({
      encoding: "UTF-8",
      userVersion: 7,
      tables: 2001,
    });
    expect(tables[1998]!.foreignKeys).toMatchObject([{ parentTable: "t1999", parentColumns: ["id"] }]);
    expect(tables[1999]!.foreignKeys).toMatchObject([{ parentTable: "t2000", parentColumns: null }]);
    expect(tables[2000]!.columns).toHaveLength(2000);
  });
});
