/**
 * Whether a live file has changed since it was last looked at, without SQLite, which would leave a -shm beside a WAL file, and
 * without reading the rows: https://sqlite.org/fileformat2.html. A changed fingerprint is a reason to take a snapshot; only the
 * snapshot's SHA-256 says whether the data have changed.
 */
import { createHash } from "node:crypto";
import { type FileHandle, open, realpath } from "node:fs/promises";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { inspectFile } from "./refusals.ts";

/** Of the database's header: change counter, page count, schema cookie and all else that it says of itself. */
const HEADER_BYTES = 100;
const WAL_HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
/** A file's time moves in steps of the kernel's clock: two writes this close may bear the same one. */
const CLOCK_STEP_MS = 50;
/** For a writer that never pauses that long; then the change counter alone has to do. */
const LOOKS = 20;

/**
 * Gives a hash that differs after any commit, be it in the file or in its -wal. It may also differ where nothing was committed:
 * after a checkpoint, or for a copy of the file. Opens and closes the file: never call it while this process holds it open by
 * SQLite, whose locks that would drop.
 * @throws LandbridgeError SOURCE_… where there is no such file, or it may not be read
 */
export const fingerprint = async (path: string): Promise<string> => {
  inspectFile(resolve(path));
  // The -wal lies beside the file itself, not beside a link to it.
  const file = await realpath(path);
  let seen = await look(file);
  for (let looks = 1; looks < LOOKS; looks++) {
    const settled = Date.now() - Number(seen.changed / 1_000_000n) > CLOCK_STEP_MS;
    if (!settled) await sleep(CLOCK_STEP_MS);
    const again = await look(file);
    if (settled && again.text === seen.text) break;
    seen = again;
  }
  return createHash("sha256").update(seen.text).digest("hex");
};

interface Look {
  readonly text: string;
  /** The file's ctime, nanoseconds since 1970. */
  readonly changed: bigint;
}

/**
 * A commit without WAL moves the change counter. One in WAL mode shows in the log, and is carried into the file's pages later:
 * then the file's time is all that shows it. ctime, because unlike mtime it cannot be set back.
 */
const look = async (file: string): Promise<Look> => {
  const main = await open(file, "r");
  try {
    const header = await readAt(main, HEADER_BYTES, 0);
    const { size, ctimeNs } = await main.stat({ bigint: true });
    const text = [header.toString("hex"), size, ctimeNs, await walState(`${file}-wal`)].join(" ");
    return { text, changed: ctimeNs };
  } finally {
    await main.close();
  }
};

/**
 * What is committed in a write-ahead log: its salts, which change whenever it is begun anew in place, and the number and checksum
 * of its last commit frame. Checksums are cumulative, so that this one covers every frame before it. A log that is missing,
 * empty or without a commit is the same state: nothing.
 */
const walState = async (path: string): Promise<string> => {
  const wal = await open(path, "r").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (wal === null) return "";
  try {
    const header = await readAt(wal, WAL_HEADER_BYTES, 0);
    if (header.length < WAL_HEADER_BYTES) return "";
    const salts = header.subarray(16, 24);
    const frameBytes = FRAME_HEADER_BYTES + header.readUInt32BE(8);
    const frameAt = (number: number) => readAt(wal, FRAME_HEADER_BYTES, WAL_HEADER_BYTES + number * frameBytes);
    const isCurrent = (frame: Buffer): boolean => frame.subarray(8, 16).equals(salts);
    // Behind the current frames lie only those from before the log was begun anew, so that their end is found by halving.
    let [current, others] = [0, Math.floor(((await wal.stat()).size - WAL_HEADER_BYTES) / frameBytes)];
    while (current < others) {
      const middle = (current + others) >> 1;
      if (isCurrent(await frameAt(middle))) current = middle + 1;
      else others = middle;
    }
    for (let number = current - 1; number >= 0; number--) {
      const frame = await frameAt(number);
      const pagesAfterCommit = frame.readUInt32BE(4);
      if (pagesAfterCommit > 0) return `${salts.toString("hex")} ${number} ${frame.toString("hex", 16, 24)}`;
    }
    return "";
  } finally {
    await wal.close();
  }
};

const readAt = async (file: FileHandle, length: number, position: number): Promise<Buffer> => {
  const buffer = Buffer.alloc(length);
  const { bytesRead } = await file.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
};
