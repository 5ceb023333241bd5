import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { sampleDatabase } from "../../examples/sample/build.ts";
import { renderHelp } from "../../scripts/cli/help.ts";
import { VERBS } from "../../scripts/cli/verbs.ts";
import type { RunReport } from "../../src/report/model.ts";
import { freshDatabase } from "../support/database.ts";

const root = join(import.meta.dirname, "../..");
const directory = mkdtempSync(join(tmpdir(), "landbridge-cli-"));
afterAll(() => rmSync(directory, { recursive: true }));
const sample = sampleDatabase(directory);

const { target } = await freshDatabase();
const password = typeof target.config.password === "string" ? target.config.password : "";

/** Runs a verb as a process in a directory of its own, so that nothing of this checkout is used or left behind. */
const run = (verb: string, ...argv: readonly string[]): { code: number | null; stdout: string; stderr: string } => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "scripts", `${verb}.ts`), ...argv], {
    cwd: directory,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    env: { PATH: process.env["PATH"], ...(password === "" ? {} : { PGPASSWORD: password }) },
  });
  return { code: status, stdout, stderr };
};

describe.each(VERBS.map((verb) => [verb.name, verb] as const))("%s", (name, verb) => {
  it("shows its help, and leaves nothing behind", () => {
    const before = existsSync(join(directory, ".landbridge"));
    expect(run(name, "--help")).toEqual({ code: 0, stdout: renderHelp(verb), stderr: "" });
    expect(existsSync(join(directory, ".landbridge"))).toBe(before);
  });

  it("refuses a flag that it does not know, with exit code 2", () => {
    const { code, stdout, stderr } = run(name, "x.sqlite", "--jsom");
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("error UNKNOWN_FLAG");
    expect(stderr).toContain("--json?");
  });

  it("says that it needs an argument, with exit code 2", () => {
    const { code, stderr } = run(name);
    expect(code).toBe(2);
    expect(stderr).toContain("error ARGUMENT_MISSING");
  });
});

describe("a source that is not there", () => {
  it.each(["inspect", "plan", "migrate", "export"])("is refused by %s with exit code 4, also as JSON", (verb) => {
    const more = verb === "export" ? ["-o", "out"] : [];
    const plain = run(verb, "missing.sqlite", ...more);
    expect([plain.code, plain.stdout]).toEqual([4, ""]);
    expect(plain.stderr).toContain("error SOURCE_MISSING");
    expect(plain.stderr).not.toContain("    at ");
    const json = run(verb, "missing.sqlite", "--json", ...more);
    expect(json.code).toBe(4);
    expect(JSON.parse(json.stdout)).toMatchObject({
      status: "refused",
      exitCode: 4,
      errors: [{ code: "SOURCE_MISSING" }],
    });
  });
});

describe("the sample", () => {
  it("is inspected as text and as one JSON document", () => {
    const text = run("inspect", sample);
    expect(text.code).toBe(0);
    expect(text.stdout).toContain("Integrity     ok");
    const { code, stdout } = run("inspect", sample, "--json");
    expect(code).toBe(0);
    const document = JSON.parse(stdout) as { tables: { name: string; rows: number }[] };
    expect(document.tables.find(({ name }) => name === "book")?.rows).toBe(3000);
  });

  it("is planned twice the same, byte for byte, as data and as SQL", () => {
    expect(run("plan", sample, "-o", "one.json").code).toBe(0);
    expect(run("plan", sample, "-o", "two.json").code).toBe(0);
    const plans = ["one.json", "two.json"].map((name) => spawnSync("cat", [join(directory, name)]).stdout);
    expect(plans[0]!.equals(plans[1]!)).toBe(true);
    expect(run("plan", sample, "--sql").stdout).toContain("CREATE TABLE");
  });

  it("is only planned by a dry run: no target is needed, no report is written", () => {
    const { code, stdout, stderr } = run("migrate", sample, "--dry-run", "--json");
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ status: "planned", exitCode: 0, target: { version: null } });
  });
});

describe("files that are no database", () => {
  it.each([
    ["an empty one", "", "SOURCE_EMPTY"],
    ["a text", "hello, this is a letter and not a database at all. ".repeat(50), "SOURCE_NOT_SQLITE"],
  ])("are refused with exit code 4: %s", (_, content, expected) => {
    const path = join(directory, "odd.sqlite");
    writeFileSync(path, content);
    const { code, stderr } = run("migrate", path);
    expect(code).toBe(4);
    expect(stderr).toContain(`error ${expected}`);
  });
});

describe("a whole crossing", () => {
  it("ends proven, with one JSON document, three reports, and nothing to do the second time", () => {
    const argv = [sample, "--target", target.display, "--report-dir", "reports", "--json"];
    const first = run("migrate", ...argv);
    expect(first.code, first.stderr).toBe(0);
    const document = JSON.parse(first.stdout) as RunReport;
    expect(document).toMatchObject({ status: "done", exitCode: 0, target: { embedded: false } });
    expect(document.tables.filter(({ target }) => target !== "").every(({ proof }) => proof === "equal")).toBe(true);
    expect(document.reports.map((path) => existsSync(path))).toEqual([true, true, true]);
    if (password !== "") expect(first.stdout + first.stderr).not.toContain(password);
    const again = run("migrate", ...argv);
    expect(again.code, again.stderr).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({ status: "nothing-to-do", runId: document.runId });
    const proof = run("verify", sample, "--target", target.display, "--json");
    expect(proof.code, proof.stderr).toBe(0);
  });
});
