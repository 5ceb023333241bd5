import { beforeEach, describe, expect, it } from "vitest";
import { freshDatabase } from "../../support/database.ts";
import { EVERY_TYPE_PLAN, EVERY_TYPE_SQLITE, fillTarget, proofOf, snapshotOf, tableOf } from "./fixture.ts";

const { target, admin } = await freshDatabase();
const snapshot = snapshotOf(EVERY_TYPE_SQLITE);
beforeEach(() => fillTarget(admin));

const prove = (options: Parameters<typeof proofOf>[3] = {}) => proofOf(EVERY_TYPE_PLAN, snapshot, target, options);

describe("an undamaged target", () => {
  it("is proven equal, table by table, with nothing left to say", async () => {
    const proof = await prove();
    expect(proof.tables.flatMap(({ differences }) => differences)).toEqual([]);
    expect(proof.tables.map(({ source, proof: verdict, how }) => [source, verdict, how])).toEqual([
      ["every_type", "equal", "ordered"],
      ["by_text", "equal", "buckets"],
      ["bag", "equal", "buckets"],
      ["numbered", "equal", "ordered"],
    ]);
    expect(proof.constraints.others).toEqual([]);
    expect(proof.objects.others).toEqual([]);
    expect(proof.sequences).toMatchObject([{ column: "id", next: "13", maximum: "10", state: "ok" }]);
    expect(proof.equal).toBe(true);
  });
});

const VALUES: readonly (readonly [damage: string, column: string, sql: string])[] = [
  ["one bit of a float", "float", "float = 0.10000000000000002 WHERE float = 0.1"],
  ["the sign of a zero", "float", "float = 0 WHERE id = -5"],
  ["an infinity that became a number", "float", "float = 1.7976931348623157e308 WHERE float = 'Infinity'"],
  ["the sign of an integer", "middle", "middle = -middle WHERE id = 9007199254740993"],
  ["the sign of a smallint", "small", "small = -small WHERE id = 9007199254740993"],
  ["a boolean flipped", "flag", "flag = NOT flag WHERE id = 1"],
  ["a boolean spelled as text flipped", "word", "word = NOT word WHERE id = 1"],
  ["a trailing space", "note", "note = note || ' ' WHERE id = 1"],
  ["NULL for an empty text", "note", "note = NULL WHERE id = -5"],
  ["an empty text for NULL", "note", "note = '' WHERE id = 9007199254740997"],
  ["a text cut short", "code", "code = 'abcdefghi' WHERE id = 9007199254740993"],
  ["a numeric of the wrong scale", "decimal", "decimal = -1.25 WHERE id = -5"],
  ["a numeric rounded", "exact", "exact = 0 WHERE id = -5"],
  ["one digit of a large numeric", "decimal", "decimal = decimal + 1 WHERE id = 9007199254740993"],
  ["a byte of a blob", "raw", "raw = '\\x00fe' WHERE id = 1"],
  ["a uuid changed", "uid", "uid = '00000000-0000-0000-0000-000000000002' WHERE id = -5"],
  ["a uuid's bytes in another order", "uid_blob", "uid_blob = '03020100-0504-0706-0809-0a0b0c0d0e0f' WHERE id = -5"],
  ["a space in json", "doc", `doc = '[1]' WHERE id = 1`],
  [
    "a number of jsonb beyond doubles",
    "docb",
    `docb = '{"aa":123456789012345678901234567890.124,"z":{"y":"😀"}}' WHERE id = 9007199254740993`,
  ],
  ["a member of jsonb lost", "docb", `docb = '{"b":100}' WHERE id = -5`],
  ["an escape of jsonb", "docb", `docb = '{"a":[1,null,true,"e"],"b":100}' WHERE id = -5`],
  ["one day", "day", "day = day + 1 WHERE id = 1"],
  ["one microsecond of a time", "clock", "clock = '23:59:59.999998' WHERE id = 9007199254740993"],
  ["one second", "at", "at = at + interval '1 second' WHERE id = 1"],
  ["a wrong time zone shift", "atz", "atz = atz + interval '2 hours' WHERE id = 1"],
  ["an epoch of 2000 instead of 1970", "epoch", "epoch = epoch + interval '10957 days' WHERE id = 1"],
  ["a fraction of an epoch", "epoch_real", "epoch_real = date_trunc('second', epoch_real) WHERE id = 9007199254740993"],
  ["half a Julian day", "julian", "julian = julian + interval '12 hours' WHERE id = 1"],
  ["an infinite time", "julian", "julian = 'infinity' WHERE id = 1"],
  ["a real that became an integer", "mixed", "mixed = '1' WHERE id = 1"],
  ["bytes of mixed storage", "mixed_bytes", "mixed_bytes = '\\x0aff00' WHERE id = 9007199254740995"],
];

