import { beforeAll, describe, expect, it } from "vitest";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";
import { load } from "../../support/finishing.ts";
import { foreignKeyOf, type GivenTable, indexOf, keyOf, planOf, viewOf } from "../../support/plan.ts";

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});

const id = { target: "id", notNull: true } as const;

const CONSTRAINTS = `SELECT c.conname AS name, c.contype AS type, c.convalidated AS valid, c.condeferred AS deferred
  FROM pg_constraint c WHERE c.connamespace = quote_ident(current_schema())::regnamespace AND c.contype IN ('p', 'u', 'f')
  ORDER BY c.conname COLLATE "C"`;

describe("keys and indexes", () => {
  it("builds circular, self-referencing, composite and deferred keys, all of them valid", async () => {
    const loaded = await load(
      database,
      planOf({
        tables: [
          {
            target: "p",
            columns: [id, { target: "q" }, { target: "boss" }],
            primaryKey: keyOf("p_pkey", "id"),
            foreignKeys: [
              foreignKeyOf({ name: "p_q", columns: ["q"], parent: "q", deferred: true }),
              foreignKeyOf({ name: "p_boss", columns: ["boss"], parent: "p", onDelete: "SET NULL" }),
            ],
          },
          {
            target: "q",
            columns: [id, { target: "p" }],
            primaryKey: keyOf("q_pkey", "id"),
            foreignKeys: [foreignKeyOf({ name: "q_p", columns: ["p"], parent: "p" })],
          },
          {
            target: "pairs",
            columns: [
              { target: "a", notNull: true },
              { target: "b", notNull: true },
            ],
            uniques: [keyOf("pairs_a_b", "a", "b")],
          },
          {
            target: "uses",
            columns: [{ target: "x" }, { target: "y" }],
            foreignKeys: [
              foreignKeyOf({ name: "uses_pair", columns: ["y", "x"], parent: "pairs", parentColumns: ["b", "a"] }),
            ],
          },
        ],
      }),
      `INSERT INTO p VALUES (1, 1, 2), (2, NULL, 1); INSERT INTO q VALUES (1, 2);
       INSERT INTO pairs VALUES (1, 2); INSERT INTO uses VALUES (1, 2), (NULL, 7)`,
    );
    expect(await loaded.finish()).toEqual({ findings: [], leftOut: [], quarantined: 0, cleaned: 0 });
    const valid = { valid: true, deferred: false };
    expect(await loaded.rows(CONSTRAINTS)).toEqual([
      { name: "p_boss", type: "f", ...valid },
      { name: "p_pkey", type: "p", ...valid },
      { name: "p_q", type: "f", valid: true, deferred: true },
      { name: "pairs_a_b", type: "u", ...valid },
      { name: "q_p", type: "f", ...valid },
      { name: "q_pkey", type: "p", ...valid },
      { name: "uses_pair", type: "f", ...valid },
    ]);
  });

  it("builds partial, descending and expression indexes, and a key onto a unique index that is no constraint", async () => {
    const loaded = await load(
      database,
      planOf({
        tables: [
          {
            target: "docs",
            columns: [id, { target: "name", type: { name: "text" } }, { target: "state" }],
            indexes: [
              indexOf({ name: "docs_id", elements: ['"id"'], unique: true }),
              indexOf({ name: "docs_name", elements: ['lower("name" COLLATE "C") DESC'], unique: true }),
              indexOf({ name: "docs_open", elements: ['"state"', '"id" DESC'], where: '"state" = 1' }),
            ],
          },
          {
            target: "links",
            columns: [{ target: "doc" }],
            foreignKeys: [foreignKeyOf({ name: "links_doc", columns: ["doc"], parent: "docs" })],
          },
        ],
      }),
      "INSERT INTO docs VALUES (1, 'A', 1), (2, 'b', 0); INSERT INTO links VALUES (2)",
    );
    expect((await loaded.finish()).findings).toEqual([]);
    const definitions = await loaded.rows<{ definition: string }>(
      `SELECT replace(pg_get_indexdef(indexrelid), '"' || current_schema() || '".', '') AS definition FROM pg_index
       WHERE indrelid = 'docs'::regclass ORDER BY 1`,
    );
    expect(definitions.map(({ definition }) => definition)).toEqual([
      "CREATE INDEX docs_open ON docs USING btree (state, id DESC) WHERE (state = 1)",
      "CREATE UNIQUE INDEX docs_id ON docs USING btree (id)",
      'CREATE UNIQUE INDEX docs_name ON docs USING btree (lower((name COLLATE "C")) DESC)',
    ]);
    await expect(loaded.rows("INSERT INTO links VALUES (3)")).rejects.toThrow("links_doc");
  });

  it("finishes hundreds of tables with keys among each other in few round trips", async () => {
    const tables = Array.from(
      { length: 300 },
      (_, i): GivenTable => ({
        target: `t${i}`,
        columns: [{ ...id, identity: { past: null } }, { target: "next" }],
        primaryKey: keyOf(`t${i}_pkey`, "id"),
        foreignKeys: [foreignKeyOf({ name: `t${i}_next`, columns: ["next"], parent: `t${(i + 1) % 300}` })],
      }),
    );
    const loaded = await load(database, planOf({ tables }));
    expect(await loaded.finish()).toMatchObject({ findings: [], leftOut: [] });
    const constraints = await loaded.rows<{ valid: boolean }>(CONSTRAINTS);
    expect(constraints).toHaveLength(600);
    expect(constraints.every(({ valid }) => valid)).toBe(true);
    const last = loaded.events.filter((event) => event.kind === "progress").at(-1);
    expect(last).toMatchObject({ step: "finish", unit: "objects", done: last?.total });
  });

  it("collects statistics of every table", async () => {
    const loaded = await load(
      database,
      planOf({ tables: [{ target: "t", columns: [id] }] }),
      "INSERT INTO t SELECT generate_series(1, 1000)",
    );
    await loaded.finish();
    expect(await loaded.rows("SELECT reltuples FROM pg_class WHERE oid = 't'::regclass")).toEqual([
      { reltuples: 1000 },
    ]);
  });
});

