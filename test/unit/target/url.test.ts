import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { LandbridgeError } from "../../../src/errors.ts";
import { findPassword } from "../../../src/target/pgpass.ts";
import { parseTarget, type TargetSources } from "../../../src/target/url.ts";

const directory = mkdtempSync(join(tmpdir(), "landbridge url "));
afterAll(() => rmSync(directory, { recursive: true }));

const refusalOf = (text: string, sources?: TargetSources): LandbridgeError => {
  try {
    parseTarget(text, sources);
  } catch (error) {
    if (error instanceof LandbridgeError) return error;
    throw error;
  }
  throw new Error(`${text} was accepted`);
};

const fileWith = (name: string, text: string, mode = 0o600): string => {
  const file = join(directory, name);
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
};

describe("a target's URL", () => {
  test.each([
    ["postgres://ann:secret@db:6543/app", "postgresql://ann@db:6543/app"],
    ["postgresql://ann@db/app", "postgresql://ann@db:5432/app"],
    ["postgresql+asyncpg://ann:secret@db/app", "postgresql://ann@db:5432/app"],
    ["postgresql+psycopg://ann@db/app", "postgresql://ann@db:5432/app"],
    ["postgresql+psycopg2://ann@db/app", "postgresql://ann@db:5432/app"],
    ["POSTGRESQL://ann@db/app", "postgresql://ann@db:5432/app"],
    ["postgresql://ann@[::1]:5433/app", "postgresql://ann@[::1]:5433/app"],
    ["postgresql://b%C3%A9a@db/my%20app", "postgresql://b%C3%A9a@db:5432/my%20app"],
    ["postgresql:///app?host=/run/pg&user=ann&port=5433", "postgresql://ann@/app?host=%2Frun%2Fpg&port=5433"],
    ["postgresql://%2Frun%2Fpg/app?user=ann", "postgresql://ann@/app?host=%2Frun%2Fpg&port=5432"],
    ["postgresql://db?dbname=app&user=ann&password=secret", "postgresql://ann@db:5432/app"],
    ["postgresql://ann@db/app?sslmode=require", "postgresql://ann@db:5432/app?sslmode=require"],
    [
      "postgresql://ann@db:1/app?hostaddr=127.0.0.1&sslmode=require",
      "postgresql://ann@db:1/app?hostaddr=127.0.0.1&sslmode=require",
    ],
    ["postgresql://ann@db/app?target_session_attrs=read-write&application_name=x", "postgresql://ann@db:5432/app"],
  ])("%s is shown as %s", (text, display) => {
    expect(parseTarget(text).display).toBe(display);
  });

  test("may name an address to connect to, which is not what the certificate is asked for", () => {
    const { config } = parseTarget("postgresql://ann:x@db.example/app?hostaddr=127.0.0.1&sslmode=require");
    expect(config).toMatchObject({ host: "127.0.0.1", ssl: { servername: "db.example" } });
    expect(refusalOf("postgresql://ann@db/app?hostaddr=localhost").message).toContain("not an IP address");
  });

  test("that is shown can be read again", () => {
    const display = parseTarget("postgresql://a%40b:s@[::1]:1/x%2Fy?sslmode=require").display;
    expect(parseTarget(display)).toMatchObject({
      display,
      config: { user: "a@b", host: "::1", port: 1, database: "x/y" },
    });
  });

  test.each([
    ["p%40ss%2Fw%3Ard%25", "p@ss/w:rd%"],
    ["p@ss", "p@ss"],
    ["a:b", "a:b"],
    ["p#ss", "p#ss"],
    ["s%20p", "s p"],
  ])("carries the password %s as %s and never shows it", (written, password) => {
    const target = parseTarget(`postgresql://ann:${written}@db/app`);
    expect(target.config).toMatchObject({ user: "ann", password, host: "db", database: "app" });
    expect(target.display).toBe("postgresql://ann@db:5432/app");
  });

  test("takes what it leaves open from the environment that is passed, and nothing from the process's", () => {
    const environment = { PGHOST: "db", PGPORT: "5433", PGUSER: "ann", PGDATABASE: "app", PGPASSWORD: "secret" };
    const { config } = parseTarget("postgresql://", { environment });
    expect(config).toMatchObject({ host: "db", port: 5433, user: "ann", database: "app", password: "secret" });
    process.env["PGHOST"] = "elsewhere";
    expect(parseTarget("postgresql://ann@/app").config.host).not.toBe("elsewhere");
    delete process.env["PGHOST"];
  });

  test("gives its own password the first place after one that is passed, then PGPASSWORD, then the password file", () => {
    const passFile = fileWith("pass", "db:5432:app:ann:from file\n");
    const environment = { PGPASSWORD: "from environment", PGPASSFILE: passFile };
    expect(parseTarget("postgresql://ann:u@db/app", { environment, password: "given" }).config.password).toBe("given");
    expect(parseTarget("postgresql://ann:u@db/app", { environment }).config.password).toBe("u");
    expect(parseTarget("postgresql://ann@db/app", { environment }).config.password).toBe("from environment");
    expect(parseTarget("postgresql://ann@db/app", { environment: { PGPASSFILE: passFile } }).config.password).toBe(
      "from file",
    );
    expect(
      parseTarget("postgresql://bob@db/app", { environment: { PGPASSFILE: passFile } }).config.password,
    ).toBeUndefined();
  });

  test("refuses a password file that others may read, but only when the password is in it", () => {
    const passFile = fileWith("open", "db:5432:app:ann:x\n", 0o644);
    expect(refusalOf("postgresql://ann@db/app", { passFile })).toMatchObject({ code: "PASSFILE", exitCode: 2 });
    expect(parseTarget("postgresql://bob@db/app", { passFile }).config.password).toBeUndefined();
  });

  test("refuses a named password file that is not there", () => {
    expect(refusalOf("postgresql://ann@db/app", { passFile: join(directory, "none") }).code).toBe("PASSFILE");
  });

  test.each([
    ["sqlite:///app.db", "SQLite"],
    ["sqlite+aiosqlite:///app.db", "SQLite"],
    ["mysql://ann:hunter2@db/app", "mysql"],
    ["app.sqlite", "postgresql://"],
    ["", "postgresql://"],
    ["postgresql://ann:hunter2@db:port/app", "port"],
    ["postgresql://ann:hunter2@db:70000/app", "70000"],
    ["postgresql://ann:hunter2%zz@db/app", "%25"],
    ["postgresql://ann:hunter2@a,b/app", "several hosts"],
    ["postgresql://ann:hunter2@db/app?schema=x", "schema"],
    ["postgresql://ann:hunter2@db/app?pgbouncer=true", "pgbouncer"],
    ["postgresql://ann:hunter2@db/app?sslmode=on", "verify-full"],
    ["postgresql://ann:hunter2@db/app?connect_timeout=soon", "connect_timeout"],
    ["postgresql://ann:hunter2@db/app?sslmode=verify-ca", "sslrootcert"],
    ["postgresql://ann:hunter2@db/app?sslrootcert=system&sslmode=require", "verify-full"],
    ["postgresql://ann:hunter2@db/app?sslmode=verify-full&sslrootcert=/no/such/file", "/no/such/file"],
  ])("%s is refused as wrong usage, and no password is repeated", (text, word) => {
    const error = refusalOf(text);
    expect(error).toMatchObject({ code: "TARGET_URL", exitCode: 2 });
    expect(error.message).toContain(word);
    expect(error.message + error.remedy).not.toContain("hunter2");
  });
});