describe("a damaged value", () => {
  it.each(VALUES)("is found and named: %s", async (_, column, sql) => {
    await admin.query(`UPDATE every_type SET ${sql}`);
    const proof = await prove();
    const table = tableOf(proof, "every_type");
    expect(table.differences.map((one) => [one.kind, one.column])).toEqual([["value", column]]);
    expect(table).toMatchObject({ proof: "different", differing: 1 });
    expect(proof.equal).toBe(false);
  });

  it("is found in a generated column", async () => {
    await admin.query(
      "ALTER TABLE every_type ALTER COLUMN twice DROP EXPRESSION; UPDATE every_type SET twice = 1 WHERE id = 1",
    );
    expect(tableOf(await prove(), "every_type").differences).toMatchObject([
      { key: "id = 1", column: "twice", source: "0", target: "1" },
    ]);
  });

  it("is found in two rows whose values were swapped", async () => {
    await admin.query("UPDATE numbered SET size = CASE id WHEN 1 THEN 2 ELSE 1 END WHERE id IN (1, 2)");
    expect(
      tableOf(await prove(), "numbered").differences.map(({ key, source, target: found }) => [key, source, found]),
    ).toEqual([
      ["id = 1", "1", "2"],
      ["id = 2", "2", "1"],
    ]);
  });

  it("is found in a table with text keys", async () => {
    await admin.query("UPDATE by_text SET n = -n WHERE name = 'ä'");
    expect(tableOf(await prove(), "by_text").differences).toEqual([
      { key: "name = ä", column: "n", source: "3", target: "-3", kind: "value" },
    ]);
  });
});

const ROWS: readonly (readonly [damage: string, table: string, sql: string, kinds: string[]])[] = [
  ["the first row of an ordered table missing", "every_type", "DELETE FROM every_type WHERE id = -5", ["missing"]],
  [
    "the last row of an ordered table missing",
    "every_type",
    "DELETE FROM every_type WHERE id = 9007199254740997",
    ["missing"],
  ],
  ["every row missing", "by_text", "DELETE FROM by_text", Array(9).fill("missing")],
  [
    "a row too many at the end",
    "every_type",
    "INSERT INTO every_type (id) VALUES (9223372036854775807)",
    ["unexpected"],
  ],
  [
    "a row too many at the beginning",
    "every_type",
    "INSERT INTO every_type (id) VALUES (-9223372036854775808)",
    ["unexpected"],
  ],
  [
    "a key that moved by one, beyond what doubles tell apart",
    "every_type",
    "UPDATE every_type SET id = 9007199254740998 WHERE id = 9007199254740997",
    ["missing", "unexpected"],
  ],
  [
    "one of three equal rows missing",
    "bag",
    "DELETE FROM bag WHERE ctid = (SELECT max(ctid) FROM bag WHERE word = 'same')",
    ["missing"],
  ],
  ["a fourth equal row", "bag", "INSERT INTO bag VALUES ('same', 1)", ["unexpected"]],
  [
    "another row in the place of an equal one",
    "bag",
    "UPDATE bag SET word = 'other', n = NULL WHERE ctid = (SELECT max(ctid) FROM bag WHERE word = 'same')",
    ["missing", "unexpected"],
  ],
];

describe("damaged rows", () => {
  it.each(ROWS)("are found and named: %s", async (_, table, sql, kinds) => {
    await admin.query(sql);
    const proof = tableOf(await prove(), table);
    expect(proof.differences.map(({ kind }) => kind).sort()).toEqual(kinds);
    expect(proof).toMatchObject({ proof: "different", differing: kinds.length });
  });

  it("are found where a doubled row has no key to stop it", async () => {
    await admin.query("ALTER TABLE every_type DROP CONSTRAINT every_type_pkey; CREATE INDEX plain ON every_type (id)");
    await admin.query(
      "INSERT INTO every_type (id, small) SELECT id, small FROM every_type WHERE id = 9007199254740997",
    );
    const table = tableOf(await prove({ leftOut: ["every_type_pkey"] }), "every_type");
    expect(table).toMatchObject({
      how: "ordered",
      differing: 1,
      differences: [{ kind: "unexpected", key: "id = 9007199254740997" }],
    });
  });
});

describe("values that are equal although they are written differently", () => {
  it.each([
    ["numeric 1.50 and 1.5", "ALTER TABLE every_type ALTER exact TYPE numeric(12,5)"],
    [
      "jsonb by value, not by spelling",
      `UPDATE every_type SET docb = '{ "a" : [1.0, null, true, "\\u00e9"], "b" : 1E+2 }' WHERE id = -5`,
    ],
  ])("are proven equal: %s", async (_, sql) => {
    await admin.query(sql);
    expect(tableOf(await prove(), "every_type").differences).toEqual([]);
  });
});

