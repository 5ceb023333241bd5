import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Properties } from "../../infra/dynamic.ts";
import { keyOf, provider } from "../../infra/job/execute.ts";
import { run } from "../../infra/job/process.ts";

/** A project whose job is what a test says. */
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "landbridge-job-"));
  mkdirSync(join(root, "scripts"));
  vi.spyOn(console, "log").mockImplementation(() => undefined);
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});
const script = (text: string, name = "job") => writeFileSync(join(root, "scripts", `${name}.ts`), text);
const result = (fields: object) => `console.log("LANDBRIDGE_RESULT " + ${JSON.stringify(JSON.stringify(fields))});`;

const request = (fields: object = {}) => ({
  step: "copy" as const,
  environment: {},
  secrets: {},
  timeoutSeconds: 60,
  key: "k",
  place: {},
  root,
  ...fields,
});
const inputs = (fields: object = {}): Properties => ({
  ...request(),
  runner: "process",
  strict: false,
  triggers: { snapshot: "ab12" },
  ...fields,
});

describe("a step as a process", () => {
  it("runs in the project, tells its log line by line, and ends with its result", async () => {
    script(
      `console.log("one"); console.error("two", process.cwd()); ${result({ summary: "42 rows", report: "r.html" })}`,
    );
    const lines: string[] = [];
    const outcome = await run(request(), (line) => lines.push(line));
    expect(lines.sort()).toEqual(["one", `two ${root}`]);
    expect(outcome).toMatchObject({ exitCode: 0, summary: "42 rows", report: "r.html" });
  });

  it("runs init by init's script", async () => {
    script(result({ summary: "roles" }), "init");
    expect(await run(request({ step: "init" }), () => undefined)).toMatchObject({ exitCode: 0, summary: "roles" });
  });

  it("sees its own environment and secrets, and nothing of the user's that would lead it elsewhere", async () => {
    vi.stubEnv("PGHOST", "elsewhere");
    vi.stubEnv("DATABASE_URL", "postgresql://elsewhere");
    vi.stubEnv("PULUMI_CONFIG_PASSPHRASE", "passphrase");
    vi.stubEnv("NODE_OPTIONS", "");
    script("console.log(JSON.stringify(process.env));");
    const lines: string[] = [];
    const given = { environment: { LANDBRIDGE_TARGET: "t" }, secrets: { PGPASSWORD: "multi\nline" } };
    await run(request(given), (line) => lines.push(line));
    const seen = JSON.parse(lines[0]!) as Record<string, string>;
    expect(seen).toMatchObject({ LANDBRIDGE_TARGET: "t", PGPASSWORD: "multi\nline", PATH: process.env["PATH"] });
    expect(seen).not.toHaveProperty("PGHOST");
    expect(seen).not.toHaveProperty("DATABASE_URL");
    expect(seen).not.toHaveProperty("PULUMI_CONFIG_PASSPHRASE");
  });

  it("waits for the one that an interrupted update has left at work", async () => {
    const [order, goOn] = [join(root, "order"), join(root, "go-on")];
    script(`const { appendFileSync, existsSync } = await import("node:fs");
      while (process.env.FIRST && !existsSync(${JSON.stringify(goOn)})) await new Promise((resolve) => setTimeout(resolve, 20));
      appendFileSync(${JSON.stringify(order)}, process.env.FIRST ? "first " : "second");`);
    const first = run(request({ environment: { FIRST: "yes" } }), () => undefined);
    await vi.waitFor(() => readFileSync(join(root, ".landbridge", "jobs", "k.pid")), 5000);
    const lines: string[] = [];
    await run(request(), (line) => {
      lines.push(line);
      writeFileSync(goOn, "");
    });
    writeFileSync(goOn, "");
    await first;
    expect(lines).toEqual([expect.stringMatching(/^Process \d+ of an interrupted update is at work/)]);
    expect(readFileSync(order, "utf8")).toBe("first second");
  });

  it("does not wait for whatever bears an old one's number", async () => {
    mkdirSync(join(root, ".landbridge", "jobs"), { recursive: true });
    writeFileSync(join(root, ".landbridge", "jobs", "k.pid"), String(process.pid));
    script(result({ summary: "at once" }));
    expect(await run(request(), () => undefined)).toMatchObject({ summary: "at once" });
  });

  it("is ended when its time is up", async () => {
    script("setInterval(() => {}, 1000);");
    await expect(run(request({ timeoutSeconds: 0.5 }), () => undefined)).rejects.toMatchObject({
      code: "STEP_TIMEOUT",
      remedy: expect.stringContaining("jobTimeoutMinutes"),
    });
  });
});

