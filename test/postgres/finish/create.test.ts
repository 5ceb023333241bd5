import { beforeAll, describe, expect, it } from "vitest";
import { renderScript } from "../../../src/plan/ddl/ddl.ts";
import type { TargetType } from "../../../src/plan/model.ts";
import { createTables } from "../../../src/target/create.ts";
import { quoteIdentifier } from "../../../src/target/quote.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";
import { foreignKeyOf, type GivenColumn, type GivenTable, indexOf, keyOf, planOf, viewOf } from "../../support/plan.ts";

let database: FreshDatabase;
let schemas = 0;
beforeAll(async () => {
  database = await freshDatabase();
});

const create = async (tables: readonly GivenTable[], schema: string) =>
  createTables(database.admin, planOf({ tables }), schema);

const newSchema = async (): Promise<string> => {
  schemas += 1;
  const schema = `s${schemas}`;
  await database.admin.query(`CREATE SCHEMA ${schema}`);
  return schema;
};

const TYPES: readonly TargetType[] = [
  ...(["smallint", "integer", "bigint", "double precision", "boolean", "text", "bytea", "uuid"] as const).map(
    (name) => ({ name }),
  ),
  ...(["json", "jsonb", "date", "time", "timestamp", "timestamptz", "numeric"] as const).map((name) => ({ name })),
  { name: "numeric", precision: 10, scale: 2 },
  { name: "numeric", precision: 5 },
  { name: "varchar", length: 7 },
];

describe("creating tables", () => {
  it("finds every type again in the tables that it made", async () => {
    const schema = await newSchema();
    const columns: GivenColumn[] = TYPES.map((type, i) => ({ target: `c${i}`, type }));
    columns.push({ target: "id", identity: { past: null }, notNull: true });
    columns.push({ target: "g", type: { name: "text" }, generated: "c5 || 'x'" });
    const tables = [{ target: "t", columns }];
    expect(await create(tables, schema)).toEqual({ findings: [], leftOut: [] });
    expect(await create(tables, schema)).toEqual({ findings: [], leftOut: [] });
  });

  it.each<[string, GivenColumn]>([
    ["another type", { target: "a", type: { name: "text" } }],
    ["another length", { target: "a", type: { name: "varchar", length: 8 } }],
    ["another name", { target: "b", type: { name: "varchar", length: 7 } }],
    ["a NOT NULL that is not there", { target: "a", type: { name: "varchar", length: 7 }, notNull: true }],
  ])("refuses a table that is there with %s", async (_, column) => {
    const schema = await newSchema();
    await create([{ target: "t", columns: [{ target: "a", type: { name: "varchar", length: 7 } }] }], schema);
    await expect(create([{ target: "t", columns: [column] }], schema)).rejects.toMatchObject({
      code: "TABLE_DIFFERS",
      exitCode: 4,
    });
  });

  it("leaves out a check and a default that PostgreSQL refuses, by name, and says so again", async () => {
    const schema = await newSchema();
    const tables: GivenTable[] = [
      { target: "fine", columns: [{ target: "a" }] },
      {
        target: "t",
        columns: [
          { target: "a", default: "no_such_function()" },
          { target: "b", default: "7" },
        ],
        checks: [
          { name: "bad", expression: "a GLOB 'x'", source: "a GLOB 'x'" },
          { name: "good", expression: "a > 0", source: "a > 0" },
        ],
      },
    ];
    const created = await create(tables, schema);
    expect(created.leftOut).toEqual(["bad", "t.a"]);
    expect(created.findings.map(({ code, where }) => [code, where])).toEqual([
      ["CHECK_REFUSED", "t"],
      ["DEFAULT_REFUSED", "t.a"],
    ]);
    await expect(database.admin.query(`INSERT INTO ${schema}.t (a) VALUES (0)`)).rejects.toThrow("good");
    const { rows } = await database.admin.query(`INSERT INTO ${schema}.t (a) VALUES (1) RETURNING b`);
    expect(rows).toEqual([{ b: "7" }]);
    expect(await create(tables, schema)).toEqual(created);
  });

  it("says which table cannot be made at all", async () => {
    const schema = await newSchema();
    const bad: GivenTable = { target: "t", columns: [{ target: "a", generated: "random()" }] };
    await expect(create([bad], schema)).rejects.toMatchObject({ code: "TABLE_REFUSED" });
  });

  it("makes only the missing ones of many tables", async () => {
    const schema = await newSchema();
    const tables = Array.from({ length: 450 }, (_, i): GivenTable => ({ target: `t${i}`, columns: [{ target: "a" }] }));
    await create(tables.slice(100, 250), schema);
    await database.admin.query(`INSERT INTO ${schema}.t100 VALUES (1)`);
    await create(tables, schema);
    const { rows } = await database.admin.query<{ n: number }>(
      `SELECT (SELECT count(*)::int FROM pg_class WHERE relnamespace = '${schema}'::regnamespace AND relkind = 'r') + count(*)::int AS n FROM ${schema}.t100`,
    );
    expect(rows).toEqual([{ n: 451 }]);
  });

  it("writes a script that the server runs as it is, hostile names and all", async () => {
    const names = ['a"b', "'", "; DROP TABLE x; --", "😀", "é".repeat(31), "user", "a\nb", "\\"];
    const plan = planOf({
      schema: `the "schema"`,
      tables: names.map((name) => ({
        target: name,
        columns: [{ target: name, identity: { past: null }, notNull: true }],
        primaryKey: keyOf(`1${name}`.slice(0, 31), name),
        indexes: [indexOf({ name: `2${name}`.slice(0, 31), elements: [quoteIdentifier(name)] })],
        foreignKeys: [
          foreignKeyOf({ name: `3${name}`.slice(0, 31), columns: [name], parent: name, parentColumns: [name] }),
        ],
      })),
      views: [viewOf({ target: "v;", columns: ['"'], query: "SELECT 1 -- end" })],
    });
    await database.admin.query(renderScript(plan));
    const { rows } = await database.admin.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relnamespace = '"the ""schema"""'::regnamespace AND relkind = 'r'`,
    );
    expect(rows.map(({ name }) => name).sort()).toEqual(names.toSorted());
  });
});
