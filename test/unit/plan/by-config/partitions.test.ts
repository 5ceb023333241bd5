/** Partitions by landbridge.yaml: bounds from the stored values, keys that hold the columns, and what does not fit. */
import { describe, expect, it } from "vitest";
import { planOfSql, remarks } from "../../../support/plan-of-sql.ts";

const by = (what: string, more = ""): string => `tables: { t: { partition: { ${what} }${more} } }`;
const table = (type: string, values: readonly string[]): string =>
  `CREATE TABLE t (id INTEGER PRIMARY KEY, v ${type}); ${values.map((value, i) => `INSERT INTO t VALUES (${i + 1}, ${value});`).join("")}`;

describe("spans", () => {
  const spans = async (type: string, values: readonly string[], every: string | number, wish = "") => {
    const { tables } = await planOfSql(table(type, values), by(`by: range, columns: [v], every: ${every}`, wish));
    return tables[0]?.partitioning?.partitions.map(({ name, bounds }) => `${name} ${bounds}`);
  };

  it.each([
    [
      "months over the end of a year",
      "DATETIME",
      ["'2025-12-31 23:59:59'", "'2026-01-01 00:00:00'"],
      "month",
      [
        "t_2025_12 FOR VALUES FROM ('2025-12-01') TO ('2026-01-01')",
        "t_2026_01 FOR VALUES FROM ('2026-01-01') TO ('2026-02-01')",
      ],
    ],
    [
      "weeks from Monday",
      "DATE",
      ["'2026-11-29'"],
      "week",
      ["t_2026_11_23 FOR VALUES FROM ('2026-11-23') TO ('2026-11-30')"],
    ],
    ["a leap day", "DATE", ["'2024-02-29'"], "day", ["t_2024_02_29 FOR VALUES FROM ('2024-02-29') TO ('2024-03-01')"]],
    ["years before 100", "DATE", ["'0050-06-01'"], "year", ["t_0050 FOR VALUES FROM ('0050-01-01') TO ('0051-01-01')"]],
    [
      "Julian days",
      "DATETIME",
      ["2460676.5"],
      "day",
      ["t_2025_01_01 FOR VALUES FROM ('2025-01-01') TO ('2025-01-02')"],
    ],
    [
      "numbers on both sides of zero",
      "INTEGER",
      ["-1", "10"],
      10,
      [
        "t_m10 FOR VALUES FROM ('-10') TO ('0')",
        "t_0 FOR VALUES FROM ('0') TO ('10')",
        "t_10 FOR VALUES FROM ('10') TO ('20')",
      ],
    ],
    [
      "integers beyond 2^53",
      "INTEGER",
      ["9007199254740993"],
      1,
      ["t_9007199254740993 FOR VALUES FROM ('9007199254740993') TO ('9007199254740994')"],
    ],
    ["reals", "REAL", ["-0.5"], 1, ["t_m1 FOR VALUES FROM ('-1') TO ('0')"]],
    ["no values", "DATE", [], "day", []],
  ] as const)("%s", async (_, type, values, every, expected) => {
    expect(await spans(type, values, every)).toEqual([...expected, "t_default DEFAULT"]);
  });

  it("of moments with a zone begin at midnight UTC, epochs by their unit", async () => {
    expect(await spans("DATETIME", ["1767225599999"], "month", ", columns: { v: { type: timestamptz } }")).toEqual([
      "t_2025_12 FOR VALUES FROM ('2025-12-01 00:00:00+00') TO ('2026-01-01 00:00:00+00')",
      "t_default DEFAULT",
    ]);
  });

  it.each([
    ["text by month", "TEXT", ["'a'"], "month", /crosses as text/],
    ["a date by numbers", "DATE", ["'2026-01-01'"], 10, /crosses as date/],
    ["more than a thousand", "INTEGER", ["1", "1000000"], 10, /would need 100001 partitions/],
    ["a thousand years of days", "DATE", ["'1000-01-01'", "'2000-01-01'"], "day", /would need/],
  ] as const)("%s do not fit", async (_, type, values, every, message) => {
    await expect(spans(type, values, every)).rejects.toMatchObject({
      ...{ code: "PARTITION_DOES_NOT_FIT", exitCode: 2, message: expect.stringMatching(message) },
    });
  });
});