describe("views", () => {
  it("creates a view that reads a view, without the session's own search_path", async () => {
    const loaded = await load(
      database,
      planOf({
        tables: [{ target: "t", columns: [id] }],
        views: [
          viewOf({ target: "one", columns: ["n"], query: 'SELECT "id" FROM "t" -- a comment' }),
          viewOf({ target: "two", query: 'SELECT "n" + 1 AS m FROM "one"' }),
        ],
      }),
      "INSERT INTO t VALUES (41)",
    );
    expect((await loaded.finish()).findings).toEqual([]);
    expect(await loaded.rows("SELECT m FROM two")).toEqual([{ m: "42" }]);
  });

  it("leaves out a view that PostgreSQL refuses, and the view upon it, and keeps the others", async () => {
    const loaded = await load(
      database,
      planOf({
        tables: [{ target: "t", columns: [id] }],
        views: [
          viewOf({ target: "bad", query: "SELECT no_such_function(1) AS x" }),
          viewOf({ target: "upon", query: "SELECT x FROM bad" }),
          viewOf({ target: "good", query: "SELECT 1 AS x" }),
        ],
      }),
    );
    const outcome = await loaded.finish();
    expect(outcome.leftOut).toEqual(["bad", "upon"]);
    expect(outcome.findings.map(({ code, severity, where }) => [code, severity, where])).toEqual([
      ["VIEW_FAILED", "error", "view bad"],
      ["VIEW_FAILED", "error", "view upon"],
    ]);
    expect(await loaded.rows("SELECT x FROM good")).toEqual([{ x: 1 }]);
  });
});
