import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const script = join(import.meta.dirname, "../../support/verb.ts");
const directory = mkdtempSync(join(tmpdir(), "landbridge-verb-"));
afterAll(() => rmSync(directory, { recursive: true }));

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

const run = (argv: readonly string[], during?: (child: ChildProcess, stderr: string) => void): Promise<Ended> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [script, ...argv], { cwd: directory });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk;
    });
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk;
      during?.(child, stderr);
    });
    child.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });

describe("a verb", () => {
  it("prints its result on stdout, the rest on stderr, and ends with the outcome's exit code", async () => {
    const { code, stdout, stderr } = await run(["work"]);
    expect([code, stdout]).toEqual([3, "twelve rows\n"]);
    expect(stderr).toBe("copy      started\nto postgresql://me:***@host/db\ncopy      took 1.00 s\n");
  });

  it("prints one JSON document and nothing else on stdout under --json", async () => {
    expect((await run(["work", "--json"])).stdout).toBe('{\n  "rows": 12\n}\n');
  });

  it("says an error with code and remedy, without stack and password", async () => {
    const { code, stdout, stderr } = await run(["refuse"]);
    expect([code, stdout]).toEqual([4, ""]);
    expect(stderr).toContain(
      "error TRY_REFUSED: no password s3cret in postgresql://me:***@host/db\n  line one\n  line two\n",
    );
    expect(stderr).not.toContain("    at ");
  });

  it("makes an error a JSON document under --json", async () => {
    const { stdout } = await run(["refuse", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ status: "refused", exitCode: 4, errors: [{ code: "TRY_REFUSED" }] });
  });

  it("says a defect in short and keeps its stack in the log", async () => {
    const { code, stderr } = await run(["defect"]);
    expect(code).toBe(1);
    expect(stderr).toContain("error UNEXPECTED: undefined is not a crossing\n");
    expect(stderr).not.toContain("    at ");
    const path = /details are in (\S+\.ndjson)/.exec(stderr)?.[1] ?? "";
    expect(readFileSync(path, "utf8")).toContain("    at ");
    for (const name of readdirSync(join(directory, ".landbridge", "logs")))
      expect(readFileSync(join(directory, ".landbridge", "logs", name), "utf8")).not.toContain("me:s3cret@");
  });

  it("refuses an unknown flag with exit code 2, and shows its help with 0", async () => {
    const wrong = await run(["work", "--jsn"]);
    expect([wrong.code, wrong.stdout]).toEqual([2, ""]);
    expect(wrong.stderr).toContain("Did you mean --json?");
    const help = await run(["--help"]);
    expect([help.code, help.stderr]).toEqual([0, ""]);
    expect(help.stdout).toContain("npm run try -- WHAT [options]");
  });

  it("stops cleanly at the first Ctrl-C and says how to go on", async () => {
    let sent = false;
    const { code, stderr } = await run(["wait"], (child, text) => {
      if (text.includes("waiting") && !sent) sent = child.kill("SIGINT");
    });
    expect(code).toBe(1);
    expect(stderr).toContain("stopping cleanly");
    expect(stderr).toContain("error INTERRUPTED");
    expect(stderr).toContain("the same command");
  });

  it("ends at once at the second", async () => {
    let sent = 0;
    const { signal } = await run(["hang"], (child, text) => {
      if (sent === 0 && text.includes("waiting")) sent += Number(child.kill("SIGINT"));
      else if (sent === 1 && text.includes("stopping cleanly")) sent += Number(child.kill("SIGINT"));
    });
    expect(signal).toBe("SIGINT");
  });
});