describe("how a step's end is judged", () => {
  it("leaves exit code, summary and report, and no secret", async () => {
    script(`console.log(process.env.PGPASSWORD); ${result({ summary: "proven", report: "r.html" })}`);
    const { outs } = await provider.create(inputs({ secrets: { PGPASSWORD: "not to be kept" } }), root);
    expect(outs).toEqual({ triggers: { snapshot: "ab12" }, exitCode: 0, summary: "proven", report: "r.html" });
  });

  it("takes differences (exit code 3) as done, unless the stack is strict", async () => {
    script(`process.exitCode = 3; ${result({ summary: "2 rows differ", report: "r.html" })}`);
    const { outs } = await provider.create(inputs(), root);
    expect(outs).toMatchObject({ exitCode: 3, summary: "2 rows differ" });
    await expect(provider.create(inputs({ strict: true }), root)).rejects.toMatchObject({
      code: "STEP_DIFFERENCES",
      message: expect.stringMatching(/2 rows differ[\s\S]*r\.html/),
    });
  });

  it.each([
    [1, "STEP_FAILED", /not copied again/],
    [2, "STEP_FAILED", /run pulumi up again/],
    [4, "STEP_REFUSED", /Nothing was changed/],
    [139, "STEP_FAILED", /run pulumi up again/],
  ])("fails the update at exit code %i, with the last lines of the log", async (exitCode, code, remedy) => {
    script(`for (let i = 1; i <= 50; i++) console.log("line " + i); process.exitCode = ${exitCode};`);
    const failing = provider.create(inputs(), root);
    await expect(failing).rejects.toMatchObject({ code, remedy: expect.stringMatching(remedy) });
    await expect(failing).rejects.toThrow(/line 21\n[\s\S]*line 50/);
    await expect(failing).rejects.not.toThrow(/line 20\n/);
  });

  it.each([
    ["SIGKILL", 137],
    ["SIGTERM", 143],
  ])("says of a step that %s has ended that it was ended, and by what", async (signal, exitCode) => {
    script(`console.log("at work"); process.kill(process.pid, "${signal}"); setInterval(() => {}, 1000);`);
    expect(await run(request(), () => undefined)).toMatchObject({ exitCode, signal });
    const failing = provider.create(inputs(), root);
    await expect(failing).rejects.toMatchObject({ code: "STEP_FAILED", remedy: expect.stringContaining("memory") });
    await expect(failing).rejects.toThrow(new RegExp(`^The step copy was ended by the signal ${signal}\\.[^]*at work`));
    await expect(failing).rejects.not.toThrow(/exit code/);
  });

  it("says of a flag that the log names which setting of the stack it is", async () => {
    script("console.error('  Load into another schema with --schema.'); process.exitCode = 4;");
    await expect(provider.create(inputs(), root)).rejects.toMatchObject({
      remedy: expect.stringMatching(/Here --schema is: pulumi config set schemaName …$/),
    });
    script("console.error('  Go on with --schema-less.'); process.exitCode = 4;");
    await expect(provider.create(inputs(), root)).rejects.toMatchObject({
      remedy: expect.not.stringContaining("--schema"),
    });
  });

  it("says what it can of a step that prints no result", async () => {
    script("console.log('LANDBRIDGE_RESULT {half');");
    expect((await provider.create(inputs(), root)).outs).toMatchObject({ summary: "copy ended with exit code 0" });
  });

  it("names a run by step and triggers alone, in any order", () => {
    expect(keyOf("copy", { a: 1, b: "2" })).toBe(keyOf("copy", { b: "2", a: 1 }));
    expect(keyOf("copy", { a: 1 })).not.toBe(keyOf("init", { a: 1 }));
    expect(keyOf("copy", { a: 1 })).not.toBe(keyOf("copy", { a: 2 }));
  });
});
