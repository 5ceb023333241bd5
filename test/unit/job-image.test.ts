/** The job's image holds what its verbs import, and nothing of what only a checkout has. */
import { existsSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const dockerfile = readFileSync(join(root, "Dockerfile"), "utf8");
const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names]) => names!.split(" "));
const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  dependencies: Record<string, string>;
};

/** Every file that is reached by import from these, types left out, and every package. */
const reached = (entries: readonly string[]): { files: Set<string>; packages: Set<string> } => {
  const [files, packages, waiting] = [new Set<string>(), new Set<string>(), entries.map((entry) => join(root, entry))];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    if (!file.endsWith(".ts")) continue;
    const text = readFileSync(file, "utf8").replaceAll(/^(?:import|export) type [^;]*;/gm, "");
    for (const [, name] of text.matchAll(/(?:\bfrom |\bimport\(|^import |new URL\()"([^"]+)"/gm)) {
      if (name!.startsWith(".")) waiting.push(resolve(dirname(file), name!));
      else if (!name!.startsWith("node:"))
        packages.add(
          name!
            .split("/")
            .slice(0, name!.startsWith("@") ? 2 : 1)
            .join("/"),
        );
    }
  }
  return { files, packages };
};

const { files, packages } = reached(["scripts/job.ts", "scripts/init.ts"]);

it("every file that the job imports is copied into its image", () => {
  expect(files.size).toBeGreaterThan(100);
  const left = [...files]
    .map((file) => relative(root, file))
    .filter((file) => !copied.some((name) => file === name || file.startsWith(`${name}/`)));
  expect(left).toEqual([]);
  for (const name of copied) expect([name, existsSync(join(root, name))]).toEqual([name, true]);
});

it("every package that it imports is one that the image installs", () => {
  const removed = [...dockerfile.matchAll(/node_modules\/([\w@/-]+)/g)].map(([, name]) => name!);
  const installed = Object.keys(dependencies).filter((name) => !removed.includes(name));
  expect([...packages].filter((name) => !installed.includes(name) && !builtinModules.includes(name))).toEqual([]);
});
