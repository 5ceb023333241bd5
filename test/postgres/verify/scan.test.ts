/** A table that can only be scanned (no integer key): read plainly until a text needs a closer look, then exactly. */
import { beforeAll, expect, it } from "vitest";
import { freshDatabase } from "../../support/database.ts";
import { planOf } from "../../support/plan.ts";
import { proofOf, SCHEMA, snapshotOf } from "./fixture.ts";

const ROWS = 3_000;
const { target, admin } = await freshDatabase();
const snapshot = snapshotOf(`
  CREATE TABLE scanned (code TEXT PRIMARY KEY, n INTEGER) WITHOUT ROWID;
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${ROWS})
  INSERT INTO scanned SELECT printf('%05d', i) || CASE i WHEN 1700 THEN CAST(x'61ff' AS TEXT) WHEN 2500 THEN char(0xfffd) ELSE '' END, i FROM n;
`);
const plan = planOf({
  schema: SCHEMA,
  tables: [
    {
      target: "scanned",
      rows: ROWS,
      bytes: ROWS * 10,
      maxRowBytes: 20,
      read: { by: "scan" },
      keyColumns: ["code"],
      columns: [{ target: "code", type: { name: "text" } }, { target: "n" }],
    },
  ],
  policies: { nul: "reject", invalidText: "strip", invalidJson: "reject", orphans: "keep" },
});

beforeAll(async () => {
  await admin.query(`CREATE SCHEMA "${SCHEMA}"; CREATE TABLE "${SCHEMA}".scanned (code text PRIMARY KEY, n bigint);
    INSERT INTO "${SCHEMA}".scanned
    SELECT lpad(i::text, 5, '0') || CASE i WHEN 1700 THEN 'a' WHEN 2500 THEN U&'\\FFFD' ELSE '' END, i FROM generate_series(1, ${ROWS}) i`);
});

it("tells invalid bytes from a genuine U+FFFD far into the scan, and counts every row once", async () => {
  expect((await proofOf(plan, snapshot, target)).tables).toMatchObject([
    { proof: "equal", how: "buckets", rowsExpected: ROWS, rowsFound: ROWS, rowsCleaned: 1 },
  ]);
});

it("names the one row that differs behind them", async () => {
  await admin.query(`UPDATE "${SCHEMA}".scanned SET n = -1 WHERE n = 2800`);
  const [table] = (await proofOf(plan, snapshot, target)).tables;
  expect(table).toMatchObject({ proof: "different", differing: 1 });
  expect(table!.differences).toMatchObject([{ key: "code = 02800", column: "n", source: "2800", target: "-1" }]);
});
