/**
 * The PostgreSQL that comes with Landbridge, for a first run without Docker or an administrator. It is kept in a directory
 * (`.landbridge`), stays up after the process that started it, and is the same server the next time.
 */
import { randomBytes } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { isAbsolute, resolve } from "node:path";
import { connect } from "../connect.ts";
import type { Target } from "../model.ts";
import { quoteIdentifier } from "../quote.ts";
import { type Account, chooseAccount } from "./account.ts";
import { clusterExists, createCluster, SUPERUSER } from "./cluster.ts";
import { freePort } from "./free-port.ts";
import { withLock } from "./lock.ts";
import type { EmbeddedState, EmbeddedVersion, Environment } from "./model.ts";
import { awaitReady, runningServer, startServer, stopServer } from "./server.ts";
import { embeddedFiles, readState, writeState } from "./state.ts";

const DATABASE = "landbridge";

export interface EmbeddedOptions {
  /** `.landbridge` of the project; made if it is missing. */
  readonly directory: string;
  /** Default 18, the only one that comes with an installation for use. */
  readonly version?: EmbeddedVersion;
  /** A directory with bin/, lib/ and share/ in place of the npm package's: for extensions that those lack. */
  readonly binaries?: string | undefined;
  /** Default: the port of last time, else any free one. */
  readonly port?: number;
  /** PATH, HOME, TMPDIR … for the server's programs. */
  readonly environment: Environment;
  /** Settings given on the command line of the server, e.g. fsync off for a throw-away one. */
  readonly parameters?: Readonly<Record<string, string>>;
}

export interface Embedded {
  readonly target: Target;
  readonly log: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/**
 * Starts the embedded server, or finds it running; the first call makes it. Calls from several processes wait for each other.
 * @throws LandbridgeError EMBEDDED_UNAVAILABLE, EMBEDDED_START, EMBEDDED_BUSY
 */
export const startEmbedded = async (options: EmbeddedOptions): Promise<Embedded> => {
  const { directory, files } = located(options);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  return withLock(files.lock, async () => {
    const known = await readState(files.state);
    const running = known === undefined ? undefined : await awaitReady(known.home);
    const state =
      known !== undefined && running !== undefined ? { ...known, port: running.port } : await launch(options, known);
    const target = embeddedTarget(state);
    await ensureDatabase(target);
    const pid = (await runningServer(state.home))?.pid ?? 0;
    return { target, log: files.log, pid, stop: async () => void (await stopEmbedded(options)) };
  });
};

/** Makes the server where there is none, starts it, and moves to another port where somebody has taken its own meanwhile. */
const launch = async (options: EmbeddedOptions, known: EmbeddedState | undefined): Promise<EmbeddedState> => {
  const { directory, version, files } = located(options);
  const account = await chooseAccount(directory, version, options, known);
  let state = await prepared(account, version, files.state, known, options.port);
  while (!(await startServer(account, files.log, state.port, options.parameters ?? {}))) {
    state = { ...state, port: await freePort() };
    await writeState(files.state, state);
  }
  return state;
};

/** @returns false when it was not running */
export const stopEmbedded = async (options: EmbeddedOptions): Promise<boolean> => {
  const { directory, version, files } = located(options);
  const known = await readState(files.state);
  if (known === undefined) return false;
  return withLock(files.lock, async () => {
    if ((await runningServer(known.home)) === undefined) return false;
    await stopServer(await chooseAccount(directory, version, options, known));
    return true;
  });
};

export type EmbeddedStatus =
  | { readonly state: "absent" }
  | { readonly state: "stopped"; readonly target: Target; readonly log: string }
  | { readonly state: "running"; readonly target: Target; readonly log: string; readonly pid: number };

/** Looks without starting anything. */
export const embeddedStatus = async (
  options: Pick<EmbeddedOptions, "directory" | "version">,
): Promise<EmbeddedStatus> => {
  const { files } = located(options);
  const known = await readState(files.state);
  if (known === undefined || !(await clusterExists(known.home))) return { state: "absent" };
  const running = await runningServer(known.home);
  if (running === undefined) return { state: "stopped", target: embeddedTarget(known), log: files.log };
  const target = embeddedTarget({ ...known, port: running.port });
  return { state: "running", target, log: files.log, pid: running.pid };
};

/** Stops the server and deletes it with everything in it. */
export const resetEmbedded = async (options: EmbeddedOptions): Promise<void> => {
  await stopEmbedded(options);
  const { files } = located(options);
  const known = await readState(files.state);
  if (known === undefined) return;
  await withLock(files.lock, async () => {
    for (const path of [known.home, files.home, files.log, `${files.log}.1`, files.state])
      await rm(path, { recursive: true, force: true });
  });
};

const located = ({ directory, version = "18" }: Pick<EmbeddedOptions, "directory" | "version">) => {
  const absolute = isAbsolute(directory) ? directory : resolve(directory);
  return { directory: absolute, version, files: embeddedFiles(absolute, version) };
};

/** State is written before the cluster is made: a cluster whose password is lost would be of no use. */
const prepared = async (
  account: Account,
  version: EmbeddedVersion,
  stateFile: string,
  known: EmbeddedState | undefined,
  port: number | undefined,
): Promise<EmbeddedState> => {
  const state: EmbeddedState = {
    port: port ?? known?.port ?? (await freePort()),
    password: known?.password ?? randomBytes(24).toString("base64url"),
    account: account.kind,
    home: account.home,
  };
  await writeState(stateFile, state);
  if (!(await clusterExists(account.home))) await createCluster(account, version, state.password);
  return state;
};

const embeddedTarget = ({ port, password }: EmbeddedState): Target => ({
  config: { host: "127.0.0.1", port, user: SUPERUSER, password, database: DATABASE, ssl: false },
  display: `postgresql://${SUPERUSER}@127.0.0.1:${port}/${DATABASE}`,
  embedded: true,
  sslmode: "disable",
});

const ensureDatabase = async (target: Target): Promise<void> => {
  const client = await connect({ ...target, config: { ...target.config, database: "postgres" } }, "start");
  try {
    const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = $1", [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${quoteIdentifier(DATABASE)}`);
  } finally {
    await client.end();
  }
};
