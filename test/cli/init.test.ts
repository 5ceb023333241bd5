/** `npm run init`: by flags for a person, by the environment for the stack, with a summary and a last line for both. */
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { connect } from "../../src/target/connect.ts";
import { otherDatabase } from "../../src/target/other-database.ts";
import { ROLE_PARTS, rolesOf } from "../../src/target/roles.ts";
import { type Environment, passwordOf, resultOf, run, workingDirectory } from "../support/cli.ts";
import { freshDatabase, otherUser } from "../support/database.ts";

const directory = workingDirectory();
const { target, admin } = await freshDatabase();
const made: string[] = [];
afterAll(async () => {
  for (const name of made) {
    await admin.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
    for (const part of ROLE_PARTS) await admin.query(`DROP ROLE IF EXISTS "${rolesOf(name)[part]}"`);
  }
});

const newName = (): string => {
  const name = `app_${randomBytes(4).toString("hex")}`;
  made.push(name);
  return name;
};

const init = (argv: readonly string[], environment: Environment = {}) =>
  run(directory, "init", argv, { ...passwordOf(target), ...environment });

describe("init", () => {
  it("by the environment makes what the stack asks for, and no secret shows anywhere", async () => {
    const name = newName();
    const names = rolesOf(name);
    const secret = "s3cret-of-the-application";
    const environment = {
      LANDBRIDGE_TARGET: otherDatabase(target, name).display,
      LANDBRIDGE_ROLES: JSON.stringify(names),
      LANDBRIDGE_OWNER_PASSWORD: "s3cret-of-the-owner",
      LANDBRIDGE_APPLICATION_PASSWORD: secret,
      LANDBRIDGE_ANALYST_PASSWORD: "s3cret-of-the-analyst",
      LANDBRIDGE_MONITOR_PASSWORD: "s3cret-of-the-monitor",
      LANDBRIDGE_SCHEMA: "shop",
      LANDBRIDGE_INIT_SQL: JSON.stringify([{ name: "init.sql", sql: "CREATE TABLE settings (x int)" }]),
    };
    const ended = await init([], environment);
    expect(ended.code, ended.stderr).toBe(0);
    expect(resultOf(ended)).toMatchObject({ step: "init", exitCode: 0, status: "done", report: "", rows: 0 });
    expect(resultOf(ended)["summary"]).toMatch(
      new RegExp(`^Database ${name} is made and prepared: roles ${names.owner}, ${name}, .*, 7 files run\\.$`),
    );
    const logs = join(directory, ".landbridge", "logs");
    const written = readdirSync(logs).map((file) => readFileSync(join(logs, file), "utf8"));
    expect([ended.stdout, ended.stderr, ...written].join("\n")).not.toContain("s3cret");

    const application = await connect(otherUser(otherDatabase(target, name), name, secret), "test");
    await application.query("INSERT INTO settings VALUES (1)");
    await application.end();
    const again = await init([], environment);
    expect(resultOf(again)["summary"]).toMatch(/0 files run, 7 unchanged\.$/);
  });

  it("by flags does the same, with a folder of files and a document", async () => {
    const name = newName();
    mkdirSync(join(directory, "db"));
    writeFileSync(join(directory, "db", "2-fill.sql"), "INSERT INTO one VALUES (1);");
    writeFileSync(join(directory, "db", "1-make.sql"), "CREATE TABLE one (x int);");
    writeFileSync(join(directory, "db", "notes.md"), "no SQL");
    const url = otherDatabase(target, name).display;
    const ended = await init(["--target", url, "--user", name, "--init-sql", "db", "--json"]);
    expect(ended.code, ended.stderr).toBe(0);
    expect(JSON.parse(ended.stdout)).toMatchObject({
      status: "done",
      database: name,
      madeDatabase: true,
      roles: rolesOf(name),
      schema: "public",
      applied: expect.arrayContaining(["db/1-make.sql", "db/2-fill.sql"]),
      findings: [],
      withoutPassword: ROLE_PARTS,
    });
  });

  it("says of roles that nobody gave a password that they cannot log in until they get one", async () => {
    const name = newName();
    const argv = ["--target", otherDatabase(target, name).display, "--user", name];
    const none = await init(argv);
    expect([none.code, none.stdout]).toEqual([
      0,
      expect.stringContaining(
        `No password was given for ${Object.values(rolesOf(name)).join(", ")}: a role that has none yet cannot`,
      ),
    ]);
    const passwords = Object.fromEntries(
      ROLE_PARTS.map((part) => [`LANDBRIDGE_${part.toUpperCase()}_PASSWORD`, `s3cret-of-${part}`]),
    );
    const { LANDBRIDGE_MONITOR_PASSWORD: _, ...three } = passwords;
    const one = await init(argv, three);
    expect(one.stdout).toContain(`No password was given for ${name}_monitor: `);
    expect(one.stdout).toContain("Run this again with LANDBRIDGE_MONITOR_PASSWORD in its environment");
    expect((await init(argv, passwords)).stdout).not.toContain("No password");
  });

  it("says nothing of it where the administrator is all of them, as on a server where nobody may make roles", async () => {
    const me = String(target.config.user);
    const names = { owner: me, application: me, analyst: me, monitor: me };
    const ended = await init(["--target", target.display], { LANDBRIDGE_ROLES: JSON.stringify(names) });
    expect([ended.code, ended.stdout]).toEqual([0, expect.not.stringContaining("No password")]);
  });

  it("without a user prepares extensions and makes no role", async () => {
    const before = await admin.query("SELECT count(*) FROM pg_roles");
    const ended = await init(["--target", target.display]);
    expect(ended.code, ended.stderr).toBe(0);
    expect((await admin.query("SELECT count(*) FROM pg_roles")).rows).toEqual(before.rows);
    expect((await admin.query("SELECT FROM pg_extension WHERE extname = 'pg_trgm'")).rowCount).toBe(1);
  });

  it("ends with 3 and says what could not be done by an administrator who may do little", async () => {
    const name = newName();
    const guest = await freshDatabase();
    const { role, target: asGuest } = await guest.role();
    await guest.admin.query(`GRANT CREATE ON DATABASE ${guest.name} TO ${role}`);
    const ended = await init(["--target", asGuest.display, "--user", name], passwordOf(asGuest));
    expect(ended.code, ended.stderr).toBe(3);
    expect(resultOf(ended)).toMatchObject({ exitCode: 3, status: "done-with-differences" });
    expect(ended.stdout).toContain(`not done (020-roles.sql): role ${name}_owner (owner) is not there`);
  });

  it.each<[code: string, argv: string[], environment: Environment]>([
    ["FLAG_INVALID", ["--init-sql", "none.sql"], {}],
    ["FLAG_INVALID", [], { LANDBRIDGE_ROLES: '{"owner": "me"}' }],
    ["FLAG_INVALID", [], { LANDBRIDGE_INIT_SQL: "SELECT 1" }],
    ["FLAG_INVALID", ["--user", "a".repeat(60)], {}],
    ["FLAG_INVALID", ["--schema", "pg_mine"], {}],
    ["TARGET_URL", ["--target", "mysql://me@host/db"], {}],
  ])("is told %s for %j %j, with exit code 2", async (code, argv, environment) => {
    const ended = await init(
      [...(argv.includes("--target") ? [] : ["--target", target.display]), ...argv],
      environment,
    );
    expect(ended.code, ended.stderr).toBe(2);
    expect(ended.stderr).toContain(`error ${code}: `);
    expect(resultOf(ended)).toMatchObject({ exitCode: 2, status: "refused" });
  });
});
