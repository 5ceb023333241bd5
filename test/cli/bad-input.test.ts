/** Bad input through the real verb: each has its code, a remedy, its exit code, one JSON document on stdout, and nothing is touched. */
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { documentOf, passwordOf, run, workingDirectory } from "../support/cli.ts";
import { freshDatabase } from "../support/database.ts";
import { killedWhile, manyRows, sqliteFile, temporaryDirectory, whileOpen } from "../support/sqlite.ts";
import { everythingIn } from "../support/untouched.ts";

const directory = workingDirectory();
chmodSync(directory, 0o777);
const { target, admin } = await freshDatabase();

interface Expected {
  readonly code: string;
  readonly exit: number;
  /** Words of message or remedy. */
  readonly says?: readonly string[];
}

/** Names, sizes and times of what lies beside a file, and its content. */
const seen = (path: string): unknown =>
  readdirSync(dirname(path))
    .sort()
    .map((name) => {
      const { size, mtimeMs, mode } = statSync(join(dirname(path), name));
      return name.endsWith("-shm") ? name : [name, size, mtimeMs, mode];
    });

/** Runs `migrate` into the database and expects this very error, with nothing touched on either side. */
const expectRefusal = async (
  argv: readonly string[],
  { code, exit, says = [] }: Expected,
  user: { readonly uid?: number } = {},
): Promise<void> => {
  const before = [await everythingIn(admin), seen(argv[0]!)];
  const ended = await run(
    directory,
    "migrate",
    [...argv, "--target", target.display, "--json"],
    passwordOf(target),
    user,
  );
  expect(ended.code, ended.stderr).toBe(exit);
  expect(documentOf(ended)).toMatchObject({
    status: exit === 1 ? "failed" : "refused",
    exitCode: exit,
    errors: [{ code, message: expect.stringMatching(/\w/), remedy: expect.stringMatching(/\w{3}/) }],
  });
  const [error] = documentOf(ended).errors;
  for (const words of says) expect(`${error!.message}\n${error!.remedy}`).toContain(words);
  expect(ended.stderr).toContain(`error ${code}: `);
  expect(ended.stderr).not.toMatch(/^ +at /m);
  expect([await everythingIn(admin), seen(argv[0]!)]).toEqual(before);
};

const fileOf = (content: Uint8Array | string, name = "app.sqlite"): string => {
  const path = join(temporaryDirectory(), name);
  writeFileSync(path, content);
  return path;
};

