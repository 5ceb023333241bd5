/** Which Pulumi CLI is run, and against which backend: the user's own where there is one, else what needs no account. */
import { randomBytes } from "node:crypto";
import { accessSync, constants, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { LandbridgeError, messageOf } from "../../src/errors.ts";

/** The project: where Pulumi.yaml lies. */
export const ROOT = join(import.meta.dirname, "../..");

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A `pulumi` on PATH that is nobody's dependency, else the npm package's, which fetches the CLI of its version the first time.
 * npm puts node_modules/.bin in front of PATH, so that a look there would always find the package.
 * @throws LandbridgeError STACK_CLI_MISSING
 */
export const findCli = async ({ PATH = "" }: Environment): Promise<string> => {
  const own = PATH.split(delimiter)
    .filter((directory) => directory !== "" && !directory.split(/[\\/]/).includes("node_modules"))
    .map((directory) => join(directory, process.platform === "win32" ? "pulumi.exe" : "pulumi"))
    .find(isExecutable);
  return own ?? (await packagedCli());
};

/** The CLI itself and not the package's own starter, which would not hand an interruption on. */
const packagedCli = async (): Promise<string> => {
  try {
    const { resolve } = createRequire(import.meta.url)("pulumi/lib/resolve") as { resolve: () => Promise<string> };
    return await resolve();
  } catch (error) {
    throw new LandbridgeError({
      code: "STACK_CLI_MISSING",
      message: `There is no Pulumi CLI on PATH, and the npm package's cannot be had: ${messageOf(error)}`,
      remedy:
        "Install it (https://www.pulumi.com/docs/install/), or give the same command where the network can be reached. A rehearsal needs none with --target embedded.",
      cause: error,
    });
  }
};

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
};

/** What the CLI is started with besides the user's environment. */
export interface Backend {
  readonly variables: Readonly<Record<string, string>>;
  /** For people: `file://…`, or whose it is. */
  readonly display: string;
}

/**
 * The backend that the environment names, or that somebody is logged in to here; else state in a directory of this project, whose
 * secrets are encrypted with a passphrase that lies beside it and that only this user may read.
 * @param home `.landbridge`
 */
export const findBackend = (environment: Environment, home: string): Backend => {
  const named = environment["PULUMI_BACKEND_URL"] ?? "";
  if (named === stateUrl(home)) return localBackend(environment, home);
  if (named !== "") return { variables: {}, display: withoutSecrets(named) };
  if ((environment["PULUMI_ACCESS_TOKEN"] ?? "") !== "")
    return { variables: {}, display: "Pulumi Cloud, by its token" };
  const login = loggedIn(environment);
  return login === null ? localBackend(environment, home) : { variables: {}, display: withoutSecrets(login) };
};

/** State in `<home>/state`, made where it is missing. */
export const localBackend = (environment: Environment, home: string): Backend => {
  mkdirSync(join(home, "state"), { recursive: true, mode: 0o700 });
  const url = stateUrl(home);
  return { variables: { PULUMI_BACKEND_URL: url, ...passphrase(environment, home) }, display: url };
};

const stateUrl = (home: string): string => pathToFileURL(join(home, "state")).href;

/** A passphrase that is given, also an empty one, counts; Pulumi takes either of the two. */
const passphrase = (environment: Environment, home: string): Readonly<Record<string, string>> => {
  const { PULUMI_CONFIG_PASSPHRASE: given, PULUMI_CONFIG_PASSPHRASE_FILE: givenFile } = environment;
  if (given !== undefined || givenFile !== undefined) return {};
  const file = join(home, "passphrase");
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString("base64url"), { mode: 0o600, flag: "wx" });
  return { PULUMI_CONFIG_PASSPHRASE_FILE: file };
};

/** What `pulumi login` has left: asking `pulumi whoami` instead would go to the network each time. */
const loggedIn = (environment: Environment): string | null => {
  const directory = environment["PULUMI_CREDENTIALS_PATH"] ?? environment["PULUMI_HOME"] ?? join(homedir(), ".pulumi");
  try {
    const { current } = JSON.parse(readFileSync(join(directory, "credentials.json"), "utf8")) as { current?: unknown };
    return typeof current === "string" && current !== "" ? current : null;
  } catch {
    return null;
  }
};

const withoutSecrets = (url: string): string => url.replace(/\/\/[^/@]*@/, "//").replace(/\?.*/, "");

/**
 * The environment that the CLI runs in: this Node first, because the program needs it and the machine's own may be older; then the
 * CLI's own directory, where its language host lies.
 */
export const cliEnvironment = (environment: Environment, backend: Backend, cli: string): NodeJS.ProcessEnv => ({
  ...environment,
  ...backend.variables,
  PATH: [dirname(process.execPath), dirname(cli), environment["PATH"] ?? ""].join(delimiter),
  PULUMI_SKIP_UPDATE_CHECK: environment["PULUMI_SKIP_UPDATE_CHECK"] ?? "true",
});
