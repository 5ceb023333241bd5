import { describe, expect, test } from "vitest";
import { originalRows } from "../../../src/copy/originals.ts";
import { crossing, sqliteFile } from "../../support/crossing.ts";
import { freshDatabase } from "../../support/database.ts";
import { planOf } from "../../support/plan.ts";

const database = await freshDatabase();
const { admin } = database;

const BYTES = { name: "bytea" } as const;
const TEXT = { name: "text" } as const;
const BY_ROWID = { by: "rowid", name: "rowid", alias: null } as const;
const BY_ID = { by: "rowid", name: "rowid", alias: "id" } as const;

describe("keys", () => {
  test("reads every row around gaps, negative rowids and both ends of 64 bits", async () => {
    const ids = ["-9223372036854775808", "-5", "-1", "0", "1", "1000000", "9007199254740993", "9223372036854775807"];
    const path = sqliteFile(
      `CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES ${ids.map((id) => `(${id}, 'v${id}')`).join(",")}`,
    );
    const { copy, plan } = await crossing(database, path, {
      tables: [{ target: "t", read: BY_ID, columns: [{ target: "id" }, { target: "v", type: TEXT }] }],
    });
    const outcome = await copy({ batchSize: 1 });
    expect(outcome.tables[0]).toMatchObject({ rowsRead: 8, rowsWritten: 8, rowsRejected: 0 });
    const { rows } = await admin.query(`SELECT id, v FROM ${plan.schema}.t ORDER BY id`);
    expect(rows).toEqual(ids.map((id) => ({ id, v: `v${id}` })));
  });

  test("walks over hidden rowids beyond 2^53", async () => {
    const path = sqliteFile(
      `CREATE TABLE t (v INTEGER); INSERT INTO t (rowid, v) VALUES (9007199254740991, 1), (9007199254740993, 2), (9007199254740994, 3), (9007199254740995, 4)`,
    );
    const { copy, plan } = await crossing(database, path, {
      tables: [{ target: "t", read: BY_ROWID, columns: [{ target: "v" }] }],
    });
    await copy({ batchSize: 1 });
    const { rows } = await admin.query(`SELECT v FROM ${plan.schema}.t ORDER BY v`);
    expect(rows.map(({ v }) => v)).toEqual(["1", "2", "3", "4"]);
  });

  test("reads tables without rowid by their text key, and tables whose rowid names are all taken", async () => {
    const path = sqliteFile(
      `CREATE TABLE keyed (k TEXT PRIMARY KEY, v INTEGER) WITHOUT ROWID;
       CREATE TABLE shadowed (rowid TEXT, oid TEXT, _rowid_ TEXT);
       INSERT INTO keyed VALUES ('b', 2), (CAST(x'41FF42' AS TEXT), 1), ('z', 3), ('a', 0);
       INSERT INTO shadowed VALUES ('x', 'y', 'z'), ('x', 'y', 'z')`,
    );
    const { copy, plan, rejects } = await crossing(database, path, {
      tables: [
        { target: "keyed", keyColumns: ["k"], columns: [{ target: "k", type: TEXT }, { target: "v" }] },
        { target: "shadowed", columns: ["rowid", "oid", "_rowid_"].map((target) => ({ target, type: TEXT })) },
      ],
    });
    const outcome = await copy();
    expect(outcome.tables.map(({ rowsWritten }) => rowsWritten)).toEqual([3, 2]);
    expect(await rejects()).toMatchObject([
      {
        source_table: "keyed",
        source_rowid: null,
        column_name: "k",
        code: "INVALID_TEXT",
        source_key: { k: { $text: "41ff42" } },
      },
    ]);
    const { rows } = await admin.query(`SELECT k FROM ${plan.schema}.keyed ORDER BY v`);
    expect(rows.map(({ k }) => k)).toEqual(["a", "b", "z"]);
  });

  test("reads by an integer key where that is the table's only order", async () => {
    const path = sqliteFile(
      "CREATE TABLE t (k INTEGER NOT NULL, v TEXT, PRIMARY KEY (k)) WITHOUT ROWID; INSERT INTO t VALUES (-7, 'a'), (9223372036854775807, 'b')",
    );
    const { copy } = await crossing(database, path, {
      tables: [
        {
          target: "t",
          read: { by: "integer-key", column: "k" },
          columns: [{ target: "v", type: TEXT }, { target: "k" }],
        },
      ],
    });
    expect((await copy({ batchSize: 1 })).tables[0]).toMatchObject({ rowsWritten: 2 });
  });

  test("cuts a sliced table at its borders, each row once", async () => {
    const path = sqliteFile(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); WITH RECURSIVE n(i) AS (SELECT -500 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO t SELECT i * 3, 'v' || i FROM n",
    );
    const { copy, plan, run } = await crossing(database, path, {
      tables: [
        {
          target: "t",
          read: BY_ID,
          mode: "sliced",
          borders: ["-300", "0", "9001"],
          columns: [{ target: "id" }, { target: "v", type: TEXT }],
        },
      ],
    });
    expect((await copy({ jobs: 2, batchSize: 100 })).tables[0]).toMatchObject({ rowsRead: 5501, rowsWritten: 5501 });
    const { rows } = await admin.query(
      `SELECT count(*)::int AS n, count(DISTINCT id)::int AS d, min(id), max(id) FROM ${plan.schema}.t`,
    );
    expect(rows).toEqual([{ n: 5501, d: 5501, min: "-1500", max: "15000" }]);
    const slices = await admin.query(
      "SELECT rows_read::int AS n FROM landbridge.slices WHERE plan_hash = $1 ORDER BY number",
      [run.planHash],
    );
    expect(slices.rows.map(({ n }) => n)).toEqual([401, 100, 3000, 2000]);
  });
});

