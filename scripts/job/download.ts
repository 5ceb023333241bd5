/** Fetches an object from S3 into a file: several ranges at a time, each taken again where its line breaks. */
import { type FileHandle, mkdir, open, rename, rm, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import type { S3Client } from "@aws-sdk/client-s3";
import { refusal } from "../../src/errors.ts";
import { formatBytes } from "../../src/report/words.ts";
import { type ObjectAddress, objectStoreError } from "./object-address.ts";

export interface DownloadRequest {
  readonly client: S3Client;
  readonly from: ObjectAddress;
  /** Appears there whole or not at all. */
  readonly file: string;
  readonly signal?: AbortSignal | undefined;
}

/** One line to S3 carries some 80 MB/s; ranges of this size cost one request in a second of it. */
const RANGE_BYTES = 64 * 2 ** 20;
const LINES = 4;
const TRIES = 4;

/**
 * Whether it is what was uploaded is for the reader to see, who hashes it in any case.
 * @returns the file's size. @throws LandbridgeError OBJECT_STORE, SNAPSHOT_NO_SPACE (refused)
 */
export const fetchObject = async (request: DownloadRequest): Promise<number> => {
  const { from, file, signal } = request;
  const partial = `${file}.partial`;
  await mkdir(dirname(file), { recursive: true });
  try {
    const bytes = await fetchRanges(request, partial);
    await rename(partial, file);
    return bytes;
  } catch (error) {
    signal?.throwIfAborted();
    throw objectStoreError(from, error);
  } finally {
    await rm(partial, { force: true });
  }
};

const fetchRanges = async ({ client, from, signal }: DownloadRequest, partial: string): Promise<number> => {
  const { HeadObjectCommand } = await import("@aws-sdk/client-s3");
  const options = signal === undefined ? {} : { abortSignal: signal };
  const head = await client.send(new HeadObjectCommand({ Bucket: from.bucket, Key: from.key }), options);
  const { ContentLength: bytes = 0, ETag: etag } = head;
  await refuseWithoutSpace(dirname(partial), bytes);
  const handle = await open(partial, "w", 0o600);
  try {
    let next = 0;
    const line = async (): Promise<void> => {
      while (next < bytes) {
        const start = next;
        next = Math.min(start + RANGE_BYTES, bytes);
        await fetchRange({ client, from, signal, etag }, handle, start, next);
      }
    };
    await Promise.all(Array.from({ length: LINES }, line));
    await handle.sync();
  } finally {
    await handle.close();
  }
  return bytes;
};

interface RangeOf {
  readonly client: S3Client;
  readonly from: ObjectAddress;
  readonly signal: AbortSignal | undefined;
  /** The same object all through, should another take its place. */
  readonly etag: string | undefined;
}

/** The SDK repeats a request that fails, but not the body of one that breaks off. */
const fetchRange = async (of: RangeOf, handle: FileHandle, start: number, end: number): Promise<void> => {
  for (let attempt = 1, position = start; position < end; attempt++) {
    try {
      for await (const block of await rangeBody(of, position, end)) {
        await handle.write(block, 0, block.length, position);
        position += block.length;
      }
      if (position < end) throw new Error(`the line to S3 ended ${end - position} bytes early`);
    } catch (error) {
      of.signal?.throwIfAborted();
      if (attempt === TRIES || hasStatus(error)) throw error;
    }
  }
};

/** A refusal of S3's own, which the SDK has tried again where that helps. */
const hasStatus = (error: unknown): boolean => error instanceof Error && "$fault" in error;

const rangeBody = async (
  { client, from, signal, etag }: RangeOf,
  start: number,
  end: number,
): Promise<AsyncIterable<Buffer>> => {
  const { GetObjectCommand } = await import("@aws-sdk/client-s3");
  const { Body } = await client.send(
    new GetObjectCommand({
      Bucket: from.bucket,
      Key: from.key,
      Range: `bytes=${start}-${end - 1}`,
      ...(etag === undefined ? {} : { IfMatch: etag }),
    }),
    signal === undefined ? {} : { abortSignal: signal },
  );
  return Body as unknown as AsyncIterable<Buffer>;
};

const refuseWithoutSpace = async (directory: string, bytes: number): Promise<void> => {
  const { bavail, bsize } = await statfs(directory);
  if (bavail * bsize >= bytes) return;
  throw refusal({
    code: "SNAPSHOT_NO_SPACE",
    message: `The snapshot needs ${formatBytes(bytes)}, and ${directory} has ${formatBytes(bavail * bsize)} left.`,
    remedy: "Give the job a larger disk.",
  });
};
