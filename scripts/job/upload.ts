/** Brings files into S3: a finished snapshot under its own hash, once; and reports. */
import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, open, stat } from "node:fs/promises";
import { basename } from "node:path";
import { Readable } from "node:stream";
import type { S3Client } from "@aws-sdk/client-s3";
import { messageOf, refusal } from "../../src/errors.ts";
import { HEADER_BYTES, readHeader } from "../../src/source/header.ts";
import { type ObjectAddress, objectStoreError } from "./object-address.ts";

export interface SnapshotFile {
  readonly path: string;
  /** Hex. */
  readonly sha256: string;
  readonly bytes: number;
}

/** Fewer requests than S3's smallest parts of 5 MiB; four of them are held in memory at a time. */
const LEAST_PART_BYTES = 16 * 2 ** 20;
const MOST_PARTS = 10_000;

/** Bytes of each part: whole MiB, and not more than 10,000 parts. */
export const partSize = (bytes: number): number =>
  Math.max(LEAST_PART_BYTES, Math.ceil(bytes / MOST_PARTS / 2 ** 20) * 2 ** 20);

/** Where a snapshot lies in its bucket. */
export const snapshotKey = (sha256: string): string => `snapshots/${sha256}.sqlite`;

/**
 * Uploads a finished snapshot in parts, unless it is there already. S3 checks every part by the checksum that travels with it,
 * and the whole is hashed as it is read, so that a file that was changed underneath never stays under that hash.
 * @returns where it is, and whether it had been there
 * @throws LandbridgeError SNAPSHOT_MISSING, SNAPSHOT_NOT_FINISHED, SNAPSHOT_DAMAGED (all refused), OBJECT_STORE
 */
export const uploadSnapshot = async (
  client: S3Client,
  bucket: string,
  file: SnapshotFile,
  signal?: AbortSignal,
): Promise<ObjectAddress & { readonly reused: boolean }> => {
  const address = { bucket, key: snapshotKey(file.sha256) };
  try {
    if (await isThere(client, address, file)) return { ...address, reused: true };
    await refuseUnfinished(file);
    await abortLeftovers(client, address);
    await send(client, address, file, signal);
    if (await isThere(client, address, file)) return { ...address, reused: false };
    throw new Error("S3 does not have it after the upload");
  } catch (error) {
    signal?.throwIfAborted();
    throw objectStoreError(address, error);
  }
};

/** The live file, or one that a log belongs to, is torn by the time that it has arrived. */
const refuseUnfinished = async ({ path, bytes }: SnapshotFile): Promise<void> => {
  const handle = await open(path, "r").catch((cause) => {
    throw refusal({
      code: "SNAPSHOT_MISSING",
      message: `The snapshot ${path} is neither here nor in the bucket: ${messageOf(cause)}`,
      remedy:
        "Run pulumi up on the machine where the source is, or take the snapshot again: npm run snapshot -- app.sqlite",
      cause,
    });
  });
  const start = Buffer.alloc(HEADER_BYTES);
  try {
    await handle.read(start, 0, HEADER_BYTES, 0);
  } finally {
    await handle.close();
  }
  const beside = await Promise.all(["-wal", "-journal"].map((suffix) => exists(`${path}${suffix}`)));
  const header = readHeader(start);
  const { size } = await stat(path);
  if (header !== null && !header.wal && !beside.includes(true) && size === bytes) return;
  throw refusal({
    code: "SNAPSHOT_NOT_FINISHED",
    message: `${basename(path)} is no finished snapshot: ${
      size === bytes ? "it is no database, or a log belongs to it" : `it has ${size} bytes, not ${bytes}`
    }.`,
    remedy: "Only a finished snapshot travels, never the live file: npm run snapshot -- app.sqlite makes one.",
  });
};

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** By its name, its size and the note that the upload leaves with it. */
const isThere = async (client: S3Client, { bucket, key }: ObjectAddress, file: SnapshotFile): Promise<boolean> => {
  const { HeadObjectCommand } = await import("@aws-sdk/client-s3");
  try {
    const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    return head.ContentLength === file.bytes && head.Metadata?.["sha256"] === file.sha256;
  } catch (error) {
    if (error instanceof Error && error.name === "NotFound") return false;
    throw error;
  }
};

/** What a killed upload has left is paid for and never seen; another one of the same file begins anew. */
const abortLeftovers = async (client: S3Client, { bucket, key }: ObjectAddress): Promise<void> => {
  const { AbortMultipartUploadCommand, ListMultipartUploadsCommand } = await import("@aws-sdk/client-s3");
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: key }));
  for (const { UploadId } of Uploads)
    if (UploadId !== undefined)
      await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId }));
};

const send = async (
  client: S3Client,
  { bucket, key }: ObjectAddress,
  { path, sha256, bytes }: SnapshotFile,
  signal?: AbortSignal,
): Promise<void> => {
  const { Upload } = await import("@aws-sdk/lib-storage");
  const hash = createHash("sha256");
  const file = createReadStream(path, { highWaterMark: 2 ** 20, ...(signal === undefined ? {} : { signal }) });
  const upload = new Upload({
    client,
    partSize: partSize(bytes),
    params: {
      Bucket: bucket,
      Key: key,
      Body: Readable.from(hashed(file, hash), { objectMode: false }),
      ChecksumAlgorithm: "SHA256",
      ContentType: "application/vnd.sqlite3",
      Metadata: { sha256 },
    },
  });
  signal?.addEventListener("abort", () => void upload.abort(), { once: true });
  await upload.done();
  const found = hash.digest("hex");
  if (found === sha256) return;
  const { DeleteObjectCommand } = await import("@aws-sdk/client-s3");
  await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
  throw refusal({
    code: "SNAPSHOT_DAMAGED",
    message: `${basename(path)} is not the snapshot that was made: its SHA-256 begins with ${found.slice(0, 12)}, not with ${sha256.slice(0, 12)}.`,
    remedy: "`npm run snapshot` makes another one.",
  });
};

async function* hashed(blocks: AsyncIterable<Buffer>, hash: Hash): AsyncGenerator<Buffer> {
  for await (const block of blocks) {
    hash.update(block);
    yield block;
  }
}

const CONTENT_TYPES: readonly (readonly [suffix: string, type: string])[] = [
  [".html", "text/html; charset=utf-8"],
  [".json", "application/json"],
  [".txt", "text/plain; charset=utf-8"],
];

/** Puts one file under its address. @throws LandbridgeError OBJECT_STORE */
export const sendFile = async (client: S3Client, path: string, to: ObjectAddress): Promise<void> => {
  const { Upload } = await import("@aws-sdk/lib-storage");
  const ContentType = CONTENT_TYPES.find(([suffix]) => path.endsWith(suffix))?.[1] ?? "application/octet-stream";
  try {
    await new Upload({
      client,
      params: { Bucket: to.bucket, Key: to.key, Body: createReadStream(path), ContentType },
    }).done();
  } catch (error) {
    throw objectStoreError(to, error);
  }
};
