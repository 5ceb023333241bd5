// The identity of a snapshot: SHA-256 of its bytes, read as a stream.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

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
