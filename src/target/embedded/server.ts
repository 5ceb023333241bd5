/** Starts and stops the server process of a cluster, and tells whether it runs. */
import { spawn } from "node:child_process";
import { open, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LandbridgeError } from "../../errors.ts";
import type { Account } from "./account.ts";
import { programPath } from "./binaries.ts";
import { dataDirectory } from "./cluster.ts";

const POLL_MS = 40;
/** A server that was killed first replays up to max_wal_size; the process is alive meanwhile. */
const START_PATIENCE_MS = 300_000;
/** Backends of a killed postmaster notice within seconds; until then its shared memory counts as in use. */
const ORPHANS_PATIENCE_MS = 30_000;
const LOG_KEPT_BYTES = 16 * 2 ** 20;

export interface Running {
  readonly pid: number;
  readonly port: number;
  readonly ready: boolean;
}

/** @returns what postmaster.pid says if its process lives and is the server of this very directory */
export const runningServer = async (home: string): Promise<Running | undefined> => {
  const data = dataDirectory(home);
  const text = await readFile(join(data, "postmaster.pid"), "utf8").catch(() => "");
  const lines = text.split("\n");
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0 || !(await isServerOf(data, pid))) return undefined;
  return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === "ready" };
};

/** @returns the running server once it accepts connections; undefined when none runs, or it ends while it recovers */
export const awaitReady = async (home: string): Promise<Running | undefined> => {
  const patience = Date.now() + START_PATIENCE_MS;
  for (;;) {
    const running = await runningServer(home);
    if (running === undefined || running.ready || Date.now() > patience) return running;
    await sleep(POLL_MS);
  }
};

/** A process id is given to somebody else after a while, and at once in a container that starts again. */
const isServerOf = async (data: string, pid: number): Promise<boolean> => {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  if (process.platform !== "linux") return true;
  const arguments_ = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => undefined);
  return arguments_ === undefined || arguments_.split("\0").includes(data);
};

/** `port`: another program has it. `orphans`: a killed postmaster's backends still live. */
type Outcome = "ready" | "port" | "orphans";

/**
 * Starts the server on `port`, as a process that outlives this one, and waits until it accepts connections.
 * @returns false when another program has the port
 * @throws LandbridgeError EMBEDDED_START with the end of the server's log
 */
export const startServer = async (
  account: Account,
  log: string,
  port: number,
  parameters: Readonly<Record<string, string>>,
): Promise<boolean> => {
  const patience = Date.now() + ORPHANS_PATIENCE_MS;
  await rotate(log);
  for (;;) {
    const outcome = await launch(account, log, port, parameters, Date.now() < patience);
    if (outcome !== "orphans") return outcome === "ready";
    await sleep(500);
  }
};

const launch = async (
  account: Account,
  log: string,
  port: number,
  parameters: Readonly<Record<string, string>>,
  waitForOrphans: boolean,
): Promise<Outcome> => {
  const data = dataDirectory(account.home);
  // Nobody runs here (the caller looked): a file that names a foreign process would keep the server from starting.
  await rm(join(data, "postmaster.pid"), { force: true });
  const settings = Object.entries(parameters).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const { file, args, options } = account.command(programPath(account.native, "postgres"), [
    "-D",
    data,
    "-p",
    String(port),
    ...settings,
  ]);
  const output = await open(log, "a", 0o600);
  const from = (await output.stat()).size;
  const child = spawn(file, args, { ...options, detached: true, stdio: ["ignore", output.fd, output.fd] });
  const ended = new Promise<void>((resolve) => {
    child.once("error", () => resolve());
    child.once("exit", () => resolve());
  });
  await output.close();
  child.unref();
  if (await becomesReady(account.home, child.pid, ended)) return "ready";
  const said = (await readFile(log)).subarray(from).toString();
  if (/could not bind|Address already in use/.test(said)) return "port";
  if (waitForOrphans && /shared memory block .* still in use|is another postmaster/.test(said)) return "orphans";
  throw startFailed(log, said);
};

const becomesReady = async (home: string, pid: number | undefined, ended: Promise<void>): Promise<boolean> => {
  let over = pid === undefined;
  void ended.then(() => (over = true));
  const patience = Date.now() + START_PATIENCE_MS;
  while (!over && Date.now() < patience) {
    const running = await runningServer(home);
    if (running?.ready && running.pid === pid) return true;
    await sleep(POLL_MS);
  }
  return false;
};

/** Stops the server and waits for it: sessions are ended, what they have not committed is rolled back. */
export const stopServer = async (account: Account): Promise<void> => {
  const { file, args, options } = account.command(programPath(account.native, "pg_ctl"), [
    "stop",
    "--pgdata",
    dataDirectory(account.home),
    "--mode=fast",
    "--timeout=120",
    "--silent",
  ]);
  const child = spawn(file, args, { ...options, stdio: "ignore" });
  await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  });
};

const rotate = async (log: string): Promise<void> => {
  const size = (await stat(log).catch(() => undefined))?.size ?? 0;
  if (size > LOG_KEPT_BYTES) await rename(log, `${log}.1`);
};

const startFailed = (log: string, said: string): LandbridgeError => {
  const lines = said.trim().split("\n");
  const telling = lines.filter((line) => /FATAL|PANIC|ERROR|HINT/.test(line));
  return new LandbridgeError({
    code: "EMBEDDED_START",
    message: `The embedded PostgreSQL did not start: ${(telling.length > 0 ? telling : lines).slice(-3).join(" ") || "no word of why"}`,
    remedy: `Read ${log}; \`npm run pg -- reset\` makes a new, empty server.`,
  });
};
