/** The same rows in SQLite and in PostgreSQL, and what one expression gives on each of them. */
import Database from "better-sqlite3";
import type { Client } from "pg";
import { quoteIdentifier, quoteLiteral } from "../../../src/target/quote.ts";
import { COLUMNS, type TestColumn } from "../../support/translate.ts";

/** Per column: the stored SQLite values (as SQL), one row from each position; NULL is added as a row of its own. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  i: ["0", "1", "-7", "42", "9007199254740993", "-9223372036854775808"],
  k: ["3", "0", "-2", "1", "2147483647", "5"],
  r: ["0.0", "1.5", "-2.5", "0.1", "1234567890.75", "-0.5"],
  n: ["0", "10.25", "-3", "0.1", "99999999.99", "2"],
  t: ["''", "'abc'", "'ABC  '", "'Éa%b_c'", "'12'", "'😀x\\y'"],
  u: ["'abc'", "' pad '", "'é'", "'10'", "'a''b'", "''"],
  c: ["'Abc'", "'abc'", "'ÉÀ'", "'zZ'", "''", "'B'"],
  p: ["'ab'", "'ab  '", "' ab'", "''", "'  '", "'z'"],
  b: ["0", "1", "1", "0", "1", "0"],
  w: ["'true'", "'false'", "'false'", "'true'", "'true'", "'false'"],
  x: ["x''", "x'00ff'", "x'616263'", "x'80'", "x'0a'", "x'ff'"],
  d: ["'2024-01-01'", "'1999-12-31'", "'2024-02-29'", "'0001-01-01'", "'9999-12-31'", "'2023-07-04'"],
  s: [
    "'2024-01-01 00:00:00'",
    "'2024-01-01 10:20:30'",
    "'1999-12-31 23:59:59'",
    "'2024-02-29 12:00:00'",
    "'0001-01-01 00:00:00'",
    "'2023-07-04 05:06:07'",
  ],
  z: [
    "'2024-01-01T00:00:00.000Z'",
    "'2024-01-01T10:20:30.123Z'",
    "'1999-12-31T23:59:59.999Z'",
    "'2024-02-29T12:00:00.500Z'",
    "'0001-01-01T00:00:00.000Z'",
    "'2023-07-04T05:06:07.008Z'",
  ],
  e: ["0", "1700000000", "-1", "86400", "253402300799", "1"],
  m: ["0", "1700000000123", "-1", "86400000", "1", "999"],
  g: [
    "'00000000-0000-4000-8000-000000000001'",
    "'ffffffff-0000-4000-8000-000000000001'",
    "'10000000-0000-4000-8000-000000000001'",
    "'a0000000-0000-4000-8000-00000000000f'",
    "'0000000a-0000-4000-8000-000000000001'",
    "'12345678-0000-4000-8000-000000000001'",
  ],
  j: [
    "'{}'",
    "'[1]'",
    `'{"a":{"b":1},"n":0.5}'`,
    `'{"a":null,"n":-7}'`,
    `'{"a":"x","n":"12"}'`,
    `'{"a":true,"n":1.5,"s":"12","l":[1,"b",null,{"c":2}]}'`,
  ],
  y: [`'{"a":1e2,"b":[1,2.5]}'`, "'[true,false]'", `'"text"'`, "'5'", "'null'", `'{"a":{"c":"1.5"},"n":"0.5 kg"}'`],
  q: [`'{"a":"abc"}'`, "'{}'", `'{"a":false,"n":3}'`, `'{"a":42}'`, `'{"a":[]}'`, `'["abc"]'`],
  l: [`'["a","b"]'`, "'[]'", `'["12"]'`, `'[null,"x"]'`, `'["é"]'`, `'["abc"]'`],
};
const ROWS = 6;

/** A stored value as PostgreSQL takes it in that column's type: by hand, not by the code under test. */
const targetLiteral = ({ name, column }: TestColumn, stored: string): string => {
  if (name === "x") return `'\\x${stored.slice(2, -1)}'::bytea`;
  if (name === "l") return `'${stored.slice(1, -1).replace("[", "{").replace("]", "}")}'::text[]`;
  if (name === "b") return stored === "1" ? "true" : "false";
  if (name === "e") return `to_timestamp(${stored}) AT TIME ZONE 'UTC'`;
  if (name === "m") return `to_timestamp(${stored} / 1000) + interval '1 millisecond' * (${stored} % 1000)`;
  if (["i", "k", "r", "n"].includes(name)) return `'${stored}'::${column.type.name}`;
  return `${quoteLiteral(stored.slice(1, -1).replaceAll("''", "'"))}::${column.type.name}`;
};

