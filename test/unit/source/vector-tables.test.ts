/** Vector tables as rows: both readings of ours, the copy's and the proof's, beside what the extension itself gives. */
import Database from "better-sqlite3";
import fc from "fast-check";
import { load as loadVectors } from "sqlite-vec";
import { expect, it } from "vitest";
import { readCatalogue } from "../../../src/source/catalogue/read.ts";
import { openSnapshot } from "../../../src/source/open.ts";
import { readVec0 } from "../../../src/source/vectors/vec0-ddl.ts";
import { withOwnVectorRows } from "../../../src/verify/vectors/own-rows.ts";
import { sqliteFile } from "../../support/sqlite.ts";
import { vssFile } from "../../support/vss-file.ts";

/** The columns that the catalogue says. */
const columnsOf = (path: string, name: string): string => {
  const db = openSnapshot(path);
  const { columns } = readCatalogue(db).tables.find((table) => table.name === name)!;
  db.close();
  return columns.map((column) => `"${column.name}"`).join(", ");
};

const read = (db: Database.Database, table: string, columns = "*"): unknown[][] =>
  db.prepare<[], unknown[]>(`SELECT ${columns} FROM "${table}" ORDER BY 1`).raw().safeIntegers().all();

const threeReadings = async (path: string, table: string) => {
  const columns = columnsOf(path, table);
  const extension = new Database(path, { readonly: true });
  loadVectors(extension);
  const theirs = read(extension, table, columns);
  extension.close();
  const db = openSnapshot(path);
  const copys = read(db, table, columns);
  const proofs = await withOwnVectorRows(db, table, async () => read(db, table, columns));
  // What was laid over the table for the proof is gone again.
  expect(read(db, table, columns)).toEqual(copys);
  db.close();
  return { theirs, copys, proofs };
};

const COLUMNS = `embedding float[2], small int8[3], bits bit[8], tenant TEXT PARTITION KEY, year INTEGER partition key,
  title TEXT, ok BOOLEAN, score FLOAT, pages INTEGER, +body TEXT, +extra BLOB, chunk_size=8`;

const row = fc.record({
  id: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  vector: fc.tuple(fc.float({ noNaN: true }), fc.float({ noNaN: true })),
  small: fc.uint8Array({ minLength: 3, maxLength: 3 }),
  bits: fc.uint8Array({ minLength: 1, maxLength: 1 }),
  tenant: fc.constantFrom("a", "b", "ünï"),
  year: fc.constantFrom(1n, 2n),
  title: fc.oneof(fc.string({ maxLength: 40, unit: "grapheme" }), fc.constantFrom("exactly 12 b", "thirteen byte")),
  ok: fc.constantFrom(0n, 1n),
  score: fc.double({ noNaN: true }),
  pages: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  body: fc.option(fc.string()),
  extra: fc.option(fc.uint8Array()),
});
type Row = typeof row extends fc.Arbitrary<infer T> ? T : never;

