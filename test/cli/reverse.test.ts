/** `npm run reverse` as a user types it: both spellings of the addresses, what it refuses, what is left after Ctrl-C, and its exit codes. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { appSource } from "../support/app-source.ts";
import { documentOf, passwordOf, run, start, workingDirectory } from "../support/cli.ts";
import { freshDatabase } from "../support/database.ts";
import { differencesOf } from "../support/there-and-back.ts";
import { everythingIn } from "../support/untouched.ts";

const directory = workingDirectory();
const source = appSource(directory);
const { target, admin } = await freshDatabase();
const password = passwordOf(target);
const reverse = (...argv: readonly string[]) => run(directory, "reverse", argv, password);
const of = (schema: string): string[] => ["--target", target.display, "--schema", schema];

const loaded = await run(directory, "migrate", [source, ...of("app")], password);

const jsonColumns = ["REVERSE_JSON_RESPELLED"];

describe("a load", () => {
  it("comes back as the file that it was, and the target is not touched", async () => {
    expect(loaded.code, loaded.stderr).toBe(0);
    const before = await everythingIn(admin);
    const { code, stdout, stderr } = await reverse(...of("app"), "-o", "back.sqlite");
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^verify {4}took/m)]);
    expect(stdout).toContain("Done and proven");
    expect(stdout).toContain("read back from the new SQLite file and compared with PostgreSQL");
    expect(await everythingIn(admin)).toEqual(before);
    const lenient = new Map(
      documentOf(await reverse(...of("app"), "-o", "again.sqlite", "--json"))
        .findings.filter((finding) => jsonColumns.includes(finding.code))
        .map(({ where }) => [where, "json"] as const),
    );
    expect(differencesOf(source, join(directory, "back.sqlite"), { lenient })).toEqual([]);
    expect(readdirSync(directory).filter((name) => name.startsWith("back.sqlite"))).toEqual(["back.sqlite"]);
  });

  it.each([
    ["sqlite:///relative.sqlite", "relative.sqlite"],
    [`sqlite:///${directory}/absolute.sqlite`, "absolute.sqlite"],
    ["sqlite+aiosqlite:///driver.sqlite", "driver.sqlite"],
  ])("comes back with both addresses as URLs, to %s", async (file, name) => {
    const server = target.display.replace("postgresql:", "postgresql+psycopg2:");
    const argv = ["--source", server, "--target", file, "--schema", "app", "--validate", "--verbose"];
    const { code, stderr } = await reverse(...argv);
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    expect(existsSync(join(directory, name))).toBe(true);
  });

  it("has its report in three forms, which say the direction", async () => {
    const report = documentOf(await reverse(...of("app"), "-o", "reported.sqlite", "--json", "--report-dir", "said"));
    expect(report).toMatchObject({ status: "done", exitCode: 0, direction: "back" });
    expect(report.source.path).toBe(join(directory, "reported.sqlite"));
    expect(report.reports.map((path) => path.split(".").at(-1))).toEqual(["txt", "json", "html"]);
    for (const path of report.reports) expect(existsSync(path)).toBe(true);
  });
});

describe("what is there already", () => {
  it("is never written over, unless --force says so", async () => {
    const path = join(directory, "kept.sqlite");
    writeFileSync(path, "mine");
    const refused = await reverse(...of("app"), "-o", "kept.sqlite");
    expect([refused.code, refused.stderr]).toEqual([4, expect.stringContaining("OUTPUT_EXISTS")]);
    expect(readFileSync(path, "utf8")).toBe("mine");
    expect((await reverse(...of("app"), "-o", "kept.sqlite", "--force")).code).toBe(0);
    expect(new Database(path, { readonly: true }).prepare("SELECT count(*) FROM sqlite_schema").pluck().get()).not.toBe(
      0,
    );
  });

  it("is not replaced beside the log of a database that is open", async () => {
    writeFileSync(join(directory, "open.sqlite-wal"), "frames");
    const { code, stderr } = await reverse(...of("app"), "-o", "open.sqlite", "--force");
    expect([code, stderr]).toEqual([4, expect.stringContaining("OUTPUT_IN_USE")]);
    rmSync(join(directory, "open.sqlite-wal"));
  });

  it("of a run that was killed is replaced by the next", async () => {
    writeFileSync(join(directory, "half.sqlite.partial"), "half a file");
    expect((await reverse(...of("app"), "-o", "half.sqlite")).code).toBe(0);
    expect(existsSync(join(directory, "half.sqlite.partial"))).toBe(false);
  });
});

describe("a wrong request", () => {
  it.each([
    [["-o", "x.sqlite", "--target", "mysql://h/d"], 2, "TARGET_URL"],
    [["--target", target.display], 2, "ARGUMENT_MISSING"],
    [["--source", target.display, "--target", "sqlite:///x.sqlite", "-o", "y.sqlite"], 2, "ARGUMENTS_UNEXPECTED"],
    [["--source", "sqlite:///x.sqlite", "-o", "y.sqlite"], 2, "ARGUMENTS_UNEXPECTED"],
    [["-o", "x.sqlite", ...of("nothing here")], 4, "NOTHING_LOADED"],
    [["-o", "no such directory/x.sqlite", ...of("app")], 4, "OUTPUT_UNWRITABLE"],
    [["-o", "x.sqlite", "--target", "postgresql://nobody@127.0.0.1:1/none"], 1, "TARGET_UNREACHABLE"],
    [["-o", "x.sqlite", ...of("app"), "--of", "another.sqlite"], 4, "SOURCE_OF_SEVERAL"],
  ])("%j ends with exit code %i and %s, and leaves no file", async (argv, code, word) => {
    const ended = await reverse(...argv);
    expect([ended.code, ended.stderr]).toEqual([code, expect.stringContaining(`error ${word}`)]);
    expect(ended.stderr).not.toContain("    at ");
    expect(readdirSync(directory).filter((name) => /^[xy]\.sqlite/.test(name))).toEqual([]);
  });
});

describe("Ctrl-C", () => {
  it("leaves nothing under the name, and the same command goes through", async () => {
    await admin.query(
      "CREATE SCHEMA long; CREATE TABLE long.t AS SELECT i AS id, repeat('x', 200) AS v FROM generate_series(1, 400000) i",
    );
    const running = start(directory, "reverse", [...of("long"), "-o", "stopped.sqlite"], password);
    await running.saw(/^copy {6}started/m);
    running.child.kill("SIGINT");
    const { code, signal, stderr } = await running.ended;
    expect([code ?? signal, stderr]).toEqual([expect.toSatisfy((how) => how !== 0 && how !== 3), expect.any(String)]);
    expect(existsSync(join(directory, "stopped.sqlite"))).toBe(false);
    expect((await reverse(...of("long"), "-o", "stopped.sqlite")).code).toBe(0);
  });
});
