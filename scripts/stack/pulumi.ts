/** Runs the Pulumi CLI for the verbs around the stack. What it prints goes to stderr, or is captured; secrets are never printed. */
import { $ } from "zx";
import { LandbridgeError } from "../../src/errors.ts";
import { redact } from "../cli/redact.ts";
import { type Backend, cliEnvironment, findCli, ROOT } from "./find.ts";

export interface Cli {
  readonly backend: Backend;
  /** Shows what Pulumi prints. @throws LandbridgeError STACK_CLI_FAILED */
  readonly show: (words: readonly string[], options?: CallOptions) => Promise<void>;
  /** Gives what it prints on stdout, which nobody sees. @throws LandbridgeError STACK_CLI_FAILED */
  readonly ask: (words: readonly string[], options?: CallOptions) => Promise<string>;
  /** Hands the terminal over to it and gives its exit code. */
  readonly pass: (words: readonly string[]) => Promise<number>;
}

interface CallOptions {
  /** Ends the CLI as Ctrl-C would: it finishes what it has begun and writes its state. */
  readonly signal?: AbortSignal;
  /** Written to its stdin: a secret, which has no place in arguments. */
  readonly input?: string;
}

/** How long an interrupted CLI may take to write its state; a second signal would leave it without. */
const GRACE_MILLISECONDS = 120_000;

/** @throws LandbridgeError STACK_CLI_MISSING */
export const pulumiCli = async (
  environment: Readonly<Record<string, string | undefined>>,
  backend: Backend,
): Promise<Cli> => {
  const command = await findCli(environment);
  const env = cliEnvironment(environment, backend, command);
  return {
    backend,
    show: async (words, options) => void (await call(command, words, env, true, options)),
    ask: (words, options) => call(command, words, env, false, options),
    pass: async (words) => {
      const { exitCode } = await $({ env, cwd: ROOT, stdio: "inherit", nothrow: true })`${command} ${[...words]}`;
      return exitCode ?? 1;
    },
  };
};

const call = async (
  command: string,
  words: readonly string[],
  env: NodeJS.ProcessEnv,
  shown: boolean,
  { signal, input }: CallOptions = {},
): Promise<string> => {
  signal?.throwIfAborted();
  // A group of its own, so that the terminal's Ctrl-C reaches this process alone; and the CLI in place of the shell, so that it alone
  // is told: its plugins have to stay until it has written its state.
  const options = { env, cwd: ROOT, nothrow: true, quiet: true, detached: true, prefix: "exec " } as const;
  const stdio: ["pipe" | "ignore", "pipe", "pipe"] = [input === undefined ? "ignore" : "pipe", "pipe", "pipe"];
  const running = $({ ...options, stdio, ...(input === undefined ? {} : { input }) })`${command} ${[...words]}`;
  if (shown)
    for (const stream of [running.stdout, running.stderr])
      stream.on("data", (text: Buffer) => process.stderr.write(text));
  let grace: NodeJS.Timeout | undefined;
  const end = (): void => {
    if (running.pid !== undefined) process.kill(running.pid, "SIGINT");
    grace = setTimeout(() => void running.kill("SIGKILL"), GRACE_MILLISECONDS);
  };
  signal?.addEventListener("abort", end, { once: true });
  try {
    const result = await running;
    signal?.throwIfAborted();
    if (result.exitCode === 0) return result.stdout;
    throw failed(words, result.exitCode, shown ? result.stdall : result.stderr);
  } finally {
    clearTimeout(grace);
    signal?.removeEventListener("abort", end);
  }
};

/** What a provider's Go code says of itself around its words: `sdk-v2/provider2.go:571: sdk.helper_schema: … : provider=docker@5.2.0`. */
const withoutPlace = (line: string): string =>
  line.replace(/^error:\s+sdk-v2\/\S+ sdk\.helper_schema: /, "error: ").replace(/: provider=\S+$/, "");

/** They say only that others say it. */
const EMPTY_WORDS = /^error: (?:\d+ errors? occurred:|update failed)$/;

/** The lines that say what was wrong, else the last ones. */
const failed = (words: readonly string[], exitCode: number | null, printed: string): LandbridgeError => {
  const lines = printed
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const errors = lines.filter((line) => /^error:/.test(line) && !EMPTY_WORDS.test(line)).map(withoutPlace);
  const told = [...new Set(errors.length > 0 ? errors : lines.slice(-5))].slice(0, 8);
  return new LandbridgeError({
    code: "STACK_CLI_FAILED",
    message: redact(
      [`pulumi ${words.slice(0, 2).join(" ")} ended with exit code ${exitCode ?? "none"}.`, ...told].join("\n"),
    ),
    remedy:
      "Correct what it says, then give the same command again. A stack goes on from where it is, a rehearsal from the start.",
  });
};
