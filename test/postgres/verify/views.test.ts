import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Plan, PlanView, PlanViewColumn } from "../../../src/plan/model.ts";
import { htmlReport } from "../../../src/report/html.ts";
import type { RunReport } from "../../../src/report/model.ts";
import { textReport } from "../../../src/report/text.ts";
import { verdict } from "../../../src/report/verdict.ts";
import type { TableProof } from "../../../src/verify/model.ts";
import { loosely } from "../../../src/verify/views/canonical.ts";
import { MOST_ROWS_OF_A_VIEW, MOST_ROWS_UNDER_A_VIEW, type ViewProof } from "../../../src/verify/views/model.ts";
import { verifyViews } from "../../../src/verify/views.ts";
import { freshDatabase } from "../../support/database.ts";
import { planOf, viewOf } from "../../support/plan.ts";
import { cleanReport } from "../../support/report.ts";
import { sqliteFile } from "../../support/sqlite.ts";

const { target, admin } = await freshDatabase();
const directory = mkdtempSync(join(tmpdir(), "landbridge-test-"));
afterAll(() => rmSync(directory, { recursive: true }));

const integer: PlanViewColumn = { type: { name: "bigint" }, form: { kind: "integer" }, approximate: false };
const text: PlanViewColumn = { type: { name: "text" }, form: { kind: "text" }, approximate: false };
const bytes: PlanViewColumn = { type: { name: "bytea" }, form: { kind: "blob" }, approximate: false };
const computed: PlanViewColumn = { type: { name: "double precision" }, form: { kind: "real" }, approximate: true };
const anything: PlanViewColumn = { type: { name: "text" }, form: { kind: "any" }, approximate: false };
const truth: PlanViewColumn = { type: { name: "boolean" }, form: { kind: "boolean-integer" }, approximate: false };

/** The query in SQLite, the one in PostgreSQL, and what its columns hold. */
const VIEWS: Readonly<Record<string, readonly [string, string, readonly PlanViewColumn[], Partial<PlanView>?]>> = {
  same: [
    "SELECT 1 AS a, 'x' AS b UNION ALL SELECT 2, NULL",
    "SELECT 2::bigint AS a, NULL::text AS b UNION ALL SELECT 1, 'x'",
    [integer, text],
  ],
  doubled: ["SELECT 1 AS a UNION ALL SELECT 1", "SELECT 1::bigint AS a", [integer]],
  other_value: ["SELECT 1 AS a, 'x' AS b", "SELECT 1::bigint AS a, 'y'::text AS b", [integer, text]],
  truth_as_words: ["SELECT 1 AS a UNION ALL SELECT 0", "SELECT false AS a UNION ALL SELECT true", [truth]],
  wrong_truth: ["SELECT 1 AS a", "SELECT false AS a", [truth]],
  last_digits: ["SELECT 0.1 + 0.2 AS a", "SELECT 0.3::double precision AS a", [computed]],
  between_two: ["SELECT 1.0000000005000001 AS a", "SELECT 1.0000000004999999::double precision AS a", [computed]],
  other_number: ["SELECT 0.3 AS a", "SELECT 0.30001::numeric AS a", [computed]],
  any_class: [
    `SELECT 1.50 AS a UNION ALL SELECT '{"b":1,"a":[2]}' UNION ALL SELECT 'x'`,
    `SELECT '1.50'::text AS a UNION ALL SELECT '{"a": [2], "b": 1}' UNION ALL SELECT 'x'`,
    [anything],
  ],
  other_class: ["SELECT 'x' AS a", "SELECT 'X'::text AS a", [anything]],
  changing: ["SELECT random() AS a", "SELECT 1::bigint AS a", [integer], { volatile: ["the current time"] }],
  open_ended: [
    "SELECT 1 AS a",
    "SELECT 2::bigint AS a",
    [integer],
    { open: ["which rows a LIMIT takes of several in the same place"] },
  ],
  broken_there: ["SELECT 1 AS a", "SELECT (1 / (random() * 0)::integer)::bigint AS a", [integer]],
  broken_here: ["SELECT a FROM nowhere", "SELECT 1::bigint AS a", [integer]],
  double_quoted: [
    `SELECT "open" AS a, 9007199254740993 AS b, x'00ff' AS c UNION ALL SELECT id, -9223372036854775808, NULL FROM t WHERE id = 2 AND "x" = 'x'`,
    "SELECT 'open'::text AS a, 9007199254740993::bigint AS b, '\\x00ff'::bytea AS c UNION ALL SELECT '2', -9223372036854775808, NULL",
    [anything, integer, bytes],
  ],
  double_quoted_value: [
    `SELECT "open" AS a, x'00ff' AS b`,
    "SELECT 'open'::text AS a, '\\x00fe'::bytea AS b",
    [text, bytes],
  ],
  double_quoted_function: [
    `SELECT "open" AS a, of_the_application(1) AS b`,
    "SELECT 'open'::text AS a, 1::bigint AS b",
    [text, integer],
  ],
  of_rejected: ["SELECT id AS a FROM t", "SELECT 1::bigint AS a", [integer], { reads: ["inner"] }],
  inner: ["SELECT id AS a FROM t", "SELECT 1::bigint AS a UNION ALL SELECT 2", [integer], { reads: ["t"] }],
  long: [
    `WITH RECURSIVE n(a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM n WHERE a <= ${MOST_ROWS_OF_A_VIEW}) SELECT a FROM n`,
    `SELECT generate_series(1, ${MOST_ROWS_OF_A_VIEW + 1})::bigint AS a`,
    [integer],
  ],
  of_a_huge_table: ["SELECT 1 AS a", "SELECT 1::bigint AS a", [integer], { reads: ["huge"] }],
  other_type: ["SELECT 1 AS a", "SELECT 1::integer AS a", [integer]],
};

