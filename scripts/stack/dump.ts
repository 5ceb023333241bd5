/**
 * Dumps and restores: `pg_dump` in its custom format, where it fits the server: inside the database's own container, or on this
 * machine. Passwords travel in the environment, never in arguments.
 */
import { open, rename, rm, stat } from "node:fs/promises";
import { $ } from "zx";
import { LandbridgeError } from "../../src/errors.ts";
import type { Target } from "../../src/target/model.ts";

export interface Dumper {
  /**
   * Writes the whole database to a new file that only this user may read, and reads its table of contents back.
   * @throws LandbridgeError DUMP_FAILED; nothing is left then
   */
  readonly dump: (target: Target, file: string) => Promise<Dumped>;
  /** Into an empty database of the same server. @throws LandbridgeError DUMP_FAILED */
  readonly restore: (file: string, into: Target) => Promise<void>;
}

export interface Dumped {
  readonly file: string;
  readonly bytes: number;
  /** Entries of its table of contents: tables, their rows, indexes … */
  readonly objects: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** How a client program of PostgreSQL is run. */
interface Runner {
  /** The program with the words that come before its own arguments. */
  readonly command: (program: string) => readonly string[];
  readonly environment: (target: Target) => Environment;
}

/**
 * Inside the server's own container, with its very version, as its superuser over its own socket: it may read every table and
 * make every extension again, and no password is needed.
 */
export const containerDumper = (container: string, environment: Environment): Dumper =>
  dumperBy({
    command: (program) => ["docker", "exec", "-i", "--user", "postgres", container, program, "--username=postgres"],
    environment: () => environment,
  });

/**
 * By this machine's programs.
 * @param server its major version: an older pg_dump refuses a newer server
 * @returns why not, where they are missing or too old
 */
export const localDumper = async (
  server: number,
  environment: Environment,
): Promise<Dumper | { readonly unavailable: string }> => {
  const version = await $({ env: { ...environment }, nothrow: true, quiet: true })`pg_dump --version`;
  const major = Number(/\(PostgreSQL\) (\d+)/.exec(version.stdout)?.[1] ?? 0);
  if (major === 0) return { unavailable: "pg_dump is not installed here" };
  if (major < server) return { unavailable: `pg_dump ${major} here is older than the server, PostgreSQL ${server}` };
  return dumperBy({
    command: (program) => [program],
    environment: (target) => ({ ...environment, ...variablesOf(target) }),
  });
};

/** As libpq wants them. Through a tunnel a server is reached by an address and verified by its own name. */
const variablesOf = ({ config, sslmode, display }: Target): Environment => {
  const { host = "127.0.0.1", port = 5432, user = "", password = "", ssl } = config;
  const address = optionsOf(display).get("hostaddr");
  const name = typeof ssl === "object" ? ssl.servername : undefined;
  const authority = optionsOf(display).get("sslrootcert");
  return {
    PGHOST: name ?? host,
    ...(address === null ? {} : { PGHOSTADDR: address }),
    PGPORT: String(port),
    PGUSER: user,
    PGPASSWORD: String(password),
    PGSSLMODE: sslmode ?? "prefer",
    ...(authority === null ? {} : { PGSSLROOTCERT: authority }),
  };
};

const optionsOf = (display: string): URLSearchParams => new URLSearchParams(display.split("?")[1] ?? "");

/** As a connection string: a plain name with "=" in it would be taken for one. */
const databaseWord = ({ config }: Target): string =>
  `--dbname=dbname='${(config.database ?? "").replace(/[\\']/g, "\\$&")}'`;

const dumperBy = (runner: Runner): Dumper => ({
  dump: async (target, file) => {
    const partial = `${file}.partial`;
    await rm(partial, { force: true });
    try {
      await into(partial, runner, target, ["pg_dump", "--format=custom", "--no-password", databaseWord(target)]);
      const { size } = await stat(partial);
      const objects = await listed(partial, runner, target);
      await rename(partial, file);
      return { file, bytes: size, objects };
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    }
  },
  restore: async (file, target) => {
    await from(file, runner, target, ["pg_restore", "--exit-on-error", "--no-password", databaseWord(target)]);
  },
});

const into = async (file: string, runner: Runner, target: Target, words: readonly string[]): Promise<void> => {
  const output = await open(file, "wx", 0o600);
  try {
    await call(runner, target, words, ["ignore", output.fd, "pipe"]);
  } finally {
    await output.close();
  }
};

const from = async (file: string, runner: Runner, target: Target, words: readonly string[]): Promise<string> => {
  const input = await open(file, "r");
  try {
    return await call(runner, target, words, [input.fd, "pipe", "pipe"]);
  } finally {
    await input.close();
  }
};

/** A dump whose table of contents cannot be read is none. */
const listed = async (file: string, runner: Runner, target: Target): Promise<number> => {
  const contents = await from(file, runner, target, ["pg_restore", "--list"]);
  return contents.split("\n").filter((line) => /^\d+;/.test(line)).length;
};

const call = async (
  runner: Runner,
  target: Target,
  [program, ...words]: readonly string[],
  stdio: ["ignore" | number, "pipe" | number, "pipe"],
): Promise<string> => {
  const command = [...runner.command(program!), ...words];
  const env = { ...runner.environment(target) };
  const result = await $({ env, stdio, nothrow: true, quiet: true })`${command}`;
  if (result.exitCode === 0) return result.stdout;
  throw new LandbridgeError({
    code: "DUMP_FAILED",
    message: `${program} ended with exit code ${result.exitCode}: ${result.stderr.trim().split("\n").slice(-3).join(" ")}`,
    remedy: "Correct what it says and give the same command again; nothing was removed.",
  });
};
