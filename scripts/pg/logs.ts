/** `npm run pg -- logs`: the end of the embedded server's own log. */
import { open, stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { ExitCode } from "../../src/errors.ts";
import type { EmbeddedStatus } from "../../src/target/embedded/embedded.ts";

const SHOWN_BYTES = 16_384;

/** Prints the end of the server's log, and what is added until the process is ended where `follow` is set. */
export const showLogs = async (status: EmbeddedStatus, follow: boolean): Promise<number> => {
  if (status.state === "absent") {
    console.error("There is no embedded PostgreSQL here yet.");
    return ExitCode.FAILED;
  }
  const size = (await stat(status.log).catch(() => undefined))?.size ?? 0;
  let position = Math.max(0, size - SHOWN_BYTES);
  do {
    position = await printFrom(status.log, position);
    if (follow) await sleep(500);
  } while (follow);
  return ExitCode.DONE;
};

const printFrom = async (file: string, position: number): Promise<number> => {
  const log = await open(file).catch(() => undefined);
  if (log === undefined) return position;
  try {
    const { size } = await log.stat();
    const { buffer, bytesRead } = await log.read(Buffer.alloc(Math.max(0, size - position)), 0, undefined, position);
    process.stdout.write(buffer.subarray(0, bytesRead));
    return position + bytesRead;
  } finally {
    await log.close();
  }
};
