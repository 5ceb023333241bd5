import { describe, expect, it } from "vitest";
import type { Policies } from "../../../src/plan/model.ts";
import { installLedger } from "../../../src/target/ledger.ts";
import { freshDatabase } from "../../support/database.ts";
import { planOf } from "../../support/plan.ts";
import { proofOf, SCHEMA, snapshotOf } from "./fixture.ts";

const { target, admin } = await freshDatabase();
await installLedger(admin);

const REJECT: Policies = { nul: "reject", invalidText: "reject", invalidJson: "reject", orphans: "keep" };

/** One table `t (id, note)`: proves the rows that `sql` makes against those that `rows` puts into the target. */
const prove = async (
  sql: string,
  rows: string,
  policies: Partial<Policies> = {},
  encoding: "UTF-8" | "UTF-16le" | "UTF-16be" = "UTF-8",
) => {
  const name = encoding === "UTF-8" ? "" : `PRAGMA encoding = '${encoding}';`;
  const path = snapshotOf(`${name} CREATE TABLE t (id INTEGER PRIMARY KEY, note TEXT); ${sql}`);
  await admin.query(`DROP SCHEMA IF EXISTS "${SCHEMA}" CASCADE; CREATE SCHEMA "${SCHEMA}"; SET search_path = "${SCHEMA}";
    CREATE TABLE t (id bigint CONSTRAINT t_pkey PRIMARY KEY, note text); ${rows}`);
  const plan = planOf({
    schema: SCHEMA,
    policies: { ...REJECT, ...policies },
    source: { sha256: "0".repeat(64), bytes: 0, encoding },
    tables: [
      {
        target: "t",
        rows: 3,
        read: { by: "rowid", name: "rowid", alias: "id" },
        primaryKey: { name: "t_pkey", columns: ["id"] },
        columns: [
          { target: "id", numbersAreSafe: true },
          { target: "note", type: { name: "text" } },
        ],
      },
    ],
  });
  const proof = await proofOf(plan, path, target);
  return proof.tables[0]!;
};

const INVALID = "INSERT INTO t VALUES (1, CAST(x'61ff62' AS TEXT))";

describe("text that is not valid in its file", () => {
  it("is never proven by the U+FFFD that a driver puts in its place", async () => {
    const table = await prove(INVALID, "INSERT INTO t VALUES (1, 'a�b')");
    expect(table).toMatchObject({ proof: "different", differing: 1 });
    expect(table.differences[0]).toMatchObject({ column: "note", target: "a�b", kind: "value" });
    expect(table.differences[0]!.source).toContain("61ff62");
  });

  it("leaves a genuine U+FFFD beside it equal", async () => {
    const table = await prove(`${INVALID}, (2, 'a�b')`, "INSERT INTO t VALUES (1, 'a�b'), (2, 'a�b')");
    expect(table).toMatchObject({ differing: 1, differences: [{ key: "id = 1" }] });
  });

  it("is expected with U+FFFD for each broken sequence under the policy replace, and counted", async () => {
    const sql = "INSERT INTO t VALUES (1, CAST(x'61e28262ff' AS TEXT)), (2, 'plain')";
    expect(
      await prove(sql, "INSERT INTO t VALUES (1, 'a�b�'), (2, 'plain')", { invalidText: "replace" }),
    ).toMatchObject({
      proof: "equal",
      rowsCleaned: 1,
    });
    expect((await prove(sql, "INSERT INTO t VALUES (1, 'ab'), (2, 'plain')", { invalidText: "replace" })).proof).toBe(
      "different",
    );
  });

  it("is expected without it under the policy strip", async () => {
    expect(
      await prove(`${INVALID}, (2, CAST(x'61efbfbdff' AS TEXT))`, "INSERT INTO t VALUES (1, 'ab'), (2, 'a�')", {
        invalidText: "strip",
      }),
    ).toMatchObject({
      proof: "equal",
      rowsCleaned: 2,
    });
  });

  it.each(["UTF-16le", "UTF-16be"] as const)(
    "is found in a %s file, where SQLite itself makes a character of two halves",
    async (encoding) => {
      const bytes = encoding === "UTF-16le" ? "3dd83dd8" : "d83dd83d";
      const sql = `INSERT INTO t VALUES (1, CAST(x'${bytes}' AS TEXT)), (2, 'ā😀')`;
      expect(await prove(sql, "INSERT INTO t VALUES (1, U&'\\+01F43D'), (2, 'ā😀')", {}, encoding)).toMatchObject({
        differing: 1,
        differences: [{ key: "id = 1", column: "note" }],
      });
    },
  );
});

