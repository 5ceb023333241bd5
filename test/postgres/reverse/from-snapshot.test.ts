/** Rows that PostgreSQL could not hold, with values too long for the ledger: they come from the snapshot, while it is there. */
import { appendFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, it } from "vitest";
import { FindingList } from "../../../src/plan/findings.ts";
import type { RunReport } from "../../../src/report/model.ts";
import type { FittedTable } from "../../../src/reverse/file/fit.ts";
import { restoreRejects } from "../../../src/reverse/rows/restore.ts";
import { freshDatabase } from "../../support/database.ts";
import { goBack, goThere } from "../../support/reverse.ts";
import { sqliteFile, temporaryDirectory } from "../../support/sqlite.ts";
import { differencesOf } from "../../support/there-and-back.ts";

const { target, admin } = await freshDatabase();

const LONG = "printf('%.*c', 1100000, 'x')";

const SOURCE = `
  CREATE TABLE by_key (id INTEGER PRIMARY KEY, note TEXT, raw BLOB, "a ""b" REAL);
  INSERT INTO by_key VALUES (1, 'fits', NULL, 1), (5, 'a' || char(0), zeroblob(1100000), 0.1),
    (9007199254740993, ${LONG} || char(0), x'00', -1e300), (7, 'short' || char(0), x'01', NULL);
  CREATE TABLE by_text (code TEXT COLLATE NOCASE PRIMARY KEY, big TEXT) WITHOUT ROWID;
  INSERT INTO by_text VALUES ('A', 'fits'), ('b', CAST(x'ff41' || zeroblob(1100000) AS TEXT));
  CREATE TABLE by_pair (a TEXT, b INTEGER, big BLOB, n TEXT, PRIMARY KEY (a, b));
  INSERT INTO by_pair VALUES ('x', 1, zeroblob(1200000), char(0)), ('x', 2, NULL, char(0)), ('x', 3, x'', 'n');
  CREATE TABLE without_key (v TEXT, d AS (length(v)) STORED);
  INSERT INTO without_key (rowid, v) VALUES (1, 'a'), (2, ${LONG} || char(0)), (3, 'b'), (4, ${LONG} || char(0) || 'y');
`;

const cross = async (schema: string) => {
  const directory = temporaryDirectory();
  const path = sqliteFile(SOURCE, { directory, name: "source.sqlite" });
  const place = { target, schema, directory };
  const there = await goThere(path, {}, place);
  expect(there.errors).toEqual([]);
  expect(there.tables.map(({ name, rowsRejected }) => [name, rowsRejected])).toEqual([
    ["by_key", 3],
    ["by_text", 1],
    ["by_pair", 2],
    ["without_key", 2],
  ]);
  return { directory, path, place, snapshots: join(directory, ".landbridge", "snapshots") };
};

const failures = ({ findings }: RunReport): string[] =>
  findings.filter(({ code }) => code === "REVERSE_REJECT_NOT_RESTORED").map(({ where, count }) => `${where} ${count}`);

it("every row is back where it was, byte for byte", async () => {
  const { path, place, directory, snapshots } = await cross("kept");
  const before = readdirSync(snapshots).sort();
  const report = await goBack("back.sqlite", place);
  expect(report.errors).toEqual([]);
  expect(failures(report)).toEqual([]);
  expect(report.exitCode).toBe(0);
  expect(differencesOf(path, join(directory, "back.sqlite"))).toEqual([]);
  expect(readdirSync(snapshots).sort()).toEqual(before);
});

it.each([
  ["gone", (snapshots: string) => rmSync(snapshots, { recursive: true })],
  [
    "another file by now",
    (snapshots: string) => {
      for (const name of readdirSync(snapshots)) appendFileSync(join(snapshots, name), "x");
    },
  ],
])("where the snapshot is %s, the rows are named, and the others are back", async (how, change) => {
  const { place, snapshots, directory } = await cross(how);
  change(snapshots);
  const report = await goBack("back.sqlite", place);
  expect(report.exitCode).toBe(3);
  expect(failures(report)).toEqual(["by_key 2", "by_pair 1", "by_text 1", "without_key 2"]);
  const finding = report.findings.find(({ code }) => code === "REVERSE_REJECT_NOT_RESTORED");
  expect(finding?.message).toContain("the snapshot of the load is not there");
  const db = new Database(join(directory, "back.sqlite"), { readonly: true });
  expect(db.prepare("SELECT id FROM by_key ORDER BY id").pluck().all()).toEqual([1, 7]);
  db.close();
});

it("a row whose place has been taken in PostgreSQL since is named, and nothing is written over", async () => {
  const { place, directory } = await cross("taken");
  await admin.query("INSERT INTO taken.by_key (id, note) VALUES (5, 'new')");
  const report = await goBack("back.sqlite", place);
  expect(report.exitCode).toBe(3);
  expect(failures(report)).toEqual(["by_key 1"]);
  const db = new Database(join(directory, "back.sqlite"), { readonly: true });
  expect(db.prepare("SELECT note FROM by_key WHERE id = 5").pluck().get()).toBe("new");
  db.close();
});

it("a row that the file would hold otherwise is named, and taken back", () => {
  const directory = temporaryDirectory();
  const snapshot = sqliteFile("CREATE TABLE t (v TEXT); INSERT INTO t VALUES ('a'), ('5')", {
    directory,
    name: "s.db",
  });
  const db = new Database(
    sqliteFile("CREATE TABLE t (v INTEGER); INSERT INTO t VALUES ('a')", { directory, name: "n.db" }),
  );
  const table = {
    planned: { source: "t", read: { by: "rowid", name: "rowid", alias: null }, keyColumns: [] },
    columns: [{ column: { source: "v" } }],
    rowid: "rowid",
  } as unknown as FittedTable;
  const original = '{"v":{"$omitted":{"class":"text","bytes":1}}}';
  const row = { table: "t", key: '{"rowid":2}', rowid: "2", code: "VALUE_TOO_LARGE", original };
  const findings = new FindingList();
  restoreRejects(db, [table], { rows: [row], snapshot }, findings);
  expect(findings.all[0]?.message).toContain("it would not be as it was");
  expect(db.prepare("SELECT v FROM t").pluck().all()).toEqual(["a"]);
  expect(db.pragma("integrity_check", { simple: true })).toBe("ok");
  db.close();
});