describe("a source", () => {
  it("that is missing", () =>
    expectRefusal([join(temporaryDirectory(), "nope.sqlite")], {
      code: "SOURCE_MISSING",
      exit: 4,
      says: ["nope.sqlite"],
    }));

  it("that is empty", () => expectRefusal([fileOf("")], { code: "SOURCE_EMPTY", exit: 4 }));

  it("that is a directory", () => {
    const path = join(temporaryDirectory(), "app.sqlite");
    mkdirSync(path);
    return expectRefusal([path], { code: "SOURCE_IS_DIRECTORY", exit: 4 });
  });

  it("that is not a database", () =>
    expectRefusal([fileOf("INSERT INTO t VALUES (1);\n".repeat(400))], { code: "SOURCE_NOT_SQLITE", exit: 4 }));

  it("that looks encrypted", () =>
    expectRefusal([fileOf(randomBytes(8192))], { code: "SOURCE_ENCRYPTED", exit: 4, says: ["sqlcipher"] }));

  it.each([0.5, 0.999])("that is cut off (%d of it is there)", (share) => {
    const whole = readFileSync(sqliteFile(manyRows(60)));
    const cut = fileOf(whole.subarray(0, Math.floor(whole.length * share)));
    return expectRefusal([cut], { code: "SOURCE_TRUNCATED", exit: 4, says: [String(whole.length)] });
  });

  it("with corrupt pages: says which tables can be read", () => {
    const path = sqliteFile(`${manyRows(60)} CREATE TABLE fine (a); INSERT INTO fine VALUES (1)`);
    const bytes = readFileSync(path);
    // A leaf page of t, far from the schema and from the last table.
    bytes.fill(0xff, 10 * 4096, 10 * 4096 + 200);
    return expectRefusal([fileOf(bytes)], {
      code: "SOURCE_CORRUPT",
      exit: 4,
      says: ["cannot be read whole: t.", "that can: fine", ".recover"],
    });
  });

  it("that a writer holds locked, after a bounded wait", async () => {
    const path = sqliteFile(manyRows(2));
    await whileOpen(path, 'db.exec("BEGIN EXCLUSIVE")');
    await expectRefusal([path, "--snapshot-timeout", "1"], {
      code: "SOURCE_LOCKED",
      exit: 4,
      says: ["--snapshot-timeout"],
    });
  });

  it("without tables", () =>
    expectRefusal([sqliteFile("PRAGMA user_version = 1")], { code: "SOURCE_NO_TABLES", exit: 4 }));

  it("with a write-ahead log in a directory that may not be written", async () => {
    const path = sqliteFile(manyRows(2));
    killedWhile(path, 'db.pragma("journal_mode = WAL");db.exec("INSERT INTO t(v) VALUES (1)")');
    rmSync(`${path}-shm`);
    chmodSync(dirname(path), 0o555);
    const nobody = process.getuid?.() === 0 ? { uid: 65_534 } : {};
    rmSync(join(directory, ".landbridge"), { recursive: true, force: true });
    await expectRefusal([path], { code: "SOURCE_HOT_WAL_READONLY", exit: 4, says: ["-wal"] }, nobody);
    rmSync(join(directory, ".landbridge"), { recursive: true, force: true });
  });

  it("that was killed in mid-transaction", () => {
    const path = sqliteFile(manyRows(50));
    killedWhile(path, 'db.pragma("cache_size = 1");db.exec("BEGIN; UPDATE t SET v = 1")');
    return expectRefusal([path], { code: "SOURCE_HOT_JOURNAL", exit: 4 });
  });

  it("that is not named, is a PostgreSQL URL, or is in memory", async () => {
    for (const [argument, code] of [
      ["", "SOURCE_NOT_NAMED"],
      ["postgresql://me@host/db", "SOURCE_IS_POSTGRES"],
      [":memory:", "SOURCE_IN_MEMORY"],
    ] as const) {
      const ended = await run(directory, "migrate", ["--source", argument, "--json"]);
      expect([ended.code, documentOf(ended).errors[0]?.code]).toEqual([2, code]);
    }
  });
});

describe("landbridge.yaml", () => {
  it.each([
    ["that is not YAML", "names: lower\ntables:\n  t: [\n", "CONFIG_INVALID", "landbridge.yaml:4:1"],
    ["with an unknown key", "names: lower\ntables:\n  t:\n    colums: {}\n", "CONFIG_INVALID", "landbridge.yaml:4:5"],
    ["with a value that is not allowed", "schema: app\nnames: camel\n", "CONFIG_INVALID", "landbridge.yaml:2:1"],
    ["with a table that is not there", "tables:\n  nope: { skip: true }\n", "CONFIG_UNKNOWN_NAME", '"nope"'],
    ["with a type that is not known", "tables:\n  t: { columns: { v: { type: textt } } }\n", "TYPE_UNKNOWN", "textt"],
    ["with a schema that is the ledger's", "schema: landbridge\n", "CONFIG_INVALID", "landbridge"],
  ])("%s is wrong usage, and the place is named", async (_, text, code, place) => {
    const path = sqliteFile(manyRows(2));
    const config = join(directory, "landbridge.yaml");
    writeFileSync(config, text);
    await expectRefusal([path, "--config", "landbridge.yaml"], { code, exit: 2, says: [place] });
  });

  it("that is not there, or is a directory, is wrong usage", async () => {
    const path = sqliteFile(manyRows(2));
    for (const name of ["nope.yaml", "."])
      await expectRefusal([path, "--config", name], { code: "CONFIG_MISSING", exit: 2 });
  });
});

