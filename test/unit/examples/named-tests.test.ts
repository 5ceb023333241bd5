/** Answers to a team's plan name tests; a test that is renamed must not leave an answer behind that nobody can check. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../../..");
const SYSTEMS = readdirSync(join(ROOT, "test/postgres/examples")).map((file) => file.replace(".test.ts", ""));

it.each(SYSTEMS)("every test that the answers of %s name is there", (system) => {
  const answers = readFileSync(join(ROOT, "examples", system, "answers.md"), "utf8");
  const tests = readFileSync(join(ROOT, "test/postgres/examples", `${system}.test.ts`), "utf8");
  const named = [...answers.matchAll(/\btests? “([^”]+)”/g)].map(([, name]) => name!);
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => !tests.includes(name))).toEqual([]);
});
