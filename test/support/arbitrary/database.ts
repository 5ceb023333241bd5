/** Random SQLite databases: schemas that nobody would write, and data that somebody has. */
import Database from "better-sqlite3";
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
const STRICT = ["INTEGER", "INT", "REAL", "TEXT", "BLOB", "ANY"];
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

interface ColumnSpec {
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
  columns: fc.array(arbitraryColumn, { minLength: 1, maxLength: 6 }),
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

type DatabaseSpec = typeof arbitraryDatabase extends fc.Arbitrary<infer Spec> ? Spec : never;
type TableSpec = DatabaseSpec["tables"][number];

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Builds the file; a statement that SQLite refuses (a name twice, a check that fails) is left out. Gives the statements that stood. */
export const buildDatabase = (path: string, spec: DatabaseSpec): string[] => {
  const db = new Database(path);
  const stood: string[] = [];
  const attempt = (sql: string, values: readonly unknown[] = []): boolean => {
    try {
      db.prepare(sql).run(...values);
      stood.push(values.length === 0 ? sql : `${sql} -- ${values.map(shown).join(", ")}`);
      return true;
    } catch (error) {
      if (error instanceof Database.SqliteError || error instanceof RangeError) return false;
      throw error;
    }
  };
  try {
    db.unsafeMode(true);
    db.pragma("foreign_keys = OFF");
    attempt(`PRAGMA encoding = '${spec.encoding}'`);
    spec.tables.forEach((table, i) => {
      const made = [true, false].some((full) => attempt(createTable(table, spec, full)));
      if (!made && i === 0) attempt(`CREATE TABLE ${quoted(table.name)} (a, b)`);
      for (let row = 0; row < table.rows; row++) insert(table, spec, row, attempt);
      for (const index of table.indexes) attempt(createIndex(table, index));
    });
    const [first] = spec.tables;
    const viewed = spec.tables[(spec.view?.of ?? 0) % spec.tables.length];
    if (spec.view && viewed) attempt(`CREATE VIEW ${quoted(spec.view.name)} AS SELECT * FROM ${quoted(viewed.name)}`);
    if (spec.trigger && first)
      attempt(
        `CREATE TRIGGER "on ${first.name.replaceAll('"', '""')}" AFTER DELETE ON ${quoted(first.name)} BEGIN SELECT 1; END`,
      );
  } finally {
    db.close();
  }
  return stood;
};

const shown = (value: unknown): string =>
  Buffer.isBuffer(value)
    ? `x'${value.toString("hex")}'`
    : typeof value === "string"
      ? JSON.stringify(value)
      : Object.is(value, -0)
        ? "-0.0"
        : String(value);

const columnAt = (table: TableSpec, at: number): ColumnSpec => table.columns[at % table.columns.length] as ColumnSpec;

const isStrict = (table: TableSpec): boolean => table.kind.startsWith("STRICT");

/** @param full false: only names and types, for a schema whose constraints SQLite refuses */
const createTable = (table: TableSpec, spec: DatabaseSpec, full: boolean): string => {
  const columns = table.columns.map((column) => {
    const declared = isStrict(table) ? (STRICT[column.declared.length % STRICT.length] ?? "ANY") : column.declared;
    const words = [quoted(column.name), declared];
    if (!full) return words.join(" ");
    const base = columnAt(table, column.generated?.of ?? 0);
    if (column.generated && base !== column && !base.generated)
      return [
        ...words,
        `AS (${column.generated.expression.replace("%s", () => quoted(base.name))})`,
        column.generated.stored ? "STORED" : "",
      ].join(" ");
    if (table.alias === null && table.key === null) words.push(column.constraint);
    words.push(column.collate);
    if (column.default !== null) words.push(`DEFAULT ${column.default}`);
    if (column.notNull && column.nulls.every((isNull) => !isNull)) words.push("NOT NULL");
    if (column.check !== null) words.push(`CHECK (${column.check.replace("%s", () => quoted(column.name))})`);
    return words.join(" ");
  });
  const parts =
    table.alias === null
      ? columns
      : [
          `${quoted(table.aliasName)} ${isStrict(table) ? table.alias.replace(/^INT /, "INTEGER ") : table.alias}`,
          ...columns,
        ];
  if (full) parts.push(...tableConstraints(table, spec));
  return `CREATE TABLE ${quoted(table.name)} (${parts.join(", ")}) ${table.kind}`;
};

const tableConstraints = (table: TableSpec, spec: DatabaseSpec): string[] => {
  const list = (at: readonly number[]): string =>
    [...new Set(at.map((i) => quoted(columnAt(table, i).name)))].join(", ");
  const parts: string[] = [];
  if (table.alias === null && table.key) parts.push(`PRIMARY KEY (${list(table.key)})`);
  if (table.unique) parts.push(`UNIQUE (${list(table.unique)})`);
  const parent = spec.tables[(table.foreign?.parent ?? 0) % spec.tables.length];
  if (table.foreign && parent) {
    const names = [...(parent.alias === null ? [] : [parent.aliasName]), ...parent.columns.map(({ name }) => name)];
    const to = table.foreign.bare ? "" : ` (${quoted(names[table.foreign.to % names.length] ?? "")})`;
    parts.push(
      `FOREIGN KEY (${list([table.foreign.child])}) REFERENCES ${quoted(parent.name)}${to} ${table.foreign.action}`,
    );
  }
  return parts;
};

const insert = (
  table: TableSpec,
  spec: DatabaseSpec,
  row: number,
  attempt: (sql: string, values: readonly unknown[]) => boolean,
): void => {
  const names: string[] = [];
  const values: Bound[] = [];
  const rowid = table.rowids?.[row];
  if (rowid !== undefined) {
    names.push(table.alias === null ? "rowid" : quoted(table.aliasName));
    values.push(rowid);
  }
  const parent = spec.tables[(table.foreign?.parent ?? 0) % spec.tables.length];
  for (const column of table.columns) {
    if (
      column.generated &&
      columnAt(table, column.generated.of) !== column &&
      !columnAt(table, column.generated.of).generated
    )
      continue;
    names.push(quoted(column.name));
    const at = table.repeat ? row % 2 : row;
    const follows =
      table.foreign?.follow === true && columnAt(table, table.foreign.child) === column && parent !== undefined;
    const from = follows ? columnAt(parent, table.foreign?.to ?? 0) : column;
    values.push(column.nulls[at] ? null : (from.values[at] ?? null));
  }
  const places = values.map((value) =>
    value !== null && typeof value === "object" && "text" in value ? "CAST(? AS TEXT)" : "?",
  );
  const bound = values.map((value) =>
    value !== null && typeof value === "object" && "text" in value ? value.text : value,
  );
  attempt(`INSERT INTO ${quoted(table.name)} (${names.join(", ")}) VALUES (${places.join(", ")})`, bound);
};

const createIndex = (table: TableSpec, index: TableSpec["indexes"][number]): string => {
  const parts = index.columns.map(({ at, form }) => form.replace("%s", () => quoted(columnAt(table, at).name)));
  const where =
    index.where === null
      ? ""
      : ` WHERE ${index.where.replace("%s", () => quoted(columnAt(table, index.columns[0]?.at ?? 0).name))}`;
  return `CREATE ${index.unique ? "UNIQUE " : ""}INDEX ${quoted(index.name)} ON ${quoted(table.name)} (${parts.join(", ")})${where}`;
};