describe("text", () => {
  const policiesOf = (policy: "reject" | "strip" | "replace" | "bytea") =>
    ({ nul: policy, invalidText: policy, invalidJson: "reject", orphans: "keep" }) as const;
  const path = sqliteFile(
    "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, 'fine'), (2, CAST(x'41FF42' AS TEXT)), (3, 'a' || char(0) || 'b'), (4, char(0xFFFD)), (5, CAST(x'EFBFBDC080EFBFBD' AS TEXT))",
  );
  const tables = [{ target: "t", read: BY_ID, columns: [{ target: "id" }, { target: "v", type: TEXT }] }];
  const valuesOf = async (schema: string) =>
    (await admin.query(`SELECT id::int, v FROM ${schema}.t ORDER BY id`)).rows.map(({ id, v }) => [id, v]);

  test("keeps a genuine U+FFFD and rejects bytes that the driver would turn into one", async () => {
    const { copy, plan, rejects } = await crossing(database, path, { tables });
    expect((await copy()).tables[0]).toMatchObject({ rowsRead: 5, rowsWritten: 2, rowsRejected: 3, rowsCleaned: 0 });
    expect(await valuesOf(plan.schema)).toEqual([
      [1, "fine"],
      [4, "\uFFFD"],
    ]);
    expect(await rejects()).toMatchObject([
      {
        code: "INVALID_TEXT",
        source_rowid: "2",
        source_key: { rowid: 2 },
        column_name: "v",
        original: { id: 2, v: { $text: "41ff42" } },
      },
      { code: "NUL_IN_TEXT", original: { id: 3, v: { $text: "610062" } } },
      { code: "INVALID_TEXT", original: { v: { $text: "efbfbdc080efbfbd" } } },
    ]);
  });

  test("strips or replaces by policy, counts the rows, and leaves genuine U+FFFD alone", async () => {
    const strip = await crossing(database, path, { tables, policies: policiesOf("strip") });
    expect((await strip.copy()).tables[0]).toMatchObject({ rowsWritten: 5, rowsRejected: 0, rowsCleaned: 3 });
    expect(await valuesOf(strip.plan.schema)).toEqual([
      [1, "fine"],
      [2, "AB"],
      [3, "ab"],
      [4, "\uFFFD"],
      [5, "\uFFFD\uFFFD"],
    ]);
    const replace = await crossing(database, path, { tables, policies: policiesOf("replace") });
    expect((await replace.copy()).tables[0]).toMatchObject({ rowsCleaned: 3 });
    expect(await valuesOf(replace.plan.schema)).toEqual([
      [1, "fine"],
      [2, "A\uFFFDB"],
      [3, "a\uFFFDb"],
      [4, "\uFFFD"],
      [5, "\uFFFD\uFFFD\uFFFD\uFFFD"],
    ]);
  });

  test("keeps the original bytes where the column became bytea", async () => {
    const columns = [{ target: "id" }, { target: "v", type: BYTES, form: { kind: "any" } as const }];
    const { copy, plan } = await crossing(database, path, {
      tables: [{ target: "t", read: BY_ID, columns }],
      policies: policiesOf("bytea"),
    });
    expect((await copy()).tables[0]).toMatchObject({ rowsWritten: 5, rowsCleaned: 0 });
    const { rows } = await admin.query(`SELECT encode(v, 'hex') AS v FROM ${plan.schema}.t ORDER BY id`);
    expect(rows.map(({ v }) => v)).toEqual(["66696e65", "41ff42", "610062", "efbfbd", "efbfbdc080efbfbd"]);
  });

  test.each([
    ["UTF-16le", "3dd83dd8"],
    ["UTF-16be", "d83dd83d"],
  ] as const)(
    "decodes %s itself: lone surrogates are rejected, not turned into other characters",
    async (encoding, pair) => {
      const file = sqliteFile(
        `PRAGMA encoding = '${encoding}'; CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, 'aé€😀'), (2, CAST(x'${pair}' AS TEXT)), (3, ''), (4, char(0xFEFF) || 'x')`,
      );
      const { copy, plan, rejects } = await crossing(database, file, {
        tables,
        source: { sha256: "", bytes: 0, encoding },
      });
      await copy();
      expect(await valuesOf(plan.schema)).toEqual([
        [1, "aé€😀"],
        [3, ""],
        [4, "\uFEFFx"],
      ]);
      expect(await rejects()).toMatchObject([{ code: "INVALID_TEXT", original: { id: 2, v: { $text: pair } } }]);
    },
  );

  test("reads a scanned table on carefully from the block that holds invalid text", async () => {
    const file = sqliteFile("CREATE TABLE t (k TEXT PRIMARY KEY, v TEXT) WITHOUT ROWID", (db) => {
      const insert = db.prepare("INSERT INTO t VALUES (?, CAST(? AS TEXT))");
      for (let i = 0; i < 300; i++)
        insert.run(String(i).padStart(4, "0"), Buffer.from(i % 100 === 50 ? [0x41, 0xff] : Buffer.alloc(20_000, 0x61)));
    });
    const { copy, rejects } = await crossing(database, file, {
      tables: [{ target: "t", keyColumns: ["k"], columns: ["k", "v"].map((target) => ({ target, type: TEXT })) }],
    });
    expect((await copy()).tables[0]).toMatchObject({ rowsRead: 300, rowsWritten: 297, rowsRejected: 3 });
    expect((await rejects()).map(({ source_key }) => source_key)).toEqual([
      { k: "0050" },
      { k: "0150" },
      { k: "0250" },
    ]);
  });
});

