import { beforeAll, describe, expect, it } from "vitest";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";
import { load } from "../../support/finishing.ts";
import { foreignKeyOf, indexOf, keyOf, planOf } from "../../support/plan.ts";

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});

const text = { name: "text" } as const;

describe("rows that an object does not allow", () => {
  it("leaves out a unique key with duplicates, names the rows, and builds everything else", async () => {
    const loaded = await load(
      database,
      planOf({
        tables: [
          {
            target: "users",
            source: "Users",
            columns: [{ target: "id" }, { target: "mail", source: "Mail", type: text }],
            primaryKey: keyOf("users_pkey", "id"),
            uniques: [keyOf("users_mail", "mail")],
            indexes: [indexOf({ name: "users_by_mail", elements: ['"mail"'] })],
          },
        ],
      }),
      "INSERT INTO users VALUES (1, 'a'), (2, 'a'), (3, 'b'), (4, NULL), (5, NULL), (6, 'c'), (7, 'c'), (8, 'c')",
    );
    const outcome = await loaded.finish();
    expect(outcome.leftOut).toEqual(["users_mail"]);
    expect(outcome.findings).toHaveLength(1);
    expect(outcome.findings[0]).toMatchObject({
      code: "UNIQUE_VIOLATED",
      severity: "error",
      where: "Users.Mail",
      count: 5,
    });
    expect(outcome.findings[0]?.message).toContain("c in 3 rows (id 6, id 8); a in 2 rows (id 1, id 2)");
    expect(
      await loaded.rows(
        "SELECT relname FROM pg_class WHERE relnamespace = quote_ident(current_schema())::regnamespace AND relkind = 'i' ORDER BY 1",
      ),
    ).toEqual([{ relname: "users_by_mail" }, { relname: "users_pkey" }]);
  });

  it("counts only the rows that a partial or expression index holds", async () => {
    const loaded = await load(
      database,
      planOf({
        tables: [
          {
            target: "t",
            columns: [{ target: "id" }, { target: "name", type: text }],
            keyColumns: ["id"],
            indexes: [indexOf({ name: "i", elements: ['(lower("name")) DESC'], unique: true, where: '"id" > 2' })],
          },
        ],
      }),
      "INSERT INTO t VALUES (1, 'a'), (2, 'A'), (3, 'b'), (4, 'B')",
    );
    const outcome = await loaded.finish();
    expect(outcome.findings[0]).toMatchObject({ code: "UNIQUE_VIOLATED", where: "index i", count: 2 });
    expect(outcome.findings[0]?.message).toContain("b in 2 rows (id 3, id 4)");
  });

  it("leaves out a foreign key whose parent has lost its primary key to duplicates", async () => {
    const loaded = await load(
      database,
      planOf({
        tables: [
          { target: "p", columns: [{ target: "id" }], primaryKey: keyOf("p_pkey", "id") },
          {
            target: "c",
            columns: [{ target: "p" }],
            foreignKeys: [foreignKeyOf({ name: "c_p", columns: ["p"], parent: "p" })],
          },
        ],
      }),
      "INSERT INTO p VALUES (1), (1); INSERT INTO c VALUES (1)",
    );
    const outcome = await loaded.finish();
    expect(outcome.leftOut).toEqual(["p_pkey", "c_p"]);
    expect(outcome.findings.map(({ code, where, count }) => [code, where, count])).toEqual([
      ["UNIQUE_VIOLATED", "p.id", 2],
      ["FK_NOT_CREATABLE", "c.p", 1],
    ]);
  });

  it("keeps the unique index of a primary key that holds NULL, and with it the foreign keys onto it", async () => {
    const loaded = await load(
      database,
      planOf({
        tables: [
          {
            target: "p",
            columns: [{ target: "id" }, { target: "n" }],
            primaryKey: keyOf("p_pkey", "id"),
            keyColumns: ["n"],
          },
          {
            target: "c",
            columns: [{ target: "p" }],
            foreignKeys: [foreignKeyOf({ name: "c_p", columns: ["p"], parent: "p" })],
          },
        ],
      }),
      "INSERT INTO p VALUES (1, 10), (NULL, 11), (NULL, 12); INSERT INTO c VALUES (1)",
    );
    const outcome = await loaded.finish();
    expect(outcome.leftOut).toEqual(["p_pkey"]);
    expect(outcome.findings[0]).toMatchObject({ code: "PRIMARY_KEY_HOLDS_NULL", where: "p.id", count: 2 });
    expect(outcome.findings[0]?.message).toContain("n 11; n 12");
    await expect(loaded.rows("INSERT INTO c VALUES (2)")).rejects.toThrow("c_p");
  });

  it("leaves out an index whose entries are too long and names the rows", async () => {
    const loaded = await load(
      database,
      planOf({
        tables: [
          {
            target: "pages",
            columns: [{ target: "id" }, { target: "body", type: text }],
            primaryKey: keyOf("pages_pkey", "id"),
            indexes: [indexOf({ name: "pages_body", elements: ['"body"'] })],
          },
        ],
      }),
      // Random text does not compress below the limit.
      `INSERT INTO pages SELECT 1, 'short' UNION ALL
       SELECT n, (SELECT string_agg(md5(random()::text || i || n), '') FROM generate_series(1, 300) AS i) FROM generate_series(2, 3) AS n`,
    );
    const outcome = await loaded.finish();
    expect(outcome.leftOut).toEqual(["pages_body"]);
    expect(outcome.findings[0]).toMatchObject({ code: "INDEX_ROW_TOO_LONG", where: "index pages_body", count: 2 });
    expect(outcome.findings[0]?.message).toMatch(/id [23] with \d+ bytes; id [23] with \d+ bytes/);
  });

  it("leaves out an index whose expression fails on a row", async () => {
    const loaded = await load(
      database,
      planOf({
        tables: [{ target: "t", columns: [{ target: "n" }], indexes: [indexOf({ name: "i", elements: ["(1 / n)"] })] }],
      }),
      "INSERT INTO t VALUES (0)",
    );
    const outcome = await loaded.finish();
    expect(outcome.leftOut).toEqual(["i"]);
    expect(outcome.findings[0]).toMatchObject({ code: "INDEX_FAILED", severity: "error" });
    expect(outcome.findings[0]?.message).toContain("division by zero");
  });
});
