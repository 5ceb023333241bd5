/** The application's own tests and health check, against the rehearsal's database. */
import { setTimeout as sleep } from "node:timers/promises";
import { $ } from "zx";
import { latenciesOf, newHistogram, record } from "../../src/rehearsal/histogram.ts";
import type { Application } from "../../src/rehearsal/model.ts";

export interface ApplicationOptions {
  readonly test: string | null;
  readonly probe: string | null;
  readonly databaseUrl: string;
  readonly testDatabaseUrl: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly signal: AbortSignal;
}

/** Without a test command the health check is asked this often; the application runs already then. */
const ALONE = 10;
const EVERY_MILLISECONDS = 1000;
const PATIENCE_MILLISECONDS = 5000;

/** Runs what was asked for. The tests' output goes to stderr, line by line as it comes. */
export const tryApplication = async (options: ApplicationOptions): Promise<Application> => {
  const { test, probe } = options;
  if (test === null)
    return { test: null, probe: probe === null ? null : await poll(probe, times(ALONE), options.signal) };
  const over = new AbortController();
  const polling = probe === null ? Promise.resolve(null) : poll(probe, () => !over.signal.aborted, over.signal);
  try {
    return { test: await runTests(test, options), probe: await ended(over, polling) };
  } finally {
    await ended(over, polling);
  }
};

const ended = async <T>(over: AbortController, polling: Promise<T>): Promise<T> => {
  over.abort();
  return polling;
};

const times = (most: number): (() => boolean) => {
  let left = most;
  return () => left-- > 0;
};

const runTests = async (
  command: string,
  { databaseUrl, testDatabaseUrl, environment, cwd, signal }: ApplicationOptions,
): Promise<Application["test"]> => {
  const began = performance.now();
  const env = { ...environment, DATABASE_URL: databaseUrl, TEST_DATABASE_URL: testDatabaseUrl } as NodeJS.ProcessEnv;
  const { exitCode } = await $({ env, cwd, signal, nothrow: true, stdio: ["ignore", 2, 2] })`sh -c ${command}`;
  signal.throwIfAborted();
  return { command, exitCode: exitCode ?? 1, seconds: (performance.now() - began) / 1000 };
};

/** One answer a second. What fails before the first healthy answer is the application's start, after the last one its end. */
const poll = async (url: string, goOn: () => boolean, signal: AbortSignal): Promise<Application["probe"]> => {
  const answers: boolean[] = [];
  const histogram = newHistogram();
  while (goOn() && !signal.aborted) {
    const began = performance.now();
    const healthy = await isHealthy(url);
    answers.push(healthy);
    if (healthy) record(histogram, performance.now() - began);
    await sleep(EVERY_MILLISECONDS, undefined, { signal }).catch(() => undefined);
  }
  return { url, latencies: latenciesOf(histogram), ...countAnswers(answers) };
};

export const countAnswers = (
  answers: readonly boolean[],
): { readonly asked: number; readonly healthy: number; readonly failed: number } => {
  const served = answers.slice(answers.indexOf(true), answers.lastIndexOf(true) + 1);
  return {
    asked: answers.length,
    healthy: answers.filter((healthy) => healthy).length,
    failed: answers.includes(true) ? served.filter((healthy) => !healthy).length : answers.length,
  };
};

const isHealthy = async (url: string): Promise<boolean> => {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MILLISECONDS), redirect: "follow" });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
};
