/** The oracle itself: it agrees with a crossing that is right, and with none that has been tampered with. */
import { expect, it } from "vitest";
import { crossFile } from "../../support/cross-file.ts";
import { freshDatabase } from "../../support/database.ts";
import { consult } from "../../support/oracle.ts";
import { sqliteFile, temporaryDirectory } from "../../support/sqlite.ts";

const database = await freshDatabase();
let crossings = 0;

const SQL = `
  CREATE TABLE t (id INTEGER PRIMARY KEY, n BIGINT, r REAL, d DECIMAL(9,3), s TEXT, b BLOB, u UUID, j JSON, raw JSON, at DATETIME, day DATE,
    clock TIME, epoch TIMESTAMP, flag BOOLEAN, mixed);
  INSERT INTO t VALUES
    (1, 9007199254740993, 0.1, 1.005, 'é', x'00ff', '0188f3a2-5b6c-7d8e-9f00-112233445566', '{"a":[1.50]}', '[1e400]', '2024-02-29 12:00:00.000001',
      '0001-01-01', '23:59:59', 1700000000123, 1, 1),
    (2, -1, 5e-324, 2, '', x'', '0188f3a2-5b6c-7d8e-9f00-112233445567', '[]', '[-0]', '1999-12-31 23:59:59.999999', '9999-12-31', '00:00:00',
      1700000000124, 0, 'two'),
    (3, NULL, NULL, NULL, char(0), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (4, 0, -1.5, 0, ' ', x'00', '0188f3a2-5b6c-7d8e-9f00-112233445568', '{}', '1', '2000-01-01 00:00:00.5', '2000-01-01', '12:00:00', 1700000000125,
      1, 1.0);`;

const tampered = async (statement: string) => {
  const schema = `oracle_${++crossings}`;
  const path = sqliteFile(SQL);
  const { report, verdict } = await crossFile(path, {
    ...{ target: database.target, admin: database.admin, schema, directory: temporaryDirectory() },
  });
  expect(verdict).toEqual({ differences: [], rows: 4, rejected: 1, rejectedThoughSound: 0 });
  await database.admin.query(statement.replaceAll("%", schema));
  return consult({ path, client: database.admin, schema, runId: report.runId, tables: report.tables });
};

it.each([
  "n = n - 1",
  "r = 0.10000000000000002",
  "d = 1.006",
  "s = 'e'",
  "b = '\\x00fe'",
  "u = '0188f3a2-5b6c-7d8e-9f00-112233445560'",
  `j = '{"a":[1.5000000000000000001]}'`,
  "raw = '[1e401]'",
  "at = at + interval '1 microsecond'",
  "day = day + 1",
  "clock = '23:59:58'",
  "epoch = epoch + interval '1 millisecond'",
  "flag = NOT flag",
  "mixed = '1.0'",
  "s = NULL",
])("sees that a value was changed by %s", async (change) => {
  expect((await tampered(`UPDATE "%".t SET ${change} WHERE id = 1`)).differences).not.toEqual([]);
});

it.each([
  'DELETE FROM "%".t WHERE id = 2',
  'CREATE TABLE "%".more (LIKE "%".t); INSERT INTO "%".more SELECT * FROM "%".t; UPDATE "%".more SET id = 9; INSERT INTO "%".t SELECT * FROM "%".more WHERE s = \'é\'',
  "DELETE FROM landbridge.rejects",
  "UPDATE landbridge.rejects SET original = jsonb_set(original, '{s}', '\"x\"')",
  'ALTER TABLE "%".t DROP COLUMN mixed',
  'ALTER TABLE "%".t RENAME TO other',
])("sees what %s has done", async (statement) => {
  expect((await tampered(statement)).differences).not.toEqual([]);
});
