/** The file for the application, read back by those who read such files: a shell, Python, Node. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { quoted } from "../../infra/environment-file/quoting.ts";
import { encoded } from "../../infra/environment-file/urls.ts";
import { type EnvironmentFile, environmentFile } from "../../infra/environment-file.ts";
import { poolSettings } from "../../infra/pool.ts";

const directory = mkdtempSync(join(tmpdir(), "landbridge-environment-file-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const input = (changes: Partial<EnvironmentFile> = {}): EnvironmentFile => ({
  stack: "dev",
  host: "127.0.0.1",
  port: 5432,
  database: "app",
  user: "app",
  credential: { password: "nothing-special-at-all" },
  sslmode: "prefer",
  schema: "public",
  pool: poolSettings({
    cores: 2,
    instances: 2,
    preset: "10/20",
    maxConnections: 100,
    reserved: 3,
    applicationName: "app",
  }),
  ...changes,
});

const HOSTILE = [
  "plain-and-long-enough",
  "it's",
  'say "hello"',
  `both ' and "`,
  `$HOME and $(id) and $${"{HOME}"}`,
  "`id`",
  "it's `id`",
  "back\\slash\\",
  "\\'; rm -rf / #",
  "a#b # c",
  "a=b&c=d?e/f:g@h[i]",
  "100% %41 +",
  "tab\tline\nbreak",
  "~root",
  "!! history !it's",
  "naïve Пароль 密码 🔑",
  " spaces around ",
  "*?[a-z]",
  "{a,b};|<>&",
];

/** Each variable of a file as a shell has it after `set -a; . file`, from the environment of a child. */
const byShell = (text: string): Record<string, string> => {
  const file = join(directory, ".env");
  writeFileSync(file, text);
  const listed = execFileSync("bash", ["-c", 'set -eua; . "$1"; set +a; env -0', "bash", file], {
    encoding: "utf8",
    env: { PATH: process.env["PATH"] ?? "", HOME: "/home/somebody" },
  });
  return Object.fromEntries(
    listed
      .split("\0")
      .filter((line) => line !== "")
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
};

const PYTHON = (() => {
  const found = spawnSync("python3", ["-c", "import dotenv"], { encoding: "utf8" });
  return { there: found.error === undefined, dotenv: found.status === 0 };
})();
const withPython = PYTHON.there ? it : it.skip;
const withDotenv = PYTHON.dotenv ? it : it.skip;
if (!PYTHON.there) console.log("skipped: the URLs as Python reads them, for there is no python3");
if (!PYTHON.dotenv) console.log("skipped: the file as python-dotenv reads it, for it is not installed");

/** Runs a program that reads JSON from its input and prints JSON. */
const python = (program: string, given: unknown): unknown =>
  JSON.parse(execFileSync("python3", ["-c", program], { input: JSON.stringify(given), encoding: "utf8" })) as unknown;

const URLS = ["DATABASE_URL", "SQLALCHEMY_DATABASE_URL", "ASYNC_DATABASE_URL", "PRISMA_DATABASE_URL"] as const;

const nodeReads = (url: string) => {
  const { username, password, hostname, port, pathname, searchParams } = new URL(url);
  return {
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    host: hostname,
    port,
    database: decodeURIComponent(pathname.slice(1)),
    options: Object.fromEntries(searchParams),
  };
};

describe("a hostile password", () => {
  it.each(HOSTILE)("%j: a shell and Node read the same file, and every URL holds it", (password) => {
    const text = environmentFile(input({ credential: { password } }));
    const parsed = parseEnv(text);
    const sourced = byShell(text);
    for (const [name, value] of Object.entries(parsed)) expect([name, sourced[name]]).toEqual([name, value]);
    for (const name of URLS) expect([name, nodeReads(parsed[name] as string).password]).toEqual([name, password]);
    // Left out, or right: never something else.
    for (const name of ["PGPASSWORD", "POSTGRES_PASSWORD"]) expect([undefined, password]).toContain(parsed[name]);
    if (parsed["PGPASSWORD"] === undefined) expect(text).toMatch(/^# PGPASSWORD is left out/m);
  });

  withPython("Python's urllib finds it in every URL", () => {
    const urls = HOSTILE.flatMap((password) => {
      const parsed = parseEnv(environmentFile(input({ credential: { password } })));
      return URLS.map((name) => ({ password, url: parsed[name] }));
    });
    const program = `
import json, sys
from urllib.parse import unquote, urlsplit
print(json.dumps([{"password": unquote(urlsplit(each["url"]).password), "url": each["url"]} for each in json.load(sys.stdin)]))`;
    expect(python(program, urls)).toEqual(urls);
  });

  withDotenv("python-dotenv reads the file as Node does, without expanding anything", () => {
    const files = HOSTILE.map((password) => environmentFile(input({ credential: { password } })));
    const program = `
import io, json, os, sys
from dotenv import dotenv_values
os.environ["HOME"] = "/home/somebody"
print(json.dumps([dotenv_values(stream=io.StringIO(text)) for text in json.load(sys.stdin)]))`;
    expect(python(program, files)).toEqual(files.map((text) => ({ ...parseEnv(text) })));
  });

  it("is refused where PostgreSQL could not have it", () => {
    for (const password of ["nul\0", "half \ud83d"])
      expect(() => environmentFile(input({ credential: { password } }))).toThrow(/password: it has a character/);
  });
});

it.each([
  ["plain:/@%+,=-_.", "plain:/@%+,=-_."],
  ["two words", "'two words'"],
  ["it's", `"it's"`],
  ["a&b", "'a&b'"],
  ["~root", "'~root'"],
  // Expanded by python-dotenv and by npm's dotenv-expand, in single quotes too.
  ["$HOME", null],
  // An escape in some quotes of some readers.
  ["back\\slash", null],
  ["two\nlines", null],
  [`it's "all"`, null],
  ["it's `id`", null],
  ["it's!", null],
])("%j is written as %j", (value, written) => {
  expect(quoted(value)).toBe(written);
});

it("whatever is written, a shell and Node read it as it was", () => {
  const texts = fc.array(fc.string({ unit: "grapheme" }), { minLength: 30, maxLength: 30 });
  fc.assert(
    fc.property(texts, (values) => {
      const written = values
        .map((value, at) => [`NAME_${at}`, value, quoted(value)] as const)
        .filter(([, , text]) => text !== null);
      const file = written.map(([name, , text]) => `${name}=${text}\n`).join("");
      const expected = Object.fromEntries(written.map(([name, value]) => [name, value]));
      expect({ ...parseEnv(file) }).toEqual(expected);
      expect(byShell(file)).toMatchObject(expected);
    }),
    { numRuns: 30 },
  );
});

it("an encoded part of a URL has only characters that need no quotes and no expansion, and decodes to itself", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      fc.pre(text.isWellFormed());
      expect(encoded(text)).toMatch(/^[A-Za-z0-9_.%-]*$/);
      expect(decodeURIComponent(encoded(text))).toBe(text);
    }),
  );
});

