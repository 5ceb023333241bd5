/** Prints `N passed, N failed, N skipped` from vitest's own result; fails where there is none or no test ran. */
import { readFileSync } from "node:fs";

const [file = ""] = process.argv.slice(2);
const result = JSON.parse(readFileSync(file, "utf8")) as {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  numFailedTestSuites: number;
  testResults: { status: string; assertionResults: unknown[] }[];
};
// A file that could not even be loaded holds no test, but it is a failure.
const broken = result.testResults.filter(
  ({ status, assertionResults }) => status === "failed" && assertionResults.length === 0,
).length;
const failed = result.numFailedTests + broken;
const skipped = result.numPendingTests + result.numTodoTests;
console.log(`${result.numPassedTests} passed, ${failed} failed, ${skipped} skipped`);
if (failed > 0 || result.numPassedTests === 0) process.exitCode = 1;