describe("rejects", () => {
  test("keep exact originals: integers beyond 2^53, infinities, blobs, and leave long values to the snapshot", async () => {
    const path = sqliteFile(
      "CREATE TABLE t (a, b, c, d, e, f); INSERT INTO t VALUES (9007199254740993, 9e999, x'00ff', 1.0, 'no number', zeroblob(2000000))",
    );
    const { copy, rejects } = await crossing(database, path, {
      tables: [
        {
          target: "t",
          read: BY_ROWID,
          columns: [
            { target: "a" },
            { target: "b", type: { name: "double precision" } },
            { target: "c", type: BYTES },
            { target: "d", type: { name: "double precision" }, numbersAreSafe: true },
            { target: "e" },
            { target: "f", type: BYTES },
          ],
        },
      ],
    });
    await copy();
    const [reject] = await rejects();
    expect(reject).toMatchObject({ column_name: "e", code: "NOT_AN_INTEGER", source_key: { rowid: 1 } });
    const { rows } = await admin.query("SELECT original::text FROM landbridge.rejects WHERE id = $1", [reject!["id"]]);
    expect(rows[0].original).toBe(
      '{"a": 9007199254740993, "b": {"$real": "Infinity"}, "c": {"$blob": "00ff"}, "d": 1.0, "e": "no number", "f": {"$omitted": {"bytes": 2000000, "class": "blob"}}}',
    );
  });

  test("name integers as integers where another column keeps the row back", async () => {
    const path = sqliteFile("CREATE TABLE t (a INTEGER, b TEXT); INSERT INTO t VALUES (7, 'too long'), (8, 'ok')");
    const { copy, rejects } = await crossing(database, path, {
      tables: [
        {
          target: "t",
          read: BY_ROWID,
          columns: [{ target: "a" }, { target: "b", type: { name: "varchar", length: 3 }, form: { kind: "text" } }],
        },
      ],
    });
    expect((await copy()).tables[0]).toMatchObject({ rowsWritten: 1, rowsRejected: 1 });
    const { rows } = await admin.query("SELECT original::text FROM landbridge.rejects WHERE id = $1", [
      (await rejects())[0]!["id"],
    ]);
    expect(rows[0].original).toBe('{"a": 7, "b": "too long"}');
  });
});