describe("the forms of the address", () => {
  const parsed = parseEnv(
    environmentFile(input({ host: "::1", sslmode: "verify-full", rootCertificate: "/etc/ssl/ca of us.pem" })),
  );

  it("SQLAlchemy has the driver in the scheme; asyncpg gets none of libpq's options, which it would refuse", () => {
    expect(parsed["SQLALCHEMY_DATABASE_URL"]).toBe(
      "postgresql+psycopg://app:nothing-special-at-all@[::1]:5432/app?connect_timeout=10&application_name=app&sslmode=verify-full&sslrootcert=%2Fetc%2Fssl%2Fca%20of%20us.pem",
    );
    expect(parsed["ASYNC_DATABASE_URL"]).toBe(
      "postgresql+asyncpg://app:nothing-special-at-all@[::1]:5432/app?ssl=verify-full",
    );
    expect(parsed["PGSSLROOTCERT"]).toBe("/etc/ssl/ca of us.pem");
  });

  it("Prisma gets the pool, the schema and its own words for TLS", () => {
    expect(nodeReads(parsed["PRISMA_DATABASE_URL"] as string).options).toEqual({
      schema: "public",
      connection_limit: "30",
      pool_timeout: "30",
      connect_timeout: "10",
      sslmode: "require",
      sslaccept: "strict",
      sslcert: "/etc/ssl/ca of us.pem",
    });
  });

  it("libpq and node-postgres have their variables", () => {
    expect(parsed).toMatchObject({
      PGHOST: "::1",
      PGPORT: "5432",
      PGDATABASE: "app",
      PGUSER: "app",
      PGPASSWORD: "nothing-special-at-all",
      PGSSLMODE: "verify-full",
      PGAPPNAME: "app",
      PGCONNECT_TIMEOUT: "10",
    });
  });

  it("the pool is there by the names that applications read", () => {
    expect(parsed).toMatchObject({
      POSTGRES_POOL_SIZE: "10",
      POSTGRES_MAX_OVERFLOW: "20",
      POSTGRES_POOL_TIMEOUT: "30",
      POSTGRES_POOL_RECYCLE: "3600",
      POSTGRES_POOL_PRE_PING: "true",
      POSTGRES_POOL_MAX: "30",
      POSTGRES_STATEMENT_TIMEOUT: "30000",
    });
  });

  it("without required encryption no URL speaks of it, so that postgresql:// can be made postgresql+asyncpg://", () => {
    for (const sslmode of ["disable", "prefer"] as const) {
      const file = parseEnv(environmentFile(input({ sslmode })));
      expect(file["DATABASE_URL"]).toBe("postgresql://app:nothing-special-at-all@127.0.0.1:5432/app");
      expect(file["ASYNC_DATABASE_URL"]).not.toContain("?");
      // node-postgres would take "prefer" for "require".
      expect(file["PGSSLMODE"]).toBe(sslmode === "disable" ? "disable" : undefined);
    }
  });
});

