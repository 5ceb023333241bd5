/** Random SQLite databases: schemas that nobody would write, and data that somebody has. */
import fc from "fast-check";
import { arbitraryName } from "./names.ts";
import { arbitraryHabit, type Bound } from "./values.ts";

const DECLARED = [
  ...[
    "",
    "INTEGER",
    "INT",
    "BIGINT",
    "TINYINT(1)",
    "INTEGER(8)",
    "intege",
    "INT8",
    "REAL",
    "FLOAT",
    "DOUBLE PRECISION",
    "double",
    "TEXT",
  ],
  ...[
    "TEXT(100)",
    "VARCHAR(5)",
    "varchar2(60)",
    "NVARCHAR(40)",
    "CHAR(36)",
    "CHAR(32)",
    "CHARACTER VARYING(3)",
    "CLOB",
    "BLOB",
    "BINARY",
  ],
  ...[
    "BINARY(16)",
    "byte[]",
    "BYTEA",
    "BOOLEAN",
    "BOOL",
    "bool",
    "DECIMAL(5,2)",
    "DECIMAL(10,0)",
    "NUMERIC",
    "NUMERIC(38,10)",
    "NUMERIC[]",
    "NUMBER",
    "MONEY",
  ],
  ...[
    "DATE",
    "TIME",
    "DATETIME",
    "TIMESTAMP",
    "timestampz",
    "TIMESTAMP WITH TIME ZONE",
    "UUID",
    "GUID",
    "UNIQUEIDENTIFIER",
    "JSON",
    "JSONB",
  ],
  ...[
    "TEXT_LIST",
    "ENUM('a','b')",
    "GEOMETRY",
    "POINT",
    "ANY",
    "STRING",
    "serial",
    "NULL",
    "a b c",
    "DECIMAL(2000,1)",
    "DECIMAL(3,5)",
    "VARCHAR(0)",
    "VARCHAR(99999999)",
  ],
];
const DEFAULTS = [
  "NULL",
  "0",
  "1",
  "-1",
  "'x'",
  "''",
  '"dq"',
  "CURRENT_TIMESTAMP",
  "(datetime('now'))",
  "x'00ff'",
  "true",
  "1.5",
  "'it''s'",
  "(1+1)",
  "9223372036854775808",
  "'false'",
];

export interface ColumnSpec {
  readonly name: string;
  readonly declared: string;
  readonly constraint: string;
  readonly collate: string;
  readonly default: string | null;
  readonly notNull: boolean;
  readonly check: string | null;
  readonly generated: { readonly expression: string; readonly stored: boolean; readonly of: number } | null;
  readonly values: readonly Bound[];
  readonly nulls: readonly boolean[];
}

const ROWS = 9;

const arbitraryColumn: fc.Arbitrary<ColumnSpec> = arbitraryHabit.chain((habit) =>
  fc.record({
    name: arbitraryName,
    declared: fc.constantFrom(...DECLARED),
    constraint: fc.constantFrom("", "", "", "", "UNIQUE", "PRIMARY KEY"),
    collate: fc.constantFrom("", "", "", "", "COLLATE NOCASE", "COLLATE RTRIM"),
    default: fc.option(fc.constantFrom(...DEFAULTS), { freq: 3 }),
    notNull: fc.boolean().map((no) => no),
    check: fc.option(
      fc.constantFrom(
        "%s IS NOT 5",
        "length(%s) < 1000",
        "%s > 0",
        "typeof(%s) <> 'x'",
        "%s IN ('a','b')",
        "%s GLOB '*'",
      ),
      { freq: 12 },
    ),
    generated: fc.option(
      fc.record({
        expression: fc.constantFrom(
          "%s + 1",
          "%s || 'x'",
          "length(%s)",
          "upper(%s)",
          "abs(%s)",
          "coalesce(%s, 0)",
          "typeof(%s)",
          "%s",
          "substr(%s, 1, 2)",
          "%s * 2",
          "hex(%s)",
          "lower(trim(%s))",
          "%s / 2",
          "cast(%s AS INTEGER)",
          "cast(%s AS TEXT)",
          "round(%s, 2)",
          "json_extract(%s, '$.a')",
          "%s = 1",
          "instr(%s, 'a')",
          "date(%s)",
        ),
        stored: fc.boolean(),
        of: fc.nat(5),
      }),
      { freq: 7 },
    ),
    values: fc.array(habit, { minLength: ROWS, maxLength: ROWS }),
    nulls: fc.oneof(
      fc.constant(Array<boolean>(ROWS).fill(false)),
      fc.array(fc.boolean(), { minLength: ROWS, maxLength: ROWS }),
    ),
  }),
);