const fill = (path: string, rows: readonly Row[], textKey: boolean): void => {
  const db = new Database(path);
  loadVectors(db);
  const insert = db.prepare(
    `INSERT INTO docs (${textKey ? "doc" : "rowid"}, embedding, small, bits, tenant, year, title, ok, score, pages, body, extra)
     VALUES (?, ?, vec_int8(?), vec_bit(?), ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const remove = db.prepare(`DELETE FROM docs WHERE ${textKey ? "doc" : "rowid"} = ?`);
  rows.forEach((one, i) => {
    const id = textKey ? `key ${one.id}` : one.id;
    const vector = Buffer.from(Float32Array.from(one.vector).buffer);
    const { tenant, year, title, ok, score, pages, body } = one;
    const extra = one.extra === null ? null : Buffer.from(one.extra);
    insert.run(
      id,
      vector,
      Buffer.from(one.small),
      Buffer.from(one.bits),
      tenant,
      year,
      title,
      ok,
      score,
      pages,
      body,
      extra,
    );
    if (i % 5 === 4) remove.run(id);
  });
  db.close();
};

it.each([false, true])(
  "gives what sqlite-vec gives, rows deleted and chunks shared (text key: %s)",
  async (textKey) => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(row, { selector: ({ id }) => id, minLength: 1, maxLength: 40 }), async (rows) => {
        // sqlite-vec cuts a text at its first NUL when it reads it from a chunk.
        const clean = rows.map((one) => ({ ...one, title: one.title.replaceAll("\0", "") }));
        const path = sqliteFile(
          `CREATE VIRTUAL TABLE docs USING vec0(${textKey ? "doc TEXT PRIMARY KEY, " : ""}${COLUMNS})`,
        );
        fill(path, clean, textKey);
        const { theirs, copys, proofs } = await threeReadings(path, "docs");
        expect(copys).toEqual(theirs);
        expect(proofs).toEqual(theirs);
      }),
      { numRuns: 30 },
    );
  },
);

it("reads a file in UTF-16", async () => {
  const path =
    sqliteFile(`PRAGMA encoding = 'UTF-16le'; CREATE VIRTUAL TABLE docs USING vec0(v float[1], title TEXT, +body TEXT);
    INSERT INTO docs (v, title, body) VALUES ('[1]', 'ünï', 'körper'), ('[2]', 'a title that is longer', 'x');`);
  const { theirs, copys, proofs } = await threeReadings(path, "docs");
  expect(copys).toEqual(theirs);
  expect(proofs).toEqual(theirs);
});

it("has the rowid as its key, in blocks", () => {
  const path = sqliteFile(
    "CREATE VIRTUAL TABLE docs USING vec0(v float[1]); INSERT INTO docs (rowid, v) VALUES (1, '[1]'), (5, '[5]'), (9, '[9]');",
  );
  const db = openSnapshot(path);
  const [table] = readCatalogue(db).tables;
  expect(table).toMatchObject({
    name: "docs",
    kind: "table",
    module: "vec0",
    primaryKey: ["rowid"],
    rowidAlias: "rowid",
  });
  const block = db.prepare("SELECT rowid FROM docs WHERE rowid BETWEEN ? AND ? ORDER BY rowid LIMIT ?").pluck();
  expect(block.all(2n, 9n, 1)).toEqual([5]);
  const plan = db.prepare("EXPLAIN QUERY PLAN SELECT rowid FROM docs WHERE rowid > 3 ORDER BY rowid").all();
  expect(JSON.stringify(plan)).toMatch(/SEARCH r USING INTEGER PRIMARY KEY/);
  db.close();
});

it("says which chunk is missing, rather than give no vector", () => {
  const path = sqliteFile(`CREATE VIRTUAL TABLE docs USING vec0(v float[1]); INSERT INTO docs (v) VALUES ('[1]');
    PRAGMA writable_schema = ON; DELETE FROM docs_vector_chunks00;`);
  const db = openSnapshot(path);
  expect(() => db.prepare("SELECT v FROM docs").all()).toThrow(/docs_vector_chunks00 has no chunk 1/);
  db.close();
});

it("says where a chunk of metadata ends too early", () => {
  const path =
    sqliteFile(`CREATE VIRTUAL TABLE docs USING vec0(v float[1], n INTEGER); INSERT INTO docs (v, n) VALUES ('[1]', 7);
    PRAGMA writable_schema = ON; UPDATE docs_metadatachunks00 SET data = x'00';`);
  const db = openSnapshot(path);
  expect(() => db.prepare("SELECT n FROM docs").all()).toThrow(
    /docs_metadatachunks00 ends before position 0 of chunk 1/,
  );
  db.close();
});

it.each([
  ["CREATE VIRTUAL TABLE x USING vec0(v float[3] indexed by diskann())", null],
  ["CREATE VIRTUAL TABLE x USING vec0(title text)", null],
  ["CREATE VIRTUAL TABLE x USING vec0(v bit[8] distance_metric=cosine)", null],
])("does not guess at a definition that it does not know: %s", (sql, expected) => {
  expect(readVec0(sql)).toEqual(expected);
});

it("reads flat indexes of sqlite-vss", async () => {
  const path = vssFile();
  const db = openSnapshot(path);
  const table = readCatalogue(db).tables.find(({ name }) => name === "notes");
  expect(table).toMatchObject({ name: "notes", kind: "table", module: "vss0", primaryKey: ["rowid"] });
  expect(table?.columns.map(({ name, declaredType }) => `${name} ${declaredType}`)).toEqual([
    "rowid INTEGER",
    "headline float[4] distance_metric=l2",
    "body float[3] distance_metric=ip",
  ]);
  const floats = (...numbers: number[]): Buffer => Buffer.from(Float32Array.from(numbers).buffer);
  const expected = [7, 21, 28, 35].map((rowid, i) => {
    const first = [1, 3, 4, 5][i]!;
    return [BigInt(rowid), floats(first, 2, 3, 4), floats(first, 0.5, -1)];
  });
  expect(read(db, "notes")).toEqual(expected);
  expect(await withOwnVectorRows(db, "notes", async () => read(db, "notes"))).toEqual(expected);
  db.close();
});

it("leaves an index of sqlite-vss that shortens its vectors alone", () => {
  const path = vssFile("IxPQ");
  const db = openSnapshot(path);
  expect(readCatalogue(db).tables.find(({ name }) => name === "notes")).toMatchObject({ kind: "virtual" });
  db.close();
});