describe("behind PgBouncer", () => {
  const pooler = { host: "127.0.0.1", port: 6432, sslmode: "disable" as const };
  const text = (followsPreparedStatements: boolean) =>
    environmentFile(input({ sslmode: "require", pooler: { ...pooler, followsPreparedStatements } }));

  it("the application goes there, and migrations to the server itself", () => {
    const file = parseEnv(text(true));
    expect(file["PGPORT"]).toBe("6432");
    expect(file["DATABASE_URL"]).toBe("postgresql://app:nothing-special-at-all@127.0.0.1:6432/app");
    expect(file["DIRECT_DATABASE_URL"]).toBe(
      "postgresql://app:nothing-special-at-all@127.0.0.1:5432/app?sslmode=require",
    );
  });

  it("asyncpg keeps no statements; Prisma is told only of one that does not follow them", () => {
    expect(parseEnv(text(true))["ASYNC_DATABASE_URL"]).toContain("?prepared_statement_cache_size=0");
    expect(parseEnv(text(true))["POSTGRES_STATEMENT_CACHE_SIZE"]).toBe("0");
    expect(text(true)).toContain("prepared_statement_name_func");
    expect(parseEnv(text(true))["PRISMA_DATABASE_URL"]).not.toContain("pgbouncer");
    expect(parseEnv(text(false))["PRISMA_DATABASE_URL"]).toContain("&pgbouncer=true");
  });
});

describe("with the password in AWS Secrets Manager", () => {
  const secretArn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:prod/app-AbCdEf";
  const text = environmentFile(input({ stack: "prod", credential: { secretArn }, sslmode: "verify-full" }));

  it("the file has no password, and the command that fetches it", () => {
    const parsed = parseEnv(text);
    expect(Object.keys(parsed).filter((name) => /PASSWORD$/.test(name))).toEqual([]);
    for (const name of URLS) expect(nodeReads(parsed[name] as string)).toMatchObject({ user: "app", password: "" });
    expect(parsed["POSTGRES_PASSWORD_SECRET_ARN"]).toBe(secretArn);
    expect(text).toContain(`--region 'eu-central-1' --secret-id '${secretArn}'`);
  });

  it("that command is one that a shell can run", () => {
    const command = /^# {3}(export PGPASSWORD=.*)$/m.exec(text)?.[1] ?? "";
    const stubs = `aws() { printf '{"username":"app","password":"from %s"}' "$6"; }; jq() { sed 's/.*"password":"\\(.*\\)".*/\\1/'; }`;
    const fetched = execFileSync("bash", ["-euc", `${stubs}; ${command}; printf %s "$PGPASSWORD"`], {
      encoding: "utf8",
    });
    expect(fetched).toBe(`from ${secretArn}`);
  });
});

it("a name cannot break out of its comment or its line", () => {
  const text = environmentFile(
    input({ stack: "dev\nevil() { :; }; touch /tmp/x", database: "app\nEVIL=1", user: "a b" }),
  );
  expect(Object.keys(parseEnv(text))).not.toContain("EVIL");
  expect(text).not.toMatch(/^evil/m);
  expect(nodeReads(parseEnv(text)["DATABASE_URL"] as string)).toMatchObject({ database: "app\nEVIL=1", user: "a b" });
});

it(".env.example is such a file", () => {
  const example = environmentFile({
    ...input({ stack: "example", credential: { password: "change-me" } }),
    pool: poolSettings({
      cores: 2,
      instances: 1,
      preset: "20/40",
      maxConnections: 100,
      reserved: 3,
      applicationName: "app",
    }),
  });
  expect(readFileSync(new URL("../../.env.example", import.meta.url), "utf8")).toBe(example);
});
