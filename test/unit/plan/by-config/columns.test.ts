/** Columns by landbridge.yaml: added ones, defaults and generated expressions of the user's own. */
import { describe, expect, it } from "vitest";
import { planOfSql } from "../../../support/plan-of-sql.ts";

const USERS =
  "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT DEFAULT 'x', twice INTEGER AS (id * 2)); INSERT INTO users (id) VALUES (1);";
const adding = (what: string): string => `tables: { users: { add: { ${what} } } }`;

describe("an added column", () => {
  it("stands behind the others, with what it needs of extensions", async () => {
    const { tables, extensions } = await planOfSql(
      USERS,
      adding("uuid: { type: uuid, default: uuid_generate_v4(), notNull: true, unique: true }, mail: { type: citext }"),
    );
    expect(tables[0]?.added).toMatchObject([
      { target: "uuid", type: "uuid", default: "uuid_generate_v4()", generated: null, notNull: true },
      { target: "mail", type: "citext", default: null, notNull: false },
    ]);
    expect(tables[0]?.uniques).toEqual([{ name: "users_uuid_key", columns: ["uuid"] }]);
    expect(extensions).toEqual(["citext", "uuid-ossp"]);
  });

  it("takes an enum of the configuration by its name, quoted as the type is made", async () => {
    const { tables } = await planOfSql(
      USERS,
      `enums: { State: [new, old] }\n${adding("state: { type: State, default: \"'new'\" }")}`,
    );
    expect(tables[0]?.added[0]).toMatchObject({ type: '"State"', default: "'new'" });
  });

  it("takes an enum under the name that the type has got, where a table or PostgreSQL has the user's", async () => {
    const { tables, enums, findings } = await planOfSql(
      "CREATE TABLE users (id INTEGER PRIMARY KEY, kind TEXT); CREATE TABLE mood (x); INSERT INTO users VALUES (1, 'a')",
      `enums: { mood: [a, b], text: [a, b] }
tables: { users: { columns: { kind: { type: text } }, add: { first: { type: mood }, second: { type: text } } } }`,
    );
    expect(enums.map(({ name }) => name)).toEqual(["mood_1", "text_1"]);
    expect(tables[0]?.added.map(({ type }) => type)).toEqual(['"mood_1"', '"text_1"']);
    expect(tables[0]?.columns[1]?.type).toMatchObject({ name: "enum", type: "text_1" });
    expect(findings.filter(({ code }) => code === "NAME_CHANGED").map(({ where }) => where)).toEqual([
      "enum mood",
      "enum text",
    ]);
  });

  it("of a CHECK's enum are of a type that no type of PostgreSQL's hides", async () => {
    const { enums } = await planOfSql(
      "CREATE TABLE event (trigger TEXT CHECK (trigger IN ('a', 'b'))); INSERT INTO event VALUES ('a')",
      "accept: suggestions",
    );
    expect(enums.map(({ name }) => name)).toEqual(["event_trigger_1"]);
  });

  it("may not have the name of a search, nor a search that of a column", async () => {
    const search = "search: { found: { columns: { name: A } } }";
    await expect(
      planOfSql(USERS, `tables: { users: { add: { found: { type: text } }, ${search} } }`),
    ).rejects.toMatchObject({ code: "NAMES_COLLIDE", exitCode: 4 });
    await expect(
      planOfSql(
        'CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, "Found" TEXT)',
        `tables: { users: { columns: { Found: { target: found } }, ${search} } }`,
      ).then(({ tables }) => tables[0]?.columns.map(({ target }) => target)),
    ).resolves.toEqual(["id", "name"]);
    await expect(
      planOfSql(
        "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, other TEXT)",
        `tables: { users: { columns: { other: { target: found } }, ${search} } }`,
      ),
    ).rejects.toMatchObject({ code: "NAMES_COLLIDE", exitCode: 4 });
  });

  it("may not have the name of a column that is there, nor be NOT NULL without a value for the rows", async () => {
    await expect(planOfSql(USERS, adding("name: { type: text }"))).rejects.toMatchObject({
      code: "NAMES_COLLIDE",
      exitCode: 4,
    });
    await expect(planOfSql(USERS, adding("born: { type: date, notNull: true }"))).rejects.toMatchObject({
      ...{ code: "ADDED_COLUMN_WITHOUT_VALUES", exitCode: 2 },
    });
    const empty = await planOfSql(
      "CREATE TABLE users (id INTEGER PRIMARY KEY)",
      adding("born: { type: date, notNull: true }"),
    );
    expect(empty.tables[0]?.added[0]?.notNull).toBe(true);
  });

  it("has a default or an expression, never both", async () => {
    await expect(planOfSql(USERS, adding('a: { type: text, default: "1", generated: "2" }'))).rejects.toMatchObject({
      ...{ code: "CONFIG_INVALID", message: expect.stringContaining("either default or generated") },
    });
  });
});

describe("a source's column", () => {
  const wishing = (column: string, what: string): string =>
    `tables: { users: { columns: { ${column}: { ${what} } } } }`;

  it("gets the default that is named, or none, in place of its own", async () => {
    expect((await planOfSql(USERS)).tables[0]?.columns[1]?.default).toBe("'x'");
    expect((await planOfSql(USERS, wishing("NAME", "default: \"'y'\""))).tables[0]?.columns[1]?.default).toBe("'y'");
    expect((await planOfSql(USERS, wishing("name", "default: null"))).tables[0]?.columns[1]?.default).toBeNull();
  });

  it("that is the rowid has a default in place of its identity", async () => {
    const { tables } = await planOfSql(USERS, wishing("id", 'default: "floor(random() * 1e9)"'));
    expect(tables[0]?.columns[0]).toMatchObject({ identity: null, default: "floor(random() * 1e9)", notNull: true });
  });

  it("that is generated gets another expression; one with values of its own never does", async () => {
    const { tables } = await planOfSql(USERS, wishing("twice", 'generated: "id + id"'));
    expect(tables[0]?.columns[2]?.generated).toBe("id + id");
    await expect(planOfSql(USERS, wishing("name", 'generated: "id::text"'))).rejects.toMatchObject({
      ...{ code: "COLUMN_NOT_GENERATED", remedy: expect.stringContaining("add:") },
    });
    await expect(planOfSql(USERS, wishing("twice", 'default: "1"'))).rejects.toMatchObject({
      code: "DEFAULT_OF_GENERATED",
    });
  });
});