const table = { source: "T", target: "t", rowsRejected: 1, rowsCleaned: 0, proof: "equal" } as unknown as TableProof;
let proofs: ReadonlyMap<string, ViewProof>;

beforeAll(async () => {
  const views = Object.entries(VIEWS).map(([name, [, query, results, more]]) =>
    viewOf({ target: name, query, columns: results.map((_, at) => "abc"[at]!), results, ...more }),
  );
  for (const { target: name, query } of views) await admin.query(`CREATE VIEW "${name}" AS ${query}`);
  const sql = Object.entries(VIEWS).map(([name, [query]]) => `CREATE VIEW "${name}" AS ${query};`);
  const readPath = sqliteFile(`CREATE TABLE t (id INTEGER); INSERT INTO t VALUES (1), (2), (3); ${sql.join("\n")}`, {
    directory,
  });
  const huge = { source: "Huge", target: "huge", rows: MOST_ROWS_UNDER_A_VIEW + 1, columns: [] };
  const plan: Plan = planOf({ tables: [huge], views: [...views, viewOf({ target: "gone", query: "" })] });
  const found = await verifyViews({
    plan,
    readPath,
    target,
    schema: "public",
    absent: new Set(["gone"]),
    tables: [table],
  });
  proofs = new Map(found.map((proof) => [proof.target, proof]));
});

const proofOf = (name: string): ViewProof => proofs.get(name)!;

describe("the proof of a view", () => {
  it.each(["same", "truth_as_words", "last_digits", "between_two", "any_class", "double_quoted"])(
    "says that the rows are the same: %s",
    (name) => {
      expect(proofOf(name)).toMatchObject({ state: "equal", reason: null, differing: 0, differences: [] });
    },
  );

  it.each(["doubled", "other_value", "wrong_truth", "other_number", "other_class", "double_quoted_value"])(
    "says that they are not: %s",
    (name) => {
      expect(proofOf(name)).toMatchObject({ state: "different", reason: null });
    },
  );

  it("names the rows that differ, of each side", () => {
    expect(proofOf("other_value").differences).toEqual([
      { side: "SQLite", row: "a = 1, b = x" },
      { side: "PostgreSQL", row: "a = 1, b = y" },
    ]);
    expect(proofOf("doubled")).toMatchObject({
      rows: 2,
      differing: 1,
      differences: [{ side: "SQLite", row: "a = 1" }],
    });
  });

  it("says of a view that PostgreSQL cannot run that it differs, and goes on with the next", () => {
    expect(proofOf("broken_there")).toMatchObject({
      state: "different",
      reason: "PostgreSQL cannot run it: division by zero",
    });
  });

  it.each([
    ["changing", "its rows depend on the current time"],
    ["open_ended", "its SQL does not say which rows a LIMIT takes"],
    ["broken_here", "SQLite cannot run it here: no such table"],
    ["double_quoted_function", "SQLite cannot run it here: no such function: of_the_application"],
    ["of_rejected", "T has 1 rejected and 0 changed rows"],
    ["long", `more than ${MOST_ROWS_OF_A_VIEW} rows`],
    ["of_a_huge_table", "the tables under it have 5000001 rows"],
    ["other_type", "its column a is integer in PostgreSQL"],
    ["gone", "it is not in PostgreSQL"],
  ])("says why a view is not compared: %s", (name, reason) => {
    expect(proofOf(name).state).toBe("not compared");
    expect(proofOf(name).reason).toContain(reason);
  });

  it("is in the report, with the views that differ in its verdict", () => {
    const views = ["same", "other_value", "changing"].map(proofOf);
    const report: RunReport = { ...cleanReport, status: "done-with-differences", exitCode: 3, views };
    expect(verdict(report).headline).toContain("1 view gives other rows than in SQLite");
    const lines = textReport(report);
    expect(lines).toContain("1 of 3 views have the same rows on both sides (2 rows)");
    expect(lines).toContain("- other_value: different (2 rows differ)");
    expect(lines).toContain("PostgreSQL  a = 1, b = y");
    expect(lines).toContain("- changing: not compared: its rows depend on the current time");
    expect(htmlReport(report)).toContain("a = 1, b = y");
  });
});

describe("a text of any storage class", () => {
  it.each([
    ["1.50", "1.5"],
    ["1.0", "1"],
    ["1e2", "100"],
    ['{"b": 1, "a": 2}', '{"a":2,"b":1}'],
    ["12345678901234567890", "12345678901234567890"],
    ["0x10", "0x10"],
    ["[1", "[1"],
  ])("is compared by its value: %s", (given, wanted) => expect(loosely(given)).toBe(wanted));
});
