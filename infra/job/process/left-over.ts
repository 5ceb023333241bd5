/**
 * A step's process outlives the update that is killed: it works on by itself, and the ledger knows how far it got. The next update
 * waits for its end instead of being refused by a database that is in use.
 */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { $ } from "zx";

const fileOf = (root: string, key: string): string => join(root, ".landbridge", "jobs", `${key.slice(0, 12)}.pid`);

/** @param script part of its command line, by which it is told from whatever bears its number later */
export const awaitLeftOver = async (
  root: string,
  { key, script }: { readonly key: string; readonly script: string },
  tell: (line: string) => void,
): Promise<void> => {
  const pid = await readFile(fileOf(root, key), "utf8").catch(() => "");
  if (!/^\d+$/.test(pid)) return;
  for (let told = false; await runs(pid, script); told = true) {
    if (!told) tell(`Process ${pid} of an interrupted update is at work; its end is awaited.`);
    await sleep(1000);
  }
};

const runs = async (pid: string, script: string): Promise<boolean> => {
  const { ok, stdout } = await $({ quiet: true, nothrow: true })`ps -o args= -p ${pid}`;
  return ok && stdout.includes(script);
};

/** Notes a process for as long as `work` goes on. */
export const noted = async <T>(
  root: string,
  key: string,
  pid: number | undefined,
  work: () => Promise<T>,
): Promise<T> => {
  const file = fileOf(root, key);
  await mkdir(join(root, ".landbridge", "jobs"), { recursive: true });
  await writeFile(file, String(pid ?? ""));
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
};
