import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runtime } from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lateProvider } from "../../infra/dynamic.ts";

const PROJECT = join(import.meta.dirname, "..", "..");

/** What Pulumi keeps in the state and runs in a process of its own. */
const textOf = async (module: string): Promise<string> => {
  const provider = lateProvider(module);
  return (await runtime.serializeFunction(() => provider)).text;
};

describe("a provider that looks up its code when it runs", () => {
  let project: string;
  let text: string;
  beforeAll(async () => {
    project = mkdtempSync(join(tmpdir(), "landbridge-dynamic-"));
    mkdirSync(join(project, "infra", "deep"), { recursive: true });
    writeFileSync(join(project, "Pulumi.yaml"), "name: landbridge\n");
    writeFileSync(
      join(project, "infra", "late.ts"),
      `export const provider: object = {
        triggers: ["a", "b"],
        isGone: ({ gone }: { gone?: string }, root: string) => gone === root,
        create: async ({ fail }: { fail?: boolean }, root: string) => {
          if (fail) throw Object.assign(new Error("it failed."), { code: "SOME_CODE", remedy: "Do this." });
          return { id: "1", outs: { root } };
        },
      };`,
    );
    text = await textOf("infra/late.ts");
  });
  afterAll(() => rmSync(project, { recursive: true, force: true }));

  /** Runs an expression on `provider` as the dynamic provider's process does: from text, in the program's directory. */
  const inOtherProcess = (expression: string): unknown => {
    const file = join(project, "run.cjs");
    writeFileSync(join(project, "provider.cjs"), text);
    writeFileSync(
      file,
      `const provider = require("./provider.cjs").handler();
       (async () => console.log("\\n" + JSON.stringify(await (${expression}))))()
         .catch((error) => console.log("\\n" + JSON.stringify(error.message)));`,
    );
    const printed = execFileSync(process.execPath, [file], { cwd: join(project, "infra", "deep"), encoding: "utf8" });
    return JSON.parse(printed.trim().split("\n").at(-1)!);
  };

  it("holds no path of the machine that serialized it", () => {
    expect(text).not.toContain(PROJECT);
    expect(text).not.toContain(tmpdir());
    expect(text).toContain("infra/late.ts");
  });

  it("finds its module above the working directory, by Pulumi.yaml", () => {
    expect(inOtherProcess("provider.create({})")).toEqual({ id: "1", outs: { root: project } });
    expect(inOtherProcess("provider.update('1', {}, {})")).toEqual({ id: "1", outs: { root: project } });
    expect(inOtherProcess("provider.delete('1', {}).then(() => 'gone')")).toBe("gone");
  });

  it("sees a change in its triggers alone, in whatever order their fields come", () => {
    const diff = (olds: object, news: object) =>
      inOtherProcess(`provider.diff('1', ${JSON.stringify(olds)}, ${JSON.stringify(news)})`);
    expect(diff({ a: { x: 1, y: 2 }, c: 1 }, { a: { y: 2, x: 1 }, c: 2, secrets: "s" })).toEqual({ changes: false });
    expect(diff({ a: { x: 1 } }, { a: { x: 2 } })).toEqual({ changes: true });
    expect(diff({ a: 1 }, { a: 1, b: 1 })).toEqual({ changes: true });
  });

  it("makes again what is gone, though nothing has changed", () => {
    const diff = (gone: string) => inOtherProcess(`provider.diff('1', ${JSON.stringify({ gone })}, {})`);
    expect(diff(project)).toEqual({ changes: true });
    expect(diff("elsewhere")).toEqual({ changes: false });
  });

  it("tells an error with its code and its remedy, since a message is all that is shown", () => {
    expect(inOtherProcess("provider.create({ fail: true })")).toBe("SOME_CODE: it failed.\nDo this.");
  });

  it.each([
    "infra/job/execute.ts",
    "infra/job/take-snapshot.ts",
    "infra/local/claim-volume.ts",
    "infra/local/set-password.ts",
    "infra/write-file.ts",
  ])("%s is there and is a provider", async (module) => {
    const { provider } = (await import(join(PROJECT, module))) as { provider: unknown };
    expect(provider).toMatchObject({ triggers: expect.any(Array), create: expect.any(Function) });
    expect(readFileSync(join(PROJECT, module), "utf8")).not.toMatch(/from "@pulumi/);
  });
});
