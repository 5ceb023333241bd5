/** Prints `N passed, N failed, N skipped` from vitest's own results; fails where one is missing or no test ran. */
import { readFileSync } from "node:fs";

interface Result {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

const results = process.argv.slice(2).map((file) => JSON.parse(readFileSync(file, "utf8")) as Result);
const sum = (count: (result: Result) => number): number => results.reduce((total, result) => total + count(result), 0);

/** A file that could not even be loaded holds no test, but it is a failure. */
const broken = ({ testResults }: Result): number =>
  testResults.filter(({ status, assertionResults }) => status === "failed" && assertionResults.length === 0).length;

const passed = sum((result) => result.numPassedTests);
const failed = sum((result) => result.numFailedTests + broken(result));
const skipped = sum((result) => result.numPendingTests + result.numTodoTests);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
if (failed > 0 || passed === 0) process.exitCode = 1;
