/** Makes the embedded server's data directory: initdb, then settings for one big load on a small machine. */
import { spawn } from "node:child_process";
import { appendFile, mkdir, rename, rm, stat, statfs, writeFile } from "node:fs/promises";
import { totalmem } from "node:os";
import { join } from "node:path";
import { LandbridgeError } from "../../errors.ts";
import type { Account } from "./account.ts";
import { programPath } from "./binaries.ts";
import type { EmbeddedVersion } from "./model.ts";

export const SUPERUSER = "postgres";
const MIB = 2 ** 20;

export const dataDirectory = (home: string): string => join(home, "data");

export const clusterExists = async (home: string): Promise<boolean> =>
  (await stat(dataDirectory(home)).catch(() => undefined)) !== undefined;

/**
 * Makes a cluster that asks every connection for `password`. It appears under its name only when it is complete: a killed
 * initdb leaves nothing that looks like a server.
 * @throws LandbridgeError EMBEDDED_START with what initdb said
 */
export const createCluster = async (account: Account, version: EmbeddedVersion, password: string): Promise<void> => {
  const growing = `${dataDirectory(account.home)}.new`;
  const passwordFile = join(account.home, "password.new");
  await rm(growing, { recursive: true, force: true });
  await mkdir(growing, { recursive: true, mode: 0o700 });
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  try {
    await account.adopt(growing, "initdb");
    await account.adopt(passwordFile, "initdb");
    await initdb(account, [
      `--pgdata=${growing}`,
      `--username=${SUPERUSER}`,
      `--pwfile=${passwordFile}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      ...localeOptions(version),
    ]);
  } finally {
    await rm(passwordFile, { force: true });
  }
  await appendFile(join(growing, "postgresql.conf"), await settings());
  await account.adopt(growing, "server");
  await rename(growing, dataDirectory(account.home));
};

/** Texts sort by code point, as SQLite's BINARY collation does; 17 and later know upper and lower case of all Unicode besides. */
const localeOptions = (version: EmbeddedVersion): string[] =>
  Number(version) >= 17 ? ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"] : ["--locale=C"];

/** Appended to postgresql.conf rather than given as arguments, so that ALTER SYSTEM still has the last word. */
const settings = async (): Promise<string> => {
  const memory = totalmem() / MIB;
  const lines = {
    listen_addresses: "127.0.0.1",
    // TCP only: a socket's path may be no longer than 107 bytes, and a checkout's may be.
    unix_socket_directories: "",
    max_connections: "100",
    shared_buffers: `${clamp(memory / 8, 128, 1024)}MB`,
    effective_cache_size: `${clamp(memory / 2, 512, 65_536)}MB`,
    maintenance_work_mem: `${clamp(memory / 16, 64, 512)}MB`,
    work_mem: "16MB",
    random_page_cost: "1.1",
    // minimal: rows that go into a table made in the same transaction need no write-ahead log.
    wal_level: "minimal",
    max_wal_senders: "0",
    wal_buffers: "16MB",
    max_wal_size: "4GB",
    checkpoint_timeout: "30min",
    checkpoint_completion_target: "0.9",
    timezone: "UTC",
    log_timezone: "UTC",
    log_line_prefix: "%m [%p] %q%a ",
    ...(await sharedMemory()),
  };
  const text = Object.entries(lines).map(([name, value]) => `${name} = '${value}'\n`);
  return `\n# Landbridge: one big load on a small machine. ALTER SYSTEM SET … changes any of these.\n${text.join("")}`;
};

/** Containers get a /dev/shm of 64 MiB, too little for a parallel index build; System V memory has no such limit. */
const sharedMemory = async (): Promise<Record<string, string>> => {
  if (process.platform !== "linux") return {};
  const shm = await statfs("/dev/shm").catch(() => undefined);
  const large = shm !== undefined && shm.bavail * shm.bsize > 1024 * MIB;
  return large ? {} : { dynamic_shared_memory_type: "sysv" };
};

const clamp = (value: number, least: number, most: number): number =>
  Math.round(Math.min(most, Math.max(least, value)));

const initdb = async (account: Account, options: readonly string[]): Promise<void> => {
  const { file, args, options: spawning } = account.initCommand(programPath(account.native, "initdb"), options);
  const child = spawn(file, args, { ...spawning, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  child.stdout?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (status === 0) return;
  throw new LandbridgeError({
    code: "EMBEDDED_START",
    message: `initdb could not make the embedded PostgreSQL: ${said.trim().split("\n").slice(-5).join(" ")}`,
    remedy: "Check the space and permissions of the .landbridge directory, or use a server of your own with --target.",
  });
};
