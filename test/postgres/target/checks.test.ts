import { afterEach, describe, expect, test } from "vitest";
import type { LandbridgeError } from "../../../src/errors.ts";
import { checkTarget } from "../../../src/target/checks.ts";
import { connect } from "../../../src/target/connect.ts";
import { installLedger } from "../../../src/target/ledger.ts";
import type { Target } from "../../../src/target/model.ts";
import { freshDatabase } from "../../support/database.ts";
import { loadByHand } from "../../support/loaded.ts";
import { columnOf, planOf, viewOf } from "../../support/plan.ts";

const database = await freshDatabase();
const ascii = await freshDatabase("ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' LOCALE_PROVIDER 'libc'");
const { admin, name } = database;

const plan = planOf({
  tables: [
    {
      target: "users",
      columns: [
        columnOf({ target: "id" }),
        columnOf({ target: "name", type: { name: "text" } }),
        columnOf({ target: "born", type: { name: "timestamptz" } }),
      ],
    },
    { target: "orders", columns: [columnOf({ target: "id" })] },
  ],
  views: [viewOf({ target: "summary", query: "SELECT 1 AS x" })],
});

const check = async (target: Target = database.target) => {
  const client = await connect(target, "check");
  try {
    return await checkTarget(client, plan, target, "my app.sqlite");
  } finally {
    await client.end();
  }
};
const refusal = async (target?: Target): Promise<LandbridgeError> => {
  try {
    await check(target);
  } catch (error) {
    expect(error).toMatchObject({ exitCode: 4 });
    return error as LandbridgeError;
  }
  throw new Error("it was accepted");
};

afterEach(async () => {
  await admin.query("DROP SCHEMA IF EXISTS app CASCADE; DROP SCHEMA IF EXISTS landbridge CASCADE");
});

describe("a target is accepted", () => {
  test("when it is empty, without a finding, and nothing is made in it", async () => {
    expect(await check()).toEqual([]);
    expect((await admin.query("SELECT FROM pg_namespace WHERE nspname IN ('app', 'landbridge')")).rowCount).toBe(0);
  });

  test("when only migration tools and extensions have rows in it", async () => {
    await admin.query(`CREATE SCHEMA app; CREATE TABLE app.alembic_version (v text); INSERT INTO app.alembic_version VALUES ('1');
      CREATE TABLE app."VersionInfo" (v int); INSERT INTO app."VersionInfo" VALUES (1);
      CREATE TABLE app."__drizzle_migrations" (v int); INSERT INTO app."__drizzle_migrations" VALUES (1)`);
    expect(await check()).toEqual([]);
  });

  test("when its rows are in other schemas, or its tables are others and empty", async () => {
    await admin.query(
      "CREATE TABLE public.theirs AS SELECT 1 AS x; CREATE SCHEMA app; CREATE TABLE app.unrelated (x int)",
    );
    expect(await check()).toEqual([]);
    await admin.query("DROP TABLE public.theirs");
  });

  test("when its tables are ours by the ledger", async () => {
    await installLedger(admin);
    await loadByHand(admin, plan, { id: "r1", planHash: "A", rows: { users: "INSERT INTO %s VALUES (1, 'a', NULL)" } });
    expect(await check()).toEqual([]);
  });

  test("with a role that has nothing but CREATE on the database", async () => {
    const { role, target } = await database.role();
    await admin.query(`GRANT CREATE ON DATABASE ${name} TO ${role}`);
    expect(await check(target)).toEqual([]);
  });
});

describe("a target is refused", () => {
  test("when its encoding is not UTF8", async () => {
    expect(await refusal(ascii.target)).toMatchObject({
      code: "TARGET_ENCODING",
      message: expect.stringContaining("SQL_ASCII"),
    });
  });

  test("when the role may not create a schema in it", async () => {
    const { role, target } = await database.role();
    expect(await refusal(target)).toMatchObject({ code: "TARGET_PRIVILEGES", message: expect.stringContaining("app") });
    await admin.query("CREATE SCHEMA app");
    expect(await refusal(target)).toMatchObject({
      code: "TARGET_PRIVILEGES",
      message: expect.stringContaining("USAGE"),
    });
    await admin.query(`GRANT ALL ON SCHEMA app TO ${role}`);
    expect(await refusal(target)).toMatchObject({
      code: "TARGET_PRIVILEGES",
      message: expect.stringContaining("ledger"),
    });
  });

  test("when somebody's rows may not even be counted", async () => {
    const { role, target } = await database.role();
    await admin.query(`GRANT CREATE ON DATABASE ${name} TO ${role};
      CREATE SCHEMA app; GRANT ALL ON SCHEMA app TO ${role}; CREATE TABLE app.secret AS SELECT 1 AS x`);
    expect((await refusal(target)).code).toBe("TARGET_PRIVILEGES");
  });

  test("when sessions are read-only", async () => {
    await admin.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    expect((await refusal()).code).toBe("TARGET_READ_ONLY");
    await admin.query(
      `SET default_transaction_read_only = off; ALTER DATABASE ${name} RESET default_transaction_read_only`,
    );
  });

  test("when it has rows that Landbridge did not put there, under whatever name", async () => {
    await admin.query("CREATE SCHEMA app; CREATE TABLE app.theirs AS SELECT 1 AS x; CREATE TABLE app.users (id int)");
    expect(await refusal()).toMatchObject({ code: "TARGET_NOT_EMPTY", message: expect.stringContaining("theirs") });
  });

  test("when a planned name belongs to a view, or a planned view's to a table", async () => {
    await admin.query("CREATE SCHEMA app; CREATE VIEW app.users AS SELECT 1 AS x; CREATE TABLE app.summary (x int)");
    expect(await refusal()).toMatchObject({
      code: "TARGET_NAME_TAKEN",
      message: expect.stringContaining("summary, users"),
    });
  });

  test("when the planned tables are there and empty, with each difference and what can be done", async () => {
    await admin.query(
      "CREATE SCHEMA app; CREATE TABLE app.users (id integer, born timestamptz, extra text); CREATE TABLE app.orders (id bigint)",
    );
    const error = await refusal();
    expect(error.code).toBe("TARGET_TABLES_EXIST");
    expect(error.message.split("\n").slice(1)).toEqual([
      "  users: id is integer where bigint is planned; name is missing; extra is not in the source",
      "  orders: the same columns and types",
    ]);
    expect(error.remedy).toContain("--schema");
    expect(error.remedy).toContain(
      `npm run migrate -- 'my app.sqlite' --target ${database.target.display} --into-existing`,
    );
  });

  test("when the disk of the embedded server cannot hold the source", async () => {
    const client = await connect(database.target, "check");
    const large = { ...plan, source: { ...plan.source, bytes: 2 ** 60 } };
    const target = { ...database.target, embedded: true };
    await expect(checkTarget(client, large, target, "app.sqlite")).rejects.toMatchObject({
      code: "TARGET_NO_SPACE",
      exitCode: 4,
    });
    await client.end();
  });
});
