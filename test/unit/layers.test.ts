/** Which part may know of which. Read from the imports themselves; types alone couple nothing that runs, and do not count. */
import { readdirSync, readFileSync } from "node:fs";
import { join, normalize, relative } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");

interface Module {
  readonly path: string;
  readonly text: string;
  /** What it imports at run time: files by their path from the root, packages by their name. */
  readonly imports: readonly string[];
}

const IMPORT = /^(?:import|export)\s+(?!type\b)(?:[^;"]*?\sfrom\s+)?"([^"]+)";/gms;

const modulesIn = (directory: string): Module[] =>
  readdirSync(join(root, directory), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => {
      const path = join(directory, name);
      const text = readFileSync(join(root, path), "utf8");
      const imports = [...text.matchAll(IMPORT)].map(([, from]) =>
        from!.startsWith(".") ? relative(root, normalize(join(root, path, "..", from!))) : from!,
      );
      return { path, text, imports };
    });

const engine = modulesIn("src");

/** The imports of a folder that lie under one of the given places, as `from → to`. */
const crossings = (folder: string, ...forbidden: readonly string[]): string[] =>
  engine
    .filter(({ path }) => path.startsWith(`src/${folder}/`))
    .flatMap(({ path, imports }) =>
      imports.filter((to) => forbidden.some((place) => to.startsWith(place))).map((to) => `${path} → ${to}`),
    );

describe("the engine", () => {
  it("is read whole", () => {
    expect(engine.length).toBeGreaterThan(400);
    expect(engine.find(({ path }) => path === "src/plan/build.ts")?.imports).toContain("src/plan/table.ts");
  });

  it("knows neither scripts nor the stack, nor what they are made with", () => {
    const foreign = /^(?:scripts\/|infra\/|zx$|listr2$|pino$|@pulumi\/|@aws-sdk\/)/;
    expect(engine.flatMap(({ path, imports }) => imports.filter((to) => foreign.test(to)).map(() => path))).toEqual([]);
  });

  it("neither prints, nor exits, nor reads the environment", () => {
    const code = (text: string): string => text.replaceAll(/\/\*.*?\*\/|\/\/[^\n]*/gs, "");
    const forbidden = /\bconsole\.|\bprocess\.(?:env|exit|stdout|stderr|argv)\b/;
    expect(engine.filter(({ text }) => forbidden.test(code(text))).map(({ path }) => path)).toEqual([]);
  });

  it("plans without opening anything: catalogue, profile and configuration are given", () => {
    expect(crossings("plan", "pg", "better-sqlite3", "node:fs", "node:net", "node:child_process")).toEqual([]);
    const others = engine.flatMap(({ path }) => /^src\/(?!plan\/|source\/)[^/]+\//.exec(path)?.[0] ?? []);
    // How a name is written in SQL is all that it asks of the target.
    const asked = crossings("plan", ...new Set(others)).filter((line) => !line.endsWith("→ src/target/quote.ts"));
    expect(asked).toEqual([]);
  });

  it("reads a source without knowing what becomes of it", () => {
    expect(crossings("source", "src/plan/", "src/target/", "src/copy/", "src/verify/", "pg")).toEqual([]);
  });

  it("knows a target without knowing who works on it", () => {
    expect(crossings("target", "src/copy/", "src/finish/", "src/verify/", "src/reverse/", "src/sources/")).toEqual([]);
  });

  it("proves with nothing that the copy converts with, nor the way back", () => {
    expect(crossings("verify", "src/copy/", "src/source/shapes/", "src/reverse/")).toEqual([]);
    expect(crossings("reverse/values", "src/copy/", "src/verify/")).toEqual([]);
  });

  /** A grammar is recursive, and so are the functions that read it and print it. */
  it("imports in circles only where SQL itself is recursive", () => {
    const circles = circlesIn(engine).filter((paths) => !paths.every((path) => path.startsWith("src/plan/translate/")));
    expect(circles).toEqual([]);
  });
});

/** Groups of modules that reach each other by their imports: Tarjan's strongly connected components of two and more. */
const circlesIn = (modules: readonly Module[]): string[][] => {
  const imports = new Map(modules.map((module) => [module.path, module.imports]));
  const number = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const circles: string[][] = [];
  const visit = (path: string): void => {
    number.set(path, number.size);
    lowest.set(path, number.get(path)!);
    open.push(path);
    for (const next of imports.get(path) ?? []) {
      if (!imports.has(next)) continue;
      if (!number.has(next)) visit(next);
      if (open.includes(next)) lowest.set(path, Math.min(lowest.get(path)!, lowest.get(next)!));
    }
    if (lowest.get(path) !== number.get(path)) return;
    const circle = open.splice(open.indexOf(path));
    if (circle.length > 1) circles.push(circle.sort());
  };
  for (const { path } of modules) if (!number.has(path)) visit(path);
  return circles;
};