const sourceRows = (): string[][] => [
  ...Array.from({ length: ROWS }, (_, row) => COLUMNS.map(({ name }) => VALUES[name]![row]!)),
  // Each column NULL in one row of its own, beside values of the second row.
  ...COLUMNS.map((_, missing) => COLUMNS.map(({ name }, at) => (at === missing ? "NULL" : VALUES[name]![1]!))),
];

/** A SQLite database in memory with a table `t0` of these rows. */
export const openSource = (): Database.Database => {
  const source = new Database(":memory:");
  source.exec(
    `CREATE TABLE t0 (row INTEGER, ${COLUMNS.map(({ name, declared }) => `${name} ${declared}`).join(", ")})`,
  );
  for (const [row, values] of sourceRows().entries())
    source.exec(`INSERT INTO t0 VALUES (${row}, ${values.join(", ")})`);
  return source;
};

/** The same table in PostgreSQL. */
export const createTarget = async (client: Client): Promise<void> => {
  const columns = COLUMNS.map(
    ({ name, column: { type } }) => `${quoteIdentifier(name)} ${type.name === "array" ? "text[]" : type.name}`,
  );
  await client.query(`CREATE TABLE t0 ("row" integer, ${columns.join(", ")})`);
  for (const [row, values] of sourceRows().entries()) {
    const literals = values.map((value, at) => (value === "NULL" ? "NULL" : targetLiteral(COLUMNS[at]!, value)));
    await client.query(`INSERT INTO t0 VALUES (${row}, ${literals.join(", ")})`);
  }
};

/** What SQLite has, as texts that can be compared: numbers by value, truth as 0 and 1. */
export const sourceResults = (source: Database.Database, expression: string, where = "1"): string[] =>
  (
    source
      .prepare(`SELECT (${expression}) FROM t0 WHERE ${where} ORDER BY row`)
      .safeIntegers()
      .raw()
      .all() as unknown[][]
  ).map(([value]) => canonical(value));

/** What PostgreSQL has, by the same rule. */
export const targetResults = async (client: Client, expression: string, where = "true"): Promise<string[]> => {
  const types = { getTypeParser: (oid: number) => (text: string) => parsed(oid, text) };
  const { rows } = await client.query<unknown[]>({
    text: `SELECT (${expression}) FROM t0 WHERE ${where} ORDER BY "row"`,
    rowMode: "array",
    types,
  });
  return rows.map(([value]) => canonical(value));
};

const parsed = (oid: number, text: string): unknown => {
  if (oid === 16) return text === "t" ? 1n : 0n;
  if (oid === 20 || oid === 21 || oid === 23) return BigInt(text);
  // numeric holds integers exactly, also those that a double does not.
  if (oid === 1700 && /^-?\d+$/.test(text)) return BigInt(text);
  if (oid === 701 || oid === 1700) return Number(text);
  return oid === 17 ? Buffer.from(text.slice(2), "hex") : text;
};

const canonical = (value: unknown): string => {
  if (value === null) return "NULL";
  if (Buffer.isBuffer(value)) return `x'${value.toString("hex")}'`;
  // An INTEGER and a REAL of the same value count as the same: the target column's type tells them apart, not the expression.
  if (typeof value === "number" && Number.isInteger(value) && Math.abs(value) < 2 ** 63)
    return `number ${BigInt(value)}`;
  return typeof value === "string" ? `text ${value}` : `number ${String(value)}`;
};
