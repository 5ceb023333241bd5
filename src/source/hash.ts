/** The identity of a snapshot: SHA-256 of its bytes, read as a stream, and a snapshot found again by it. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** How many digits of the hash a snapshot's file name carries. */
export const HASH_IN_NAME = 12;

/** SHA-256 of a whole file, hex. Opens and closes it: never call it on a file that this process holds SQLite locks on. */
export const hashFile = (path: string, signal?: AbortSignal): Promise<string> =>
  hashStream(createReadStream(path, { highWaterMark: 1024 * 1024, ...(signal && { signal }) }));

/** SHA-256 of what an open descriptor reads from its start; it stays open. */
export const hashDescriptor = (descriptor: number): Promise<string> =>
  hashStream(createReadStream("", { fd: descriptor, start: 0, autoClose: false, highWaterMark: 1024 * 1024 }));

async function hashStream(stream: AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash("sha256");
  for await (const block of stream) hash.update(block);
  return hash.digest("hex");
}

/** The path of the snapshot with this SHA-256 in a directory, its content checked; null where there is none. */
export async function findSnapshot(directory: string, sha256: string): Promise<string | null> {
  const names = await readdir(directory).catch(() => [] as string[]);
  for (const name of names.filter((each) => each.endsWith(`.${sha256.slice(0, HASH_IN_NAME)}.sqlite`)).sort()) {
    const path = join(directory, name);
    if ((await hashFile(path)) === sha256) return path;
  }
  return null;
}
