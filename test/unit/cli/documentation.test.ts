import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { renderHelp } from "../../../scripts/cli/help.ts";
import { VERBS } from "../../../scripts/cli/verbs.ts";
import { JOB_VERBS } from "../../../scripts/cli/verbs-job.ts";
import { PG } from "../../../scripts/pg/verb.ts";
import { REHEARSE } from "../../../scripts/rehearse/verb.ts";
import { TEARDOWN } from "../../../scripts/teardown/verb.ts";
import { TUNNEL } from "../../../scripts/tunnel/verb.ts";

const root = join(import.meta.dirname, "../../..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");

const filesIn = (directory: string): readonly string[] =>
  readdirSync(join(root, directory), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => join(directory, path));
const sources = ["src", "scripts"].flatMap(filesIn);

/** Words of the same look that are not Landbridge's codes: SQLite's, Node's, SQL's, and environment variables. */
const OTHERS = /^(SQLITE_|ERR_|PULUMI_|EAI_|CURRENT_|PG_|LD_|LC_|XDG_|NO_COLOR$|DATABASE_URL$|LANDBRIDGE_)/;

/** Words with an underscore anywhere; those without one where they are given as a code. */
const codesIn = (text: string): string[] =>
  [...text.matchAll(/"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)"|(?:\bcode:|CODE =) "([A-Z]+)"/g)]
    .map(([, long, short]) => long ?? short!)
    .filter((code) => !OTHERS.test(code));

/** The stack's program is full of names in capitals: parameters, environment variables, words of AWS. */
const namedCodesIn = (text: string): string[] => [...text.matchAll(/\bcode: "([A-Z0-9_]+)"/g)].map(([, code]) => code!);

const used = new Map([
  ...sources.flatMap((path) => codesIn(read(path)).map((code) => [code, path] as const)),
  ...filesIn("infra").flatMap((path) => namedCodesIn(read(path)).map((code) => [code, path] as const)),
]);
const explained = new Set([...read("docs/errors.md").matchAll(/^\| `([A-Z0-9_]+)` \|/gm)].map(([, code]) => code!));

describe("the documentation", () => {
  it.each([...VERBS, ...JOB_VERBS, PG, REHEARSE, TEARDOWN, TUNNEL].map((verb) => [verb.name, verb] as const))(
    "shows the very help text of %s",
    (name, verb) => {
      expect(read(`docs/verbs/${name}.md`)).toContain(`\`\`\`text\n${renderHelp(verb)}\`\`\``);
    },
  );

  it("explains every code that the source uses", () => {
    expect(used.size).toBeGreaterThan(20);
    expect([...used].filter(([code]) => !explained.has(code)).map(([code, path]) => `${code} (${path})`)).toEqual([]);
  });

  it("explains no code that is gone", () => {
    expect([...explained].filter((code) => !used.has(code))).toEqual([]);
  });

  it("lists every decision by its title", () => {
    const records = readdirSync(join(root, "docs/decisions")).filter((name) => name !== "README.md");
    expect(records.length).toBeGreaterThan(10);
    const index = read("docs/decisions/README.md");
    for (const name of records) {
      const [, number, title] = /^# (\d+)\. (.+)$/m.exec(read(`docs/decisions/${name}`)) ?? [];
      expect(number?.padStart(4, "0")).toBe(name.slice(0, 4));
      expect(index).toContain(`| [${name.slice(0, 4)}](${name}) | ${title} |`);
    }
  });
});