describe("a NUL within text", () => {
  const sql = "INSERT INTO t VALUES (1, 'a' || char(0) || 'b')";
  it("is a difference where it was stripped without being asked for", async () => {
    expect((await prove(sql, "INSERT INTO t VALUES (1, 'ab')")).proof).toBe("different");
    expect((await prove(sql, "INSERT INTO t VALUES (1, 'a')")).proof).toBe("different");
  });

  it("is expected to be gone, or replaced, where the user asked for it", async () => {
    expect(await prove(sql, "INSERT INTO t VALUES (1, 'ab')", { nul: "strip" })).toMatchObject({
      proof: "equal",
      rowsCleaned: 1,
    });
    expect((await prove(sql, "INSERT INTO t VALUES (1, 'ab')", { nul: "replace" })).proof).toBe("different");
    expect(await prove(sql, "INSERT INTO t VALUES (1, 'a�b')", { nul: "replace" })).toMatchObject({
      proof: "equal",
      rowsCleaned: 1,
    });
  });
});

describe("what the ledger lists", () => {
  const rows = "INSERT INTO t VALUES (1, 'one'), (2, 'two'), (3, 'three')";
  const list = (list: string, id: number, planHash = "hash") =>
    `INSERT INTO landbridge.${list} (run_id, plan_hash, source_table, source_key, source_rowid, column_name, code, message)
     VALUES ('run', '${planHash}', 't', '{"id": ${id}}', ${id}, 'note', 'CODE', 'why');`;
  const clear = "DELETE FROM landbridge.rejects; DELETE FROM landbridge.cleaned;";

  it("is expected to be absent where it was rejected, and counted apart", async () => {
    const table = await prove(
      rows,
      `${clear} ${list("rejects", 2)} ${list("rejects", 2)} INSERT INTO t VALUES (1, 'one'), (3, 'three')`,
    );
    expect(table).toMatchObject({ proof: "equal", rowsExpected: 2, rowsFound: 2, rowsRejected: 1 });
  });

  it("is unexpected where it was rejected and is there all the same", async () => {
    const table = await prove(rows, `${clear} ${list("rejects", 2)} ${rows}`);
    expect(table).toMatchObject({ proof: "different", differences: [{ key: "id = 2", kind: "unexpected" }] });
  });

  it("does not excuse a row by the rejects of another plan", async () => {
    const table = await prove(
      rows,
      `${clear} ${list("rejects", 2, "other")} INSERT INTO t VALUES (1, 'one'), (3, 'three')`,
    );
    expect(table).toMatchObject({ proof: "different", differences: [{ key: "id = 2", kind: "missing" }] });
  });

  it("is expected with NULL in the column that was cleared, and nowhere else", async () => {
    const cleared = `${clear} ${list("cleaned", 2)}`;
    expect(await prove(rows, `${cleared} INSERT INTO t VALUES (1, 'one'), (2, NULL), (3, 'three')`)).toMatchObject({
      proof: "equal",
      rowsCleaned: 1,
    });
    expect(
      (await prove(rows, `${cleared} INSERT INTO t VALUES (1, 'one'), (2, NULL), (3, NULL)`)).differences,
    ).toMatchObject([{ key: "id = 3" }]);
    expect((await prove(rows, `${cleared} ${rows}`)).differences).toMatchObject([
      { key: "id = 2", source: "NULL", target: "two" },
    ]);
  });
});

describe("rejected rows of a table without rowids", () => {
  it("are named by their key, numbers and odd texts included", async () => {
    const path = snapshotOf(`CREATE TABLE k (a, b TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID;
      INSERT INTO k VALUES (1, 'x'), (9007199254740993, 'y'), (1.5, 'z'), (x'00ff', 'blob'), ('t', 'a' || char(0)), ('kept', 'kept')`);
    await admin.query(`DROP SCHEMA IF EXISTS "${SCHEMA}" CASCADE; CREATE SCHEMA "${SCHEMA}"; SET search_path = "${SCHEMA}";
      CREATE TABLE k (a text, b text); INSERT INTO k VALUES ('kept', 'kept');`);
    for (const key of [
      '{"a":1,"b":"x"}',
      '{"b":"y","a":9007199254740993}',
      '{"a":1.5,"b":"z"}',
      '{"a":{"$blob":"00ff"},"b":"blob"}',
      '{"a":"t","b":{"$text":"6100"}}',
    ])
      await admin.query(
        "INSERT INTO landbridge.rejects (run_id, plan_hash, source_table, source_key, code, message) VALUES ('run', 'hash', 'k', $1, 'CODE', 'why')",
        [key],
      );
    const plan = planOf({
      schema: SCHEMA,
      tables: [
        {
          target: "k",
          rows: 6,
          keyColumns: ["a", "b"],
          columns: [
            { target: "a", type: { name: "text" }, form: { kind: "any" } },
            { target: "b", type: { name: "text" } },
          ],
        },
      ],
    });
    const proof = await proofOf(plan, path, target);
    expect(proof.tables[0]).toMatchObject({ proof: "equal", rowsExpected: 1, rowsFound: 1, rowsRejected: 5 });
  });
});
