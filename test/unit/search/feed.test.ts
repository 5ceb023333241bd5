import { expect, it } from "vitest";
import { feedOf, withRow } from "../../../src/source/search/feed.ts";

const trigger = (body: string, table = "doc") => ({
  name: "t",
  table,
  sql: `CREATE TRIGGER t AFTER INSERT ON ${table} BEGIN ${body} END`,
});
const feed = (...bodies: string[]) =>
  feedOf(
    bodies.map((body) => trigger(body)),
    "doc_fts",
    ["title", "body"],
  );

it("takes a full-text table's text from the columns that a trigger names", () => {
  expect(
    feed(`INSERT INTO doc_fts(rowid, title, body) VALUES (new.id, new.name, coalesce(new."body text", ''));`),
  ).toEqual({
    table: "doc",
    rowid: "new.id",
    columns: new Map([
      ["title", "name"],
      ["body", "body text"],
    ]),
  });
});

it("passes over other statements, and over commands to the table itself", () => {
  expect(
    feed(
      `INSERT OR IGNORE INTO doc_fts_doc(id) VALUES (new.id); INSERT INTO doc_fts(doc_fts, rowid, title, body) VALUES ('delete', old.id, old.title, old.body);`,
      `INSERT INTO doc_fts SELECT new.title, new.body WHERE new.live;`,
    ),
  ).toMatchObject({
    rowid: null,
    columns: new Map([
      ["title", "title"],
      ["body", "body"],
    ]),
  });
});

it("says which column is computed", () => {
  expect(
    feed(
      `INSERT INTO doc_fts(rowid, title, body) VALUES (new.id, new.title, (SELECT group_concat(t) FROM tag));`,
    )?.columns.get("body"),
  ).toBeNull();
});

it("knows nothing where two tables feed it", () => {
  const one = trigger("INSERT INTO doc_fts(rowid, title, body) VALUES (new.id, new.a, new.b);");
  const other = trigger("INSERT INTO doc_fts(rowid, title, body) VALUES (new.id, new.a, new.b);", "other");
  expect(feedOf([one], "doc_fts", ["title", "body"])?.table).toBe("doc");
  expect(feedOf([one, other], "doc_fts", ["title", "body"])).toBeNull();
  expect(feedOf([], "doc_fts", ["title", "body"])).toBeNull();
});

it("puts a row's name in NEW's place, but not into texts", () => {
  expect(withRow("(SELECT n FROM d WHERE k = NEW.id AND x <> 'NEW.id')", "r")).toBe(
    "(SELECT n FROM d WHERE k = r.id AND x <> 'NEW.id')",
  );
});
