import { expect, it } from "vitest";
import type { RunReport, RunStatus } from "../../../src/report/model.ts";
import { combined } from "../../../src/sources/outcome.ts";

const report = (status: RunStatus, exitCode: RunReport["exitCode"]): RunReport => ({ status, exitCode }) as RunReport;
const done = report("done", 0);
const differs = report("done-with-differences", 3);
const failed = report("failed", 1);
const refused = report("refused", 4);
const misused = report("refused", 2);
const again = report("nothing-to-do", 0);

it.each([
  ["all done", [done, done], "done", 0],
  ["one with differences", [done, differs], "done-with-differences", 3],
  ["one failed", [differs, failed], "failed", 1],
  ["one refused, and nothing touched", [again, refused], "refused", 4],
  ["one refused by its configuration", [misused], "refused", 2],
  ["one refused after another was loaded: something was touched", [done, refused], "failed", 1],
  ["nothing to do", [again, again], "nothing-to-do", 0],
  ["nothing to do where one was finished with differences", [again, report("nothing-to-do", 3)], "nothing-to-do", 3],
  ["one done, one that had been", [again, done], "done", 0],
] as const)("several files: %s", (_, sources, status, exitCode) => {
  expect(combined(sources, [])).toMatchObject({ status, exitCode });
});