describe("sslmode", () => {
  const ca = fileWith("ca.pem", "a certificate");
  test.each([
    ["", "prefer", { rejectUnauthorized: false }],
    ["?sslmode=disable", "disable", false],
    ["?sslmode=allow", "allow", { rejectUnauthorized: false }],
    ["?sslmode=require", "require", { rejectUnauthorized: false }],
    ["?ssl=require", "require", { rejectUnauthorized: false }],
    [
      `?sslmode=require&sslrootcert=${encodeURIComponent(ca)}`,
      "verify-ca",
      { rejectUnauthorized: true, ca: ["a certificate"] },
    ],
    [
      `?sslmode=verify-ca&sslrootcert=${encodeURIComponent(ca)}`,
      "verify-ca",
      { rejectUnauthorized: true, ca: ["a certificate"] },
    ],
    [
      `?sslmode=verify-full&sslrootcert=${encodeURIComponent(ca)}`,
      "verify-full",
      { rejectUnauthorized: true, ca: ["a certificate"] },
    ],
  ])("%s means %s", (options, sslmode, ssl) => {
    const target = parseTarget(`postgresql://ann@db/app${options}`);
    expect(target.sslmode).toBe(sslmode);
    expect(target.config.ssl).toEqual(ssl);
  });

  test("with the system's authorities verifies the name too", () => {
    const target = parseTarget("postgresql://ann@db/app?sslrootcert=system");
    expect(target.sslmode).toBe("verify-full");
    expect(target.config.ssl).toMatchObject({ rejectUnauthorized: true });
  });

  test("comes from PGSSLMODE and PGSSLROOTCERT where the URL is silent", () => {
    const target = parseTarget("postgresql://ann@db/app", {
      environment: { PGSSLMODE: "verify-full", PGSSLROOTCERT: ca },
    });
    expect(target.sslmode).toBe("verify-full");
    expect(target.config.ssl).toEqual({ rejectUnauthorized: true, ca: ["a certificate"] });
  });

  test("leaves a target that can be sent to a worker thread", () => {
    const target = parseTarget(`postgresql://ann:x@db/app?sslmode=verify-ca&sslrootcert=${encodeURIComponent(ca)}`);
    expect(structuredClone(target)).toEqual(target);
  });
});

describe("a line of a password file", () => {
  const login = { host: "db", port: 5432, database: "app", user: "ann" };
  test.each([
    ["db:5432:app:ann:secret", "secret"],
    ["*:*:*:*:secret", "secret"],
    ["*:*:*:bob:no\n*:*:*:ann:yes", "yes"],
    ["# *:*:*:*:no\n*:*:*:*:yes", "yes"],
    ["db:5432:app:ann:with\\:colon\\\\", "with:colon\\"],
    ["db:5432:app:ann:", ""],
    ["db:5432:app:ann", undefined],
    ["other:5432:app:ann:no", undefined],
    ["\\*:*:*:*:no", undefined],
    ["db:5432:app:ann:windows\r\n", "windows"],
  ])("%j gives %j", (text, password) => {
    expect(findPassword(text, login)).toBe(password);
  });

  test("for localhost holds for a socket", () => {
    expect(findPassword("localhost:5432:app:ann:yes", { ...login, host: "/run/pg" })).toBe("yes");
  });
});