describe("what only the server refuses", () => {
  test.each(["whole", "sliced"] as const)(
    "is taken apart to the row, in %s mode, and everything else arrives",
    async (mode) => {
      const path = sqliteFile(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) INSERT INTO t SELECT i, 'v' || i FROM n",
      );
      const { copy, plan, rejects } = await crossing(database, path, {
        tables: [
          {
            target: "t",
            read: BY_ID,
            mode,
            rows: 3000,
            bytes: 2 << 20,
            columns: [{ target: "id" }, { target: "v", type: TEXT }],
            checks: [{ name: "odd", expression: "id NOT IN (1, 1500, 1501, 3000)", source: "" }],
          },
        ],
      });
      expect((await copy()).tables[0]).toMatchObject({ rowsRead: 3000, rowsWritten: 2996, rowsRejected: 4 });
      expect((await rejects()).map(({ code, source_rowid }) => [code, source_rowid])).toEqual(
        ["1", "1500", "1501", "3000"].map((id) => ["SERVER_23514", id]),
      );
      const { rows } = await admin.query(`SELECT count(*)::int AS n FROM ${plan.schema}.t`);
      expect(rows).toEqual([{ n: 2996 }]);
    },
  );

  test("also a row that is too wide for a page", async () => {
    const names = Array.from({ length: 1200 }, (_, i) => `c${i}`);
    const path = sqliteFile(
      `CREATE TABLE wide (${names.map((name) => `${name} REAL`).join(",")}); INSERT INTO wide (c0) VALUES (1.5); INSERT INTO wide VALUES (${names.map(() => "0.25").join(",")}); INSERT INTO wide (c1) VALUES (2.5)`,
    );
    const { copy, rejects } = await crossing(database, path, {
      tables: [
        {
          target: "wide",
          read: BY_ROWID,
          columns: names.map((target) => ({ target, type: { name: "double precision" } as const })),
        },
      ],
    });
    expect((await copy()).tables[0]).toMatchObject({ rowsWritten: 2, rowsRejected: 1 });
    expect(await rejects()).toMatchObject([{ code: "SERVER_54000", source_rowid: "2", column_name: null }]);
  });

  test("does not take the other tables of its transaction along", async () => {
    const path = sqliteFile(
      "CREATE TABLE a (x INTEGER); CREATE TABLE b (x INTEGER); INSERT INTO a VALUES (1), (2); INSERT INTO b VALUES (3)",
    );
    const columns = [{ target: "x" }];
    const { copy } = await crossing(database, path, {
      tables: [
        { target: "a", read: BY_ROWID, columns, checks: [{ name: "one", expression: "x <> 1", source: "" }] },
        { target: "b", read: BY_ROWID, columns },
      ],
    });
    expect((await copy()).tables.map(({ rowsWritten, rowsRejected }) => [rowsWritten, rowsRejected])).toEqual([
      [1, 1],
      [1, 0],
    ]);
  });
});

test("writes many rejected rows between two COPYs of one transaction, frozen or not", async () => {
  const path = sqliteFile(
    "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) INSERT INTO t SELECT i, iif(i % 2, 'ok', hex(zeroblob(4000))) FROM n",
  );
  for (const bytes of [12 << 20, 1000]) {
    const { copy, plan, rejects } = await crossing(database, path, {
      tables: [
        {
          target: "t",
          read: BY_ID,
          rows: 3000,
          bytes,
          maxRowBytes: 8010,
          columns: [{ target: "id" }, { target: "v", type: { name: "varchar", length: 9 }, form: { kind: "text" } }],
        },
      ],
    });
    expect((await copy()).tables[0]).toMatchObject({ rowsRead: 3000, rowsWritten: 1500, rowsRejected: 1500 });
    expect((await rejects()).length).toBe(1500);
    expect((await admin.query(`SELECT count(*)::int AS n FROM ${plan.schema}.t`)).rows).toEqual([{ n: 1500 }]);
  }
});

