/** docs/policies.md shows what the pack does. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { policies } from "../../infra/policy/policies.ts";

it("the table has a row for each policy, with what it demands and whether it refuses", () => {
  const page = readFileSync(new URL("../../docs/policies.md", import.meta.url), "utf8");
  const shown = page.split("\n").filter((line) => line.startsWith("| `"));
  expect(shown).toEqual(
    policies.map(
      ({ name, enforcementLevel, description }) =>
        `| \`${name}\` | ${enforcementLevel === "advisory" ? "advises" : "refuses"} | ${description} |`,
    ),
  );
});
