/** Runs the real verbs as processes, each test file in a directory of its own, and lets a test act at the moment that a line appears. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import type { RunReport } from "../../src/report/model.ts";
import type { Target } from "../../src/target/model.ts";

const ROOT = join(import.meta.dirname, "../..");

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  /** Resolves when stderr has a match; fails where the process ends without one. */
  readonly saw: (pattern: RegExp) => Promise<void>;
  readonly ended: Promise<Ended>;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** A directory that verbs run in, removed after the file. */
export const workingDirectory = (): string => {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "landbridge-cli-")));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
};

/** The password of a target, as verbs take it from their environment. */
export const passwordOf = ({ config }: Target): Environment => ({ PGPASSWORD: String(config.password ?? "") });

/** Starts `npm run <verb> -- …argv` in `cwd`, as another user where one is named; nothing of this process's environment but PATH reaches it. */
export const start = (
  cwd: string,
  verb: string,
  argv: readonly string[],
  environment: Environment = {},
  user: { readonly uid?: number } = {},
): Running => {
  const child = spawn(process.execPath, [join(ROOT, "scripts", `${verb}.ts`), ...argv], {
    cwd,
    ...user,
    env: { PATH: process.env["PATH"], ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { stdout: "", stderr: "" };
  const watchers = new Set<() => void>();
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (text: string) => {
      said[name] += text;
      for (const look of watchers) look();
    });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, ...said }));
  });
  const saw = (pattern: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!pattern.test(said.stderr)) return;
        watchers.delete(look);
        resolve();
      };
      watchers.add(look);
      look();
      void ended.then(() => reject(new Error(`ended without ${pattern}: ${said.stderr}`)));
    });
  return { child, saw, ended };
};

/** Runs a verb to its end. */
export const run = (...all: Parameters<typeof start>): Promise<Ended> => start(...all).ended;

/** What `--json` printed: one document and nothing else. */
export const documentOf = ({ stdout, stderr }: Ended): RunReport => {
  try {
    return JSON.parse(stdout) as RunReport;
  } catch {
    throw new Error(`stdout is not one JSON document: ${stdout}\n${stderr}`);
  }
};

/** What a step of the stack ends with: the document of its last line. */
export const resultOf = ({ stdout, stderr }: Ended): Readonly<Record<string, unknown>> => {
  const last = stdout.trimEnd().split("\n").at(-1) ?? "";
  expect(last, stderr).toMatch(/^LANDBRIDGE_RESULT \{/);
  return JSON.parse(last.slice("LANDBRIDGE_RESULT ".length)) as Readonly<Record<string, unknown>>;
};

/** Waits until `look` gives true, at most 30 seconds. */
export const until = async (what: string, look: () => Promise<boolean>): Promise<void> => {
  for (let tries = 0; tries < 1500; tries++) {
    if (await look()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect.fail(`waited in vain for ${what}`);
};
