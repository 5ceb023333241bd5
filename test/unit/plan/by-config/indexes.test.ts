/** Indexes by landbridge.yaml, and those that foreign keys lack. */
import { describe, expect, it } from "vitest";
import { planOfSql, remarks } from "../../../support/plan-of-sql.ts";

const NOTES = `CREATE TABLE notes (id INTEGER PRIMARY KEY, "made at" TEXT, kind TEXT, meta JSON); INSERT INTO notes VALUES (1, 'a', 'b', '{}');
  CREATE INDEX notes_kind_idx ON notes (kind);`;
const indexes = (...what: string[]): string => `tables: { notes: { indexes: [${what.join(", ")}] } }`;

describe("an index by configuration", () => {
  it("names columns as SQLite compares names, with an order, and gets a name that is free", async () => {
    const { tables } = await planOfSql(
      NOTES,
      indexes('{ columns: ["MADE AT desc nulls last", kind] }', "{ columns: [kind] }"),
    );
    expect(tables[0]?.indexes.map(({ name, elements, source }) => ({ name, elements, source }))).toEqual([
      { name: "notes_kind_idx", elements: ['"kind"'], source: "notes_kind_idx" },
      { name: "notes_made at_kind_idx", elements: ['"made at" DESC NULLS LAST', '"kind"'], source: null },
      { name: "notes_kind_idx_1", elements: ['"kind"'], source: null },
    ]);
  });

  it("knows the extensions of its operator classes and methods", async () => {
    const needs = async (index: string) => (await planOfSql(NOTES, indexes(index))).extensions;
    expect(await needs("{ columns: [kind], method: gin, opclass: gin_trgm_ops }")).toEqual(["pg_trgm"]);
    expect(await needs("{ columns: [kind], method: gin }")).toEqual(["btree_gin"]);
    expect(await needs("{ columns: [kind], method: gist }")).toEqual(["btree_gist"]);
    expect(await needs("{ columns: [meta], method: gin }")).toEqual([]);
    expect(await needs("{ columns: [kind], method: hnsw, opclass: vector_cosine_ops }")).toEqual(["vector"]);
    expect(await needs('{ expression: "unaccent(kind)" }')).toEqual(["unaccent"]);
    expect(await needs("{ columns: [kind], method: brin, with: { pages_per_range: 32 } }")).toEqual([]);
  });

  it("renders every part", async () => {
    const { tables } = await planOfSql(
      NOTES,
      indexes(
        '{ name: best, expression: "lower(kind)", opclass: text_pattern_ops, unique: true, where: "id > 1", with: { fillfactor: 70, deduplicate_items: false } }',
      ),
    );
    expect(tables[0]?.indexes[1]).toEqual({
      ...{ name: "best", source: null, unique: true, method: "btree", where: "id > 1" },
      ...{ elements: ['(lower(kind)) "text_pattern_ops"'], options: "fillfactor = 70, deduplicate_items = false" },
    });
  });

  it("over a column that is not there is a mistake, with the nearest name", async () => {
    await expect(planOfSql(NOTES, indexes("{ columns: [kindd] }"))).rejects.toMatchObject({
      ...{ code: "CONFIG_UNKNOWN_NAME", exitCode: 2, remedy: 'Did you mean "kind"?' },
    });
  });

  it("may not take a name that something else has", async () => {
    await expect(planOfSql(NOTES, indexes("{ name: notes, columns: [kind] }"))).rejects.toMatchObject({
      code: "NAMES_COLLIDE",
    });
  });

  it("may be over an added column", async () => {
    const { tables } = await planOfSql(
      NOTES,
      "tables: { notes: { add: { uuid: { type: uuid } }, indexes: [{ columns: [uuid] }] } }",
    );
    expect(tables[0]?.indexes[1]).toMatchObject({ name: "notes_uuid_idx", elements: ['"uuid"'] });
  });
});

describe("a foreign key", () => {
  const child = (more: string): string =>
    `CREATE TABLE p (a INTEGER, b INTEGER, PRIMARY KEY (a, b)); CREATE TABLE c (id INTEGER PRIMARY KEY, x INTEGER, y INTEGER, FOREIGN KEY (x, y) REFERENCES p);
     INSERT INTO p VALUES (1, 1); INSERT INTO c VALUES (1, 1, 1), (2, 1, 1); ${more}`;

  it.each([
    ["no index", "", true],
    ["its columns in any order", "CREATE INDEX i ON c (y DESC, x, id)", false],
    ["a unique index", "CREATE UNIQUE INDEX i ON c (x, y, id)", false],
    ["its first column alone", "CREATE INDEX i ON c (x)", true],
    ["its columns behind another", "CREATE INDEX i ON c (id, x, y)", true],
    ["a partial index", "CREATE INDEX i ON c (x, y) WHERE x > 0", true],
    ["an index over an expression", "CREATE INDEX i ON c (x + 1, y)", true],
  ])("with %s", async (_, sql, lacking) => {
    const plan = await planOfSql(child(sql));
    expect(remarks(plan)).toEqual(lacking ? ["suggestion FK_WITHOUT_INDEX c"] : []);
  });

  it("is told with the rows of the child and the very lines that add the index", async () => {
    const { findings } = await planOfSql(child(""));
    expect(findings[0]).toMatchObject({ count: 2, remedy: expect.stringContaining("--accept FK_WITHOUT_INDEX") });
    const [, yaml = ""] = /`(tables:.*)`/.exec(findings[0]!.remedy)!;
    const added = await planOfSql(child(""), yaml);
    expect(remarks(added)).toEqual([]);
    expect(added.tables[1]?.indexes).toMatchObject([{ name: "c_x_y_idx", elements: ['"x"', '"y"'] }]);
  });

  it("gets its index where that is accepted, one for two keys over the same column", async () => {
    const sql =
      "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE q (id INTEGER PRIMARY KEY REFERENCES p); CREATE TABLE c (x INTEGER REFERENCES p REFERENCES q);";
    const plan = await planOfSql(sql, "accept: suggestions");
    expect(remarks(plan)).toEqual(["info FK_WITHOUT_INDEX c.x"]);
    expect(plan.tables[2]?.indexes).toMatchObject([{ name: "c_x_idx", source: null }]);
  });
});
