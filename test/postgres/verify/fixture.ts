/** A snapshot with every type and the rows that should stand for it in PostgreSQL, put there by plain INSERTs: no copier takes part. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import type { Client } from "pg";
import { afterAll } from "vitest";
import type { Plan } from "../../../src/plan/model.ts";
import type { Target } from "../../../src/target/model.ts";
import type { Proof, TableProof, VerifyMode } from "../../../src/verify/model.ts";
import { verifyRun } from "../../../src/verify/verify.ts";
import { planOf, viewOf } from "../../support/plan.ts";

export const SCHEMA = "proof schema";

/** Makes a SQLite file from SQL; removed after the test file. */
export const snapshotOf = (sql: string): string => {
  const directory = mkdtempSync(join(tmpdir(), "landbridge-proof-"));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  const path = join(directory, "snapshot.sqlite");
  const db = new Database(path);
  db.exec(sql);
  db.close();
  return path;
};

export const proofOf = (
  plan: Plan,
  readPath: string,
  target: Target,
  options: { mode?: VerifyMode; leftOut?: string[] } = {},
): Promise<Proof> =>
  verifyRun({
    plan,
    readPath,
    target,
    run: { id: "run", planHash: "hash", epoch: 1, loadSchema: SCHEMA },
    mode: options.mode ?? "full",
    jobs: 1,
    leftOut: options.leftOut ?? [],
    emit: () => undefined,
  });

export const EVERY_TYPE_SQLITE = `
CREATE TABLE every_type (id INTEGER PRIMARY KEY, small INTEGER, middle INTEGER, big INTEGER, float, flag INTEGER, word TEXT,
  decimal NUMERIC, exact TEXT, note TEXT, code TEXT, raw BLOB, uid TEXT, uid_blob BLOB, doc TEXT, docb TEXT, day TEXT, clock TEXT, at TEXT, atz TEXT,
  epoch INTEGER, epoch_real REAL, julian REAL, mixed, mixed_bytes, twice INTEGER AS (big * 2));
INSERT INTO every_type VALUES
 (-5, -32768, -2147483648, -4611686018427387904, -0.0, 0, 'no', -12.5, '-0.001', '', 'é', x'', '00000000-0000-0000-0000-000000000001', x'000102030405060708090a0b0c0d0e0f',
  '{"a":1}', '{"b":1e2,"a":[1,null,true,"\\u00e9"]}', '0001-01-01', '00:00:00.000000', '1969-12-31T23:59:59.999', '1999-12-31 23:59:59Z',
  -1, -0.5, 2440587.5, 7, 7),
 (1, 0, 0, 0, 1e308, 1, 'yes', 0, '0', 'plain', 'ab', x'00ff', 'ffffffff-ffff-ffff-ffff-ffffffffffff', x'ffffffffffffffffffffffffffffffff',
  '[ 1 ]', '[]', '1970-01-01', '12:34:56.789012', '1970-01-01T00:00:00.000', '1970-01-01 00:00:00Z', 0, 0.0, 2451544.5, 1.0, 1.5),
 (9007199254740993, 32767, 2147483647, 4611686018427387903, 0.1, NULL, NULL, 1e22, '1.50', 'ünïcödé 😀', 'abcdefghij', x'efbfbd', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', x'a0eebc999c0b4ef8bb6d6bb9bd380a11',
  '"x"', '{"z":{"y":"\\ud83d\\ude00"}, "aa":123456789012345678901234567890.123}', '9999-12-31', '23:59:59.999999', '2024-02-29T12:00:00.500', '2024-02-29 12:00:00Z', 4102444800, 1700000000.123456, 2460370.25, 'text', 'text'),
 (9007199254740995, NULL, NULL, NULL, 9e999, NULL, NULL, NULL, NULL, '�', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, x'616263', x'ff00'),
 (9007199254740997, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
CREATE TABLE by_text (name TEXT COLLATE NOCASE PRIMARY KEY, n INTEGER) WITHOUT ROWID;
INSERT INTO by_text VALUES ('b', 1), ('A', 2), ('ä', 3), ('Z', 4), ('_', 5), ('a b', 6), ('😀', 7), ('ｚ', 8), ('', 9);
CREATE TABLE bag (word TEXT, n INTEGER);
INSERT INTO bag VALUES ('same', 1), ('same', 1), ('same', 1), ('other', NULL), (NULL, NULL);
CREATE TABLE numbered (id INTEGER PRIMARY KEY AUTOINCREMENT, parent INTEGER REFERENCES numbered, name TEXT NOT NULL UNIQUE, size INTEGER CHECK (size > 0));
INSERT INTO numbered VALUES (1, NULL, 'one', 1), (2, 1, 'two', 2), (10, 2, 'ten', 3);
CREATE INDEX numbered_size ON numbered (size);
`;