describe("a stored plan", () => {
  const planned = async (): Promise<string> => {
    const path = sqliteFile(manyRows(3));
    await run(directory, "plan", [path, "-o", "plan.json"]);
    return path;
  };

  it("of another state of the file is stale", async () => {
    const path = await planned();
    const db = new Database(path);
    db.exec("INSERT INTO t(v) VALUES ('later')");
    db.close();
    await expectRefusal([path, "--plan", "plan.json"], { code: "PLAN_STALE", exit: 4, says: ["npm run plan"] });
  });

  it("that is not there, is no plan, or is for another schema, is wrong usage", async () => {
    const path = await planned();
    writeFileSync(join(directory, "no-plan.json"), "{}");
    writeFileSync(join(directory, "cut.json"), readFileSync(join(directory, "plan.json")).subarray(0, 100));
    await expectRefusal([path, "--plan", "nope.json"], { code: "PLAN_MISSING", exit: 2 });
    await expectRefusal([path, "--plan", "no-plan.json"], { code: "PLAN_INVALID", exit: 2 });
    await expectRefusal([path, "--plan", "cut.json"], { code: "PLAN_INVALID", exit: 2 });
    await expectRefusal([path, "--plan", "plan.json", "--schema", "x"], { code: "FLAG_INVALID", exit: 2 });
  });
});

describe("names", () => {
  it.each([
    ["lower", 'CREATE TABLE "É" (a); CREATE TABLE "é" (a)', "É"],
    ["snake", "CREATE TABLE t (userName TEXT, user_name TEXT)", "user_name"],
  ])("that become one under names: %s are refused, both named", (policy, sql, name) =>
    expectRefusal([sqliteFile(sql), "--names", policy], { code: "NAMES_COLLIDE", exit: 4, says: [name] }),
  );

  it("longer than 63 bytes that begin alike stay two", async () => {
    const long = "ü".repeat(40);
    const path =
      sqliteFile(`CREATE TABLE "${long}1" ("${long}a" INTEGER, "${long}b" INTEGER); CREATE TABLE "${long}2" (a);
      INSERT INTO "${long}1" VALUES (1, 2); INSERT INTO "${long}2" VALUES (3)`);
    const argv = [path, "--target", target.display, "--schema", "long", "--json"];
    const ended = await run(directory, "migrate", argv, passwordOf(target));
    expect(ended.code, ended.stderr).toBe(0);
    const names = documentOf(ended).tables.map((table) => table.target);
    expect(new Set(names).size).toBe(2);
    expect(names.every((name) => Buffer.byteLength(name) <= 63)).toBe(true);
    const { rows } = await admin.query(`SELECT * FROM long."${names[0]}"`);
    expect(Object.values(rows[0])).toEqual(["1", "2"]);
  });

  it("of more columns than PostgreSQL has room for are refused", () => {
    const columns = Array.from({ length: 1601 }, (_, i) => `c${i}`).join(", ");
    return expectRefusal([sqliteFile(`CREATE TABLE wide (${columns})`)], {
      code: "TOO_MANY_COLUMNS",
      exit: 4,
      says: ["wide", "1601"],
    });
  });
});

describe("flags", () => {
  it.each([
    [["--schema", "pg_mine"], "FLAG_INVALID"],
    [["--jobs", "0"], "FLAG_INVALID"],
    [["--verify", "most"], "FLAG_INVALID"],
    [["--into-existing", "--on-conflict", "never"], "FLAG_INVALID"],
    [["--on-conflict", "skip"], "FLAG_INVALID"],
  ])("%j are refused", async (flags, code) => {
    const path = sqliteFile(manyRows(2));
    const copy = join(dirname(path), `copy of ${basename(path)}`);
    copyFileSync(path, copy);
    await expectRefusal([copy, ...flags], { code, exit: 2 });
  });
});
