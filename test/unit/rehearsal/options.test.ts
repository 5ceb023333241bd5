import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseArguments } from "../../../scripts/cli/arguments.ts";
import type { VerbRun } from "../../../scripts/cli/exit.ts";
import { countAnswers } from "../../../scripts/rehearse/application.ts";
import { rehearseOptions, sqlQueries } from "../../../scripts/rehearse/options.ts";
import { REHEARSE } from "../../../scripts/rehearse/verb.ts";
import { parseConfig } from "../../../src/plan/config.ts";
import { sqliteFile, temporaryDirectory } from "../../support/sqlite.ts";

const options = (cwd: string, ...argv: readonly string[]) =>
  rehearseOptions({ given: parseArguments(REHEARSE, argv), cwd, environment: {} } as unknown as VerbRun);

const TABLE = "CREATE TABLE t (id INTEGER PRIMARY KEY);";

describe("the backup that is rehearsed with", () => {
  const backups = (): string => {
    const directory = temporaryDirectory();
    for (const [name, day] of [
      ["monday.db", 1],
      ["tuesday.backup", 2],
      ["sunday.sqlite", 0],
    ] as const) {
      sqliteFile(TABLE, { name, directory });
      utimesSync(join(directory, name), day, day);
    }
    // Newer than every backup, and none.
    writeFileSync(join(directory, "notes.txt"), "SQLite format 4");
    mkdirSync(join(directory, "later.db"));
    return directory;
  };

  it("is the one that is named", async () => {
    const cwd = backups();
    expect((await options(cwd, "--source", "monday.db")).settings.source).toBe(join(cwd, "monday.db"));
  });

  it("is the newest SQLite file of a directory or of a pattern", async () => {
    const cwd = backups();
    expect((await options(cwd, "--source", ".")).settings.source).toBe(join(cwd, "tuesday.backup"));
    expect((await options("/", "--source", cwd)).settings.source).toBe(join(cwd, "tuesday.backup"));
    expect((await options(cwd, "--source", "*.{db,sqlite}")).settings.source).toBe(join(cwd, "monday.db"));
  });

  it("is refused where there is none", async () => {
    await expect(options(temporaryDirectory(), "--source", ".")).rejects.toMatchObject({
      code: "BACKUP_MISSING",
      exitCode: 4,
    });
    await expect(options("/")).rejects.toMatchObject({ code: "ARGUMENT_MISSING", exitCode: 2 });
  });
});

describe("flags of a rehearsal", () => {
  const file = (): readonly [string, string] => {
    const directory = temporaryDirectory();
    return [directory, sqliteFile(TABLE, { directory })];
  };

  it.each([
    ["--seconds", "0"],
    ["--seconds", "soon"],
    ["--writers", "2.5"],
    ["--target", "aws"],
    ["--probe", "localhost:8000"],
    ["--production-bytes", "big"],
    ["--queries", "missing.sql"],
    ["--set", "image"],
    ["--set", "password=correct-horse-battery"],
  ])("refuse %s %s", async (flag, value) => {
    const [cwd, source] = file();
    await expect(options(cwd, "--source", source, flag, value)).rejects.toMatchObject({
      code: "FLAG_INVALID",
      exitCode: 2,
    });
  });

  it.each([
    ["80GB", 80 * 2 ** 30],
    ["1.5 MiB", 1.5 * 2 ** 20],
    ["123456", 123_456],
    ["3x", 3 * 1000],
  ])("take %s for production's size", async (text, bytes) => {
    const [cwd, source] = file();
    const { productionBytes } = await options(cwd, "--source", source, "--production-bytes", text);
    expect(productionBytes(1000)).toBe(bytes);
  });

  it("take the stack's configuration by key and value", async () => {
    const [cwd, source] = file();
    const { stackConfig } = await options(
      cwd,
      "--source",
      source,
      "--set",
      "image=postgres:17",
      "--set",
      "initSql=a=b",
    );
    expect(stackConfig).toEqual({ image: "postgres:17", initSql: "a=b" });
  });

  it("take load, queries and thresholds from landbridge.yaml, and let flags win", async () => {
    const [cwd, source] = file();
    writeFileSync(
      join(cwd, "landbridge.yaml"),
      "rehearsal:\n  seconds: 5\n  writers: 7\n  thresholds: { slowerPercent: 20 }\n  queries:\n    - { name: a, sql: select 1 }\n",
    );
    writeFileSync(join(cwd, "more.yaml"), "- name: b\n  sqlite: select 2\n  postgres: select 3\n");
    const given = await options(
      cwd,
      "--source",
      source,
      "--config",
      "landbridge.yaml",
      "--queries",
      "more.yaml",
      "--writers",
      "9",
    );
    expect(given).toMatchObject({ seconds: 5, writers: 9, readers: 25 });
    expect(given.thresholds).toEqual({
      rowMismatchPercent: 1,
      errorPercent: 1,
      slowerPercent: 20,
      slowerMilliseconds: 1,
    });
    expect(given.queries).toEqual([
      { name: "a", sqlite: "select 1", postgres: "select 1" },
      { name: "b", sqlite: "select 2", postgres: "select 3" },
    ]);
  });

  it("refuse a query that has no text for one side, and an unknown key with a suggestion", () => {
    const parse = (text: string) => () => parseConfig(`rehearsal:\n  ${text}\n`, "landbridge.yaml");
    expect(parse("queries: [{ name: a, sqlite: select 1 }]")).toThrow(/both sqlite and postgres/);
    expect(parse("queries: [{ name: a, sql: x, sqlite: y, postgres: z }]")).toThrow(/both sqlite and postgres/);
    expect(parse("thresholds: { slowerPercnt: 1 }")).toThrow(/unknown key "slowerPercnt"/);
  });
});

describe("a .sql file of queries", () => {
  it("is cut at semicolons that end a line, and named by comments", () => {
    const queries = sqlQueries("-- name: first\nSELECT ';' AS a,\n  2;\n\n-- a note\nSELECT 3 -- three\n;\n");
    expect(queries).toEqual([
      { name: "first", sqlite: "SELECT ';' AS a,\n  2", postgres: "SELECT ';' AS a,\n  2" },
      { name: "query 2", sqlite: "SELECT 3 -- three", postgres: "SELECT 3 -- three" },
    ]);
  });
});

describe("answers of a health check", () => {
  it.each([
    ["a start, service, and an end", [false, false, true, true, false], { asked: 5, healthy: 2, failed: 0 }],
    ["a failure in between", [true, false, true], { asked: 3, healthy: 2, failed: 1 }],
    ["never healthy", [false, false], { asked: 2, healthy: 0, failed: 2 }],
    ["never asked", [], { asked: 0, healthy: 0, failed: 0 }],
  ])("count %s", (_, answers, counts) => {
    expect(countAnswers(answers)).toEqual(counts);
  });
});