test("reads a row of the snapshot again by its key, exactly, as the ledger keeps rows", () => {
  const path = sqliteFile(
    "CREATE TABLE t (a TEXT COLLATE NOCASE, b INTEGER, v, PRIMARY KEY (a, b)); INSERT INTO t VALUES ('x', 9007199254740993, x'00'), ('y', 1, CAST(x'FF' AS TEXT)), ('twice', NULL, 1), ('twice', NULL, 2)",
  );
  const columns = [
    { target: "a", type: TEXT },
    { target: "b" },
    { target: "v", type: TEXT, form: { kind: "any" } as const },
  ];
  const plan = planOf({ tables: [{ target: "t", read: BY_ROWID, keyColumns: ["a", "b"], columns }] });
  const original = originalRows(plan, path);
  const [table] = plan.tables;
  expect(original(table!, ["x", 9007199254740993n])).toMatchObject({
    sourceKey: '{"a":"x","b":9007199254740993}',
    rowid: "1",
    original: '{"a":"x","b":9007199254740993,"v":{"$blob":"00"}}',
  });
  expect(original(table!, ["y", 1n])?.original).toBe('{"a":"y","b":1,"v":{"$text":"ff"}}');
  expect(original(table!, ["X", 9007199254740993n])).toBeNull();
  expect(original(table!, ["x", 9007199254740992n])).toBeNull();
});

test("does not copy generated columns: the server makes them", async () => {
  const path = sqliteFile("CREATE TABLE t (a INTEGER, b INTEGER AS (a * 2) STORED); INSERT INTO t (a) VALUES (21)");
  const { copy, plan } = await crossing(database, path, {
    tables: [{ target: "t", read: BY_ROWID, columns: [{ target: "a" }, { target: "b", generated: "a * 2" }] }],
  });
  await copy();
  expect((await admin.query(`SELECT * FROM ${plan.schema}.t`)).rows).toEqual([{ a: "21", b: "42" }]);
});

test("puts values into columns by name where the target's order is its own", async () => {
  const path = sqliteFile("CREATE TABLE t (a TEXT, b TEXT); INSERT INTO t VALUES ('a', 'b')");
  const { copy, plan } = await crossing(database, path, {
    tables: [
      {
        target: "t",
        read: BY_ROWID,
        columns: [
          { target: "b", type: TEXT },
          { target: "a", type: TEXT },
        ],
      },
    ],
  });
  await admin.query(`DROP TABLE ${plan.schema}.t; CREATE TABLE ${plan.schema}.t (a text, b text)`);
  await copy();
  expect((await admin.query(`SELECT * FROM ${plan.schema}.t`)).rows).toEqual([{ a: "a", b: "b" }]);
});

test("reads rows one by one where a few are very long, and keeps them whole", async () => {
  const path = sqliteFile("CREATE TABLE t (id INTEGER PRIMARY KEY, v BLOB)", (db) => {
    const insert = db.prepare("INSERT INTO t VALUES (?, ?)");
    for (let i = 0; i < 500; i++) insert.run(i, Buffer.alloc(i === 250 ? 24 << 20 : 100, i % 251));
  });
  const { copy, plan } = await crossing(database, path, {
    tables: [
      {
        target: "t",
        read: BY_ID,
        rows: 500,
        bytes: (24 << 20) + 50_000,
        maxRowBytes: 24 << 20,
        columns: [{ target: "id" }, { target: "v", type: BYTES }],
      },
    ],
  });
  expect((await copy()).tables[0]).toMatchObject({ rowsWritten: 500 });
  const { rows } = await admin.query(
    `SELECT count(*)::int AS n, sum(length(v))::int AS bytes, (SELECT md5(v) FROM ${plan.schema}.t WHERE id = 250) AS md5 FROM ${plan.schema}.t`,
  );
  expect(rows[0]).toMatchObject({ n: 500, bytes: (24 << 20) + 49_900 });
  const { rows: expected } = await admin.query("SELECT md5($1::bytea) AS md5", [Buffer.alloc(24 << 20, 250)]);
  expect(rows[0].md5).toBe(expected[0].md5);
});
