/** Tables that take many blocks, chunks and buckets; damage far inside; an end in the middle. */
import { beforeAll, describe, expect, it } from "vitest";
import { verifyRun } from "../../../src/verify/verify.ts";
import { freshDatabase } from "../../support/database.ts";
import { planOf } from "../../support/plan.ts";
import { proofOf, SCHEMA, snapshotOf } from "./fixture.ts";

const ROWS = 60_000;
const { target, admin } = await freshDatabase();
const numbers = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${ROWS})`;
const snapshot = snapshotOf(`
  CREATE TABLE keyed (id INTEGER PRIMARY KEY, note TEXT);
  ${numbers} INSERT INTO keyed SELECT i * 7 - 50000, CASE i WHEN 777 THEN CAST(x'61ff' AS TEXT) WHEN 30000 THEN hex(zeroblob(400000)) ELSE 'note ' || i END FROM n;
  CREATE TABLE loose (name TEXT, n INTEGER);
  ${numbers} INSERT INTO loose SELECT 'name ' || (i % 500), i % 500 FROM n;
`);
const plan = planOf({
  schema: SCHEMA,
  tables: [
    {
      target: "keyed",
      rows: ROWS,
      bytes: ROWS * 20,
      maxRowBytes: 800_020,
      read: { by: "rowid", name: "rowid", alias: "id" },
      keyColumns: ["id"],
      columns: [
        { target: "id", numbersAreSafe: true },
        { target: "note", type: { name: "text" } },
      ],
    },
    {
      target: "loose",
      rows: ROWS,
      bytes: ROWS * 15,
      maxRowBytes: 20,
      read: { by: "rowid", name: "rowid", alias: null },
      columns: [
        { target: "name", type: { name: "text" } },
        { target: "n", numbersAreSafe: true },
      ],
    },
  ],
  policies: { nul: "reject", invalidText: "replace", invalidJson: "reject", orphans: "keep" },
});

beforeAll(async () => {
  await admin.query(`CREATE SCHEMA "${SCHEMA}"; SET search_path = "${SCHEMA}";
    CREATE TABLE keyed (id bigint PRIMARY KEY, note text);
    INSERT INTO keyed SELECT i * 7 - 50000, CASE i WHEN 777 THEN 'a�' WHEN 30000 THEN repeat('00', 400000) ELSE 'note ' || i END FROM generate_series(1, ${ROWS}) i;
    CREATE TABLE loose (name text, n bigint);
    INSERT INTO loose SELECT 'name ' || (i % 500), i % 500 FROM generate_series(1, ${ROWS}) i ORDER BY random()`);
});

/** Proves with a damage that is taken back afterwards. */
const damaged = async (damage: string, repair: string) => {
  await admin.query(damage);
  try {
    return (await proofOf(plan, snapshot, target)).tables;
  } finally {
    await admin.query(repair);
  }
};

describe("a large table", () => {
  it("is proven equal over many blocks, with one very long row and one repaired text in them", async () => {
    const { tables } = await proofOf(plan, snapshot, target);
    expect(tables).toMatchObject([
      { proof: "equal", how: "ordered", rowsFound: ROWS, rowsCleaned: 1 },
      { proof: "equal", how: "buckets", rowsFound: ROWS, rowsCleaned: 0 },
    ]);
  });

  it("is different by exactly the rows that were damaged, each named", async () => {
    const [keyed] = await damaged(
      "UPDATE keyed SET note = note || '!' WHERE id IN (7 * 2000 - 50000, 7 * 2001 - 50000, 7 * 59999 - 50000)",
      "UPDATE keyed SET note = left(note, -1) WHERE note LIKE '%!'",
    );
    expect(keyed!.differences.map(({ key }) => key)).toEqual(["id = -36000", "id = -35993", "id = 369993"]);
  });

  it("keeps its step after a missing row", async () => {
    const [keyed] = await damaged(
      "DELETE FROM keyed WHERE id = 7 * 100 - 50000",
      "INSERT INTO keyed VALUES (7 * 100 - 50000, 'note 100')",
    );
    expect(keyed).toMatchObject({ differing: 1, differences: [{ kind: "missing", key: "id = -49300" }] });
  });

  it("without a key names the rows that are too few and too many", async () => {
    const [, loose] = await damaged(
      "UPDATE loose SET n = -1 WHERE ctid = (SELECT min(ctid) FROM loose WHERE n = 250)",
      "UPDATE loose SET n = 250 WHERE n = -1",
    );
    expect(loose!.differences.map(({ kind, source, target: found }) => [kind, source, found]).sort()).toEqual([
      ["missing", "name = name 250, n = 250", ""],
      ["unexpected", "", "name = name 250, n = -1"],
    ]);
    expect(loose!.differences.find(({ kind }) => kind === "missing")!.key).toMatch(/^rowid \d+$/);
  });

  it("counts what differs everywhere, and describes fifty rows of it", async () => {
    const [keyed] = await damaged("UPDATE keyed SET note = note || '!'", "UPDATE keyed SET note = left(note, -1)");
    expect(keyed).toMatchObject({ differing: ROWS });
    expect(keyed!.differences).toHaveLength(50);
  });

  it("is sampled by the same keys at every run, and says counted", async () => {
    const sampled = await proofOf(plan, snapshot, target, { mode: "sample" });
    expect(sampled.tables.map(({ proof }) => proof)).toEqual(["counted", "counted"]);
    await admin.query("UPDATE keyed SET note = 'x' WHERE id = 7 - 50000");
    const again = await proofOf(plan, snapshot, target, { mode: "sample" });
    await admin.query("UPDATE keyed SET note = 'note 1' WHERE id = 7 - 50000");
    expect(again.tables[0]).toMatchObject({ proof: "different", differences: [{ key: "id = -49993" }] });
  });

  it("is left in the middle when the user asks for it, without a session left behind", async () => {
    const controller = new AbortController();
    const proof = verifyRun({
      plan,
      readPath: snapshot,
      target,
      run: { id: "run", planHash: "hash", epoch: 1, loadSchema: SCHEMA },
      mode: "full",
      jobs: 2,
      emit: () => controller.abort(new Error("enough")),
      signal: controller.signal,
    });
    await expect(proof).rejects.toThrow("enough");
  });
});
