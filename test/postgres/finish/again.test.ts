import { beforeAll, describe, expect, it } from "vitest";
import type { Statement } from "../../../src/plan/ddl/ddl.ts";
import { renderFinish } from "../../../src/plan/ddl/ddl.ts";
import { connect } from "../../../src/target/connect.ts";
import { type FreshDatabase, freshDatabase } from "../../support/database.ts";
import { load } from "../../support/finishing.ts";
import { foreignKeyOf, indexOf, keyOf, planOf, viewOf } from "../../support/plan.ts";

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});

const PLAN = planOf({
  tables: [
    {
      target: "p",
      columns: [{ target: "id", notNull: true, identity: { past: null } }, { target: "q" }],
      primaryKey: keyOf("p_pkey", "id"),
      uniques: [keyOf("p_q_key", "q")],
      indexes: [indexOf({ name: "p_both", elements: ['"q"', '"id"'] })],
      foreignKeys: [foreignKeyOf({ name: "p_q", columns: ["q"], parent: "q" })],
    },
    {
      target: "q",
      columns: [{ target: "id", notNull: true }, { target: "p" }],
      primaryKey: keyOf("q_pkey", "id"),
      foreignKeys: [foreignKeyOf({ name: "q_p", columns: ["p"], parent: "p" })],
    },
  ],
  views: [viewOf({ target: "v", query: "SELECT id FROM p" })],
});
const ROWS = "INSERT INTO p VALUES (1, 1), (2, 2); INSERT INTO q VALUES (1, 1), (2, NULL)";

const OBJECTS = `
  SELECT 'constraint ' || conname || ' ' || contype::text || ' ' || convalidated AS object FROM pg_constraint
  WHERE connamespace = quote_ident(current_schema())::regnamespace AND contype <> 'n'
  UNION ALL SELECT relkind::text || ' ' || relname || ' ' || coalesce(indisvalid, true) FROM pg_class LEFT JOIN pg_index ON indexrelid = oid
  WHERE relnamespace = quote_ident(current_schema())::regnamespace ORDER BY 1`;

describe("finish again", () => {
  const total = renderFinish(PLAN, "s").length;

  it.each(Array.from({ length: total + 1 }, (_, n) => n))(
    "completes a finish that was broken off after %i statements",
    async (done) => {
      const whole = await load(database, PLAN, ROWS);
      expect(await whole.finish()).toMatchObject({ findings: [], leftOut: [] });
      const expected = await whole.rows(OBJECTS);
      const part = await load(database, PLAN, ROWS);
      const statements: Statement[] = renderFinish(part.plan, part.run.loadSchema).slice(0, done);
      for (const { sql } of statements) await part.rows(sql);
      expect(await part.finish()).toMatchObject({ findings: [], leftOut: [] });
      expect(await part.rows(OBJECTS)).toEqual(expected);
    },
  );

  it("rebuilds an index that a broken-off build left invalid", async () => {
    const loaded = await load(database, PLAN, ROWS);
    await loaded.rows('CREATE INDEX "p_both" ON "p" ("id")');
    await loaded.rows("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'p_both'::regclass");
    expect(await loaded.finish()).toMatchObject({ findings: [], leftOut: [] });
    expect(
      await loaded.rows("SELECT indisvalid, indnatts FROM pg_index WHERE indexrelid = 'p_both'::regclass"),
    ).toEqual([{ indisvalid: true, indnatts: 2 }]);
  });

  it("says the same about what it cannot build when it runs again", async () => {
    const loaded = await load(database, PLAN, `${ROWS}; INSERT INTO p VALUES (3, 2)`);
    const first = await loaded.finish();
    expect(first.leftOut).toEqual(["p_q_key"]);
    expect(await loaded.finish()).toEqual(first);
  });

  it("waits for a killed run's backend that still builds the same index, and takes what it built", async () => {
    const loaded = await load(database, PLAN, ROWS);
    const ghost = await connect(database.target, "test ghost");
    await ghost.query(`SET search_path = "${loaded.run.loadSchema}"; BEGIN; CREATE INDEX p_both ON p (q, id)`);
    const finishing = loaded.finish();
    await waitFor(async () => (await loaded.rows("SELECT FROM pg_locks WHERE NOT granted")).length > 0);
    await ghost.query("COMMIT");
    await ghost.end();
    expect(await finishing).toMatchObject({ findings: [], leftOut: [] });
  });

  it("goes on when its session is terminated in the middle", async () => {
    const loaded = await load(database, PLAN, ROWS);
    const holder = await connect(database.target, "test holder");
    await holder.query(`SET search_path = "${loaded.run.loadSchema}"; BEGIN; LOCK TABLE p IN ROW EXCLUSIVE MODE`);
    const finishing = loaded.finish();
    const waiting = `SELECT pid FROM pg_stat_activity WHERE application_name = 'landbridge finish' AND wait_event_type = 'Lock'
      AND datname = current_database()`;
    await waitFor(async () => (await loaded.rows(waiting)).length > 0);
    await loaded.rows(`SELECT pg_terminate_backend(pid) FROM (${waiting}) AS w`);
    await holder.query("ROLLBACK");
    await holder.end();
    expect(await finishing).toMatchObject({ findings: [], leftOut: [] });
    expect(loaded.events.some(({ kind }) => kind === "retry")).toBe(true);
  });

  it("ends at once when the run is aborted, and a later finish completes it", async () => {
    const loaded = await load(database, PLAN, ROWS);
    const holder = await connect(database.target, "test holder");
    await holder.query(`SET search_path = "${loaded.run.loadSchema}"; BEGIN; LOCK TABLE p IN ROW EXCLUSIVE MODE`);
    const abort = new AbortController();
    const finishing = loaded.finish({ signal: abort.signal });
    const ended = expect(finishing).rejects.toThrow("stop now");
    await waitFor(async () => (await loaded.rows("SELECT FROM pg_locks WHERE NOT granted")).length > 0);
    abort.abort(new Error("stop now"));
    await ended;
    await holder.query("ROLLBACK");
    await holder.end();
    expect(await loaded.finish()).toMatchObject({ findings: [], leftOut: [] });
  });
});

describe("other sessions", () => {
  it("survives a session that adds keys between the same tables the other way round", async () => {
    const loaded = await load(database, PLAN, ROWS);
    const finishes = [loaded.finish(), loaded.finish(), loaded.finish()];
    for (const outcome of await Promise.all(finishes)) expect(outcome).toMatchObject({ findings: [], leftOut: [] });
  });

  it("tries again after a lock that did not come in time", async () => {
    const loaded = await load(database, PLAN, ROWS);
    const reader = await connect(database.target, "test reader");
    await reader.query(`SET search_path = "${loaded.run.loadSchema}"; BEGIN; SELECT * FROM p`);
    const finishing = loaded.finish();
    await waitFor(async () => loaded.events.some(({ kind }) => kind === "retry"));
    await reader.query("COMMIT");
    await reader.end();
    expect(await finishing).toMatchObject({ findings: [], leftOut: [] });
  });
});

/** Looks every few milliseconds; the test's own time limit is the end of it. */
const waitFor = async (condition: () => Promise<boolean>): Promise<void> => {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
};
