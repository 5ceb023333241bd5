import { describe, expect, it } from "vitest";
import { parseArguments } from "../../../scripts/cli/arguments.ts";
import { EXIT_CODES, renderHelp } from "../../../scripts/cli/help.ts";
import { settingsOf, strayDatabaseUrl } from "../../../scripts/cli/settings.ts";
import { IMPORT, MIGRATE, VERBS } from "../../../scripts/cli/verbs.ts";
import { JOB_VERBS } from "../../../scripts/cli/verbs-job.ts";
import { LandbridgeError } from "../../../src/errors.ts";

const failure = (action: () => unknown): LandbridgeError => {
  try {
    action();
  } catch (error) {
    if (error instanceof LandbridgeError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
};

const place = (environment: Record<string, string> = {}) => ({ cwd: "/srv/shop", environment });
const settings = (argv: readonly string[], environment: Record<string, string> = {}) =>
  settingsOf(MIGRATE, parseArguments(MIGRATE, argv), place(environment));

describe("flags", () => {
  it("are read by the verb's table", () => {
    const given = parseArguments(MIGRATE, ["a.sqlite", "--jobs", "3", "--table", "a,b", "--table=c", "--resume"]);
    expect(given.positionals).toEqual(["a.sqlite"]);
    expect(given.text("jobs")).toBe("3");
    expect(given.list("table")).toEqual(["a,b", "c"]);
    expect([given.flag("resume"), given.flag("dry-run")]).toEqual([true, false]);
  });

  it.each([
    ["--targt", "--target"],
    ["--dryrun", "--dry-run"],
    ["--Verbose", "--verbose"],
  ])("that do not exist end with a suggestion: %s", (wrong, right) => {
    const { code, exitCode, remedy } = failure(() => parseArguments(MIGRATE, ["a", wrong]));
    expect([code, exitCode]).toEqual(["UNKNOWN_FLAG", 2]);
    expect(remedy).toContain(`Did you mean ${right}?`);
  });

  it("that resemble nothing get no suggestion, and hidden ones are never suggested", () => {
    expect(failure(() => parseArguments(MIGRATE, ["a", "--xyzzyplugh"])).remedy).not.toContain("Did you mean");
    expect(failure(() => parseArguments(MIGRATE, ["a", "--sample-by-defualt"])).remedy).not.toContain("sample");
  });

  it.each([[["--jobs"]], [["--resume=yes"]], [["--jobs", "--resume"]]])(
    "without or with a wrong value are refused: %j",
    (argv) => {
      expect(failure(() => parseArguments(MIGRATE, ["a", ...argv])).code).toBe("FLAG_INVALID");
    },
  );

  it("do not repeat a password that came as one argument too many", () => {
    const error = failure(() => parseArguments(IMPORT, ["a", "b", "postgresql://me:secret@host/db"]));
    expect(error.message).toContain("postgresql://me:***@host/db");
  });
});

describe("settings of a verb", () => {
  it("take source and target as arguments or as flags, but not as both", () => {
    const url = "postgresql://me@db.example.org/app";
    for (const argv of [
      ["a.sqlite", url],
      ["--source", "a.sqlite", "--target", url],
      ["a.sqlite", "--target", url],
    ]) {
      const { source, target } = settings(argv);
      expect([source, target?.display]).toEqual(["/srv/shop/a.sqlite", expect.stringContaining("db.example.org")]);
    }
    expect(failure(() => settings(["a.sqlite", "--source", "b.sqlite"])).code).toBe("ARGUMENTS_UNEXPECTED");
    expect(failure(() => settings(["a.sqlite", url, "--target", url])).code).toBe("ARGUMENTS_UNEXPECTED");
  });

  it("take the target from LANDBRIDGE_TARGET, never from DATABASE_URL, and say so", () => {
    expect(settings(["a"], { LANDBRIDGE_TARGET: "postgresql://me@one/db" }).target?.display).toContain("one");
    const stray = { DATABASE_URL: "postgresql://me:secret@two/db" };
    expect(settings(["a"], stray).target).toBeNull();
    expect(strayDatabaseUrl(settings(["a"], stray), stray)).toMatch(/never taken for a target/);
    expect(strayDatabaseUrl(settings(["a"], stray), stray)).not.toContain("secret");
    expect(strayDatabaseUrl(settings(["a"]), {})).toBeNull();
  });

  it("need a source, unless there is one to fall back to", () => {
    expect(failure(() => settings([])).code).toBe("ARGUMENT_MISSING");
    const given = parseArguments(MIGRATE, []);
    expect(settingsOf(MIGRATE, given, place(), () => "sample.sqlite").source).toBe("/srv/shop/sample.sqlite");
    expect(failure(() => settingsOf(IMPORT, parseArguments(IMPORT, []), place())).message).toContain("DIR");
  });

  it("take --validate for --verify full, and codes to accept joined by commas", () => {
    expect(settings(["a", "--verify", "counts"]).verify).toBe("counts");
    expect(settings(["a", "--validate"]).verify).toBe("full");
    expect(settings(["a", "--accept", "A_CODE,B_CODE", "--accept", "C_CODE"]).config.accept).toEqual([
      "A_CODE",
      "B_CODE",
      "C_CODE",
    ]);
  });
});

describe("the help", () => {
  it.each([...VERBS, ...JOB_VERBS].map((verb) => [verb.name, verb] as const))(
    "of %s names every visible flag and exit code within 100 columns",
    (_, verb) => {
      const help = renderHelp(verb);
      for (const { name, hidden } of verb.options) expect(help.includes(`--${name} `)).toBe(!hidden);
      for (const [code, meaning] of EXIT_CODES) expect(help).toContain(`  ${code}  ${meaning}`);
      for (const line of help.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
    },
  );
});