describe("what is around the rows", () => {
  it.each([
    [
      "a foreign key that is not validated",
      "ALTER TABLE numbered DROP CONSTRAINT numbered_parent_fkey; ALTER TABLE numbered ADD CONSTRAINT numbered_parent_fkey FOREIGN KEY (parent) REFERENCES numbered (id) NOT VALID",
      "numbered_parent_fkey",
      "invalid",
    ],
    [
      "a foreign key to another column",
      "ALTER TABLE numbered DROP CONSTRAINT numbered_parent_fkey; ALTER TABLE numbered ADD UNIQUE (size); ALTER TABLE numbered ADD CONSTRAINT numbered_parent_fkey FOREIGN KEY (parent) REFERENCES numbered (size)",
      "numbered_parent_fkey",
      "invalid",
    ],
    ["an index that is missing", "DROP INDEX numbered_size", "numbered_size", "missing"],
    [
      "a unique constraint that is a plain index",
      "ALTER TABLE numbered DROP CONSTRAINT numbered_name_key; CREATE INDEX numbered_name_key ON numbered (name)",
      "numbered_name_key",
      "invalid",
    ],
    ["a primary key that is missing", "ALTER TABLE by_text DROP CONSTRAINT by_text_pkey", "by_text_pkey", "missing"],
    [
      "a check that is missing",
      "ALTER TABLE numbered DROP CONSTRAINT numbered_size_check",
      "numbered_size_check",
      "missing",
    ],
    ["a column that may be NULL", "ALTER TABLE numbered ALTER name DROP NOT NULL", "name", "missing"],
  ])("is found: %s", async (_, sql, name, state) => {
    await admin.query(sql);
    const proof = await prove();
    expect(proof.constraints.others).toMatchObject([{ name, state }]);
    expect(proof.equal).toBe(false);
  });

  it("is listed apart where finish left it out on purpose", async () => {
    await admin.query("DROP INDEX numbered_size; DROP VIEW big_ones");
    const proof = await prove({ leftOut: ["numbered_size", "big_ones"] });
    expect(proof.constraints.others).toMatchObject([{ name: "numbered_size", state: "left out" }]);
    expect(proof.objects.others).toMatchObject([{ name: "big_ones", state: "left out" }]);
    expect(proof.equal).toBe(true);
  });

  it("is found when a view is missing", async () => {
    await admin.query("DROP VIEW big_ones");
    const proof = await prove();
    expect(proof.objects.others).toMatchObject([{ kind: "view", name: "big_ones", state: "missing" }]);
    expect(proof.equal).toBe(false);
  });

  it.each([
    ["left at 1", "setval(pg_get_serial_sequence('numbered', 'id'), 1, false)", "1"],
    ["at the maximum itself, not yet handed out", "setval(pg_get_serial_sequence('numbered', 'id'), 10, false)", "10"],
    ["at what the source has handed out last", "setval(pg_get_serial_sequence('numbered', 'id'), 12, false)", "12"],
    [
      "past the rows, but not past what the source has handed out",
      "setval(pg_get_serial_sequence('numbered', 'id'), 10)",
      "11",
    ],
  ])("is found when a sequence is %s", async (_, sql, next) => {
    await admin.query(`SELECT ${sql}`);
    const proof = await prove();
    expect(proof.sequences).toMatchObject([{ state: "behind", next }]);
    expect(proof.equal).toBe(false);
  });

  it("is told apart when a sequence has no number left", async () => {
    await admin.query("SELECT setval(pg_get_serial_sequence('numbered', 'id'), 9223372036854775807)");
    expect((await prove()).sequences).toMatchObject([{ state: "exhausted", next: null }]);
  });

  it("is found when a column has another type, which no byte of it could prove", async () => {
    await admin.query("ALTER TABLE bag ALTER n TYPE integer");
    const proof = await prove();
    expect(proof.objects.others).toMatchObject([{ name: "bag.n", state: "different" }]);
    expect(tableOf(proof, "bag")).toMatchObject({
      proof: "different",
      differences: [{ column: "n", source: "bigint", target: "integer" }],
    });
  });

  it("is found when a table is missing", async () => {
    await admin.query("DROP TABLE bag");
    const proof = await prove();
    expect(proof.objects.others).toMatchObject([{ kind: "table", name: "bag", state: "missing" }]);
    expect(tableOf(proof, "bag").proof).toBe("different");
  });
});

describe("the modes that do less", () => {
  it("count rows and say so", async () => {
    const proof = await prove({ mode: "counts" });
    expect(new Set(proof.tables.map(({ proof: verdict }) => verdict))).toEqual(new Set(["counted"]));
    expect(proof.equal).toBe(true);
    await admin.query("DELETE FROM bag WHERE word = 'other'");
    expect(tableOf(await prove({ mode: "counts" }), "bag")).toMatchObject({
      proof: "different",
      rowsExpected: 5,
      rowsFound: 4,
    });
  });
});