export const EVERY_TYPE_PLAN: Plan = planOf({
  schema: SCHEMA,
  tables: [
    {
      target: "every_type",
      read: { by: "rowid", name: "rowid", alias: "id" },
      rows: 5,
      keyColumns: ["id"],
      primaryKey: { name: "every_type_pkey", columns: ["id"] },
      columns: [
        { target: "id" },
        { target: "small", type: { name: "smallint" }, numbersAreSafe: true },
        { target: "middle", type: { name: "integer" }, numbersAreSafe: true },
        { target: "big" },
        { target: "float", type: { name: "double precision" } },
        { target: "flag", type: { name: "boolean" } },
        { target: "word", type: { name: "boolean" }, form: { kind: "boolean-text", false: "no", true: "yes" } },
        { target: "decimal", type: { name: "numeric" } },
        { target: "exact", type: { name: "numeric", precision: 10, scale: 3 } },
        { target: "note", type: { name: "text" } },
        { target: "code", type: { name: "varchar", length: 10 } },
        { target: "raw", type: { name: "bytea" } },
        { target: "uid", type: { name: "uuid" } },
        { target: "uid_blob", type: { name: "uuid" }, form: { kind: "uuid", spelling: "blob" } },
        { target: "doc", type: { name: "json" }, form: { kind: "json", numbers: false } },
        { target: "docb", type: { name: "jsonb" }, form: { kind: "json", numbers: false } },
        { target: "day", type: { name: "date" } },
        { target: "clock", type: { name: "time" }, form: { kind: "iso-time", seconds: true, fraction: 6, zone: "" } },
        {
          target: "at",
          type: { name: "timestamp" },
          form: { kind: "iso-datetime", separator: "T", seconds: true, fraction: 3, zone: "" },
        },
        {
          target: "atz",
          type: { name: "timestamptz" },
          form: { kind: "iso-datetime", separator: " ", seconds: true, fraction: 0, zone: "Z" },
        },
        { target: "epoch", type: { name: "timestamptz" }, form: { kind: "epoch", unit: "s", storage: "integer" } },
        { target: "epoch_real", type: { name: "timestamp" }, form: { kind: "epoch", unit: "s", storage: "real" } },
        { target: "julian", type: { name: "timestamp" }, form: { kind: "julian" } },
        { target: "mixed", type: { name: "text" }, form: { kind: "any" } },
        { target: "mixed_bytes", type: { name: "bytea" }, form: { kind: "any" } },
        { target: "twice", generated: "big * 2" },
      ],
    },
    {
      target: "by_text",
      rows: 9,
      primaryKey: { name: "by_text_pkey", columns: ["name"] },
      columns: [{ target: "name", type: { name: "text" }, notNull: true }, { target: "n" }],
    },
    {
      target: "bag",
      rows: 5,
      read: { by: "rowid", name: "rowid", alias: null },
      columns: [{ target: "word", type: { name: "text" } }, { target: "n" }],
    },
    {
      target: "numbered",
      rows: 3,
      read: { by: "rowid", name: "rowid", alias: "id" },
      primaryKey: { name: "numbered_pkey", columns: ["id"] },
      uniques: [{ name: "numbered_name_key", columns: ["name"] }],
      checks: [{ name: "numbered_size_check", expression: "size > 0", source: "size > 0" }],
      indexes: [
        {
          name: "numbered_size",
          source: "numbered_size",
          unique: false,
          method: "btree",
          elements: ['"size"'],
          where: null,
          options: null,
        },
      ],
      foreignKeys: [
        {
          name: "numbered_parent_fkey",
          columns: ["parent"],
          parent: "numbered",
          parentColumns: ["id"],
          onUpdate: "NO ACTION",
          onDelete: "NO ACTION",
          deferred: false,
        },
      ],
      columns: [
        { target: "id", identity: { past: "12" } },
        { target: "parent" },
        { target: "name", type: { name: "text" }, notNull: true },
        { target: "size" },
      ],
    },
  ],
  views: [
    viewOf({
      source: "big_ones",
      target: "big_ones",
      query: "SELECT id FROM numbered WHERE size > 1",
      columns: ["id"],
      results: [{ type: { name: "bigint" }, form: { kind: "integer" }, approximate: false }],
    }),
  ],
});

