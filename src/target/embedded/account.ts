/**
 * PostgreSQL refuses to run as root. As root the server is started inside a user namespace, where root is somebody else and
 * no file changes its owner; where that is not allowed (Docker's default seccomp profile), as a user id of its own from a
 * directory under /var/tmp. Permissions of the user's own files are never touched.
 */
import { type SpawnOptions, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chown, lstat, mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { copyInstallation, findInstallation, programPath } from "./binaries.ts";
import type { AccountKind, EmbeddedState, EmbeddedVersion, Environment } from "./model.ts";
import { unavailable } from "./unavailable.ts";

export interface Account {
  readonly kind: AccountKind;
  readonly home: string;
  readonly native: string;
  /** How to start a program of the server: file, arguments and options for `spawn`. */
  command(file: string, args: readonly string[]): Command;
  /** As `command`, for initdb, which asks the system for the name of its user; `adopt` afterwards gives the files over. */
  initCommand(file: string, args: readonly string[]): Command;
  /** Makes what this process wrote under `home` belong to the user that the server runs as. */
  adopt(path: string, to: "initdb" | "server"): Promise<void>;
}

export interface Command {
  readonly file: string;
  readonly args: string[];
  readonly options: SpawnOptions;
}

/** The first user id tried for account `other`: far from what distributions and people hand out. */
const FIRST_FREE_UID = 26_262;

/**
 * @param directory `.landbridge`, already there
 * @param known state of a cluster that was made before: its account is used again
 * @throws LandbridgeError EMBEDDED_UNAVAILABLE
 */
export const chooseAccount = async (
  directory: string,
  version: EmbeddedVersion,
  { environment, binaries }: { readonly environment: Environment; readonly binaries?: string | undefined },
  known: EmbeddedState | undefined,
): Promise<Account> => {
  const home = join(directory, `postgres-${version}`);
  const installed = binaries ?? (await usableInstallation(home, version));
  const env = serverEnvironment(environment);
  if (process.getuid?.() !== 0) return ownAccount(home, installed, env);
  if (known?.account === "own") return ownersAccount(home, installed, env);
  if (known?.account !== "other") {
    const account = await namespaceAccount(home, installed, env);
    if (account !== undefined) return account;
    if (known?.account === "namespace")
      throw unavailable(
        "its data was made in a user namespace, which this machine does not allow now. Run as before, or `npm run pg -- reset`.",
      );
  }
  return otherAccount(known?.home ?? sharedHome(home), installed, env);
};

const usableInstallation = async (home: string, version: EmbeddedVersion): Promise<string> => {
  const { native, complete } = await findInstallation(version);
  if (complete) return native;
  const copy = join(home, "native");
  await copyInstallation(native, copy);
  return copy;
};

const ownAccount = (home: string, native: string, env: NodeJS.ProcessEnv): Account => {
  const command = (file: string, args: readonly string[]): Command => ({
    file,
    args: [...args],
    options: { cwd: home, env },
  });
  return { kind: "own", home, native, command, initCommand: command, adopt: async () => undefined };
};

/** Made by somebody who was not root, started by root: it runs as its owner, whose files it is made of. */
const ownersAccount = async (home: string, native: string, env: NodeJS.ProcessEnv): Promise<Account> => {
  const { uid, gid } = await lstat(home);
  const account = ownAccount(home, native, env);
  const command = (file: string, args: readonly string[]): Command => {
    const own = account.command(file, args);
    return { ...own, options: { ...own.options, uid, gid } };
  };
  return { ...account, command, initCommand: command, adopt: async (path) => giveAway(path, { uid, gid }) };
};

const namespaceAccount = async (home: string, native: string, env: NodeJS.ProcessEnv): Promise<Account | undefined> => {
  const user = await namedUser();
  if (user === undefined) return undefined;
  const command = (file: string, args: readonly string[]): Command => ({
    file: "unshare",
    args: ["--user", `--map-user=${user.uid}`, `--map-group=${user.gid}`, "--", file, ...args],
    options: { cwd: "/", env },
  });
  // Inside the namespace root's right to enter everybody's directories is gone: the trial must write where the data will be.
  await mkdir(home, { recursive: true, mode: 0o700 });
  const trial = command("/bin/sh", [
    "-c",
    '"$0" --version && : > "$1/trial" && rm "$1/trial"',
    programPath(native, "postgres"),
    home,
  ]);
  const { status } = spawnSync(trial.file, trial.args, { cwd: "/", env, stdio: "ignore" });
  if (status !== 0) return undefined;
  return { kind: "namespace", home, native, command, initCommand: command, adopt: async () => undefined };
};

const otherAccount = async (home: string, installed: string, env: NodeJS.ProcessEnv): Promise<Account> => {
  const init = await namedUser();
  if (init === undefined) throw unavailable("/etc/passwd names no user but root, and initdb needs one.");
  await claimSharedHome(home);
  const native = join(home, "native");
  await copyInstallation(installed, native);
  const uid = await ownerOf(join(home, "data"), await freeUid());
  const as = (user: { uid: number; gid: number }, file: string, args: readonly string[]): Command => ({
    file,
    args: [...args],
    options: { cwd: "/", env, uid: user.uid, gid: user.gid },
  });
  const server = { uid, gid: uid };
  return {
    kind: "other",
    home,
    native,
    command: (file, args) => as(server, file, args),
    initCommand: (file, args) => as(init, file, args),
    adopt: async (path, to) => giveAway(path, to === "initdb" ? init : server),
  };
};

const sharedHome = (home: string): string =>
  `/var/tmp/landbridge-${createHash("sha256").update(home).digest("hex").slice(0, 16)}`;

/** /var/tmp is everybody's: a directory of that name that somebody else has made is not ours to run programs from. */
const claimSharedHome = async (home: string): Promise<void> => {
  await mkdir(home, { mode: 0o755 }).catch(() => undefined);
  const found = await lstat(home);
  if (!found.isDirectory() || found.uid !== 0 || (found.mode & 0o022) !== 0)
    throw unavailable(`${home} exists and is not a directory that only root may write.`);
};

/** A user with a name, other than root. `nobody` first: every distribution has it and nothing may belong to it. */
const namedUser = async (): Promise<{ uid: number; gid: number } | undefined> => {
  const users = await passwdUsers();
  return users.find(({ name }) => name === "nobody") ?? users.find(({ uid }) => uid !== 0);
};

const freeUid = async (): Promise<number> => {
  const taken = new Set((await passwdUsers()).map(({ uid }) => uid));
  let uid = FIRST_FREE_UID;
  while (taken.has(uid)) uid++;
  return uid;
};

const passwdUsers = async (): Promise<{ name: string; uid: number; gid: number }[]> => {
  const text = await readFile("/etc/passwd", "utf8").catch(() => "");
  return text
    .split("\n")
    .map((line) => line.split(":"))
    .filter((fields) => fields.length >= 4 && /^\d+$/.test(fields[2]!) && /^\d+$/.test(fields[3]!))
    .map(([name, , uid, gid]) => ({ name: name!, uid: Number(uid), gid: Number(gid) }));
};

const ownerOf = async (path: string, otherwise: number): Promise<number> => {
  const found = await lstat(path).catch(() => undefined);
  return found === undefined || found.uid === 0 ? otherwise : found.uid;
};

const giveAway = async (path: string, user: { uid: number; gid: number }): Promise<void> => {
  await chown(path, user.uid, user.gid);
  if (!(await lstat(path)).isDirectory()) return;
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) await chown(join(entry.parentPath, entry.name), user.uid, user.gid);
  }
};

/** What the programs need to be found and to run; nothing else of the user's environment, which may hold secrets. */
const SERVER_ENVIRONMENT = ["PATH", "HOME", "TMPDIR", "TEMP", "TMP", "SystemRoot", "LD_LIBRARY_PATH"];

const serverEnvironment = (environment: Environment): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(
    SERVER_ENVIRONMENT.map((name) => [name, environment[name]]).filter(([, value]) => value !== undefined),
  ),
  // Messages that programs can read.
  LC_ALL: "C",
});
