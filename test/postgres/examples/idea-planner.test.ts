/** Idea Planner's move, as examples/idea-planner says it: into Landbridge's tables, into the application's, and back. */
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { crossFile } from "../../support/cross-file.ts";
import { freshDatabase } from "../../support/database.ts";
import { exampleConfig, exampleDirectory, exampleFiles, exampleText } from "../../support/example.ts";
import { application } from "../../support/into-existing.ts";
import { allowedBy, goBack, goThere } from "../../support/reverse.ts";
import { differencesOf } from "../../support/there-and-back.ts";

const SYSTEM = "idea-planner";
const config = exampleConfig(SYSTEM);
const { target, admin } = await freshDatabase();
const directory = exampleDirectory();
const files = exampleFiles("idea-planner", "seeds/idea-planner.db", directory);

const LABELS = {
  analysis_mode: "EVALUATION BUSINESS_PLAN MARKETING EXECUTION WEBSITE REPORT_1 WHY_NOW MARKET_GAP EVIDENCE".split(" "),
  analysis_status: ["QUEUED", "RUNNING", "DONE", "FAILED"],
};

const rowsOf = async (sql: string): Promise<Record<string, unknown>[]> => (await admin.query(sql)).rows;

describe.each(files)("$what", ({ path }) => {
  const schema = `planner_${files.findIndex((file) => file.path === path)}`;

  it("crosses and is proven", async () => {
    const { report, verdict } = await crossFile(path, { target, admin, schema, directory, config });
    expect(report.findings.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(report.exitCode).toBe(0);
    expect(report.tables.map(({ name, proof }) => [name, proof])).toEqual([
      ["users", "equal"],
      ["ideas", "equal"],
      ["analyses", "equal"],
    ]);
    expect(verdict?.differences).toEqual([]);
  });

  it("has the enums with all labels in order, and their defaults", async () => {
    const types = await rowsOf(
      `SELECT typname AS name, array_agg(enumlabel::text ORDER BY enumsortorder) AS labels
       FROM pg_enum JOIN pg_type t ON t.oid = enumtypid WHERE typnamespace = '${schema}'::regnamespace GROUP BY typname ORDER BY typname`,
    );
    expect(Object.fromEntries(types.map(({ name, labels }) => [name, labels]))).toEqual(LABELS);
  });

  it("takes a new user, idea and analysis, and goes on behind the last key", async () => {
    await admin.query(`SET search_path = ${schema}`);
    const [before] = await rowsOf("SELECT max(id) AS id FROM users");
    await admin.query("INSERT INTO users (telegram_id) VALUES ('new')");
    const [user] = await rowsOf("SELECT id, uuid FROM users WHERE telegram_id = 'new'");
    expect(BigInt(String(user!["id"]))).toBeGreaterThan(BigInt(String(before!["id"])));
    expect(user!["uuid"]).toMatch(/^[0-9a-f-]{36}$/);
    const [idea] = await rowsOf(
      `INSERT INTO ideas (user_id, text) VALUES (${String(user!["id"])}, 'a bakery') RETURNING id, mode`,
    );
    expect(idea!["mode"]).toBe("EVALUATION");
    const [analysis] = await rowsOf(
      `INSERT INTO analyses (idea_id, user_id) VALUES (${String(idea!["id"])}, ${String(user!["id"])}) RETURNING status`,
    );
    expect(analysis!["status"]).toBe("QUEUED");
    await expect(admin.query("UPDATE analyses SET status = 'LOST'")).rejects.toThrow(/invalid input value for enum/);
  });

  it("gives each user a uuid of its own", async () => {
    expect(await rowsOf(`SELECT count(*) = count(DISTINCT uuid) AS distinct FROM ${schema}.users`)).toEqual([
      { distinct: true },
    ]);
  });

  it("keeps every script", async () => {
    const [found] = await rowsOf(`SELECT count(*) > 0 AS any FROM ${schema}.users WHERE first_name ~ '[^ -~]'`);
    expect(found).toEqual({ any: true });
  });

  it("has the indexes of the plan", async () => {
    const indexes = await rowsOf(`SELECT indexname AS name FROM pg_indexes WHERE schemaname = '${schema}'`);
    expect(indexes.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        "idx_ideas_user_id",
        "idx_analyses_status",
        "idx_analyses_user_id",
        "ix_users_telegram_id",
      ]),
    );
  });
});

describe.each(files)("into the tables that the application made: $what", ({ path }) => {
  it("crosses and is proven, and each row has its uuid", async () => {
    const app = await application({
      ...{ target, admin, source: path, config },
      tables: exampleText(SYSTEM, "application.sql"),
    });
    const report = await app.load();
    expect(report.findings.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(report.exitCode).toBe(0);
    expect(report.tables.every(({ proof }) => proof === "equal")).toBe(true);
    expect(await app.rows("SELECT count(*) = count(DISTINCT uuid) AS distinct FROM users")).toEqual([
      { distinct: true },
    ]);
    await app.rows("INSERT INTO users (telegram_id) VALUES ('new')");
  });
});

it("comes back as it was, each user with the uuid that was added", async () => {
  const { path } = files[0]!;
  const place = { target, schema: "planner_back", directory };
  expect((await goThere(path, config, place)).exitCode).toBe(0);
  const output = join(directory, "bot-back.db");
  const report = await goBack(output, place);
  expect(report.exitCode).toBe(0);
  const differences = differencesOf(path, output, allowedBy(report, config));
  expect(differences.map((text) => text.slice(0, 30))).toEqual([
    expect.stringMatching(/^not there again: table users/),
    expect.stringMatching(/^was not there: table users/),
  ]);
  const back = new Database(output, { readonly: true });
  expect(back.prepare("SELECT count(DISTINCT uuid) AS uuids, count(*) AS users FROM users").get()).toEqual({
    uuids: 400,
    users: 400,
  });
  back.close();
});
