/** What landbridge.yaml says of tables of Landbridge's own has no meaning for an application's: that is told, nothing is made. */
import { expect, it } from "vitest";
import { freshDatabase } from "../../support/database.ts";
import { application, objectsOf } from "../../support/into-existing.ts";

const database = await freshDatabase();
const { target, admin } = database;

it("leaves the application's tables as they are, and still looks for the expected ones", async () => {
  const app = await application({
    ...{ target, admin },
    source: "CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT); INSERT INTO notes VALUES (1, 'a'), (2, 'b');",
    tables: "CREATE TABLE notes (id bigint PRIMARY KEY, body text)",
    config: {
      expect: ["notes", "users"],
      tables: {
        notes: {
          add: { more: { type: "hstore" } },
          indexes: [{ columns: ["body"], method: "gin", opclass: "gin_trgm_ops" }],
          partition: { by: "hash", columns: ["id"], partitions: 2 },
        },
      },
    },
  });
  const before = await objectsOf(admin, app.schema);
  const report = await app.load();
  expect(report).toMatchObject({
    errors: [],
    exitCode: 0,
    tables: [{ name: "notes" }, { name: "users", expected: "missing" }],
  });
  expect(report.findings.map(({ code, where }) => `${code} ${where}`).sort()).toEqual([
    ...["CONFIG_NOT_FOR_EXISTING notes", "EXPECTED_TABLE_MISSING users"],
  ]);
  expect(report.findings.find(({ code }) => code === "CONFIG_NOT_FOR_EXISTING")?.message).toContain(
    "`add:` and `indexes:` and `partition:`",
  );
  expect(await objectsOf(admin, app.schema)).toEqual(before);
  expect((await admin.query("SELECT FROM pg_extension WHERE extname = 'hstore'")).rowCount).toBe(0);
});
