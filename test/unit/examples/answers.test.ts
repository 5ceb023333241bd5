/** Each worked example answers every line of its team's plan, 209 in all. */
import { describe, expect, it } from "vitest";
import { answersOf, brokenLinks } from "../../support/example.ts";

const LINES = { semantik: 51, "neo-alexandria": 68, "idea-planner": 34, dryad: 23, mcps: 33 } as const;

describe.each(Object.entries(LINES))("the answers of %s", (system, lines) => {
  it("are one for each line, of a known kind", () => {
    const answers = answersOf(system);
    expect([...answers.keys()]).toEqual(Array.from({ length: lines }, (_, i) => i + 1));
    for (const answer of answers.values()) expect(answer).toMatch(/\*(met|better|yours|mistake|later)\*/);
  });

  it("point to what is there", () => {
    expect(brokenLinks(system)).toEqual([]);
  });
});