/** Columns that a CHECK makes an enumeration. */
const LABELS = ["open", "done", "it's late", ""];
const enumerated: fc.Arbitrary<ColumnSpec> = fc
  .record({
    column: arbitraryColumn,
    declared: fc.constantFrom("TEXT", "TEXT", "VARCHAR(20)", "CLOB"),
    check: fc.constantFrom(
      "%s IN ('open', 'done', 'it''s late', '')",
      "%s IS NULL OR %s IN ('open', 'done', 'it''s late', '', 'other')",
      "%s = 'open' OR %s = 'done' OR %s = 'it''s late' OR %s = ''",
    ),
    default: fc.constantFrom(null, "'open'", "'nowhere'"),
    values: fc.array(fc.constantFrom(...LABELS), { minLength: ROWS, maxLength: ROWS }),
  })
  .map(({ column, ...its }) => ({ ...column, ...its, generated: null }));

const arbitraryIndex = fc.record({
  name: arbitraryName,
  unique: fc.boolean(),
  columns: fc.array(
    fc.record({
      at: fc.nat(5),
      form: fc.constantFrom(
        "%s",
        "%s",
        "%s",
        "%s DESC",
        "%s COLLATE NOCASE",
        "%s COLLATE RTRIM",
        "lower(%s)",
        "length(%s)",
        "%s + 1",
        "%s || 'a'",
      ),
    }),
    { minLength: 1, maxLength: 2 },
  ),
  where: fc.option(
    fc.constantFrom("%s IS NOT NULL", "%s > 0", "%s = 'a'", "%s <> ''", "%s IS NULL", "length(%s) > 1"),
    { freq: 4 },
  ),
});

const arbitraryTable = fc.record({
  name: arbitraryName,
  columns: fc.array(fc.oneof({ weight: 9, arbitrary: arbitraryColumn }, { weight: 1, arbitrary: enumerated }), {
    minLength: 1,
    maxLength: 6,
  }),
  kind: fc.constantFrom("", "", "", "", "WITHOUT ROWID", "STRICT", "STRICT, WITHOUT ROWID"),
  alias: fc.option(
    fc.constantFrom(
      "INTEGER PRIMARY KEY",
      "INTEGER PRIMARY KEY AUTOINCREMENT",
      "INTEGER PRIMARY KEY DESC",
      "INT PRIMARY KEY",
    ),
    { freq: 2 },
  ),
  aliasName: arbitraryName,
  key: fc.option(fc.uniqueArray(fc.nat(5), { minLength: 1, maxLength: 3 }), { freq: 3 }),
  unique: fc.option(fc.uniqueArray(fc.nat(5), { minLength: 1, maxLength: 2 }), { freq: 3 }),
  foreign: fc.option(
    fc.record({
      parent: fc.nat(3),
      child: fc.nat(5),
      to: fc.nat(6),
      bare: fc.boolean(),
      action: fc.constantFrom("", "ON DELETE CASCADE", "ON UPDATE SET NULL DEFERRABLE INITIALLY DEFERRED"),
      follow: fc.boolean(),
    }),
    { freq: 2 },
  ),
  rows: fc.constantFrom(0, 1, 4, ROWS, ROWS),
  rowids: fc.option(
    fc.array(
      fc.oneof(
        fc.constantFrom(-1n, 0n, -(2n ** 63n), 2n ** 63n - 1n, 2n ** 53n + 1n),
        fc.bigInt({ min: -99n, max: 9999n }),
      ),
      { minLength: ROWS, maxLength: ROWS },
    ),
    { freq: 2 },
  ),
  repeat: fc.boolean(),
  indexes: fc.array(arbitraryIndex, { maxLength: 3 }),
});

export const arbitraryDatabase = fc.record({
  encoding: fc.constantFrom("UTF-8", "UTF-8", "UTF-8", "UTF-8", "UTF-16le", "UTF-16be"),
  tables: fc.array(arbitraryTable, { minLength: 1, maxLength: 4 }),
  view: fc.option(fc.record({ name: arbitraryName, of: fc.nat(3) }), { freq: 3 }),
  trigger: fc.boolean(),
});

export type DatabaseSpec = typeof arbitraryDatabase extends fc.Arbitrary<infer Spec> ? Spec : never;
export type TableSpec = DatabaseSpec["tables"][number];