describe("keys of a partitioned table", () => {
  const SQL = `CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER NOT NULL, w INTEGER, code TEXT UNIQUE, UNIQUE (v, code));
    CREATE UNIQUE INDEX u ON t (lower(code)); CREATE INDEX plain ON t (code); INSERT INTO t VALUES (1, 2, NULL, 'a');
    CREATE TABLE c (id INTEGER PRIMARY KEY, t INTEGER REFERENCES t (id), v INTEGER, code TEXT, FOREIGN KEY (v, code) REFERENCES t (v, code));
    CREATE INDEX c_t ON c (t); CREATE INDEX c_v ON c (v, code);`;

  it("take in the columns of the partitioning, each with a finding; keys that hold them stay", async () => {
    const plan = await planOfSql(SQL, by("by: hash, columns: [v], partitions: 2"));
    expect(plan.tables[0]).toMatchObject({
      primaryKey: { columns: ["id", "v"] },
      uniques: [{ columns: ["code", "v"] }, { columns: ["v", "code"] }],
      partitioning: {
        by: 'HASH ("v")',
        partitions: [{ name: "t_p0" }, { name: "t_p1", bounds: "FOR VALUES WITH (MODULUS 2, REMAINDER 1)" }],
      },
    });
    expect(plan.tables[0]?.indexes.map(({ elements }) => elements)).toEqual([
      [expect.stringContaining("lower"), '"v"'],
      ['"code"'],
    ]);
    expect(plan.tables[1]?.foreignKeys.map(({ columns }) => columns)).toEqual([["v", "code"]]);
    expect(remarks(plan)).toEqual([
      ...[
        "info TABLE_PARTITIONED t",
        "warning PARTITION_KEY_WIDENED t",
        "warning PARTITION_KEY_WIDENED t",
        "warning PARTITION_KEY_WIDENED t",
      ],
      "warning PARTITION_KEY_REFERENCED c",
    ]);
  });

  it("a primary key becomes a unique one where the column holds NULLs, and its columns stay NOT NULL", async () => {
    const { tables } = await planOfSql(SQL, by("by: hash, columns: [w], partitions: 2"));
    expect(tables[0]).toMatchObject({ primaryKey: null, uniques: [{ name: "t_pkey", columns: ["id", "w"] }, {}, {}] });
    expect(tables[0]?.columns[0]).toMatchObject({ target: "id", notNull: true });
  });

  it("a table may be partitioned by its key alone, and by an added column", async () => {
    const own = await planOfSql(SQL, by("by: hash, columns: [id], partitions: 2"));
    expect(own.tables[0]?.primaryKey?.columns).toEqual(["id"]);
    expect(own.tables[1]?.foreignKeys.map(({ columns }) => columns)).toContainEqual(["t"]);
    const added = await planOfSql(
      SQL,
      by(
        "by: hash, columns: [tenant], partitions: 2",
        ', add: { tenant: { type: integer, default: "1", notNull: true } }',
      ),
    );
    expect(added.tables[0]?.primaryKey?.columns).toEqual(["id", "tenant"]);
  });
});

describe("a partition that cannot be", () => {
  it.each([
    ["by a column that is not there", "by: hash, columns: [vv], partitions: 2", "CONFIG_UNKNOWN_NAME"],
    ["by a generated column", "by: hash, columns: [g], partitions: 2", "PARTITION_DOES_NOT_FIT"],
    ["under the name of a table", "by: list, columns: [v], partitions: { t: [1] }", "NAMES_COLLIDE"],
    ["with neither every nor partitions", "by: range, columns: [v]", "CONFIG_INVALID"],
    ["by a kind that is none", "by: magic, columns: [v]", "CONFIG_INVALID"],
  ])("%s", async (_, what, code) => {
    const sql =
      "CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER, g INTEGER AS (v + 1)); INSERT INTO t (id, v) VALUES (1, 1);";
    await expect(planOfSql(sql, by(what))).rejects.toMatchObject({ code });
  });
});