const EVERY_TYPE_POSTGRES = `
CREATE SCHEMA "${SCHEMA}"; SET search_path = "${SCHEMA}";
CREATE TABLE every_type (id bigint CONSTRAINT every_type_pkey PRIMARY KEY, small smallint, middle integer, big bigint, float double precision, flag boolean, word boolean,
  decimal numeric, exact numeric(10,3), note text, code varchar(10), raw bytea, uid uuid, uid_blob uuid, doc json, docb jsonb, day date, clock time, at timestamp, atz timestamptz,
  epoch timestamptz, epoch_real timestamp, julian timestamp, mixed text, mixed_bytes bytea, twice bigint GENERATED ALWAYS AS (big * 2) STORED);
INSERT INTO every_type VALUES
 (9007199254740993, 32767, 2147483647, 4611686018427387903, 0.1, NULL, NULL, 10000000000000000000000, 1.5, 'ünïcödé 😀', 'abcdefghij', '\\xefbfbd', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
  '"x"', '{"aa":123456789012345678901234567890.123,"z":{"y":"😀"}}', '9999-12-31', '23:59:59.999999', '2024-02-29 12:00:00.5', '2024-02-29 12:00:00+00', '2100-01-01 00:00:00+00', '2023-11-14 22:13:20.123456', '2024-02-29 18:00:00', 'text', 'text'),
 (-5, -32768, -2147483648, -4611686018427387904, '-0', false, false, -12.50, -0.001, '', 'é', '', '00000000-0000-0000-0000-000000000001', '00010203-0405-0607-0809-0a0b0c0d0e0f',
  '{"a":1}', '{"a":[1,null,true,"é"],"b":100}', '0001-01-01', '00:00', '1969-12-31 23:59:59.999', '1999-12-31 23:59:59+00', '1969-12-31 23:59:59+00', '1969-12-31 23:59:59.5', '1970-01-01', '7', '7'),
 (1, 0, 0, 0, 1e308, true, true, 0.00, 0, 'plain', 'ab', '\\x00ff', 'ffffffff-ffff-ffff-ffff-ffffffffffff', 'ffffffff-ffff-ffff-ffff-ffffffffffff',
  '[ 1 ]', '[]', '1970-01-01', '12:34:56.789012', '1970-01-01', '1970-01-01 00:00:00+00', '1970-01-01 00:00:00+00', '1970-01-01', '2000-01-01', '1.0', '1.5'),
 (9007199254740995, NULL, NULL, NULL, 'Infinity', NULL, NULL, NULL, NULL, '�', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'abc', '\\xff00'),
 (9007199254740997, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
CREATE TABLE by_text (name text CONSTRAINT by_text_pkey PRIMARY KEY, n bigint);
INSERT INTO by_text VALUES ('ｚ', 8), ('', 9), ('b', 1), ('A', 2), ('ä', 3), ('Z', 4), ('_', 5), ('a b', 6), ('😀', 7);
CREATE TABLE bag (word text, n bigint);
INSERT INTO bag VALUES (NULL, NULL), ('same', 1), ('other', NULL), ('same', 1), ('same', 1);
CREATE TABLE numbered (id bigint GENERATED BY DEFAULT AS IDENTITY, parent bigint, name text NOT NULL, size bigint);
INSERT INTO numbered VALUES (1, NULL, 'one', 1), (2, 1, 'two', 2), (10, 2, 'ten', 3);
ALTER TABLE numbered ADD CONSTRAINT numbered_pkey PRIMARY KEY (id), ADD CONSTRAINT numbered_name_key UNIQUE (name),
  ADD CONSTRAINT numbered_size_check CHECK (size > 0), ADD CONSTRAINT numbered_parent_fkey FOREIGN KEY (parent) REFERENCES numbered (id);
CREATE INDEX numbered_size ON numbered (size);
SELECT setval(pg_get_serial_sequence('numbered', 'id'), 12);
CREATE VIEW big_ones AS SELECT id FROM numbered WHERE size > 1;
`;

/** Puts the undamaged rows into the target, in another order than the source's. */
export const fillTarget = async (admin: Client): Promise<void> => {
  await admin.query(`DROP SCHEMA IF EXISTS "${SCHEMA}" CASCADE`);
  await admin.query(EVERY_TYPE_POSTGRES);
};

export const tableOf = (proof: Proof, name: string): TableProof => proof.tables.find(({ source }) => source === name)!;
